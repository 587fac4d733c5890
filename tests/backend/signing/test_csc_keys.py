"""What goes wrong with a remote signing service, and that only ``SigningError`` comes of it."""

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from backend.signing.certified_key import signature_matches
from backend.signing.csc_keys import CscKey
from backend.signing.csc_service import MAX_ANSWER_BYTES, CscService
from backend.signing.errors import KeyOwnerRefusedError, KeyRefusedError, KeyUnavailableError, SigningError
from backend.signing.key_settings import CscSettings
from backend.signing.pkcs11_keys import HsmSigningKey
from tests.backend.conftest import MakeKey
from tests.backend.signing.remote_signing_service import RemoteSigningService
from tests.backend.soft_hsm import SoftHsm

HASHES = [hashlib.sha256(b"%d" % number).digest() for number in range(12)]
TEACHER = "gv-hang"


@pytest.fixture(scope="module")
def hsm_key(make_key: MakeKey, soft_hsm: SoftHsm) -> HsmSigningKey:
    key = make_key("Nguyễn Thị Hằng")
    soft_hsm.add_key("csc-teacher", key._private_key)
    return HsmSigningKey(soft_hsm.token(), label="csc-teacher", certificates=(key.certificate, *key.chain))


@pytest.fixture
def remote(hsm_key: HsmSigningKey) -> Iterator[RemoteSigningService]:
    with RemoteSigningService({TEACHER: hsm_key}) as remote:
        yield remote


@pytest.fixture
def service(remote: RemoteSigningService, tmp_path: Path) -> Iterator[CscService]:
    with closing(CscService(remote.settings(tmp_path))) as service:
        yield service


@pytest.fixture
def key(service: CscService) -> CscKey:
    return CscKey.open(service, TEACHER)


def test_each_authorisation_covers_the_hashes_that_are_signed_and_as_many_as_the_service_allows(
    key: CscKey, remote: RemoteSigningService
) -> None:
    signatures = key.sign_hashes(HASHES)
    assert [len(hashes) for hashes in remote.authorised] == [5, 5, 2]
    assert all(
        signature_matches(key.certificate, signature, digest)
        for signature, digest in zip(signatures, HASHES, strict=True)
    )
    assert remote.calls.count("oauth2/token") == 1


def test_key_is_asked_for_once(key: CscKey, remote: RemoteSigningService) -> None:
    for _ in range(3):
        key.sign(b"card")
    assert remote.calls.count("credentials/info") == 1


def test_nothing_is_signed_when_the_owner_does_not_confirm(key: CscKey, remote: RemoteSigningService) -> None:
    remote.owner_confirms = lambda _hashes: False
    with pytest.raises(KeyOwnerRefusedError, match="remote_owner_refused"):
        key.sign_hashes(HASHES[:2])
    assert "signatures/signHash" not in remote.calls


def test_the_owner_has_more_time_than_a_machine(key: CscKey, remote: RemoteSigningService, service: CscService) -> None:
    service._answer_seconds = 2.0

    def after_a_while(_hashes: list[str]) -> bool:
        time.sleep(2.3)
        return True

    remote.owner_confirms = after_a_while
    assert len(key.sign_hashes(HASHES[:2])) == 2


def test_an_owner_who_takes_too_long_signs_nothing(
    key: CscKey, remote: RemoteSigningService, service: CscService
) -> None:
    service._authorisation_seconds = 1.0

    def much_later(_hashes: list[str]) -> bool:
        time.sleep(1.5)
        return True

    remote.owner_confirms = much_later
    with pytest.raises(KeyOwnerRefusedError, match="remote_owner_silent"):
        key.sign_hashes(HASHES[:2])
    assert "signatures/signHash" not in remote.calls


def test_expired_activation_data_signs_nothing(key: CscKey, remote: RemoteSigningService) -> None:
    remote.sad_lives_seconds = -1
    with pytest.raises(KeyRefusedError, match="remote_refused") as caught:
        key.sign(b"card")
    assert caught.value.details == {"error": "invalid_sad"}


@pytest.mark.parametrize(("change", "code"), [("again", "invalid_sad"), ("other hash", "hash_not_authorized")])
def test_the_service_signs_what_it_authorised_and_once(
    key: CscKey,
    remote: RemoteSigningService,
    service: CscService,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    code: str,
) -> None:
    asked = service.ask
    seen: dict[str, object] = {}

    def meddle(method: str, body: dict[str, object], *rest: object, **named: object) -> object:
        if method == "signatures/signHash":
            if change == "again":
                body["SAD"] = seen.setdefault("SAD", body["SAD"])
            else:
                body["hashes"] = remote.authorised[0][::-1]
        return asked(method, body, *rest, **named)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(service, "ask", meddle)
    with pytest.raises(KeyRefusedError, match="remote_refused") as caught:
        key.sign_hashes(HASHES)
    assert caught.value.details == {"error": code}


def test_signatures_in_another_order_are_not_taken(key: CscKey, remote: RemoteSigningService) -> None:
    def reversed_signatures(method: str, answer: bytes) -> bytes:
        if method != "signatures/signHash":
            return answer
        return json.dumps({"signatures": json.loads(answer)["signatures"][::-1]}).encode()

    remote.answer = reversed_signatures
    with pytest.raises(SigningError, match="signature_value_malformed"):
        key.sign_hashes(HASHES[:3])


def test_expired_access_token_is_renewed(key: CscKey, remote: RemoteSigningService) -> None:
    remote.end_tokens()
    assert key.sign(b"card")
    assert remote.calls.count("oauth2/token") == 2


def test_wrong_secret_is_refused(remote: RemoteSigningService, tmp_path: Path) -> None:
    with (
        closing(CscService(remote.settings(tmp_path, secret="wrong"))) as service,  # noqa: S106  # no secret
        pytest.raises(KeyRefusedError, match="remote_client_refused"),
    ):
        CscKey.open(service, TEACHER)


def test_missing_secret_is_named(remote: RemoteSigningService, tmp_path: Path) -> None:
    settings = remote.settings(tmp_path, secret="")
    for _ in range(2):
        with (
            closing(CscService(settings)) as service,
            pytest.raises(KeyRefusedError, match="remote_secret_unreadable") as caught,
        ):
            CscKey.open(service, TEACHER)
        assert caught.value.details == {"file": "csc-secret"}
        settings.client_secret_file.unlink(missing_ok=True)


def test_unknown_credential_is_refused(service: CscService) -> None:
    with pytest.raises(KeyRefusedError, match="remote_refused"):
        CscKey.open(service, "nobody")


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"auth": {"mode": "explicit"}}, "remote_mode_unsupported"),
        ({"auth": {"mode": "oauth2code"}}, "remote_mode_unsupported"),
        ({"SCAL": "1"}, "remote_hashes_not_authorised"),
        ({"key": {"status": "disabled", "algo": []}}, "remote_credential_disabled"),
        ({"key": {"status": "enabled", "algo": ["1.2.3"]}}, "remote_algorithm_unsupported"),
    ],
)
def test_credential_that_may_not_be_used_here_is_refused(
    remote: RemoteSigningService, service: CscService, info: dict[str, object], code: str
) -> None:
    remote.info = info
    with pytest.raises(KeyRefusedError, match=code):
        CscKey.open(service, TEACHER)


@pytest.mark.parametrize(
    "info", [{"cert": {"certificates": []}}, {"cert": {"certificates": ["AAAA"]}}, {"multisign": "many"}, {"key": None}]
)
def test_malformed_credential_is_refused(
    remote: RemoteSigningService, service: CscService, info: dict[str, object]
) -> None:
    remote.info = info
    with pytest.raises(KeyUnavailableError, match="remote_answer_malformed"):
        CscKey.open(service, TEACHER)


@pytest.mark.parametrize(
    "answer",
    [b"", b"[]", b"\xff", b"{}", b'{"SAD": 1}', b'{"signatures": []}', b'{"signatures": ["?"]}', b"<html>"],
)
@pytest.mark.parametrize("method", ["credentials/authorize", "signatures/signHash"])
def test_answers_that_are_none_are_refused(
    key: CscKey, remote: RemoteSigningService, method: str, answer: bytes
) -> None:
    remote.answer = lambda asked, honest: answer if asked == method else honest
    with pytest.raises(SigningError, match=r"remote_answer_malformed|signature_value_malformed"):
        key.sign(b"card")


def test_answer_without_an_end_is_not_read(key: CscKey, remote: RemoteSigningService) -> None:
    remote.answer = lambda _method, _answer: b" " * (MAX_ANSWER_BYTES + 1)
    with pytest.raises(KeyUnavailableError, match="remote_answer_too_large"):
        key.sign(b"card")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_service_that_fails_is_asked_again_later(key: CscKey, remote: RemoteSigningService, status: int) -> None:
    remote.status["signatures/signHash"] = status
    with pytest.raises(KeyUnavailableError, match="remote_failed"):
        key.sign(b"card")


def test_text_of_a_refusal_is_kept_out_of_errors(key: CscKey, remote: RemoteSigningService) -> None:
    remote.status["credentials/authorize"] = 400
    remote.answer = lambda _method, _answer: b'{"error": "Nguyen Thi Hang 001190000001"}'
    with pytest.raises(KeyRefusedError, match="remote_refused") as caught:
        key.sign(b"card")
    assert caught.value.details == {"error": "400"}


def test_service_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    settings = CscSettings("http://127.0.0.1:9/csc/v2", "so-01", tmp_path / "secret")
    with (
        closing(CscService(settings)) as service,
        pytest.raises(KeyUnavailableError, match="remote_unreachable"),
    ):
        CscKey.open(service, TEACHER)


def test_service_that_does_not_answer_in_time_is_unavailable(
    key: CscKey, remote: RemoteSigningService, service: CscService
) -> None:
    service._answer_seconds = 2.0

    def slow(method: str, answer: bytes) -> bytes:
        time.sleep(2.3 if method == "signatures/signHash" else 0)
        return answer

    remote.answer = slow
    with pytest.raises(KeyUnavailableError, match="remote_timeout") as caught:
        key.sign(b"card")
    assert caught.value.details == {"method": "signatures/signHash"}


def test_service_that_is_slow_before_it_asks_the_owner_has_asked_nobody(
    key: CscKey, remote: RemoteSigningService, service: CscService
) -> None:
    service._answer_seconds = 1.0
    service._token_until = 0.0

    def slow(method: str, answer: bytes) -> bytes:
        time.sleep(1.3 if method == "oauth2/token" else 0)
        return answer

    remote.answer = slow
    with pytest.raises(KeyUnavailableError, match="remote_timeout"):
        key.sign(b"card")
    assert "credentials/authorize" not in remote.calls


def test_service_that_cannot_be_reached_has_asked_nobody(key: CscKey, service: CscService) -> None:
    def out_of_reach(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("", request=request)

    service.close()  # its connection must not be left to the garbage collector
    service._client = httpx.Client(transport=httpx.MockTransport(out_of_reach))
    with pytest.raises(KeyUnavailableError, match="remote_unreachable"):
        key.sign(b"card")
