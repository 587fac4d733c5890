import hashlib
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.demo_timestamp_server import DemoTimestampAuthority, DemoTimestampServer
from backend.signing.errors import TimestampUnavailableError
from backend.signing.file_keys import FileSigningKey
from backend.signing.timestamps import TimestampAuthorities, parse_response

DIGEST = hashlib.sha256(b"card").digest()


@pytest.fixture
def server(timestamp_key: FileSigningKey) -> Iterator[DemoTimestampServer]:
    with DemoTimestampServer(DemoTimestampAuthority(timestamp_key)) as running:
        yield running


@pytest.fixture
def roots(root: tuple[x509.Certificate, object]) -> list[bytes]:
    return [root[0].public_bytes(Encoding.DER)]


@pytest.fixture
def closed_port_url() -> str:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/"


def test_token_answers_the_request(
    server: DemoTimestampServer, timestamp_key: FileSigningKey, roots: list[bytes]
) -> None:
    with TimestampAuthorities([server.url], expected_roots=roots) as authorities:
        token = cms.ContentInfo.load(authorities.request(DIGEST).token.der, strict=True)
    info = token["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == DIGEST
    embedded = [choice.chosen.dump() for choice in token["content"]["certificates"]]
    assert timestamp_key.certificate.public_bytes(Encoding.DER) in embedded


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_openssl_accepts_the_demo_server(kind: str, tmp_path: Path, make_key: Callable[..., FileSigningKey]) -> None:
    key = make_key("Dấu thời gian", kind=kind, timestamping=True)
    (tmp_path / "root.pem").write_bytes(key.chain[0].public_bytes(Encoding.PEM))
    (tmp_path / "data").write_bytes(b"card")
    query = ["openssl", "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query.tsq"]
    subprocess.run(query, cwd=tmp_path, check=True, capture_output=True)
    with DemoTimestampServer(DemoTimestampAuthority(key)) as server:
        post = ["curl", "-sS", "-H", "Content-Type: application/timestamp-query", "--data-binary", "@query.tsq"]
        subprocess.run([*post, "-o", "reply.tsr", server.url], cwd=tmp_path, check=True, capture_output=True)
    verify = ["openssl", "ts", "-verify", "-queryfile", "query.tsq", "-in", "reply.tsr", "-CAfile", "root.pem"]
    result = subprocess.run(verify, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert "Verification: OK" in result.stdout + result.stderr


def test_next_authority_is_asked_when_one_is_down(
    server: DemoTimestampServer, closed_port_url: str, roots: list[bytes]
) -> None:
    with TimestampAuthorities([closed_port_url, server.url], expected_roots=roots) as authorities:
        assert authorities.request(DIGEST).token.imprint == DIGEST


def test_all_authorities_down_is_said(closed_port_url: str) -> None:
    with (
        TimestampAuthorities([closed_port_url, closed_port_url], expected_roots=[]) as authorities,
        pytest.raises(TimestampUnavailableError, match="timestamp_unreachable") as caught,
    ):
        authorities.request(DIGEST)
    assert caught.value.details == {"authority": 2}


def test_no_authority_configured_is_said() -> None:
    with (
        TimestampAuthorities([], expected_roots=[]) as authorities,
        pytest.raises(TimestampUnavailableError, match="timestamp_authority_missing"),
    ):
        authorities.request(DIGEST)


def test_slow_authority_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with (
            TimestampAuthorities([url], expected_roots=[], timeout_seconds=0.2) as authorities,
            pytest.raises(TimestampUnavailableError, match="timestamp_timeout"),
        ):
            authorities.request(DIGEST)


def test_other_status_is_no_answer(server: DemoTimestampServer) -> None:
    assert httpx.get(server.url).status_code == 501
    assert httpx.post(server.url, content=b"x" * 5000).status_code == 413


def answer_to(key: FileSigningKey, *, digest: bytes = DIGEST, nonce: int = 7) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return DemoTimestampAuthority(key).answer(request.dump())


def test_token_for_another_digest_is_refused(timestamp_key: FileSigningKey) -> None:
    response = answer_to(timestamp_key, digest=hashlib.sha256(b"other card").digest())
    with pytest.raises(TimestampUnavailableError, match="timestamp_of_other_request"):
        parse_response(response, expected_digest=DIGEST, expected_nonce=7)


def test_token_with_another_nonce_is_refused(timestamp_key: FileSigningKey) -> None:
    with pytest.raises(TimestampUnavailableError, match="timestamp_of_other_request"):
        parse_response(answer_to(timestamp_key), expected_digest=DIGEST, expected_nonce=8)


def test_rejection_is_told_apart(timestamp_key: FileSigningKey) -> None:
    response = answer_to(timestamp_key, digest=b"too short")
    with pytest.raises(TimestampUnavailableError, match="timestamp_refused"):
        parse_response(response, expected_digest=DIGEST, expected_nonce=7)
    refused = DemoTimestampAuthority(timestamp_key).answer(b"no request")
    with pytest.raises(TimestampUnavailableError, match="timestamp_refused"):
        parse_response(refused, expected_digest=DIGEST, expected_nonce=7)


@pytest.mark.parametrize(
    "response", [b"", b"<html>", b"0" * 70_000, b"\x30\x03\x02\x01\x00", b"\x30\x05\x30\x03\x02\x01\x00"]
)
def test_malformed_answer_is_refused(response: bytes) -> None:
    with pytest.raises(TimestampUnavailableError, match="timestamp_malformed"):
        parse_response(response, expected_digest=DIGEST, expected_nonce=7)


def test_many_threads_share_the_connections(server: DemoTimestampServer, roots: list[bytes]) -> None:
    with TimestampAuthorities([server.url], expected_roots=roots) as authorities:
        tokens: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: tokens.append(authorities.request(DIGEST).token.der)) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(tokens)) == 8


def test_clock_of_the_authority_can_be_set(timestamp_key: FileSigningKey, now: datetime, roots: list[bytes]) -> None:
    authority = DemoTimestampAuthority(timestamp_key, clock=lambda: now)
    with (
        DemoTimestampServer(authority) as server,
        TimestampAuthorities([server.url], expected_roots=roots) as authorities,
    ):
        token = cms.ContentInfo.load(authorities.request(DIGEST).token.der)
    assert token["content"]["encap_content_info"]["content"].parsed["gen_time"].native == now
