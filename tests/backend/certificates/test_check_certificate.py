from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec import structs

from backend.certificates.check_certificate import read_certificate, verify_registrable
from backend.certificates.errors import CertificateRefusedError
from backend.messages import catalogue
from tests.verifier.authority import FIRST_DAY, LAST_DAY, Authority
from tests.verifier.small_city import NOW, SmallCity, small_city


@pytest.fixture
def small() -> SmallCity:
    return small_city()


def check(small: SmallCity, certificate: x509.Certificate, **changes: Any) -> None:
    values: dict[str, Any] = {"role": "school", "trust": small.trust_list(), "demo_accepted": True, "now": NOW}
    verify_registrable(certificate, **(values | changes))


def refusal(small: SmallCity, certificate: x509.Certificate, **changes: Any) -> str:
    with pytest.raises(CertificateRefusedError) as refused:
        check(small, certificate, **changes)
    assert refused.value.reason in catalogue("vi")
    return refused.value.reason


def test_certificate_is_read_from_pem_and_der(small: SmallCity) -> None:
    certificate = small.school.certificate
    der, pem = certificate.public_bytes(Encoding.DER), certificate.public_bytes(Encoding.PEM)
    assert read_certificate(der) == certificate
    assert read_certificate(b"Bag Attributes\r\n" + pem) == certificate


def test_file_that_is_not_one_certificate_is_refused_by_name(small: SmallCity) -> None:
    pem = small.school.certificate.public_bytes(Encoding.PEM)
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    cases = {
        "certificate_file_long": pem + b" " * 50_000,
        "certificate_with_private_key": key + pem,
        "certificate_not_alone": pem + pem,
        "certificate_file_unreadable": b"not a certificate",
    }
    for reason, data in cases.items():
        with pytest.raises(CertificateRefusedError, match=reason):
            read_certificate(data)
        assert reason in catalogue("vi")


def test_certificates_of_the_accepted_authorities_may_be_registered(small: SmallCity) -> None:
    check(small, small.school.certificate)
    check(small, small.manager.certificate, role="manager")


def test_authority_counts_for_its_own_use_only(small: SmallCity) -> None:
    assert refusal(small, small.school.certificate, role="manager") == "certificate_authority_unknown"
    assert refusal(small, small.manager.certificate) == "certificate_authority_unknown"
    assert refusal(small, Authority("CA cơ quan, tổ chức").issue("X").certificate) == "certificate_authority_unknown"


def test_weak_ended_or_misused_certificates_are_refused(small: SmallCity) -> None:
    weak = small.schools.issue("Trường", kind="rsa", bits=1024).certificate
    assert refusal(small, weak) == "certificate_key_weak"
    curve = small.schools.certify("Trường", ec.generate_private_key(ec.SECP384R1()).public_key())
    assert refusal(small, curve) == "certificate_key_weak"
    ended = small.schools.issue("Trường", since=FIRST_DAY, until=NOW - timedelta(days=1)).certificate
    assert refusal(small, ended) == "registered_certificate_ended"
    authority = small.schools.certify("CA", ec.generate_private_key(ec.SECP256R1()).public_key(), ca=True)
    assert refusal(small, authority) == "certificate_not_for_signing"


def test_certificate_issued_with_a_short_hash_is_refused(small: SmallCity) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    old = (
        x509.CertificateBuilder()
        .subject_name(small.schools.name)
        .issuer_name(small.schools.name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(FIRST_DAY)
        .not_valid_after(LAST_DAY)
        .sign(small.schools.key, hashes.SHA224())
    )
    assert refusal(small, old) == "certificate_hash_weak"


def test_demos_certificate_counts_in_a_demo_only(small: SmallCity) -> None:
    assert refusal(small, small.school.certificate, demo_accepted=False) == "certificate_of_demo"
    real = small.trust_list()
    real = structs.replace(real, roots=tuple(structs.replace(root, demo=False) for root in real.roots))
    check(small, small.school.certificate, trust=real, demo_accepted=False)
