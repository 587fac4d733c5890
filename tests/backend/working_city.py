"""A department that works: keys in files, a signed trust list, one approved school, an empty archive."""

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from backend.archive import store
from backend.archive.objects import Objects
from backend.archive.publish_lists import ListPublisher
from backend.city import TIMESTAMP_KEY_FILE, TRUST_KEY_FILE
from backend.database import Database
from backend.signing.file_keys import (
    ORGANISATION_KEY_FILES,
    FileSigningKey,
    Mode,
    PrivateKey,
    load_organisation_keys,
    save_key_file,
)
from tests.verifier.small_city import FIRST_DAY, LAST_DAY, NOW, SCHOOL_CODE, Authority, SmallCity
from verifier.cose import MemorySigner, es256_key_of
from verifier.registry import ApprovedCertificate, CertificateRole
from verifier.signed_list import ListHeader
from verifier.trust import (
    SUBJECT,
    Department,
    KeyPurpose,
    RootUse,
    TrustedKey,
    TrustedRoot,
    TrustList,
    kid_of_certificate,
    kid_of_trust_key,
    seal_trust_list,
    trust_anchor_of,
)

DEPARTMENT = Department("01", "Sở Giáo dục và Đào tạo Thành phố Mẫu", "Department of Education of Sample City")
PUBLIC_URL = "http://localhost:8000"
_PURPOSES = {
    "capsule": KeyPurpose.CAPSULE,
    "status": KeyPurpose.STATUS,
    "registry": KeyPurpose.REGISTRY,
    "pdf_seal": KeyPurpose.PDF_SEAL,
}


class WorkingCity:
    """The small city with everything a service needs around it."""

    def __init__(self, small: SmallCity, database: Database, folder: Path) -> None:
        self.small = small
        self.database = database
        self.folder = folder
        self.objects = Objects((folder / "objects").as_uri())
        self.authority = Authority("CA của Sở")
        trust_key = ec.generate_private_key(ec.SECP256R1())
        self.trust_key = MemorySigner(trust_key)
        self.trust_anchor = trust_anchor_of(self.trust_key.public_key)
        self.key_folder = folder / "keys" / "department"
        save_key_file(self.key_folder / TRUST_KEY_FILE, trust_key)
        timestamps = small.timestamps.issue("Dấu thời gian", timestamping=True)
        save_key_file(self.key_folder / TIMESTAMP_KEY_FILE, timestamps._private_key, timestamps.certificate)
        self._listed = tuple(self._make_key(field) for field in ORGANISATION_KEY_FILES)
        self.keys = load_organisation_keys(self.key_folder, mode=Mode.DEMO)
        self.publisher = ListPublisher(database, self.keys, trust_anchor=self.trust_anchor)

    @property
    def environment(self) -> dict[str, str]:
        """What makes ``hocba`` work on this city."""
        return {
            "HOCBA_MODE": "demo",
            "HOCBA_DATA": str(self.folder),
            "HOCBA_DATABASE_URL": self.database.url.render_as_string(hide_password=False),
            "HOCBA_PUBLIC_URL": PUBLIC_URL,
        }

    def open(self, *, now: datetime = NOW) -> None:
        """Take the trust list in and approve the school's certificates."""
        self.publisher.take_trust_list(self.trust_list(), now)
        with self.database.write() as connection:
            store.insert_school(connection, code=SCHOOL_CODE, name="Trường Tiểu học Hoa Sen", now=now)
        self.approve(self.small.school, "school")
        self.approve(self.small.manager, "manager")

    def approve(
        self, key: FileSigningKey, role: CertificateRole, *, until: datetime | None = None, school: str = SCHOOL_CODE
    ) -> bytes:
        """Approve a key's certificate for a school; its fingerprint."""
        certificate = key.certificate.public_bytes(Encoding.DER)
        sha256 = key.certificate.fingerprint(hashes.SHA256())
        approval = ApprovedCertificate(sha256, FIRST_DAY, until, role)
        with self.database.write() as connection:
            store.insert_certificate(
                connection, school_code=school, certificate=certificate, approval=approval, approved_by="Sở"
            )
        return sha256

    def trust_list(self, *, sequence: int = 1, now: datetime = NOW) -> bytes:
        """A trust list as the offline trust key signs it."""
        kid = kid_of_trust_key(self.trust_key.public_key)
        trust = TrustedKey(kid, KeyPurpose.TRUST, self.trust_key.public_key, None, FIRST_DAY, LAST_DAY)
        roots = (
            TrustedRoot(self.small.people.der, RootUse.PEOPLE, demo=True),
            TrustedRoot(self.small.schools.der, RootUse.SCHOOLS, demo=True),
            TrustedRoot(self.small.timestamps.der, RootUse.TIMESTAMP, demo=True),
        )
        header = ListHeader(DEPARTMENT.code, SUBJECT, sequence, issued_at=now, expires_at=LAST_DAY)
        listed = TrustList(header, DEPARTMENT, (trust, *self._listed), roots)
        return seal_trust_list(listed, key=self.trust_key, kid=kid)

    def _make_key(self, field: str) -> TrustedKey:
        issued = self.authority.issue(f"Sở: {field}")
        private_key: PrivateKey = issued._private_key
        assert isinstance(private_key, ec.EllipticCurvePrivateKey)
        save_key_file(self.key_folder / ORGANISATION_KEY_FILES[field], private_key, issued.certificate)
        certificate = issued.certificate.public_bytes(Encoding.DER)
        return TrustedKey(
            kid_of_certificate(certificate),
            _PURPOSES[field],
            es256_key_of(private_key.public_key()),
            certificate,
            FIRST_DAY,
            LAST_DAY,
        )
