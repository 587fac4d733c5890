"""Certification authorities of the tests: their keys, certificates and revocation lists."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from backend.signing.file_keys import FileSigningKey

FIRST_DAY = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
LAST_DAY = dt.datetime(2028, 1, 1, tzinfo=dt.UTC)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Authority:
    """A CA that issues end-entity certificates."""

    def __init__(self, name: str) -> None:
        key = self.new_key("ec", 0)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key
        self.name = _name(name)
        public_key, number = key.public_key(), self.new_serial_number()
        self.certificate = _build(self.name, self.name, public_key, key, ca=True, serial_number=number)

    def new_key(self, kind: str, bits: int) -> PrivateKey:
        """A key for a certificate; the vectors have fixed ones."""
        if kind == "rsa":
            return rsa.generate_private_key(public_exponent=65537, key_size=bits)
        return ec.generate_private_key(ec.SECP256R1())

    def new_serial_number(self) -> int:
        return x509.random_serial_number()

    def keep(self, key: PrivateKey, certificate: x509.Certificate) -> FileSigningKey:
        return FileSigningKey(key, certificate)

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
        key = self.new_key(kind, bits)
        certificate = self.certify(name, key.public_key(), since=since, until=until, timestamping=timestamping)
        if kind == "rsa" and bits < 2048:
            weak = FileSigningKey.__new__(FileSigningKey)
            weak._private_key, weak.certificate, weak.chain = key, certificate, ()
            return weak
        return self.keep(key, certificate)

    def crl(self, made_at: dt.datetime, revoked: Mapping[FileSigningKey, dt.datetime] | None = None) -> bytes:
        """A revocation list that holds for a day."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(made_at - dt.timedelta(hours=1))
            .next_update(made_at + dt.timedelta(hours=23))
        )
        for key, since in (revoked or {}).items():
            entry = x509.RevokedCertificateBuilder().serial_number(key.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(since).build())
        return builder.sign(self.key, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)

    def certify(self, name: str, public_key: Any, **choices: Any) -> x509.Certificate:
        """A certificate for any key."""
        number = self.new_serial_number()
        return _build(_name(name), self.name, public_key, self.key, serial_number=number, **choices)


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
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    serial_number: int,
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
        .serial_number(serial_number)
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_key_usage(ca=ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if timestamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256(), ecdsa_deterministic=True)


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
