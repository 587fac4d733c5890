"""Keys and certificates of the demo city. They say DEMO, live in the data folder, and are trusted nowhere else.

Two authorities, as in life: one for official use (schools, managers, the department), one public (teachers,
international schools, the timestamp authority). An authority issues every certificate directly, since a card's XML
holds one certificate a signer. Keys are not derived from the seed: they are random, made when first needed, readable
by this user alone.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from backend.demo.schools import DEPARTMENT_CODE, DEPARTMENT_NAME, DEPARTMENT_NAME_EN, DemoSchool, Teacher
from backend.signing.file_keys import ORGANISATION_KEY_FILES, FileCoseKey, FileSigningKey, PrivateKey, save_key_file
from verifier.cose import es256_key_of
from verifier.trust import (
    Department,
    KeyPurpose,
    RootUse,
    TrustedKey,
    TrustedRoot,
    kid_of_certificate,
    kid_of_trust_key,
)

AuthorityName = Literal["official", "public"]
KeyKind = Literal["rsa", "p256"]

VALID_FROM = datetime(2024, 8, 1, tzinfo=UTC)
"""Before the first card of the demo was signed."""
VALIDITY = timedelta(days=3 * 365)
"""Counted from the making of the city, since its PDFs are sealed then."""
AUTHORITY_VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
AUTHORITY_VALIDITY = timedelta(days=20 * 365)
RSA_BITS = 2048
DEMO_ORGANISATION = "hocba DEMO, không có giá trị pháp lý"
DEPARTMENT = Department(code=DEPARTMENT_CODE, vi=DEPARTMENT_NAME, en=DEPARTMENT_NAME_EN)

_AUTHORITIES: dict[AuthorityName, str] = {
    "official": "DEMO CA chuyên dùng công vụ",
    "public": "DEMO CA công cộng",
}
_DEPARTMENT_KEYS = {
    "capsule": (KeyPurpose.CAPSULE, "Khóa mã QR"),
    "status": (KeyPurpose.STATUS, "Khóa danh sách trạng thái"),
    "registry": (KeyPurpose.REGISTRY, "Khóa danh bạ trường"),
    "pdf_seal": (KeyPurpose.PDF_SEAL, "Dấu điện tử"),
}
"""By field of ``OrganisationKeys``."""


class DemoPki:
    """The demo keys below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.department_folder = folder / "department"
        """What ``load_organisation_keys`` reads, with the trust key and the timestamp authority's beside it."""

    def make(self, *, now: datetime) -> None:
        """Make the authorities' and the department's keys that are not there yet."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in _AUTHORITIES:
            if not self._authority_path(name).exists():
                self._make_authority(name, now=now)
        for field, (_, label) in _DEPARTMENT_KEYS.items():
            path = self.department_folder / ORGANISATION_KEY_FILES[field]
            self._identity(path, issuer="official", kind="p256", names=(f"{label} (DEMO)", DEPARTMENT_NAME), now=now)
        self._identity(
            self._timestamp_path,
            issuer="public",
            kind="p256",
            names=("DEMO dấu thời gian", DEMO_ORGANISATION),
            use=ExtendedKeyUsageOID.TIME_STAMPING,
            now=now,
        )
        if not self._trust_path.exists():
            _save(self._trust_path, ec.generate_private_key(ec.SECP256R1()))

    def school_key(self, school: DemoSchool, *, now: datetime) -> FileSigningKey:
        """The school's organisation key: RSA for most, as in the field."""
        kind: KeyKind = "p256" if school.key.ordinal % 5 == 2 else "rsa"  # any fifth would do
        path = self._school_folder(school) / "school.pem"
        return self._identity(
            path, issuer=_issuer_of(school), kind=kind, names=(_label(school.name), school.name), now=now
        )

    def manager_key(self, school: DemoSchool, *, now: datetime) -> FileSigningKey:
        """The key of the principal, or of the deputy who signs."""
        path = self._school_folder(school) / "manager.pem"
        names = (_label(school.manager.name), school.name)
        return self._identity(path, issuer=_issuer_of(school), kind="p256", names=names, now=now)

    def teacher_key(self, school: DemoSchool, teacher: Teacher, *, now: datetime) -> FileSigningKey:
        """A homeroom teacher's key, from a public authority."""
        # The file is named after the place on the staff, which is in no card; never after a person.
        path = self._school_folder(school) / f"teacher-{teacher.place:02d}.pem"
        return self._identity(path, issuer="public", kind="p256", names=(_label(teacher.name), school.name), now=now)

    def timestamp_key(self) -> FileSigningKey:
        """The demo timestamp authority's key."""
        return FileSigningKey.from_pem(self._timestamp_path.read_bytes())

    def trust_key(self) -> FileCoseKey:
        """The key that signs the trust list; a real department keeps it offline."""
        pem = self._trust_path.read_bytes()
        private_key = load_pem_private_key(pem, None)
        if not isinstance(private_key, ec.EllipticCurvePrivateKey):
            raise TypeError("the trust key is a P-256 key")
        return FileCoseKey(private_key, kid=kid_of_trust_key(es256_key_of(private_key.public_key())))

    def trusted_roots(self) -> tuple[TrustedRoot, ...]:
        """The authorities, as the trust list names them."""
        uses = {"official": (RootUse.PEOPLE, RootUse.SCHOOLS), "public": tuple(RootUse)}
        return tuple(
            TrustedRoot(certificate=self._authority(name).certificate.public_bytes(Encoding.DER), use=use, demo=True)
            for name in _AUTHORITIES
            for use in uses[name]
        )

    def trusted_keys(self) -> tuple[TrustedKey, ...]:
        """The department's keys, as the trust list names them, the trust key first."""
        trust = es256_key_of(self.trust_key().public_key)
        authority = self._authority("official").certificate
        keys = [
            TrustedKey(
                kid=kid_of_trust_key(trust),
                purpose=KeyPurpose.TRUST,
                cose_key=trust,
                certificate=None,
                valid_from=authority.not_valid_before_utc,
                valid_until=authority.not_valid_after_utc,
            )
        ]
        for field, (purpose, _) in _DEPARTMENT_KEYS.items():
            path = self.department_folder / ORGANISATION_KEY_FILES[field]
            keys.append(_trusted(FileSigningKey.from_pem(path.read_bytes()).certificate, purpose))
        keys.append(_trusted(self.timestamp_key().certificate, KeyPurpose.TIMESTAMP))
        return tuple(keys)

    @property
    def _timestamp_path(self) -> Path:
        return self.department_folder / "timestamp.pem"

    @property
    def _trust_path(self) -> Path:
        return self.department_folder / "trust.pem"

    def _authority_path(self, name: AuthorityName) -> Path:
        return self._folder / f"authority-{name}.pem"

    def _school_folder(self, school: DemoSchool) -> Path:
        return self._folder / "schools" / school.code

    def _authority(self, name: AuthorityName) -> "_Authority":
        return _Authority(self._authority_path(name).read_bytes())

    def _make_authority(self, name: AuthorityName, *, now: datetime) -> None:
        private_key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(_AUTHORITIES[name], DEMO_ORGANISATION)
        certificate = (
            _builder(subject, subject, private_key, AUTHORITY_VALID_FROM, max(now, VALID_FROM) + AUTHORITY_VALIDITY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .sign(private_key, hashes.SHA256())
        )
        _save(self._authority_path(name), private_key, certificate)

    def _identity(
        self,
        path: Path,
        *,
        issuer: AuthorityName,
        kind: KeyKind,
        names: tuple[str, str],
        use: x509.ObjectIdentifier | None = None,
        now: datetime,
    ) -> FileSigningKey:
        """The key in ``path``, made with its certificate if it is not there."""
        if path.exists():
            return FileSigningKey.from_pem(path.read_bytes())
        private_key: PrivateKey
        if kind == "rsa":
            private_key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        else:
            private_key = ec.generate_private_key(ec.SECP256R1())
        authority = self._authority(issuer)
        builder = (
            _builder(
                _name(*names), authority.certificate.subject, private_key, VALID_FROM, max(now, VALID_FROM) + VALIDITY
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.private_key.public_key()), critical=False
            )
        )
        if use is not None:
            # RFC 3161, section 2.3: critical, and the only use.
            builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=True)
        certificate = builder.sign(authority.private_key, hashes.SHA256())
        _save(path, private_key, certificate, authority.certificate)
        return FileSigningKey(private_key, certificate, authority.certificate)


class _Authority:
    """An authority's key, which only this module ever signs with."""

    def __init__(self, pem: bytes) -> None:
        private_key = load_pem_private_key(pem, None)
        if not isinstance(private_key, ec.EllipticCurvePrivateKey):
            raise TypeError("a demo authority has a P-256 key")
        self.private_key = private_key
        self.certificate = x509.load_pem_x509_certificates(pem)[0]


def _issuer_of(school: DemoSchool) -> AuthorityName:
    """Private schools cannot have certificates for official use."""
    return "public" if school.key.kind == "international" else "official"


def _trusted(certificate: x509.Certificate, purpose: KeyPurpose) -> TrustedKey:
    public_key = certificate.public_key()
    der = certificate.public_bytes(Encoding.DER)
    speaks_cose = isinstance(public_key, ec.EllipticCurvePublicKey) and purpose is not KeyPurpose.TIMESTAMP
    return TrustedKey(
        kid=kid_of_certificate(der),
        purpose=purpose,
        cose_key=es256_key_of(public_key)
        if speaks_cose and isinstance(public_key, ec.EllipticCurvePublicKey)
        else None,
        certificate=der,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, private_key: PrivateKey, valid_from: datetime, valid_until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private_key.public_key()), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _label(name: str) -> str:
    return f"{name} (DEMO)"


def _save(path: Path, private_key: PrivateKey, *certificates: x509.Certificate) -> None:
    """Whole or not at all: a run that is killed here leaves no half key behind."""
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    save_key_file(unfinished, private_key, *certificates)
    unfinished.replace(path)
