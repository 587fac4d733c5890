"""A remote signing service that speaks the CSC API v2 (Cloud Signature Consortium), asked over HTTP.

One deadline and one largest size for each answer, no redirects, and nothing of an answer's text in errors or logs: it
may quote what was sent. The service's access token is got with the client's secret (OAuth 2.0 client credentials, CSC
API v2, 8.3) and renewed when it has expired.
"""

import re
import time
from pathlib import Path
from threading import Lock
from typing import TypeVar

import httpx
import msgspec
from msgspec import Struct

from backend.signing.errors import KeyOwnerRefusedError, KeyRefusedError, KeyUnavailableError
from backend.signing.key_settings import CscSettings

ANSWER_SECONDS = 20.0
"""Patience with an answer that asks nobody."""
AUTHORISATION_SECONDS = 180.0
"""Patience with the answer that the service gives when the key's owner has confirmed, on a phone of their own."""
MAX_ANSWER_BYTES = 2_000_000
"""A thousand RSA-3072 signatures are half a megabyte."""
MAX_SECRET_BYTES = 4_096
TOKEN_RENEWED_SECONDS_BEFORE = 30.0

_ERROR_CODE = re.compile(r"[a-z0-9_]{1,40}")
_REFUSALS = frozenset({"access_denied", "user_denied", "authorization_denied"})

Answer = TypeVar("Answer", bound=Struct)


class _TimeoutError(KeyUnavailableError):
    code = "remote_timeout"


class _Token(Struct):
    access_token: str
    expires_in: float = 3600


class _Refusal(Struct):
    error: str = ""


class CscService:
    """Keeps its connections and its access token; may be shared by threads."""

    def __init__(
        self,
        settings: CscSettings,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        authorisation_seconds: float = AUTHORISATION_SECONDS,
    ) -> None:
        self._authorisation_seconds = authorisation_seconds
        self._answer_seconds = answer_seconds
        self._settings = settings
        self._client = httpx.Client(follow_redirects=False)
        self._token = ""
        self._token_until = 0.0
        self._renewing = Lock()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def ask(self, method: str, body: object, expected: type[Answer]) -> Answer:
        """Call a method of the API (``credentials/info``) once; with a new access token if the old one is refused.

        Raises:
            KeyRefusedError: the service says no.
            KeyUnavailableError: it gives no usable answer; try again later.
        """
        return self._ask(method, body, expected, seconds=self._answer_seconds)

    def ask_owner(self, method: str, body: object, expected: type[Answer]) -> Answer:
        """Call a method that asks the key's owner, and give the owner time; raises as ``ask``.

        Raises:
            KeyOwnerRefusedError: the owner says no, or nothing.
        """
        self._access_token(refused=None)  # before: when the service keeps us waiting for this, nobody was asked
        try:
            return self._ask(method, body, expected, seconds=self._authorisation_seconds)
        except _TimeoutError as error:
            # Asked again by itself, a phone would ring until its owner says yes to make it stop.
            raise KeyOwnerRefusedError("remote_owner_silent") from error

    def _ask(self, method: str, body: object, expected: type[Answer], *, seconds: float) -> Answer:
        content = msgspec.json.encode(body)
        token = self._access_token(refused=None)
        status, answer = self._post(method, content, _bearer(token), seconds=seconds)
        if status == httpx.codes.UNAUTHORIZED:
            token = self._access_token(refused=token)
            status, answer = self._post(method, content, _bearer(token), seconds=seconds)
        return _read_answer(status, answer, expected)

    def _access_token(self, *, refused: str | None) -> str:
        with self._renewing:
            if self._token == refused or time.monotonic() >= self._token_until:
                form = {
                    "grant_type": "client_credentials",
                    "client_id": self._settings.client_id,
                    "client_secret": _read_secret(self._settings.client_secret_file),
                }
                content = str(httpx.QueryParams(form)).encode()
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                status, answer = self._post("oauth2/token", content, headers, seconds=self._answer_seconds)
                if status in {httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED}:
                    raise KeyRefusedError("remote_client_refused")
                token = _read_answer(status, answer, _Token)
                self._token = token.access_token
                self._token_until = time.monotonic() + token.expires_in - TOKEN_RENEWED_SECONDS_BEFORE
            return self._token

    def _post(self, method: str, content: bytes, headers: dict[str, str], *, seconds: float) -> tuple[int, bytes]:
        deadline = time.monotonic() + seconds
        url = f"{self._settings.url}/{method}"
        body = bytearray()
        try:
            with self._client.stream("POST", url, content=content, headers=headers, timeout=seconds) as response:
                for part in response.iter_bytes():
                    body += part
                    if len(body) > MAX_ANSWER_BYTES:
                        raise KeyUnavailableError("remote_answer_too_large", max_bytes=MAX_ANSWER_BYTES)
                    if time.monotonic() > deadline:
                        raise _TimeoutError(method=method)
                return response.status_code, bytes(body)
        except httpx.ConnectTimeout as error:
            raise KeyUnavailableError("remote_unreachable", method=method) from error  # it was not asked anything
        except httpx.TimeoutException as error:
            raise _TimeoutError(method=method) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise KeyUnavailableError("remote_unreachable", method=method) from error


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def _read_answer(status: int, content: bytes, expected: type[Answer]) -> Answer:
    if status == httpx.codes.OK:
        try:
            return msgspec.json.decode(content, type=expected)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise KeyUnavailableError("remote_answer_malformed") from error
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.TOO_MANY_REQUESTS:
        raise KeyUnavailableError("remote_failed", status=status)
    try:
        code = msgspec.json.decode(content, type=_Refusal).error
    except (msgspec.MsgspecError, UnicodeDecodeError):
        code = ""
    if code in _REFUSALS:
        raise KeyOwnerRefusedError("remote_owner_refused")
    raise KeyRefusedError("remote_refused", error=code if _ERROR_CODE.fullmatch(code) else str(status))


def _read_secret(path: Path) -> str:
    try:
        with path.open("rb") as file:
            secret = file.read(MAX_SECRET_BYTES).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRefusedError("remote_secret_unreadable", file=path.name) from error
    if not secret:
        raise KeyRefusedError("remote_secret_unreadable", file=path.name)
    return secret
