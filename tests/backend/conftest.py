"""A small PKI for tests of signing: one root, people, a school, the department's seal, a timestamp authority."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from backend.signing.file_keys import FileSigningKey
from tests.backend.soft_hsm import SoftHsm

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
MakeKey = Callable[..., FileSigningKey]


def issue_certificate(
    subject: str,
    private_key: PrivateKey,
    *,
    issuer: tuple[x509.Certificate, PrivateKey] | None = None,
    timestamping: bool = False,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    is_authority = issuer is None
    issuer_certificate, issuer_key = issuer or (None, private_key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer_certificate.subject if issuer_certificate else name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=365 * 40))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private_key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=not is_authority,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if issuer_certificate:
        issuer_public_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(issuer_public_key, critical=False)
    if timestamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def root() -> tuple[x509.Certificate, PrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    return issue_certificate("Gốc thử nghiệm", key), key


@pytest.fixture(scope="session")
def make_key(root: tuple[x509.Certificate, PrivateKey]) -> MakeKey:
    def make(subject: str, *, kind: str = "ec", timestamping: bool = False) -> FileSigningKey:
        private_key: PrivateKey = (
            ec.generate_private_key(ec.SECP256R1())
            if kind == "ec"
            else rsa.generate_private_key(65537, 3072 if kind == "rsa-3072" else 2048)
        )
        certificate = issue_certificate(subject, private_key, issuer=root, timestamping=timestamping)
        return FileSigningKey(private_key, certificate, root[0])

    return make


@pytest.fixture(scope="session")
def teacher_key(make_key: MakeKey) -> FileSigningKey:
    return make_key("Nguyễn Thị Hằng")


@pytest.fixture(scope="session")
def manager_key(make_key: MakeKey) -> FileSigningKey:
    return make_key("Trần Văn Đức")


@pytest.fixture(scope="session")
def school_key(make_key: MakeKey) -> FileSigningKey:
    return make_key("Trường Tiểu học Quang Trung", kind="rsa")


@pytest.fixture(scope="session")
def seal_key(make_key: MakeKey) -> FileSigningKey:
    return make_key("Sở Giáo dục và Đào tạo")


@pytest.fixture(scope="session")
def timestamp_key(make_key: MakeKey) -> FileSigningKey:
    return make_key("Dấu thời gian thử nghiệm", kind="rsa", timestamping=True)


@pytest.fixture(scope="session")
def soft_hsm(tmp_path_factory: pytest.TempPathFactory) -> SoftHsm:
    return SoftHsm(tmp_path_factory.mktemp("softhsm"))
