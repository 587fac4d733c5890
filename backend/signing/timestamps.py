"""Timestamps over HTTP (RFC 3161), from the first of several authorities that answers.

Only the digest leaves the house. A token is taken when it is granted and answers this very request: same digest, same
nonce. Whether its authority is to be trusted is for the verifier to say, which checks every card before it is kept.
"""

import secrets
from collections.abc import Sequence
from types import TracebackType
from typing import Any, ClassVar, Self

import httpx
from asn1crypto import cms, core, tsp

from backend.signing.errors import TimestampUnavailableError

DEFAULT_TIMEOUT_SECONDS = 10.0
MAX_RESPONSE_BYTES = 65_536
"""Tokens with their certificates are 2 to 8 KB; more is no token."""
NONCE_BITS = 63
SHA256_BYTES = 32


class TimeStampResp(core.Sequence):  # type: ignore[misc] # asn1crypto ships no types
    """The answer (RFC 3161, section 2.4.2); asn1crypto's own forgets that a refusal holds no token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class TimestampAuthorities:
    """Asks authorities in order; keeps its connections, and may be shared by threads."""

    def __init__(self, urls: Sequence[str], *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        """``timeout_seconds`` is the patience with each authority, so the longest wait is that times their number."""
        self._urls = tuple(urls)
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def request_token(self, digest: bytes) -> bytes:
        """DER of a time-stamp token (CMS ``ContentInfo``) over a SHA-256 ``digest``.

        Raises ``TimestampUnavailableError``; its code is that of the last authority asked.
        """
        failure = TimestampUnavailableError("timestamp_authority_missing")
        for position, url in enumerate(self._urls, start=1):
            try:
                return self._ask(url, digest)
            except TimestampUnavailableError as error:
                failure = error
                failure.details["authority"] = position
        raise failure

    def _ask(self, url: str, digest: bytes) -> bytes:
        nonce = secrets.randbits(NONCE_BITS)
        body = _build_request(digest, nonce)
        try:
            response = self._client.post(url, content=body, headers={"Content-Type": "application/timestamp-query"})
        except httpx.TimeoutException as error:
            raise TimestampUnavailableError("timestamp_timeout") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TimestampUnavailableError("timestamp_unreachable") from error
        if response.status_code != httpx.codes.OK:
            raise TimestampUnavailableError("timestamp_unreachable", status=response.status_code)
        return parse_response(response.content, expected_digest=digest, expected_nonce=nonce)


def parse_response(response: bytes, *, expected_digest: bytes, expected_nonce: int) -> bytes:
    """Take the token out of a ``TimeStampResp``.

    Raises ``TimestampUnavailableError``: ``timestamp_refused`` when the authority said no, ``timestamp_malformed``
    when the answer is none, ``timestamp_of_other_request`` when it answers something else.
    """
    if len(response) > MAX_RESPONSE_BYTES:
        raise TimestampUnavailableError("timestamp_malformed", bytes=len(response))
    try:
        parsed = TimeStampResp.load(response, strict=True)
        status = parsed["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            raise TimestampUnavailableError("timestamp_refused", status=str(status))
        token = parsed["time_stamp_token"]
        info: Any = token["content"]["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        algorithm, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        answered = (algorithm, digest, info["nonce"].native)
        encoded: bytes = token.dump()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TimestampUnavailableError("timestamp_malformed") from error
    if answered != ("sha256", expected_digest, expected_nonce):
        raise TimestampUnavailableError("timestamp_of_other_request")
    return encoded


def _build_request(digest: bytes, nonce: int) -> bytes:
    """``TimeStampReq`` that asks for the authority's certificate as well (RFC 3161, section 2.4.1)."""
    if len(digest) != SHA256_BYTES:
        raise TimestampUnavailableError("digest_malformed", bytes=len(digest))
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    encoded: bytes = request.dump()
    return encoded
