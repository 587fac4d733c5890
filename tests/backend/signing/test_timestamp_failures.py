"""Authorities that fail, one way each. Their tokens are openssl's or the demo server's, good but for that."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from asn1crypto import tsp

from backend.signing.demo_timestamp_server import DemoTimestampAuthority
from backend.signing.errors import TimestampUnavailableError
from backend.signing.file_keys import FileSigningKey
from backend.signing.timestamps import MAX_RESPONSE_BYTES, Timestamp, TimestampAuthorities, build_request
from tests.backend.signing.openssl_authority import OpensslAuthority, WebServer

DIGEST = hashlib.sha256(b"card").digest()


@pytest.fixture(scope="module")
def authority() -> Iterator[OpensslAuthority]:
    with OpensslAuthority() as running:
        yield running


@pytest.fixture(scope="module")
def good_key(authority: OpensslAuthority) -> FileSigningKey:
    return authority.make_key("Dấu thời gian", timestamping=True)


@pytest.fixture(scope="module")
def good(authority: OpensslAuthority, good_key: FileSigningKey) -> Callable[[bytes], bytes]:
    return authority.timestamps_of(good_key)


def request(authority: OpensslAuthority, *urls: str, timeout_seconds: float = 2.0) -> Timestamp:
    with TimestampAuthorities(
        urls, expected_roots=[authority.root_der], timeout_seconds=timeout_seconds
    ) as authorities:
        return authorities.request(DIGEST)


def refusal(authority: OpensslAuthority, answer: Callable[[bytes], bytes]) -> str:
    with WebServer(answer) as server, pytest.raises(TimestampUnavailableError) as caught:
        request(authority, server.url)
    return caught.value.reason


@pytest.mark.parametrize("rsa_key", [False, True])
def test_token_of_openssl_is_taken_and_leads_to_its_root(*, authority: OpensslAuthority, rsa_key: bool) -> None:
    key = authority.make_key("Dấu thời gian", timestamping=True, rsa_key=rsa_key)
    with WebServer(authority.timestamps_of(key)) as server:
        timestamp = request(authority, server.url)
    assert timestamp.path == (key.certificate, authority.root)
    assert abs(datetime.now(UTC) - timestamp.token.made_at) < timedelta(seconds=30)


def test_wrong_nonce(authority: OpensslAuthority, good: Callable[[bytes], bytes]) -> None:
    assert refusal(authority, lambda _: good(build_request(DIGEST, nonce=1))) == "timestamp_of_other_request"


def test_missing_nonce(authority: OpensslAuthority, good: Callable[[bytes], bytes]) -> None:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    without = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True}).dump()
    assert refusal(authority, lambda _: good(without)) == "timestamp_of_other_request"


def test_wrong_imprint(authority: OpensslAuthority, good: Callable[[bytes], bytes]) -> None:
    def answer(asked: bytes) -> bytes:
        return good(asked.replace(DIGEST, hashlib.sha256(b"other card").digest()))

    assert refusal(authority, answer) == "timestamp_of_other_request"


def test_expired_certificate(authority: OpensslAuthority) -> None:
    ended = timedelta(days=-300), timedelta(days=-1)
    key = authority.make_key("Dấu thời gian cũ", timestamping=True, valid=ended)
    assert refusal(authority, DemoTimestampAuthority(key).answer) == "timestamp_certificate_ended"


def test_certificate_for_something_else(authority: OpensslAuthority) -> None:
    key = authority.make_key("Trường")
    assert refusal(authority, DemoTimestampAuthority(key).answer) == "timestamp_certificate_wrong_use"


def test_unlisted_authority(authority: OpensslAuthority) -> None:
    with OpensslAuthority() as other:  # same name, other key
        key = other.make_key("Dấu thời gian", timestamping=True)
        assert refusal(authority, DemoTimestampAuthority(key).answer) == "timestamp_authority_untrusted"


def test_token_that_another_key_signed(authority: OpensslAuthority, good_key: FileSigningKey) -> None:
    thief = authority.make_key("Kẻ trộm", timestamping=True)
    forger = DemoTimestampAuthority(good_key)
    forger._key = thief
    assert refusal(authority, forger.answer) == "timestamp_signature_wrong"


def test_changed_time(authority: OpensslAuthority, good_key: FileSigningKey) -> None:
    moment = datetime(2026, 5, 31, 3, tzinfo=UTC)
    honest = DemoTimestampAuthority(good_key, clock=lambda: moment)

    def lie(asked: bytes) -> bytes:
        return honest.answer(asked).replace(b"20260531", b"20250531")

    assert refusal(authority, lie) == "timestamp_signature_wrong"


def test_token_without_its_certificate(authority: OpensslAuthority, good: Callable[[bytes], bytes]) -> None:
    assert refusal(authority, lambda asked: good(asked.replace(b"\x01\x01\xff", b"\x01\x01\x00"))) == (
        "timestamp_certificate_missing"
    )


def test_too_large_answer(authority: OpensslAuthority) -> None:
    assert refusal(authority, lambda _: bytes(MAX_RESPONSE_BYTES + 1)) == "timestamp_too_large"


def test_answer_that_drips_is_given_up(authority: OpensslAuthority) -> None:
    stopped = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not stopped.wait(0.05):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=partial(drip, listening), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        with pytest.raises(TimestampUnavailableError, match="timestamp_timeout"):
            request(authority, url, timeout_seconds=0.4)
        stopped.set()
        thread.join(5)


def test_next_authority_is_asked_when_one_answers_badly(
    authority: OpensslAuthority, good: Callable[[bytes], bytes]
) -> None:
    with WebServer(lambda _: b"<html>") as bad, WebServer(good) as second:
        request(authority, bad.url, second.url)
        assert (bad.requests, second.requests) == (1, 1)


def test_failing_authority_is_passed_over_and_tried_again_later(
    authority: OpensslAuthority, good: Callable[[bytes], bytes]
) -> None:
    moments = [0.0]
    with (
        WebServer(lambda _: b"<html>") as first,
        WebServer(good) as second,
        TimestampAuthorities(
            [first.url, second.url], expected_roots=[authority.root_der], clock=lambda: moments[-1]
        ) as authorities,
    ):
        for _ in range(5):
            authorities.request(DIGEST)
        assert (first.requests, second.requests) == (2, 5)
        moments.append(31.0)
        for _ in range(3):
            authorities.request(DIGEST)
        moments.append(31.0 + 45.0)
        authorities.request(DIGEST)
        assert first.requests == 3, "once, and then passed over for twice as long"
        moments.append(31.0 + 61.0)
        first.answer = good
        for _ in range(3):
            authorities.request(DIGEST)
        assert (first.requests, second.requests) == (6, 9)
        first.answer = lambda _: b"<html>"
        for _ in range(3):
            authorities.request(DIGEST)
        assert first.requests == 8, "a good answer makes its failures forgotten"


def test_reason_is_said_while_the_only_authority_is_passed_over(authority: OpensslAuthority) -> None:
    with (
        WebServer(lambda _: b"<html>") as only,
        TimestampAuthorities([only.url], expected_roots=[authority.root_der]) as authorities,
    ):
        for _ in range(4):
            with pytest.raises(TimestampUnavailableError, match="timestamp_malformed"):
                authorities.request(DIGEST)
        assert only.requests == 2
