"""A department that works: the small city with its keys in files, lists that are published, and an empty archive."""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from backend.archive import store
from backend.archive.objects import Objects
from backend.archive.publish_lists import ListPublisher
from backend.city import TIMESTAMP_KEY_FILE, TRUST_KEY_FILE
from backend.database import Database
from backend.signing.file_keys import (
    ORGANISATION_KEY_FILES,
    FileCoseKey,
    FileSigningKey,
    load_organisation_keys,
    save_key_file,
)
from backend.signing.key_settings import Mode
from tests.verifier.authority import FIRST_DAY, LAST_DAY
from tests.verifier.small_city import NOW, SCHOOL_CODE, SmallCity
from verifier.registry import ApprovedCertificate, CertificateRole
from verifier.signed_list import ListHeader
from verifier.trust import SUBJECT, Department, seal_trust_list

DEPARTMENT = Department("01", "Sở Giáo dục và Đào tạo Mẫu", "Sample Department")
PUBLIC_URL = "http://localhost:8000"


class WorkingCity:
    """The small city with everything a service needs around it; ``folder`` is its data folder."""

    def __init__(self, small: SmallCity, database: Database, folder: Path) -> None:
        self.small = small
        self.database = database
        self.folder = folder
        self.objects = Objects((folder / "objects").as_uri())
        self.trust_anchor = small.trust_anchor
        self.key_folder = folder / "keys" / "department"
        for name, key in (
            (TRUST_KEY_FILE, small.trust_key),
            (TIMESTAMP_KEY_FILE, small.timestamp_key),
            (ORGANISATION_KEY_FILES["capsule"], small.capsule_key),
            (ORGANISATION_KEY_FILES["registry"], small.registry_key),
            (ORGANISATION_KEY_FILES["status"], small.status_key),
        ):
            _save(self.key_folder / name, key)
        _save(self.key_folder / ORGANISATION_KEY_FILES["pdf_seal"], small.pdf_seal, small.department.certificate)
        for name, authority in (("department", small.department), ("timestamps", small.timestamps)):
            save_key_file(self.key_folder.parent / f"authority-{name}.pem", authority.key, authority.certificate)
        keys = load_organisation_keys(self.key_folder, mode=Mode.DEMO)
        self.publisher = ListPublisher(database, keys, trust_anchor=self.trust_anchor, demo_accepted=True)

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

    def approve(self, key: FileSigningKey, role: CertificateRole, *, school: str = SCHOOL_CODE) -> None:
        """Approve a key's certificate for a school."""
        certificate = key.certificate.public_bytes(Encoding.DER)
        approval = ApprovedCertificate(key.certificate.fingerprint(hashes.SHA256()), FIRST_DAY, None, role)
        with self.database.write() as connection:
            store.insert_certificate(
                connection, school_code=school, certificate=certificate, approval=approval, approved_by="Sở"
            )

    def end_approval(self, key: FileSigningKey, role: CertificateRole, *, until: datetime) -> None:
        """Let what ``approve`` gave end at ``until``."""
        with self.database.write() as connection:
            store.set_approval_end(
                connection,
                school_code=SCHOOL_CODE,
                role=role,
                sha256=key.certificate.fingerprint(hashes.SHA256()),
                approved_from=FIRST_DAY,
                until=until,
            )

    def trust_list(self, *, sequence: int = 1, now: datetime = NOW) -> bytes:
        """A trust list as the offline trust key signs it."""
        header = ListHeader("01", SUBJECT, sequence, issued_at=now, expires_at=LAST_DAY)
        trust = self.small.trust_list(header=header)
        assert trust.department == DEPARTMENT
        return seal_trust_list(trust, key=self.small.trust_key, kid=self.small.trust_kid)


def _save(path: Path, key: FileSigningKey | FileCoseKey, *issuers: x509.Certificate) -> None:
    certificates = () if key.certificate is None else (key.certificate, *issuers)
    save_key_file(path, key._private_key, *certificates)
