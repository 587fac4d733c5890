"""A department with one school, its keys and lists, as small as a check allows: what the tests sign with.

Keys are made once a run; moments are fixed. ``SmallCity`` writes everything a real city writes, with the project's own
writers, so that tests change one thing and see the verdict change.
"""

import datetime as dt
import functools
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from backend.signing.file_keys import FileSigningKey
from backend.signing.sign_xml import SignerRole, sign_card
from verifier.record.levels import AchievementLevel, EducationalResult, EducationLevel, QualityLevel, Regulation
from verifier.record.record import Pupil, Record, Remarks, School, SchoolingEntry, Signers, SubjectDetail
from verifier.record.transcript import PrimaryResults, PrimarySubject, Transcript
from verifier.record.write_xml import write_unsigned_card

SIGNED_AT = dt.datetime(2026, 5, 28, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
NOW = dt.datetime(2026, 6, 15, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
FIRST_DAY = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
LAST_DAY = dt.datetime(2028, 1, 1, tzinfo=dt.UTC)
RECORD_ID = "3f2b8c1e-9d4a-4f6b-8a21-5c7d9e0f1a2b"
SCHOOL_CODE = "01000101"
MANAGER_CODE = "999180000011"
TEACHER_CODE = "999185000012"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Authority:
    """A CA that issues end-entity certificates."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name)
        self.certificate = _build(self.name, self.name, self.key.public_key(), self.key, ca=True)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def issue(
        self,
        name: str,
        *,
        kind: str = "ec",
        bits: int = 2048,
        since: dt.datetime = FIRST_DAY,
        until: dt.datetime = LAST_DAY,
        timestamping: bool = False,
    ) -> FileSigningKey:
        """A key with its certificate; a weak one too, which the file adapter itself would refuse."""
        key = new_key(kind, bits)
        certificate = _build(
            _name(name), self.name, key.public_key(), self.key, since=since, until=until, timestamping=timestamping
        )
        if kind == "rsa" and bits < 2048:
            weak = FileSigningKey.__new__(FileSigningKey)
            weak._private_key, weak.certificate, weak.chain = key, certificate, ()
            return weak
        return FileSigningKey(key, certificate)


def new_key(kind: str = "ec", bits: int = 2048) -> PrivateKey:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return ec.generate_private_key(ec.SECP256R1())


def a_record(*, record_id: str = RECORD_ID, school_code: str = SCHOOL_CODE) -> Record:
    """A primary card with three subjects."""
    subjects = (
        PrimarySubject("TV", AchievementLevel.WELL_DONE, 9),
        PrimarySubject("TO", AchievementLevel.DONE, 8),
        PrimarySubject("DD", AchievementLevel.WELL_DONE, None),
    )
    transcript = Transcript(
        record_id=record_id,
        name="Nguyễn Thị Bảo Ngọc",
        date_of_birth=dt.date(2016, 3, 9),
        school_code=school_code,
        school_year="2025-2026",
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
    school = School(
        name="Trường Tiểu học Hoa Sen",
        code=school_code,
        department_code="01",
        department_name="Sở Giáo dục và Đào tạo",
        ward="Phường Một",
        district=None,
        province="Thành phố Mẫu",
    )
    pupil = Pupil(
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
    return Record(
        format_version="1.0",
        level=EducationLevel.PRIMARY,
        transcript=transcript,
        school=school,
        pupil=pupil,
        schooling=(SchoolingEntry("4A", school.name, "2025-2026", None),),
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


class SmallCity:
    """Keys of one department, one school, its manager and a teacher."""

    def __init__(self) -> None:
        self.people = Authority("CA chữ ký số công cộng")
        self.schools = Authority("CA cơ quan, tổ chức")
        self.timestamps = Authority("CA dấu thời gian")
        self.teacher = self.people.issue("Phạm Thị Mai")
        self.manager = self.people.issue("Lê Văn Hòa", kind="rsa")
        self.school = self.schools.issue("Trường Tiểu học Hoa Sen", kind="rsa")

    def unsigned_card(self, **changes: Any) -> bytes:
        return write_unsigned_card(
            a_record(**changes), manager_personal_code=MANAGER_CODE, homeroom_teacher_personal_code=TEACHER_CODE
        )

    def signed_card(self, unsigned: bytes | None = None, **keys: FileSigningKey) -> bytes:
        """A card signed by teacher, manager and school, unless other keys are given by role."""
        card = self.unsigned_card() if unsigned is None else unsigned
        for role, key, code in (
            (SignerRole.HOMEROOM_TEACHER, keys.get("teacher", self.teacher), TEACHER_CODE),
            (SignerRole.MANAGER, keys.get("manager", self.manager), MANAGER_CODE),
            (SignerRole.SCHOOL, keys.get("school", self.school), None),
        ):
            card = sign_card(card, role=role, key=key, personal_code=code, now=SIGNED_AT)
        return card


@functools.cache
def small_city() -> SmallCity:
    """The one city of a test run; RSA keys take a while to make."""
    return SmallCity()


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Thành phố Mẫu"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _build(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: Any,
    issuer_key: PrivateKey,
    *,
    ca: bool = False,
    since: dt.datetime = FIRST_DAY,
    until: dt.datetime = LAST_DAY,
    timestamping: bool = False,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_key_usage(ca=ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),  # type: ignore[arg-type]  # RSA or P-256 both serve
            critical=False,
        )
    )
    if timestamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
