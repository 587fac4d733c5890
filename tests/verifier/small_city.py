"""A department with one school, its keys, lists and cards, as small as a check allows: what the tests sign with.

Keys are made once a run; moments are fixed. ``SmallCity`` writes everything a real city writes, with the project's own
writers, so that tests change one thing and see the verdict change.
"""

import datetime as dt
import functools
import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import typst
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from backend.issuing.qr_code import render_qr
from backend.signing.evidence import EvidenceGatherer
from backend.signing.file_keys import FileCoseKey, FileSigningKey
from backend.signing.seal_pdf import PdfSealer, UnsignedPdf
from backend.signing.sign_xml import sign_card
from backend.signing.timestamp_token import TimestampToken
from tests.verifier.authority import FIRST_DAY, LAST_DAY, Authority, PrivateKey
from tests.verifier.growing_pdf import SealedPdf
from tests.verifier.in_process_timestamps import GivenEvidence, InProcessTimestamps
from verifier.capsule import Capsule, capsule_url, seal_capsule
from verifier.cose import es256_key_of
from verifier.lists import Lists
from verifier.record.card_document import SignerRole
from verifier.record.levels import AchievementLevel, EducationalResult, EducationLevel, QualityLevel, Regulation
from verifier.record.record import Pupil, Record, Remarks, School, SchoolingEntry, Signers, SubjectDetail
from verifier.record.transcript import PrimaryResults, PrimarySubject, Transcript
from verifier.record.write_xml import write_unsigned_card
from verifier.registry import ApprovedCertificate, RegisteredSchool, SchoolRegistry, seal_school_registry
from verifier.sealed_lists import SealedLists
from verifier.signed_list import ListHeader
from verifier.status import StatusList, pack_entries, seal_status_list, status_subject
from verifier.trust import (
    Department,
    KeyPurpose,
    RootUse,
    TrustedKey,
    TrustedRoot,
    TrustList,
    kid_of_trust_key,
    seal_trust_list,
    trust_anchor_of,
)

SIGNED_AT = dt.datetime(2026, 5, 28, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
NOW = dt.datetime(2026, 6, 15, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
RECORD_ID = "3f2b8c1e-9d4a-4f6b-8a21-5c7d9e0f1a2b"
SCHOOL_CODE = "01000101"
SCHOOL_YEAR = "2025-2026"
PUBLIC_URL = "http://localhost:8000"
MANAGER_CODE = "999180000011"
TEACHER_CODE = "999185000012"


def a_record(*, record_id: str = RECORD_ID, school_code: str = SCHOOL_CODE) -> Record:
    """A primary card with three subjects."""
    school = _school(school_code)
    return Record(
        format_version="1.0",
        level=EducationLevel.PRIMARY,
        transcript=_transcript(record_id, school_code),
        school=school,
        pupil=_PUPIL,
        schooling=(SchoolingEntry("4A", school.name, SCHOOL_YEAR, None),),
        subject_details=(
            SubjectDetail("TV", "Tiếng Việt"),
            SubjectDetail("TO", "Toán"),
            SubjectDetail("DD", "Đạo đức"),
        ),
        remarks=Remarks(
            homeroom_teacher="Chăm chỉ.",
            qualities="Tốt.",
            general_competences="Đạt.",
            specific_competences="Đạt.",
        ),
        signers=Signers(
            manager_name="Lê Văn Hòa",
            manager_title="Hiệu trưởng",
            homeroom_teacher_name="Phạm Thị Mai",
            place="Thành phố Mẫu",
            created_on="2026-05-27T08:00:00+07:00",
            signed_on="2026-05-28T09:00:00+07:00",
        ),
    )


def _transcript(record_id: str, school_code: str) -> Transcript:
    subjects = (
        PrimarySubject("TV", AchievementLevel.WELL_DONE, 9),
        PrimarySubject("TO", AchievementLevel.DONE, 8),
        PrimarySubject("DD", AchievementLevel.WELL_DONE, None),
    )
    return Transcript(
        record_id=record_id,
        name="Nguyễn Thị Bảo Ngọc",
        date_of_birth=dt.date(2016, 3, 9),
        school_code=school_code,
        school_year=SCHOOL_YEAR,
        grade=4,
        class_group="4A",
        regulation=Regulation.CIRCULAR_27,
        results=PrimaryResults(
            subjects=subjects,
            qualities=(QualityLevel.GOOD,) * 5,
            competences=(QualityLevel.MET,) * 10,
            educational_result=EducationalResult.WELL_DONE,
            promoted=True,
            class_programme_completed=True,
            primary_programme_completed=None,
        ),
    )


def _school(code: str) -> School:
    return School(
        name="Trường Tiểu học Hoa Sen",
        code=code,
        department_code="01",
        department_name="Sở Giáo dục và Đào tạo",
        ward="Phường Một",
        district=None,
        province="Thành phố Mẫu",
    )


_PUPIL = Pupil(
    personal_code="999316000001",
    pupil_code="0100010001",
    register_number="12",
    sex="Nữ",
    ethnicity="Kinh",
    nationality="Việt Nam",
    birthplace="Thành phố Mẫu",
    home_town="Thành phố Mẫu",
    address="Phường Một",
    father_name=None,
    mother_name="Trần Thị Lan",
    guardian_name=None,
    weight_kg="29",
    height_cm="133",
    absences_excused=2,
    absences_unexcused=0,
)


class SmallCity:
    """Keys of one department, one school, its manager and a teacher."""

    def __init__(self) -> None:
        self.people = self.new_authority("CA chữ ký số công cộng")
        self.schools = self.new_authority("CA cơ quan, tổ chức")
        self.timestamps = self.new_authority("CA dấu thời gian")
        self.teacher = self.people.issue("Phạm Thị Mai")
        self.manager = self.people.issue("Lê Văn Hòa", kind="rsa")
        self.school = self.schools.issue("Trường Tiểu học Hoa Sen", kind="rsa")
        self.department = self.new_authority("Sở Giáo dục và Đào tạo")
        self.timestamp_key = self.timestamps.issue("Dấu thời gian mẫu", timestamping=True)
        self.pdf_seal = self.department.issue("Dấu học bạ số")
        self.trust_key = self.keep_cose_key(self.people.new_key("ec", 0), None)
        self.trust_kid = kid_of_trust_key(es256_key_of(self.trust_key.public_key))
        self.stranger = self.new_authority("CA lạ").issue("Người lạ", kind="rsa")
        self.stranger_capsule_key = self._cose_key("Dấu QR lạ")
        self.capsule_key = self._cose_key("Dấu QR")
        self.registry_key = self._cose_key("Danh bạ trường")
        self.status_key = self._cose_key("Trạng thái học bạ")

    def new_authority(self, name: str) -> Authority:
        return Authority(name)

    def keep_cose_key(self, key: PrivateKey, certificate: x509.Certificate | None) -> FileCoseKey:
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return FileCoseKey(key, certificate, kid=None if certificate else b"--------")

    issued_at = SIGNED_AT + dt.timedelta(days=1)

    @functools.cached_property
    def _first_card(self) -> bytes:
        return self.signed_card()

    def first_card(self) -> bytes:
        """Always the same bytes; ECDSA signs differently every time."""
        return self._first_card

    def record(self) -> Record:
        """What the city's card says."""
        return a_record()

    def better_record(self) -> Record:
        """The same pupil with a mark that nobody signed."""
        record = a_record()
        results = cast("PrimaryResults", record.transcript.results)
        subjects = (results.subjects[0], replace(results.subjects[1], score=10), *results.subjects[2:])
        better = replace(results, subjects=subjects)
        return replace(record, transcript=replace(record.transcript, results=better))

    @property
    def trust_anchor(self) -> str:
        return trust_anchor_of(es256_key_of(self.trust_key.public_key))

    def trust_list(self, **changes: Any) -> TrustList:
        keys = (
            self._trusted(KeyPurpose.TRUST, self.trust_kid, self.trust_key, None),
            *(
                self._trusted(purpose, key.kid, key, key.certificate)
                for purpose, key in (
                    (KeyPurpose.CAPSULE, self.capsule_key),
                    (KeyPurpose.REGISTRY, self.registry_key),
                    (KeyPurpose.STATUS, self.status_key),
                )
            ),
            self._trusted(KeyPurpose.PDF_SEAL, _kid(self.pdf_seal.certificate), None, self.pdf_seal.certificate),
        )
        roots = (
            TrustedRoot(self.people.der, RootUse.PEOPLE, demo=True),
            TrustedRoot(self.schools.der, RootUse.SCHOOLS, demo=True),
            TrustedRoot(self.timestamps.der, RootUse.TIMESTAMP, demo=True),
        )
        header = ListHeader("01", "trust-list", 1, NOW - dt.timedelta(days=5), NOW + dt.timedelta(days=60))
        fields = {"header": header, "keys": keys, "roots": roots, **changes}
        return TrustList(department=Department("01", "Sở Giáo dục và Đào tạo Mẫu", "Sample Department"), **fields)

    def registry(self, **changes: Any) -> SchoolRegistry:
        approvals = (
            ApprovedCertificate(_sha256(self.school.certificate), FIRST_DAY, None, "school"),
            ApprovedCertificate(_sha256(self.manager.certificate), FIRST_DAY, None, "manager"),
        )
        school = RegisteredSchool(SCHOOL_CODE, "Trường Tiểu học Hoa Sen", approvals)
        header = ListHeader("01", "school-registry", 1, NOW - dt.timedelta(days=2), NOW + dt.timedelta(days=30))
        return SchoolRegistry(**{"header": header, "schools": {SCHOOL_CODE: school}, **changes})

    def registry_with(self, school: FileSigningKey, *, approved_from: dt.datetime = FIRST_DAY) -> SchoolRegistry:
        """The registry with another certificate of the school."""
        registered = self.registry().schools[SCHOOL_CODE]
        own = ApprovedCertificate(_sha256(school.certificate), approved_from, None, "school")
        changed = replace(registered, certificates=(own, registered.certificates[1]))
        return self.registry(schools={SCHOOL_CODE: changed})

    def trust_with_withdrawal(self, purpose: str, withdrawn_at: dt.datetime) -> TrustList:
        """The trust list after a key of that purpose was withdrawn."""
        trust = self.trust_list()
        keys = tuple(replace(k, withdrawn_at=withdrawn_at) if k.purpose == purpose else k for k in trust.keys)
        return replace(trust, keys=keys)

    def status(self, *, revoked: Iterable[str] = (), superseded: Iterable[str] = (), **changes: Any) -> StatusList:
        issued_at = NOW - dt.timedelta(hours=3)
        header = ListHeader("01", status_subject(SCHOOL_YEAR), 1, issued_at, issued_at + dt.timedelta(hours=24))
        fields = {"header": header, "revoked": pack_entries(revoked), "superseded": pack_entries(superseded)}
        return StatusList(school_year=SCHOOL_YEAR, **{**fields, **changes})

    def lists(self, *, revoked: Iterable[str] = (), superseded: Iterable[str] = ()) -> Lists:
        """Lists as they are after verification."""
        status = self.status(revoked=revoked, superseded=superseded)
        return Lists(self.trust_list(), self.registry(), {SCHOOL_YEAR: status})

    def sealed_lists(self, lists: Lists) -> SealedLists:
        """The lists as they are signed."""
        served = {}
        if lists.trust is not None:
            served["trust-list"] = seal_trust_list(lists.trust, key=self.trust_key, kid=self.trust_kid)
        if lists.registry is not None:
            key = self.registry_key
            served["school-registry"] = seal_school_registry(lists.registry, key=key, kid=key.kid)
        for year, status in lists.statuses.items():
            served[status_subject(year)] = seal_status_list(status, key=self.status_key, kid=self.status_key.kid)
        return SealedLists.by_name(self.trust_anchor, served)

    def publish(self, folder: Path, lists: Lists) -> None:
        """Write signed lists where a service serves them from."""
        (folder / "status-list").mkdir(parents=True, exist_ok=True)
        for name, data in self.sealed_lists(lists).served().items():
            (folder / name).write_bytes(data)

    def capsule(self, xml: bytes, record: Record | None = None, *, key: FileCoseKey | None = None) -> bytes:
        signer = key or self.capsule_key
        transcript = (record or a_record()).transcript
        capsule = Capsule(transcript, self.issued_at, hashlib.sha256(xml).digest())
        return seal_capsule(capsule, key=signer, kid=signer.kid)

    def capsule_text(self, xml: bytes | None = None, **choices: Any) -> str:
        """What the QR of the city's card says."""
        return capsule_url(PUBLIC_URL, self.capsule(self.signed_card() if xml is None else xml, **choices))

    def unsealed_pdf(
        self, xml: bytes, *, qr_text: str | None = None, second_qr_text: str = "", extra: str = ""
    ) -> UnsignedPdf:
        """One page with the QR on it and the XML attached; ``extra`` is more Typst."""
        text = capsule_url(PUBLIC_URL, self.capsule(xml)) if qr_text is None else qr_text
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "hoc-ba.xml").write_bytes(xml)
            page = _CARD
            for number, code in enumerate(filter(None, (text, second_qr_text))):
                symbol = render_qr(code)
                (folder / f"qr{number}.png").write_bytes(symbol.png)
                page += f'#image("qr{number}.png", width: {symbol.side_mm}mm, alt: "QR")\n'
            (folder / "card.typ").write_text(page + extra)
            return UnsignedPdf(typst.compile(str(folder / "card.typ"), format="pdf", pdf_standards=["a-3a"]))

    def sealed_pdf(
        self,
        xml: bytes | None = None,
        *,
        unsealed: UnsignedPdf | None = None,
        key: FileSigningKey | None = None,
        timestamp_key: FileSigningKey | None = None,
        sealed_at: dt.datetime = SIGNED_AT + dt.timedelta(days=1),
    ) -> bytes:
        """The card as a parent gets it."""
        pdf = self.unsealed_pdf(self.signed_card() if xml is None else xml) if unsealed is None else unsealed
        sealer = PdfSealer(
            key or self.pdf_seal, InProcessTimestamps(timestamp_key or self.timestamp_key, sealed_at), evidence=None
        )
        return sealer.seal(pdf, now=sealed_at)

    def timestamp(self, digest: bytes, *, at: dt.datetime, key: FileSigningKey | None = None) -> TimestampToken:
        """A token of the city's authority."""
        return InProcessTimestamps(key or self.timestamp_key, at).request(digest).token

    def archived_pdf(
        self,
        xml: bytes | None = None,
        *,
        unsealed: UnsignedPdf | None = None,
        key: FileSigningKey | None = None,
        timestamp_key: FileSigningKey | None = None,
        sealed_at: dt.datetime = SIGNED_AT + dt.timedelta(days=1),
        evidence: Iterable[bytes] | None = None,
    ) -> bytes:
        """The card at level B-LTA, with the authorities' lists of that day or with any lists."""
        pdf = self.unsealed_pdf(self.signed_card() if xml is None else xml) if unsealed is None else unsealed
        authorities = (self.timestamps, self.department, self.schools)
        gatherer = EvidenceGatherer(
            expected_roots=[authority.der for authority in authorities],
            crls=[authority.crl(sealed_at) for authority in authorities],
        )
        if evidence is not None:
            gatherer = GivenEvidence(gatherer, crls=tuple(evidence))
        source = InProcessTimestamps(
            timestamp_key or self.timestamp_key, sealed_at, issuers=(self.timestamps.certificate,)
        )
        return PdfSealer(key or self.pdf_seal, source, evidence=gatherer).seal(pdf, now=sealed_at)

    def renewed_pdf(self, pdf: bytes, *, at: dt.datetime, key: FileSigningKey | None = None) -> bytes:
        """An archived card with one more archive timestamp."""
        growing = SealedPdf(pdf)
        growing.add_evidence(self.timestamps.crl(at))
        return growing.add_timestamp(lambda digest: self.timestamp(digest, at=at, key=key).der)

    def registry_with_manager(self, manager: FileSigningKey, *, approved_until: dt.datetime) -> SchoolRegistry:
        """The registry with another manager, whose approval has ended."""
        registered = self.registry().schools[SCHOOL_CODE]
        own = ApprovedCertificate(_sha256(manager.certificate), FIRST_DAY, approved_until, "manager")
        changed = replace(registered, certificates=(registered.certificates[0], own))
        return self.registry(schools={SCHOOL_CODE: changed})

    def _cose_key(self, name: str) -> FileCoseKey:
        issued = self.department.issue(name)
        return self.keep_cose_key(issued._private_key, issued.certificate)

    def _trusted(
        self, purpose: KeyPurpose, kid: bytes, key: FileCoseKey | None, certificate: x509.Certificate | None
    ) -> TrustedKey:
        return TrustedKey(
            kid=kid,
            purpose=purpose,
            cose_key=None if key is None else es256_key_of(key.public_key),
            certificate=None if certificate is None else certificate.public_bytes(Encoding.DER),
            valid_from=FIRST_DAY,
            valid_until=LAST_DAY,
        )

    def unsigned_card(self, **changes: Any) -> bytes:
        return write_unsigned_card(
            a_record(**changes), manager_personal_code=MANAGER_CODE, homeroom_teacher_personal_code=TEACHER_CODE
        )

    def signed_card(
        self, unsigned: bytes | None = None, *, without_teacher: bool = False, **keys: FileSigningKey
    ) -> bytes:
        """A card signed by teacher, manager and school, unless other keys are given by role."""
        card = self.unsigned_card() if unsigned is None else unsigned
        signers = (
            (SignerRole.HOMEROOM_TEACHER, keys.get("teacher", self.teacher), TEACHER_CODE),
            (SignerRole.MANAGER, keys.get("manager", self.manager), MANAGER_CODE),
            (SignerRole.SCHOOL, keys.get("school", self.school), None),
        )
        for role, key, code in signers[1:] if without_teacher else signers:
            card = sign_card(card, role=role, key=key, personal_code=code, now=SIGNED_AT)
        return card


_CARD = """
#set document(title: "Học bạ", date: datetime(year: 2026, month: 5, day: 28))
#set page(width: 105mm, height: 148mm)
#set text(lang: "vi")
#pdf.attach("hoc-ba.xml", relationship: "source", mime-type: "application/xml", description: "XML")
= Học bạ

"""


@functools.cache
def small_city() -> SmallCity:
    """The one city of a test run; RSA keys take a while to make."""
    return SmallCity()


def _sha256(certificate: x509.Certificate) -> bytes:
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()


def _kid(certificate: x509.Certificate) -> bytes:
    return _sha256(certificate)[:8]
