"""What every adapter of the port promises, asked of the real parts: files, an HSM, a remote signing service."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from backend.signing.certified_key import der_signature
from backend.signing.csc_keys import CscKey
from backend.signing.csc_service import CscService
from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import FileCoseKey, FileSigningKey
from backend.signing.keys import CoseKey, PersonKey
from backend.signing.pkcs11_keys import HsmCoseKey, HsmSigningKey
from backend.signing.sign_xml import prepare_card_signature, sign_card
from tests.backend.conftest import MakeKey
from tests.backend.signing.remote_signing_service import RemoteSigningService
from tests.backend.signing.test_sign_xml import CARD, DS, check_signature
from tests.backend.soft_hsm import SoftHsm
from verifier.record.card_document import SignerRole

OPENED_BY = {"file": "made", "pkcs11": "hsm_keys", "csc": "remote_keys"}
KINDS = ("rsa", "rsa-3072", "ec")


@pytest.fixture(scope="session")
def made(make_key: MakeKey) -> dict[str, FileSigningKey]:
    """The same keys for every adapter."""
    return {kind: make_key(f"Khoá {kind}", kind=kind) for kind in KINDS}


@pytest.fixture(scope="session")
def hsm_keys(made: dict[str, FileSigningKey], soft_hsm: SoftHsm) -> dict[str, HsmSigningKey]:
    for kind, key in made.items():
        soft_hsm.add_key(f"contract-{kind}", key._private_key)
    token = soft_hsm.token()
    return {
        kind: HsmSigningKey(token, label=f"contract-{kind}", certificates=(key.certificate, *key.chain))
        for kind, key in made.items()
    }


@pytest.fixture(scope="session")
def remote_keys(
    hsm_keys: dict[str, HsmSigningKey], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, CscKey]]:
    folder = tmp_path_factory.mktemp("csc")
    with RemoteSigningService(hsm_keys) as remote, closing(CscService(remote.settings(folder))) as service:
        yield {kind: CscKey.open(service, kind) for kind in hsm_keys}


@pytest.fixture(params=[f"{adapter} {kind}" for adapter in ("file", "pkcs11", "csc") for kind in KINDS])
def key(request: pytest.FixtureRequest) -> PersonKey:
    adapter, kind = request.param.split()
    opened: dict[str, PersonKey] = request.getfixturevalue(OPENED_BY[adapter])
    return opened[kind]


@pytest.fixture(params=["file", "pkcs11"])
def cose_key(
    request: pytest.FixtureRequest, made: dict[str, FileSigningKey], soft_hsm: SoftHsm, hsm_keys: object
) -> CoseKey:
    key = made["ec"]
    assert hsm_keys
    if request.param == "pkcs11":
        return HsmCoseKey(soft_hsm.token(), label="contract-ec", certificate=key.certificate)
    assert isinstance(key._private_key, ec.EllipticCurvePrivateKey)
    return FileCoseKey(key._private_key, key.certificate)


def verify(key: PersonKey, signature: bytes, data: bytes) -> None:
    public_key = key.certificate.public_key()
    if isinstance(public_key, rsa.RSAPublicKey):
        public_key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(public_key, ec.EllipticCurvePublicKey)
        public_key.verify(signature, data, ec.ECDSA(hashes.SHA256()))


class TestPersonKey:
    def test_signs_data(self, key: PersonKey) -> None:
        verify(key, key.sign("học bạ".encode()), "học bạ".encode())

    def test_signs_many_hashes_in_their_order(self, key: PersonKey) -> None:
        data = [b"%d" % number for number in range(12)]
        signatures = key.sign_hashes([hashlib.sha256(one).digest() for one in data])
        for one, signature in zip(data, signatures, strict=True):
            verify(key, signature, one)

    def test_signs_nothing_when_nothing_is_given(self, key: PersonKey) -> None:
        assert key.sign_hashes([]) == ()

    def test_refuses_what_is_no_hash(self, key: PersonKey) -> None:
        with pytest.raises(KeyRefusedError, match="hash_malformed"):
            key.sign_hashes([bytes(32), b"a whole document"])

    def test_has_its_certificate_and_its_issuers(self, key: PersonKey, root: tuple[object, object]) -> None:
        assert key.chain == (root[0],)
        assert key.certificate.issuer == key.chain[0].subject

    def test_signs_for_many_threads_at_once(self, key: PersonKey) -> None:
        def work(number: int) -> tuple[bytes, bytes]:
            data = b"%d" % number
            return data, key.sign(data)

        with ThreadPoolExecutor(12) as pool:
            for data, signature in pool.map(work, range(120)):
                verify(key, signature, data)

    def test_signs_a_card(self, key: PersonKey, now: datetime) -> None:
        prepared = prepare_card_signature(CARD, role=SignerRole.MANAGER, certificate=key.certificate, now=now)
        (value,) = key.sign_hashes([prepared.digest])
        for signed in (prepared.finish(value), sign_card(CARD, role=SignerRole.MANAGER, key=key, now=now)):
            (signature,) = etree.fromstring(signed).iter(f"{DS}Signature")
            assert len(check_signature(signature)) == 2


class TestCoseKey:
    def test_signs_with_r_and_s_side_by_side(self, cose_key: CoseKey) -> None:
        signature = cose_key.sign(b"capsule")
        assert len(signature) == 64
        cose_key.public_key.verify(der_signature(signature), b"capsule", ec.ECDSA(hashes.SHA256()))

    def test_is_named_by_its_certificate(self, cose_key: CoseKey) -> None:
        assert cose_key.certificate is not None
        assert cose_key.public_key == cose_key.certificate.public_key()
        assert cose_key.kid == hashlib.sha256(cose_key.certificate.public_bytes(Encoding.DER)).digest()[:8]
