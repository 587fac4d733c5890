import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import (
    ORGANISATION_KEY_FILES,
    FileCoseKey,
    FileSigningKey,
    load_organisation_keys,
    save_key_file,
)
from backend.signing.key_settings import Mode


@pytest.fixture
def key_folder(tmp_path: Path, seal_key: FileSigningKey) -> Path:
    for name in ORGANISATION_KEY_FILES.values():
        save_key_file(tmp_path / "keys" / name, seal_key._private_key, seal_key.certificate, *seal_key.chain)
    return tmp_path / "keys"


def test_demo_keys_are_refused_in_production(key_folder: Path) -> None:
    with pytest.raises(KeyRefusedError, match="demo_keys_refused"):
        load_organisation_keys(key_folder, mode=Mode.PRODUCTION)


def test_keys_are_read_back_as_written(key_folder: Path, seal_key: FileSigningKey) -> None:
    keys = load_organisation_keys(key_folder, mode=Mode.DEMO)
    assert keys.pdf_seal.certificate == seal_key.certificate
    assert keys.pdf_seal.chain == seal_key.chain
    assert keys.capsule.certificate == seal_key.certificate
    assert keys.capsule.kid == seal_key.certificate.fingerprint(hashes.SHA256())[:8]


def test_key_file_is_for_its_owner_only(key_folder: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in key_folder.iterdir()} == {0o600}


def test_missing_key_file_is_named_without_its_folder(key_folder: Path) -> None:
    (key_folder / "status.pem").unlink()
    with pytest.raises(KeyRefusedError, match="key_file_missing") as caught:
        load_organisation_keys(key_folder, mode=Mode.DEMO)
    assert caught.value.details == {"file": "status.pem"}


def test_cose_signature_is_r_and_s_of_32_bytes(seal_key: FileSigningKey) -> None:
    private_key = seal_key._private_key
    assert isinstance(private_key, ec.EllipticCurvePrivateKey)
    signature = FileCoseKey(private_key, kid=b"12345678").sign(b"to be signed")
    assert len(signature) == 64
    der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    private_key.public_key().verify(der, b"to be signed", ec.ECDSA(hashes.SHA256()))


def test_rsa_key_signs_with_pkcs1(school_key: FileSigningKey) -> None:
    public_key = school_key.certificate.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    public_key.verify(school_key.sign(b"data"), b"data", padding.PKCS1v15(), hashes.SHA256())


def test_weak_rsa_key_is_refused(school_key: FileSigningKey) -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - what the test refuses
    with pytest.raises(KeyRefusedError, match="key_too_weak"):
        FileSigningKey(weak, school_key.certificate)


def test_other_curve_is_refused(seal_key: FileSigningKey) -> None:
    with pytest.raises(KeyRefusedError, match="key_kind_unknown"):
        FileSigningKey(ec.generate_private_key(ec.SECP384R1()), seal_key.certificate)
    with pytest.raises(KeyRefusedError, match="key_kind_unknown"):
        FileCoseKey(ec.generate_private_key(ec.SECP384R1()), kid=b"12345678")


def test_certificate_of_another_key_is_refused(seal_key: FileSigningKey) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(KeyRefusedError, match="certificate_of_other_key"):
        FileSigningKey(other, seal_key.certificate)
    with pytest.raises(KeyRefusedError, match="certificate_of_other_key"):
        FileCoseKey(other, seal_key.certificate)


def test_cose_key_needs_a_name() -> None:
    with pytest.raises(KeyRefusedError, match="key_without_name"):
        FileCoseKey(ec.generate_private_key(ec.SECP256R1()))


@pytest.mark.parametrize("pem", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_unreadable_key_file_is_refused(pem: bytes) -> None:
    with pytest.raises(KeyRefusedError, match="key_file_unreadable"):
        FileSigningKey.from_pem(pem)


def test_key_file_without_certificate_cannot_sign_xml(
    root: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
) -> None:
    pem = root[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(KeyRefusedError, match="key_file_unreadable"):
        FileSigningKey.from_pem(pem)
    assert FileCoseKey.from_pem(pem, kid=b"12345678").certificate is None
