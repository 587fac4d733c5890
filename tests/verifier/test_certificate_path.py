import time
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from backend.signing.errors import SignerRevokedError
from backend.signing.evidence import EvidenceGatherer
from verifier.certificate_path import NoPathError, find_path

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 5, 31, 3, tzinfo=UTC)


class Issued(NamedTuple):
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    authority: bool = True,
    path_length: int | None = None,
    days: int = 300,
    key_cert_sign: bool = True,
) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority and key_cert_sign,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    return Issued(key, certificate)


def crl_of(issuer: Issued, *revoked: Issued) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(NOW - timedelta(hours=1)).next_update(NOW + timedelta(days=1))
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(START)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def root() -> Issued:
    return issue("Gốc")


@pytest.fixture(scope="module")
def middle(root: Issued) -> Issued:
    return issue("Cấp dưới", root)


@pytest.fixture(scope="module")
def leaf(middle: Issued) -> Issued:
    return issue("Sở", middle, authority=False)


def test_path_leads_over_the_middle_to_the_root(root: Issued, middle: Issued, leaf: Issued) -> None:
    path = find_path(leaf.certificate, others=(middle.der,), anchors=(root.der,), at=NOW)
    assert path == (leaf.certificate, middle.certificate, root.certificate)


def test_listed_authority_below_a_root_ends_the_path_only_without_the_root(
    root: Issued, middle: Issued, leaf: Issued
) -> None:
    short = find_path(leaf.certificate, others=(), anchors=(middle.der,), at=NOW)
    assert short == (leaf.certificate, middle.certificate)
    long = find_path(leaf.certificate, others=(), anchors=(middle.der, root.der), at=NOW)
    assert long[-1] == root.certificate


def test_root_that_is_not_listed_is_no_end(root: Issued, middle: Issued, leaf: Issued) -> None:
    with pytest.raises(NoPathError):
        find_path(leaf.certificate, others=(middle.der, root.der), anchors=(), at=NOW)


@pytest.mark.parametrize(
    "spoilt", [{"authority": False}, {"key_cert_sign": False}, {"days": 100}], ids=["no authority", "usage", "ended"]
)
def test_middle_that_may_not_issue_is_on_no_path(root: Issued, spoilt: dict[str, int]) -> None:
    bad = issue("Cấp dưới hỏng", root, **spoilt)  # type: ignore[arg-type] # one of three keywords
    below = issue("Sở", bad, authority=False)
    with pytest.raises(NoPathError):
        find_path(below.certificate, others=(bad.der,), anchors=(root.der,), at=NOW)


def test_path_longer_than_its_root_allows_is_none() -> None:
    strict = issue("Gốc chặt", path_length=0)
    middle = issue("Cấp dưới", strict)
    below = issue("Sở", middle, authority=False)
    with pytest.raises(NoPathError):
        find_path(below.certificate, others=(middle.der,), anchors=(strict.der,), at=NOW)


def test_ended_certificate_has_no_path(root: Issued) -> None:
    ended = issue("Sở", root, authority=False, days=10)
    with pytest.raises(NoPathError):
        find_path(ended.certificate, others=(), anchors=(root.der,), at=NOW)


def test_path_that_ended_within_the_hour_is_not_remembered(root: Issued) -> None:
    short = issue("Sở", root, authority=False, days=1)
    last = START + timedelta(days=1)
    assert find_path(short.certificate, others=(), anchors=(root.der,), at=last - timedelta(minutes=1))
    with pytest.raises(NoPathError):
        find_path(short.certificate, others=(), anchors=(root.der,), at=last + timedelta(minutes=1))


def test_authority_that_ended_within_the_hour_is_on_no_path(root: Issued) -> None:
    middle = issue("Cấp dưới", root, days=1)
    leaf = issue("Sở", middle, authority=False)
    last = START + timedelta(days=1)
    early, late = last - timedelta(minutes=1), last + timedelta(minutes=1)
    for moment in (early, last.replace(minute=0)):
        assert find_path(leaf.certificate, others=(middle.der,), anchors=(root.der,), at=moment)
    with pytest.raises(NoPathError):
        find_path(leaf.certificate, others=(middle.der,), anchors=(root.der,), at=late)


def test_authorities_of_the_same_name_that_name_each_other_end() -> None:
    first, second = issue("Vòng"), issue("Vòng")
    leaf = issue("Sở", second, authority=False)
    with pytest.raises(NoPathError):
        find_path(leaf.certificate, others=(first.der, second.der, b"no certificate"), anchors=(), at=NOW)


def test_evidence_speaks_of_every_certificate_below_the_root(root: Issued, middle: Issued, leaf: Issued) -> None:
    lists = [crl_of(root), crl_of(middle)]
    with EvidenceGatherer(expected_roots=[root.der], crls=lists) as gatherer:
        path = gatherer.find_signer_path(leaf.certificate, others=[middle.certificate], now=NOW)
        evidence = gatherer.gather(path, now=NOW)
    assert evidence.certificates == (middle.der, root.der)
    assert set(evidence.crls) == set(lists)


def test_signer_below_a_revoked_authority_is_refused(root: Issued, middle: Issued, leaf: Issued) -> None:
    lists = [crl_of(root, middle), crl_of(middle)]
    with EvidenceGatherer(expected_roots=[root.der], crls=lists) as gatherer:
        path = gatherer.find_signer_path(leaf.certificate, others=[middle.certificate], now=NOW)
        with pytest.raises(SignerRevokedError, match="signer_issuer_revoked"):
            gatherer.gather(path, now=NOW)


def test_certificates_that_issue_each_other_end_the_search() -> None:
    shared = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vòng")])

    def certify(serial_number: int, *, authority: bool) -> bytes:
        builder = x509.CertificateBuilder().issuer_name(name).subject_name(name).public_key(shared.public_key())
        builder = builder.serial_number(serial_number).not_valid_before(START)
        builder = builder.not_valid_after(START + timedelta(days=300))
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        return builder.sign(shared, hashes.SHA256()).public_bytes(Encoding.DER)

    circle = tuple(certify(number, authority=True) for number in range(1, 60))
    signer = x509.load_der_x509_certificate(certify(60, authority=False))

    began = time.process_time()
    with pytest.raises(NoPathError):
        find_path(signer, others=circle, anchors=(), at=NOW)
    assert time.process_time() - began < 2
