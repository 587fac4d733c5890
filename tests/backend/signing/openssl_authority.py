"""A certification authority run with the ``openssl`` program: an OCSP responder, revocation lists and timestamps.

What gathers evidence is tested against parts that somebody else wrote. The authority's two web servers are ours; what
they serve is openssl's.
"""

import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from backend.signing.file_keys import FileSigningKey

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Answer = Callable[[bytes], bytes]

CONFIG = """
[ca]
default_ca = here
[here]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 7
[tsa]
default_tsa = stamp
[stamp]
serial = tsa-serial
default_policy = 2.999.3161
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""


class WebServer:
    """Answers every request with what ``answer`` makes of its body; counts them."""

    def __init__(self, answer: Answer) -> None:
        self.requests = 0
        self.answer = answer
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                served.requests += 1
                body = served.answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server calls
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class OpensslAuthority:
    """A root with its services; entered as a context it answers."""

    def __init__(self, *, name: str = "Gốc của openssl", responder_checked: bool = True) -> None:
        """``responder_checked``: the responder's certificate says that nobody needs to look it up."""
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.started = datetime.now(UTC).replace(microsecond=0)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.list_server = WebServer(lambda _: self.crl())
        self.responder_server = WebServer(self.ask_responder)
        self.root = self._certify(name, self._key, authority=True)
        self.root_der = self.root.public_bytes(Encoding.DER)
        self._responder_key = ec.generate_private_key(ec.SECP256R1())
        self._responder = self._certify(
            "OCSP của openssl", self._responder_key, responder=True, no_check=responder_checked, crl=True
        )
        for file, text in (("openssl.cnf", CONFIG), ("index.txt", ""), ("crlnumber", "01"), ("tsa-serial", "01")):
            (self.folder / file).write_text(text)
        self._write_pem("root", self._key, self.root)
        self._write_pem("responder", self._responder_key, self._responder)

    def __enter__(self) -> Self:
        self.list_server.__enter__()
        self.responder_server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.responder_server.__exit__(kind, error, traceback)
        self.list_server.__exit__(kind, error, traceback)
        self._folder.cleanup()

    def make_key(
        self,
        name: str,
        *,
        rsa_key: bool = False,
        timestamping: bool = False,
        known: bool = True,
        ocsp: bool = True,
        crl: bool = True,
        valid: tuple[timedelta, timedelta] = (timedelta(days=-30), timedelta(days=300)),
    ) -> FileSigningKey:
        """A key whose certificate names this authority's services; not ``known``: the responder has not heard of it."""
        private_key: PrivateKey = (
            rsa.generate_private_key(65537, 2048) if rsa_key else ec.generate_private_key(ec.SECP256R1())
        )
        certificate = self._certify(name, private_key, timestamping=timestamping, ocsp=ocsp, crl=crl, valid=valid)
        if known:
            self._note("V", certificate)
        return FileSigningKey(private_key, certificate, self.root)

    def revoke(self, key: FileSigningKey) -> None:
        """From now on responder and list say so."""
        index = self.folder / "index.txt"
        serial = f"{key.certificate.serial_number:X}"
        lines = [line for line in index.read_text().splitlines(keepends=True) if f"\t{serial}\t" not in line]
        index.write_text("".join(lines))
        self._note("R", key.certificate)

    def crl(self, *, hours: int = 24) -> bytes:
        """A list of today, as DER."""
        self._openssl("ca", "-config", "openssl.cnf", "-gencrl", "-crlhours", str(hours), "-keyfile", "root.pem",
                      "-cert", "root.pem", "-out", "crl.pem")  # fmt: skip
        return x509.load_pem_x509_crl((self.folder / "crl.pem").read_bytes()).public_bytes(Encoding.DER)

    def ask_responder(self, request: bytes) -> bytes:
        """What openssl's responder says."""
        (self.folder / "request.der").write_bytes(request)
        self._openssl("ocsp", "-index", "index.txt", "-CA", "root.pem", "-rsigner", "responder.pem", "-rkey",
                      "responder.pem", "-reqin", "request.der", "-respout", "response.der", "-ndays", "1")  # fmt: skip
        return (self.folder / "response.der").read_bytes()

    def timestamps_of(self, key: FileSigningKey) -> Answer:
        """openssl's timestamp authority with this key."""
        name = f"tsa-{key.certificate.serial_number:x}"
        self._write_pem(name, key._private_key, key.certificate)

        def answer(request: bytes) -> bytes:
            (self.folder / f"{name}.tsq").write_bytes(request)
            self._openssl("ts", "-reply", "-config", "openssl.cnf", "-queryfile", f"{name}.tsq", "-signer",
                          f"{name}.pem", "-inkey", f"{name}.pem", "-out", f"{name}.tsr")  # fmt: skip
            return (self.folder / f"{name}.tsr").read_bytes()

        return answer

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def _note(self, state: str, certificate: x509.Certificate) -> None:
        ends = certificate.not_valid_after_utc.strftime("%y%m%d%H%M%SZ")
        revoked = time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() - 60)) if state == "R" else ""
        with (self.folder / "index.txt").open("a") as index:
            index.write(
                f"{state}\t{ends}\t{revoked}\t{certificate.serial_number:X}\tunknown\t/CN={certificate.serial_number}\n"
            )

    def _write_pem(self, name: str, key: PrivateKey, certificate: x509.Certificate) -> None:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / f"{name}.pem").write_bytes(pem + certificate.public_bytes(Encoding.PEM))

    def _certify(
        self,
        name: str,
        key: PrivateKey,
        *,
        authority: bool = False,
        responder: bool = False,
        no_check: bool = False,
        timestamping: bool = False,
        ocsp: bool = False,
        crl: bool = False,
        valid: tuple[timedelta, timedelta] = (timedelta(days=-900), timedelta(days=900)),
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        serial = x509.random_serial_number() >> 8 | 1 << 151  # an even number of digits, as openssl's index has them
        builder = (
            x509.CertificateBuilder(subject if authority else self.root.subject, subject, key.public_key(), serial)
            .not_valid_before(self.started + valid[0])
            .not_valid_after(self.started + valid[1])
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if timestamping:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        if responder:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        if no_check:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        if ocsp:
            place = x509.UniformResourceIdentifier(self.responder_server.url)
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        if crl:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(self.list_server.url)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return builder.sign(self._key, hashes.SHA256())
