"""What goes wrong with an HSM, and that only ``SigningError`` comes of it."""

import ctypes
import hashlib
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.signing.certified_key import signature_matches
from backend.signing.errors import KeyRefusedError, KeyUnavailableError, SigningError
from backend.signing.file_keys import FileSigningKey
from backend.signing.pkcs11_keys import HsmCoseKey, HsmSigningKey
from backend.signing.pkcs11_token import HsmAlgorithm, HsmToken
from tests.backend.conftest import MakeKey
from tests.backend.soft_hsm import SoftHsm

DIGEST = hashlib.sha256("học bạ".encode()).digest()


@pytest.fixture(scope="module")
def seal(make_key: MakeKey, soft_hsm: SoftHsm) -> FileSigningKey:
    key = make_key("Sở Giáo dục và Đào tạo", kind="rsa")
    soft_hsm.add_key("seal", key._private_key)
    return key


@pytest.fixture
def token(soft_hsm: SoftHsm) -> Iterator[HsmToken]:
    token = soft_hsm.token()
    yield token
    token.close()


def test_signers_are_kept_alive(token: HsmToken, seal: FileSigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    key = HsmSigningKey(token, label="seal", certificates=[seal.certificate])
    monkeypatch.setattr(token, "_connect", pytest.fail)
    lent = list(token._free)
    for _ in range(5):
        key.sign(b"card")
    assert token._free == lent
    assert len(lent) == 1
    assert list(lent[0]._keys) == ["seal"]


@pytest.mark.parametrize("times", [1, 3])
def test_lost_sessions_are_opened_anew(token: HsmToken, seal: FileSigningKey, soft_hsm: SoftHsm, times: int) -> None:
    key = HsmSigningKey(token, label="seal", certificates=[seal.certificate])
    for _ in range(times):
        assert token._token is not None
        ctypes.CDLL(str(soft_hsm.module)).C_CloseAllSessions(ctypes.c_ulong(token._token.slot.slot_id))
        assert signature_matches(seal.certificate, key.sign_hashes([DIGEST])[0], DIGEST)


def test_a_module_that_began_anew_is_logged_in_again(token: HsmToken, seal: FileSigningKey, soft_hsm: SoftHsm) -> None:
    key = HsmSigningKey(token, label="seal", certificates=[seal.certificate])
    ctypes.CDLL(str(soft_hsm.module)).C_Finalize(None)
    assert signature_matches(seal.certificate, key.sign_hashes([DIGEST])[0], DIGEST)


def test_all_threads_go_on_after_their_sessions_are_lost(
    token: HsmToken, seal: FileSigningKey, soft_hsm: SoftHsm
) -> None:
    key = HsmSigningKey(token, label="seal", certificates=[seal.certificate])

    def work(_number: int) -> bool:
        return signature_matches(seal.certificate, key.sign_hashes([DIGEST])[0], DIGEST)

    with ThreadPoolExecutor(12) as pool:
        for _ in range(3):
            assert all(pool.map(work, range(60)))
            assert token._token is not None
            ctypes.CDLL(str(soft_hsm.module)).C_CloseAllSessions(ctypes.c_ulong(token._token.slot.slot_id))
    assert token._lent == 0


def test_an_hsm_that_stays_away_is_said_to_be_unavailable(
    token: HsmToken, seal: FileSigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pkcs11  # noqa: PLC0415  # what the wall keeps inside, for this test alone

    key = HsmSigningKey(token, label="seal", certificates=[seal.certificate])
    asked = []

    def removed() -> None:
        asked.append(1)
        raise pkcs11.DeviceRemoved

    monkeypatch.setattr(token, "_take", removed)
    with pytest.raises(KeyUnavailableError, match="hsm_failed") as caught:
        key.sign(b"card")
    assert caught.value.details == {"kind": "DeviceRemoved"}
    assert len(asked) == 2


def test_wrong_pin_is_tried_once_and_never_again(soft_hsm: SoftHsm, seal: FileSigningKey, tmp_path: Path) -> None:
    pin_file = tmp_path / "pin"
    pin_file.write_text("not the pin")
    token = soft_hsm.token(pin_file=pin_file)
    with pytest.raises(KeyRefusedError, match="hsm_pin_refused"):
        token.sign("seal", HsmAlgorithm.RSA, [DIGEST])
    pin_file.unlink()
    with pytest.raises(KeyRefusedError, match="hsm_pin_refused"):
        HsmSigningKey(token, label="seal", certificates=[seal.certificate])


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff", b"1" * 300])
def test_pin_file_without_a_pin_is_refused(soft_hsm: SoftHsm, tmp_path: Path, content: bytes | None) -> None:
    pin_file = tmp_path / "pin"
    if content is not None:
        pin_file.write_bytes(content)
    with pytest.raises(KeyRefusedError, match="hsm_pin_file_unreadable"):
        soft_hsm.token(pin_file=pin_file).sign("seal", HsmAlgorithm.RSA, [DIGEST])


def test_missing_token_is_named(soft_hsm: SoftHsm) -> None:
    with pytest.raises(KeyRefusedError, match="hsm_token_missing") as caught:
        soft_hsm.token(label="no such token").sign("seal", HsmAlgorithm.RSA, [DIGEST])
    assert caught.value.details == {"label": "no such token"}


def test_module_that_is_none_is_refused(soft_hsm: SoftHsm, tmp_path: Path) -> None:
    for content in (None, b"no library"):
        module = tmp_path / "module.so"
        if content is not None:
            module.write_bytes(content)
        with pytest.raises(KeyRefusedError, match="hsm_module_unloadable"):
            HsmToken(module, label="t", pin_file=soft_hsm.pin_file).sign("seal", HsmAlgorithm.RSA, [DIGEST])


def test_missing_key_is_named(token: HsmToken, seal: FileSigningKey) -> None:
    with pytest.raises(KeyRefusedError, match="hsm_key_missing") as caught:
        HsmSigningKey(token, label="no-such-key", certificates=[seal.certificate])
    assert caught.value.details == {"label": "no-such-key"}


def test_two_keys_of_one_label_are_refused(token: HsmToken, soft_hsm: SoftHsm, make_key: MakeKey) -> None:
    key = make_key("Hai khoá")
    soft_hsm.add_key("twice", key._private_key)
    soft_hsm.add_key("twice", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(KeyRefusedError, match="hsm_key_ambiguous"):
        HsmSigningKey(token, label="twice", certificates=[key.certificate])


@pytest.mark.usefixtures("seal")
def test_certificate_of_another_key_is_refused(token: HsmToken, make_key: MakeKey) -> None:
    with pytest.raises(KeyRefusedError, match="certificate_of_other_key"):
        HsmSigningKey(token, label="seal", certificates=[make_key("Người khác", kind="rsa").certificate])


def test_certificate_of_another_kind_of_key_is_refused(
    token: HsmToken, seal: FileSigningKey, make_key: MakeKey
) -> None:
    with pytest.raises(SigningError):
        HsmSigningKey(token, label="seal", certificates=[make_key("Người khác").certificate])
    with pytest.raises(KeyRefusedError, match="key_kind_unknown"):
        HsmCoseKey(token, label="seal", certificate=seal.certificate)


def test_certificate_file_is_named_when_it_is_not_there(token: HsmToken, tmp_path: Path) -> None:
    with pytest.raises(KeyRefusedError, match="certificate_file_missing") as caught:
        HsmSigningKey.from_file(token, label="seal", certificate_file=tmp_path / "pdf-seal.pem")
    assert caught.value.details == {"file": "pdf-seal.pem"}
    (tmp_path / "pdf-seal.pem").write_text("no certificate")
    with pytest.raises(KeyRefusedError, match="certificate_file_unreadable"):
        HsmCoseKey.from_file(token, label="seal", certificate_file=tmp_path / "pdf-seal.pem")


def test_another_process_opens_its_own_token(token: HsmToken, seal: FileSigningKey) -> None:
    HsmSigningKey(token, label="seal", certificates=[seal.certificate])
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=_sign_in_child, args=(token, answers))
    child.start()
    assert answers.get() == "hsm_of_other_process"
    child.join()


def _sign_in_child(token: HsmToken, answers: "multiprocessing.SimpleQueue[str]") -> None:
    try:
        token.sign("seal", HsmAlgorithm.RSA, [DIGEST])
    except SigningError as error:
        answers.put(error.reason)
    else:
        answers.put("signed")
