"""What a seal costs beside pyHanko's plain way, level by level, in one run.

pyHanko's ``sign_pdf`` is called as its manual shows, one card at a time, with keys and certificates loaded before. Both
ask the same timestamp server, which runs in a process of its own: counted is the processor time of the one that seals.
"""

import argparse
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import httpx
from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from rich.console import Console
from rich.table import Table

from backend.signing.demo_timestamp_server import DemoTimestampAuthority, DemoTimestampServer
from backend.signing.evidence import EvidenceGatherer
from backend.signing.file_keys import FileSigningKey
from backend.signing.seal_pdf import PdfSealer, UnsignedPdf
from backend.signing.timestamps import TimestampAuthorities
from tests.backend.conftest import PrivateKey, issue_certificate
from tests.backend.issuing.one_typesetter import typeset_card
from tests.backend.issuing.sample_records import primary_record

CARDS = 60
_PRINTED_AT = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)


class Parts(NamedTuple):
    """Keys, and what their authority says of them."""

    root: bytes
    seal: FileSigningKey
    stamp: FileSigningKey
    crl: bytes


def print_seals(console: Console, cards: int = CARDS) -> None:
    """One row a level."""
    logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it warns on each card that it may fetch nothing
    parts = _make_parts()
    page = typeset_card(primary_record(), xml=b"<HOC_BA/>", capsule_url="https://hocba.example/v#123", now=_PRINTED_AT)
    table = Table("level", "pyHanko, ms a card", "hocba, ms a card", "times as fast", "KB pyHanko", "KB hocba")
    with timestamp_server(parts.stamp) as url:
        plain, own = dict(_plain_ways(parts, page, url)), dict(_own_ways(parts, page, url))
        for level in ("B-B", "B-T", "B-LTA"):
            slow, large = _measure(plain[level], cards)
            # A seal of ours always bears a timestamp, so B-B is compared with more than itself.
            fast, small = _measure(own["B-T" if level == "B-B" else level], cards)
            table.add_row(
                level if level != "B-B" else "B-B (ours: B-T)",
                f"{slow:.1f}",
                f"{fast:.1f}",
                f"{slow / fast:.1f}",
                f"{(large - len(page)) / 1000:.1f}",
                f"{(small - len(page)) / 1000:.1f}",
            )
    console.print(table)


def _measure(seal: Callable[[], bytes], cards: int) -> tuple[float, int]:
    """Milliseconds of this process a card, and the length of the last one."""
    seal()
    sealed = b""
    began = time.process_time()
    for _ in range(cards):
        sealed = seal()
    return 1000 * (time.process_time() - began) / cards, len(sealed)


def _own_ways(parts: Parts, page: UnsignedPdf, url: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    authorities = TimestampAuthorities([url], expected_roots=[parts.root])
    evidence = EvidenceGatherer(expected_roots=[parts.root], crls=[parts.crl])
    for level, gathered in (("B-T", None), ("B-LTA", evidence)):
        sealer = PdfSealer(parts.seal, authorities, evidence=gathered)
        yield level, lambda sealer=sealer: sealer.seal(page, now=datetime.now(UTC))  # type: ignore[misc] # bound here


def _plain_ways(parts: Parts, page: bytes, url: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    root = asn1_x509.Certificate.load(parts.root)
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko types it not
    registry.register(root)
    pkcs8 = parts.seal._private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        asn1_x509.Certificate.load(parts.seal.certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(pkcs8),
        registry,
    )
    stamper = _PlainStamper(url)
    context = ValidationContext(
        trust_roots=[root],
        crls=[asn1_crl.CertificateList.load(parts.crl)],
        allow_fetching=False,
        revocation_mode="require",
    )
    long_term = {"embed_validation_info": True, "use_pades_lta": True, "validation_context": context}
    levels: tuple[tuple[str, dict[str, Any], TimeStamper | None], ...] = (
        ("B-B", {}, None),
        ("B-T", {}, stamper),
        ("B-LTA", long_term, stamper),
    )
    for level, more, timestamper in levels:
        metadata = PdfSignatureMetadata(
            field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, **more
        )

        def seal(metadata: PdfSignatureMetadata = metadata, timestamper: TimeStamper | None = timestamper) -> bytes:
            signed = sign_pdf(IncrementalPdfFileWriter(BytesIO(page)), metadata, signer=signer, timestamper=timestamper)
            return bytes(signed.getvalue())

        yield level, seal


class _PlainStamper(TimeStamper):
    """pyHanko's own, over the HTTP client that hocba uses as well."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko types it not
        self._url = url
        self._client = httpx.Client()

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._client.post(self._url, content=req.dump()).content)


def _make_parts() -> Parts:
    root_key: PrivateKey = ec.generate_private_key(ec.SECP256R1())
    root = issue_certificate("Gốc", root_key)

    def make(name: str, *, timestamping: bool = False) -> FileSigningKey:
        key = ec.generate_private_key(ec.SECP256R1())
        return FileSigningKey(
            key, issue_certificate(name, key, issuer=(root, root_key), timestamping=timestamping), root
        )

    now = datetime.now(UTC)
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.subject)
    builder = builder.last_update(now - timedelta(hours=1)).next_update(now + timedelta(days=1))
    crl = builder.sign(root_key, hashes.SHA256()).public_bytes(Encoding.DER)
    return Parts(root.public_bytes(Encoding.DER), make("Sở"), make("Dấu thời gian", timestamping=True), crl)


@contextmanager
def timestamp_server(key: FileSigningKey, *, moment: datetime | None = None) -> Iterator[str]:
    """A timestamp server in a process of its own, by the wall clock or one that stands still; gives its address."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    private = key._private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem = private + b"".join(one.public_bytes(Encoding.PEM) for one in (key.certificate, *key.chain))
    server = context.Process(target=_serve, args=(pem, moment, there), daemon=True)
    server.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        server.join()


def _serve(pem: bytes, moment: datetime | None, pipe: Connection) -> None:
    authority = DemoTimestampAuthority(FileSigningKey.from_pem(pem), clock=lambda: moment or datetime.now(UTC))
    with DemoTimestampServer(authority) as server:
        pipe.send(server.url)
        pipe.recv()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=CARDS)
    print_seals(Console(), parser.parse_args().cards)
