"""Timestamps over HTTP (RFC 3161), from the first of several authorities that gives a good one.

Only the digest leaves the house. ``backend.signing.timestamp_token`` numbers what makes a token good. An authority
whose answers fail is passed over for a while, so that a dead one is not asked on every card.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from cryptography import x509
from msgspec import Struct

from backend.signing.ask_authority import DEFAULT_TIMEOUT_SECONDS, HttpAsker, NoAnswerError, Pauses
from backend.signing.errors import TimestampUnavailableError
from backend.signing.timestamp_token import (
    TimestampToken,
    check_answers,
    check_authority,
    check_signature,
    read_response,
    read_token,
)
from verifier.der import BOOLEAN, NULL, OCTET_STRING, SEQUENCE, encode, encode_integer, encode_oid

MAX_RESPONSE_BYTES = 65_536
"""Tokens with their certificates are 2 to 8 KB; more is no token."""
NONCE_BITS = 63
SHA256_BYTES = 32

_VERSION_1 = encode_integer(1)
_SHA256 = encode(SEQUENCE, encode_oid("2.16.840.1.101.3.4.2.1"), encode(NULL))
_CERTIFICATE_WANTED = encode(BOOLEAN, b"\xff")


class Timestamp(Struct, frozen=True):
    """A token that passed every check."""

    token: TimestampToken
    path: tuple[x509.Certificate, ...]
    """From the authority's certificate to the trusted one."""


class TimestampAuthorities:
    """Asks authorities in order; keeps its connections, and may be shared by threads."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        expected_roots: Sequence[bytes],
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``expected_roots`` are DER certificates that an authority's must lead to.

        ``timeout_seconds`` is the patience with each authority, so the longest wait is that times their number.
        ``clock`` measures the pauses of authorities that failed.
        """
        self._urls = tuple(urls)
        self._expected_roots = tuple(expected_roots)
        self._http = HttpAsker(timeout_seconds=timeout_seconds)
        self._pauses = Pauses(clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def request(self, digest: bytes, *, accept: Callable[[Timestamp], None] | None = None) -> Timestamp:
        """A good timestamp over a SHA-256 ``digest``.

        ``accept`` may refuse one by raising ``TimestampUnavailableError`` itself; then the next authority is asked.
        Raises ``TimestampUnavailableError``; its code is that of the last authority asked.
        """
        failure = TimestampUnavailableError("timestamp_authority_missing")
        for position, url in enumerate(self._urls, start=1):
            paused_for = self._pauses.paused_for(url)
            if paused_for is not None:
                failure = TimestampUnavailableError(paused_for, authority=position)
                continue
            try:
                timestamp = self._ask(url, digest)
                if accept is not None:
                    accept(timestamp)
            except TimestampUnavailableError as error:
                self._pauses.note_failure(url, error.reason)
                failure = error
                failure.details["authority"] = position
            else:
                self._pauses.note_success(url)
                return timestamp
        raise failure

    def _ask(self, url: str, digest: bytes) -> Timestamp:
        nonce = secrets.randbits(NONCE_BITS)
        body = build_request(digest, nonce)
        try:
            response = self._http.ask(
                url, content=body, content_type="application/timestamp-query", max_bytes=MAX_RESPONSE_BYTES
            )
        except NoAnswerError as error:
            raise TimestampUnavailableError(f"timestamp_{error.reason}", **error.details) from error
        token = parse_response(response, expected_digest=digest, expected_nonce=nonce)
        certificate = check_signature(token)
        return Timestamp(token, check_authority(certificate, token, expected_roots=self._expected_roots))


def parse_response(response: bytes, *, expected_digest: bytes, expected_nonce: int) -> TimestampToken:
    """Take the token out of a ``TimeStampResp``; who made it is not looked at.

    Raises ``TimestampUnavailableError``: ``timestamp_refused`` when the authority said no, ``timestamp_malformed``
    when the answer is none, ``timestamp_of_other_request`` when it answers something else.
    """
    token = read_token(read_response(response))
    check_answers(token, expected_digest=expected_digest, expected_nonce=expected_nonce)
    return token


def build_request(digest: bytes, nonce: int) -> bytes:
    """``TimeStampReq`` that asks for the authority's certificate as well (RFC 3161, section 2.4.1)."""
    if len(digest) != SHA256_BYTES:
        raise TimestampUnavailableError("digest_malformed", bytes=len(digest))
    imprint = encode(SEQUENCE, _SHA256, encode(OCTET_STRING, digest))
    return encode(SEQUENCE, _VERSION_1, imprint, encode_integer(nonce), _CERTIFICATE_WANTED)
