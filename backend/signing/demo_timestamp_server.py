"""A real RFC 3161 server for the demo city and for tests.

Its clock and key are this machine's own, so its tokens prove nothing to anyone else: production names accredited
authorities instead. It listens on the loopback interface only.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.keys import SigningKey

POLICY = "2.999.3161"
"""Under the arc that ITU-T X.660 gives to examples: no policy worth relying on."""
MAX_REQUEST_BYTES = 4096
DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}


class TimeStampResp(core.Sequence):  # type: ignore[misc] # asn1crypto ships no types
    """The answer (RFC 3161, section 2.4.2); asn1crypto's own forgets that a refusal holds no token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class DemoTimestampAuthority:
    """Answers time-stamp requests (RFC 3161, section 2.4) with one key."""

    def __init__(self, key: SigningKey, *, clock: Callable[[], datetime] = _wall_clock) -> None:
        self._key = key
        self._clock = clock
        self._certificate = _as_asn1(key.certificate.public_bytes(Encoding.DER))
        self._certificates = [self._certificate, *(_as_asn1(c.public_bytes(Encoding.DER)) for c in key.chain)]
        is_rsa = isinstance(key.certificate.public_key(), rsa.RSAPublicKey)
        self._signature_algorithm = {"algorithm": "sha256_rsa" if is_rsa else "sha256_ecdsa"}
        certificate_hash = hashlib.sha256(self._certificate.dump()).digest()
        self._certificate_id = tsp.SigningCertificateV2({"certs": [{"cert_hash": certificate_hash}]})

    def answer(self, request: bytes) -> bytes:
        """DER of the ``TimeStampResp`` to a DER ``TimeStampReq``; bad requests are answered with a rejection."""
        try:
            asked: Any = tsp.TimeStampReq.load(request, strict=True)
            algorithm = asked["message_imprint"]["hash_algorithm"]["algorithm"].native
            digest = asked["message_imprint"]["hashed_message"].native
            wants_certificate = asked["cert_req"].native
            policy = asked["req_policy"].native
        except (ValueError, TypeError, KeyError):
            return _reject("bad_data_format")
        if DIGEST_BYTES.get(algorithm) != len(digest):
            return _reject("bad_alg")
        if policy not in (None, POLICY):
            return _reject("unaccepted_policy")
        token = self._make_token(asked, with_certificates=bool(wants_certificate))
        granted: bytes = TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
        return granted

    def _make_token(self, asked: Any, *, with_certificates: bool) -> cms.ContentInfo:  # noqa: ANN401 - asn1crypto has no types
        info = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": secrets.randbits(64),
            "gen_time": self._clock().astimezone(UTC).replace(microsecond=0),
            "accuracy": {"seconds": 1},
        }
        if asked["nonce"].native is not None:
            info["nonce"] = asked["nonce"]
        content = tsp.TSTInfo(info).dump()
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
                {"type": "signing_certificate_v2", "values": [self._certificate_id]},
            ]
        )
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number},
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": self._signature_algorithm,
            "signature": self._key.sign(attributes.dump()),
        }
        signed_data = {
            "version": "v3",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
            "signer_infos": [signer],
        }
        if with_certificates:
            signed_data["certificates"] = [cms.CertificateChoices("certificate", c) for c in self._certificates]
        return cms.ContentInfo({"content_type": "signed_data", "content": signed_data})


class DemoTimestampServer:
    """Serves a ``DemoTimestampAuthority`` over HTTP in threads of its own while it is entered as a context."""

    def __init__(self, authority: DemoTimestampAuthority, *, port: int = 0) -> None:
        """``port`` 0 takes a free one; ``url`` then names it."""

        class Handler(_Handler):
            answer = staticmethod(authority.answer)

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Where the authority answers."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    answer: Callable[[bytes], bytes]

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_REQUEST_BYTES:
            self.close_connection = True
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.answer(self.rfile.read(int(length)))
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server calls
        """Stay silent: requests say nothing worth a line."""


def _as_asn1(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)


def _reject(failure: str) -> bytes:
    rejection: bytes = TimeStampResp({"status": {"status": "rejection", "fail_info": {failure}}}).dump()
    return rejection
