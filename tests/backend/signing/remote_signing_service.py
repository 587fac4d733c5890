"""A remote signing service for the tests: the CSC API v2 over HTTP, with its keys in SoftHSM and its own authorisation.

It refuses what a real one refuses: hashes that were not authorised, activation data used twice or too late, other
clients, other credentials.
"""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.key_settings import CscSettings
from backend.signing.pkcs11_keys import HsmSigningKey

SECRET = "bí mật của Sở"  # noqa: S105  # this service's own
RSA_OIDS = ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11"]
EC_OIDS = ["1.2.840.10045.2.1", "1.2.840.10045.4.3.2"]
Body = dict[str, Any]


class _RefusedError(Exception):
    def __init__(self, code: str, status: int = 400) -> None:
        self.code, self.status = code, status


class RemoteSigningService:
    """Serves while the block lasts."""

    def __init__(self, keys: dict[str, HsmSigningKey]) -> None:
        self.keys = keys
        self.multisign = 5
        self.info: Body = {}
        """Put over what ``credentials/info`` says."""
        self.owner_confirms: Callable[[list[str]], bool] = lambda _hashes: True
        self.sad_lives_seconds = 60.0
        self.answer: Callable[[str, bytes], bytes] = lambda _method, answer: answer
        """What becomes of an answer on its way."""
        self.status: dict[str, int] = {}
        """Methods that answer nothing but this."""
        self.calls: list[str] = []
        self.authorised: list[list[str]] = []
        self._tokens: set[str] = set()
        self._activations: dict[str, tuple[str, list[str], float]] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settings(self, folder: Path, *, secret: str = SECRET) -> CscSettings:
        """What a client of this service is configured with."""
        file = folder / "csc-secret"
        file.write_text(secret)
        host, port = self._server.server_address[:2]
        return CscSettings(url=f"http://{host!s}:{port}/csc/v2", client_id="so-01", client_secret_file=file)

    def end_tokens(self) -> None:
        """Access tokens that were given out are worth nothing any more."""
        self._tokens.clear()

    def respond(self, method: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Status and body of one answer."""
        self.calls.append(method)
        try:
            answer = self._respond(method, content, token)
        except _RefusedError as refused:
            return refused.status, self.answer(method, json.dumps({"error": refused.code}).encode())
        return 200, self.answer(method, json.dumps(answer).encode())

    def _respond(self, method: str, content: bytes, token: str) -> Body:
        if method in self.status:
            raise _RefusedError("server_error", self.status[method])
        if method == "oauth2/token":
            return self._give_token({name: values[0] for name, values in parse_qs(content.decode()).items()})
        if token not in self._tokens:
            raise _RefusedError("invalid_token", 401)
        return self._methods()[method](json.loads(content))

    def _methods(self) -> dict[str, Callable[[Body], Body]]:
        return {
            "credentials/info": self._info,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign_hash,
        }

    def _give_token(self, form: dict[str, str]) -> Body:
        if form != {"grant_type": "client_credentials", "client_id": "so-01", "client_secret": SECRET}:
            raise _RefusedError("invalid_client", 401)
        token = secrets.token_urlsafe()
        self._tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def _info(self, body: Body) -> Body:
        key = self._key(body)
        certificates = (key.certificate, *key.chain)
        rsa = "RSA" in type(key.certificate.public_key()).__name__
        answer: Body = {
            "key": {"status": "enabled", "algo": RSA_OIDS if rsa else EC_OIDS, "len": 2048},
            "cert": {
                "status": "valid",
                "certificates": [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates],
            },
            "auth": {"mode": "implicit"},
            "SCAL": "2",
            "multisign": self.multisign,
            "lang": "vi-VN",
        }
        return answer | self.info

    def _authorize(self, body: Body) -> Body:
        self._key(body)
        hashes = body["hashes"]
        if body["numSignatures"] != len(hashes) or len(hashes) > self.multisign:
            raise _RefusedError("invalid_request")
        if not self.owner_confirms(hashes):
            raise _RefusedError("access_denied")
        sad = secrets.token_urlsafe()
        with self._lock:
            self.authorised.append(hashes)
            until = time.monotonic() + self.sad_lives_seconds
            self._activations[sad] = (body["credentialID"], list(hashes), until)
        return {"SAD": sad, "expiresIn": int(self.sad_lives_seconds)}

    def _sign_hash(self, body: Body) -> Body:
        key = self._key(body)
        with self._lock:
            credential, hashes, until = self._activations.pop(body["SAD"], ("", [], 0.0))
        if credential != body["credentialID"] or time.monotonic() > until:
            raise _RefusedError("invalid_sad")
        if body["hashAlgorithmOID"] != "2.16.840.1.101.3.4.2.1" or body["signAlgo"] not in RSA_OIDS + EC_OIDS:
            raise _RefusedError("invalid_request")
        if body["hashes"] != hashes:
            raise _RefusedError("hash_not_authorized")
        signatures = key.sign_hashes([base64.b64decode(digest) for digest in hashes])
        return {"signatures": [base64.b64encode(signature).decode() for signature in signatures]}

    def _key(self, body: Body) -> HsmSigningKey:
        try:
            return self.keys[body["credentialID"]]
        except KeyError as error:
            raise _RefusedError("invalid_request") from error


def _handler_of(service: RemoteSigningService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            status, answer = service.respond(self.path.removeprefix("/csc/v2/"), content, token)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client has lost its patience

        def log_message(self, *_arguments: object) -> None:
            pass

    return Handler
