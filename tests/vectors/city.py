"""The invented department behind the vectors: test keys, certificates and lists, the same bytes on every run.

The private keys are small multiples of a constant printed here, so they protect nothing and must never be trusted
anywhere.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from verifier.capsule import Capsule, capsule_url, seal_capsule
from verifier.cose import MemorySigner
from verifier.registry import ApprovedCertificate, RegisteredSchool, SchoolRegistry, seal_school_registry
from verifier.signed_list import ListHeader
from verifier.status import StatusList, pack_entries, seal_status_list, status_subject
from verifier.trust import (
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

NOW = datetime(2026, 6, 15, 2, 0, tzinfo=UTC)
"""09:00 in Vietnam, two weeks after the cards were issued."""
ISSUED_AT = datetime(2026, 6, 1, 1, 30, tzinfo=UTC)
PUBLIC_URL = "https://hocba.example"
DEPARTMENT = Department(
    code="99", vi="Sở Giáo dục và Đào tạo Thành phố Mẫu", en="Department of Education and Training of Sample City"
)
SCHOOL_YEAR = "2025-2026"

_KEY_CONSTANT = 0x686F6362615F766563746F72735F6F6E6C79  # "hocba_vectors_only"
_KEYS_FROM = datetime(2026, 1, 1, tzinfo=UTC)
_KEYS_UNTIL = datetime(2029, 1, 1, tzinfo=UTC)


def signer(number: int) -> MemorySigner:
    """Test key ``number``: the secret is the constant times it."""
    return MemorySigner.from_secret_number(_KEY_CONSTANT * number)


TRUST, CAPSULE, STATUS, REGISTRY = (signer(number) for number in (1, 2, 3, 4))
STRANGER = signer(99)
"""A key that no list names."""
ANCHOR = trust_anchor_of(TRUST.public_key)


def certificate(number: int, name: str) -> bytes:
    """Self-signed certificate of test key ``number``, DER."""
    private_key = ec.derive_private_key(_KEY_CONSTANT * number, ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private_key.public_key())
        .serial_number(number)
        .not_valid_before(_KEYS_FROM)
        .not_valid_after(_KEYS_UNTIL)
        .sign(private_key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return signed.public_bytes(serialization.Encoding.DER)


CAPSULE_CERTIFICATE = certificate(2, "Vectors: capsule")
STATUS_CERTIFICATE = certificate(3, "Vectors: status")
REGISTRY_CERTIFICATE = certificate(4, "Vectors: registry")
SCHOOL_CERTIFICATE = certificate(5, "Vectors: school")
ROOT_CERTIFICATE = certificate(6, "Vectors: root")

TRUST_KID = kid_of_trust_key(TRUST.public_key)
CAPSULE_KID = kid_of_certificate(CAPSULE_CERTIFICATE)
STATUS_KID = kid_of_certificate(STATUS_CERTIFICATE)
REGISTRY_KID = kid_of_certificate(REGISTRY_CERTIFICATE)


def trusted_key(
    public: MemorySigner,
    purpose: KeyPurpose,
    der: bytes,
    *,
    valid_from: datetime = _KEYS_FROM,
    valid_until: datetime = _KEYS_UNTIL,
    withdrawn_at: datetime | None = None,
) -> TrustedKey:
    return TrustedKey(
        kid=kid_of_certificate(der),
        purpose=purpose,
        cose_key=public.public_key,
        certificate=der,
        valid_from=valid_from,
        valid_until=valid_until,
        withdrawn_at=withdrawn_at,
    )


TRUST_KEY = TrustedKey(
    kid=TRUST_KID,
    purpose=KeyPurpose.TRUST,
    cose_key=TRUST.public_key,
    certificate=None,
    valid_from=_KEYS_FROM,
    valid_until=datetime(2036, 1, 1, tzinfo=UTC),
)
CAPSULE_KEY = trusted_key(CAPSULE, KeyPurpose.CAPSULE, CAPSULE_CERTIFICATE)
STATUS_KEY = trusted_key(STATUS, KeyPurpose.STATUS, STATUS_CERTIFICATE)
REGISTRY_KEY = trusted_key(REGISTRY, KeyPurpose.REGISTRY, REGISTRY_CERTIFICATE)


def header(
    subject: str, *, lifetime: timedelta, issued_at: datetime = NOW - timedelta(hours=2), sequence: int = 7
) -> ListHeader:
    return ListHeader(
        issuer=DEPARTMENT.code,
        subject=subject,
        sequence=sequence,
        issued_at=issued_at,
        expires_at=issued_at + lifetime,
    )


def trust_header(*, issued_at: datetime = datetime(2026, 5, 1, tzinfo=UTC), sequence: int = 7) -> ListHeader:
    return header("trust-list", lifetime=timedelta(days=90), issued_at=issued_at, sequence=sequence)


def trust_list(
    *,
    keys: Iterable[TrustedKey] = (CAPSULE_KEY,),
    list_keys: Iterable[TrustedKey] = (STATUS_KEY, REGISTRY_KEY),
    head: ListHeader | None = None,
) -> bytes:
    """Trust list with these keys beside the trust key and those that sign the other lists."""
    trust = TrustList(
        header=head or trust_header(),
        department=DEPARTMENT,
        keys=(TRUST_KEY, *list_keys, *keys),
        roots=(TrustedRoot(certificate=ROOT_CERTIFICATE, use=RootUse.SCHOOLS, demo=True),),
    )
    return seal_trust_list(trust, key=TRUST, kid=TRUST_KID)


def school_registry(*, head: ListHeader | None = None, key: MemorySigner = REGISTRY) -> bytes:
    approved = ApprovedCertificate(
        sha256=hashes_of(SCHOOL_CERTIFICATE), approved_from=_KEYS_FROM, approved_until=None, role="school"
    )
    names = {
        "99000401": "Trường Tiểu học Hoa Mai",
        "99000502": "Trường THCS Sông Xanh",
        "99000703": "Trường THPT Núi Cao",
    }
    registry = SchoolRegistry(
        header=head or header("school-registry", lifetime=timedelta(days=30)),
        schools=MappingProxyType({code: RegisteredSchool(code, name, (approved,)) for code, name in names.items()}),
    )
    return seal_school_registry(registry, key=key, kid=REGISTRY_KID)


def status_list(
    *,
    revoked: Iterable[str] = (),
    superseded: Iterable[str] = (),
    head: ListHeader | None = None,
    key: MemorySigner = STATUS,
) -> bytes:
    """Status list that also names two cards which no vector is about."""
    status = StatusList(
        header=head or header(status_subject(SCHOOL_YEAR), lifetime=timedelta(hours=24)),
        school_year=SCHOOL_YEAR,
        revoked=pack_entries(["00000000-0000-4000-8000-000000000001", *revoked]),
        superseded=pack_entries(["00000000-0000-4000-8000-000000000002", *superseded]),
    )
    return seal_status_list(status, key=key, kid=STATUS_KID)


def hashes_of(der: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return digest.finalize()


def sealed(capsule: Capsule, *, key: MemorySigner = CAPSULE, kid: bytes = CAPSULE_KID) -> bytes:
    return seal_capsule(capsule, key=key, kid=kid)


def text_of(cose: bytes, *, public_url: str = PUBLIC_URL) -> str:
    return capsule_url(public_url, cose)
