"""The department, its trust list, its schools and their approved certificates, as an operator would enter them."""

import hashlib
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from backend.archive import store
from backend.database import Database
from backend.demo.city_files import CityFiles, write_whole
from backend.demo.pki import DEPARTMENT, VALIDITY, DemoPki
from backend.demo.schools import SchoolKey, school_at
from verifier.registry import ApprovedCertificate, CertificateRole
from verifier.signed_list import ListHeader
from verifier.trust import SUBJECT, TrustList, seal_trust_list

APPROVED_FROM = datetime(2024, 9, 5, tzinfo=UTC)
APPROVED_BY = "Phòng Quản lý chất lượng (DEMO)"
SEQUENCE = 1


def make_trust_list(files: CityFiles, *, public_url: str, now: datetime) -> bytes:
    """The signed trust list; made once.

    A real trust list lives for months and is signed anew offline; the demo's holds as long as its certificates.
    """
    if not files.trust_list.exists():
        trust_key = files.pki.trust_key()
        trust = TrustList(
            header=ListHeader(DEPARTMENT.code, SUBJECT, SEQUENCE, issued_at=now, expires_at=now + VALIDITY),
            department=replace(DEPARTMENT, public_url=public_url),
            keys=files.pki.trusted_keys(),
            roots=files.pki.trusted_roots(),
        )
        write_whole(files.trust_list, seal_trust_list(trust, key=trust_key, kid=trust_key.kid))
    return files.trust_list.read_bytes()


def register_schools(
    database: Database, pki: DemoPki, schools: tuple[SchoolKey, ...], *, seed: int, now: datetime
) -> None:
    """Add the schools with the certificates that the department approved (2088, part III.1); twice is once."""
    with database.write() as connection:
        for key in schools:
            school = school_at(seed, key)
            store.insert_school(connection, code=school.code, name=school.name, now=now)
            certificates: tuple[tuple[CertificateRole, x509.Certificate], ...] = (
                ("school", pki.school_key(school, now=now).certificate),
                ("manager", pki.manager_key(school, now=now).certificate),
            )
            for role, certificate in certificates:
                der = certificate.public_bytes(Encoding.DER)
                approval = ApprovedCertificate(
                    sha256=hashlib.sha256(der).digest(), approved_from=APPROVED_FROM, approved_until=None, role=role
                )
                store.insert_certificate(
                    connection, school_code=school.code, certificate=der, approval=approval, approved_by=APPROVED_BY
                )
