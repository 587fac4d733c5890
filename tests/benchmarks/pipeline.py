"""What one core does in a second, step by step and as a whole, from a card's signed XML to a PDF that verifies.

``python -m tests.benchmarks.pipeline [--cards N] [--memory-cards N]``. Counted is the processor time of the process
that issues; the timestamp server runs in another one. Every figure stands beside the raw signatures of the same run.
The whole pipeline is ``CardIssuer.issue``: XML verified, capsule, page, seal, PDF verified; database and object store
are not part of it.
"""

import argparse
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count, cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from backend.demo.cards import cards_of
from backend.issuing.issue_card import CardIssuer
from backend.issuing.typeset import Typesetter
from backend.signing.evidence import EvidenceGatherer
from backend.signing.file_keys import FileSigningKey
from backend.signing.keys import OrganisationKeys, SigningKey
from backend.signing.pkcs11_keys import HsmSigningKey
from backend.signing.seal_pdf import PdfSealer
from backend.signing.sign_xml import sign_card
from backend.signing.timestamps import TimestampAuthorities
from tests.backend.soft_hsm import SoftHsm
from tests.benchmarks.seals import timestamp_server
from tests.verifier.small_city import NOW, PUBLIC_URL, SCHOOL_CODE, SCHOOL_YEAR, SIGNED_AT, SmallCity
from verifier.capsule import Capsule, capsule_url, seal_capsule
from verifier.record.card_document import SignerRole, read_card
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card
from verifier.verify import verify_pdf
from verifier.xml_signature import verify_card_signatures

CARDS = 30
MEMORY_CARDS = 1_000
"""Ten thousand would take a quarter of an hour; ask for them with ``--memory-cards``."""
FEW_MEMORY_CARDS = 100
RAW_SIGNATURES = 300
Made = TypeVar("Made")
AIMS = {"whole pipeline to B-T": 12, "whole pipeline to B-LTA": 6}


class Department(NamedTuple):
    """A city with a seal of one kind of key, and what its issuers share."""

    city: SmallCity
    seal: SigningKey
    url: str

    def authorities(self) -> TimestampAuthorities:
        """Clients of the one timestamp server."""
        return TimestampAuthorities((self.url,), expected_roots=(self.city.timestamps.der,))

    def evidence(self) -> EvidenceGatherer:
        """From revocation lists at hand."""
        crls = (self.city.department.crl(NOW), self.city.timestamps.crl(NOW))
        return EvidenceGatherer(expected_roots=(), crls=crls)

    def issuer(self, level: str) -> CardIssuer:
        """An issuer to ``B-T`` or ``B-LTA``; cards to B-T are made for comparison only, the product makes none."""
        keys = OrganisationKeys(
            capsule=self.city.capsule_key,
            status=self.city.status_key,
            registry=self.city.registry_key,
            pdf_seal=self.seal,
        )
        lists, authorities = self.city.lists(), self.authorities()
        issuer = CardIssuer(keys, authorities, self.evidence(), lists=lists, public_url=PUBLIC_URL)
        if level == "B-T":
            issuer._sealer = PdfSealer(self.seal, authorities, evidence=None)
        return issuer


def print_pipeline(console: Console, cards: int = CARDS, memory_cards: int = MEMORY_CARDS) -> None:
    """Steps, sizes and memory."""
    table = Table("step", "cards/s and core", "ms a card", "raw P-256 signatures", "aim")
    raw_ec, raw_rsa = _raw_signatures()
    city = SmallCity()
    records = one_year_records(cards)
    xmls = [city.signed_card(write_unsigned_card(record)) for record in records]
    with timestamp_server(city.timestamp_key, moment=NOW) as url, tempfile.TemporaryDirectory() as folder:
        department = Department(city, seal_of(city), url)
        sizes: list[int] = []
        steps = [
            *_measure_steps(department, records, xmls, sizes),
            ("the same, seal RSA-2048 in SoftHSM", _measure_hsm(Path(folder), city, xmls, url)),
        ]
        for name, seconds in steps:
            aim = f"{AIMS[name]}" if name in AIMS else ""
            table.add_row(name, f"{1 / seconds:.1f}", f"{1000 * seconds:.1f}", f"{seconds / raw_ec:,.0f}", aim)
        console.print(table)
        console.print(
            f"raw cryptography signatures: P-256 {1_000_000 * raw_ec:.0f} µs, RSA-2048 {1_000_000 * raw_rsa:.0f} µs"
        )
        console.print(
            f"a one-year card at B-LTA: {statistics.median(sizes) / 1000:.1f} KB (median),"
            f" {max(sizes) / 1000:.1f} KB (largest), aim 100 KB"
        )
    for issued, peak in _measure_memory(memory_cards):
        console.print(f"peak memory of a process that issues to B-LTA: {peak / 1024:.0f} MB after {issued:,} cards")


def seal_of(city: SmallCity) -> FileSigningKey:
    """The city's seal with its issuer's certificate, as a department's key file has it."""
    return FileSigningKey(city.pdf_seal._private_key, city.pdf_seal.certificate, city.department.certificate)


def one_year_records(cards: int) -> list[Record]:
    """Generated cards of every grade and one year, as if of the school that the city approves."""
    generated = (card.record for number in count() for card in cards_of(1, number))
    of_year = (record for record in generated if record.transcript.school_year == SCHOOL_YEAR)
    return [
        replace(
            record,
            school=replace(record.school, code=SCHOOL_CODE),
            transcript=replace(record.transcript, school_code=SCHOOL_CODE),
        )
        for record in islice(of_year, cards)
    ]


def _measure_steps(
    department: Department, records: Sequence[Record], xmls: Sequence[bytes], sizes: list[int]
) -> list[tuple[str, float]]:
    city, typesetter = department.city, Typesetter()
    lists = city.lists()
    unsigned = [write_unsigned_card(record) for record in records]
    documents = [read_card(xml) for xml in xmls]
    cards = [verify_card_signatures(document) for document in documents]
    urls = [_capsule_url(city, record, card.xml_sha256) for record, card in zip(records, cards, strict=True)]
    times = [{one.role: one.claimed_at for one in card.signatures} for card in cards]
    numbers = range(len(xmls))
    to_t = PdfSealer(department.seal, department.authorities(), evidence=None)
    to_lta = PdfSealer(department.seal, department.authorities(), evidence=department.evidence())
    issuers = {level: department.issuer(level) for level in ("B-T", "B-LTA")}

    typeset, pages = _seconds(
        numbers,
        lambda n: typesetter.typeset(
            cards[n].record, xml=documents[n].xml, capsule_url=urls[n], signed_at=times[n], now=NOW
        ),
    )
    signature, _ = _seconds(
        numbers, lambda n: sign_card(unsigned[n], role=SignerRole.MANAGER, key=city.manager, now=SIGNED_AT)
    )
    seal_t, at_t = _seconds(numbers, lambda n: to_t.seal(pages[n], now=NOW))
    seal_lta, at_lta = _seconds(numbers, lambda n: to_lta.seal(pages[n], now=NOW))
    verify_t, _ = _seconds(numbers, lambda n: verify_pdf(at_t[n], lists=lists, public_url=PUBLIC_URL, now=NOW))
    verify_lta, _ = _seconds(numbers, lambda n: verify_pdf(at_lta[n], lists=lists, public_url=PUBLIC_URL, now=NOW))
    whole_t, _ = _seconds(numbers, lambda n: issuers["B-T"].issue(xmls[n], NOW))
    whole_lta, issued = _seconds(numbers, lambda n: issuers["B-LTA"].issue(xmls[n], NOW))
    sizes.extend(len(one.pdf) for one in issued)
    return [
        ("page typeset", typeset),
        ("one XML signature, RSA-2048", signature),
        ("seal to B-T", seal_t),
        ("seal to B-LTA", seal_lta),
        ("check of a B-T PDF", verify_t),
        ("check of a B-LTA PDF", verify_lta),
        ("whole pipeline to B-T", whole_t),
        ("whole pipeline to B-LTA", whole_lta),
    ]


def _seconds(numbers: range, step: Callable[[int], Made]) -> tuple[float, list[Made]]:
    """Processor time of this process for one card, once everything is warm, and what came out."""
    step(0)
    began = time.process_time()
    made = [step(number) for number in numbers]
    return (time.process_time() - began) / len(numbers), made


def _measure_hsm(folder: Path, city: SmallCity, xmls: Sequence[bytes], url: str) -> float:
    """The HSM is a library in this process, so its work counts."""
    seal = city.department.issue("Dấu học bạ số trong HSM", kind="rsa")
    hsm = SoftHsm(folder)
    hsm.add_key("seal", seal._private_key)
    in_hsm = HsmSigningKey(hsm.token(), label="seal", certificates=[seal.certificate, city.department.certificate])
    honest = city.pdf_seal
    city.pdf_seal = seal
    issuer = Department(city, in_hsm, url).issuer("B-LTA")
    city.pdf_seal = honest
    seconds, _ = _seconds(range(len(xmls)), lambda n: issuer.issue(xmls[n], NOW))
    return seconds


def _measure_memory(cards: int) -> list[tuple[int, int]]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_issue_and_tell, args=(cards, there))
    process.start()
    there.close()
    told = [here.recv() for _ in {FEW_MEMORY_CARDS, cards}]
    process.join()
    return told


def _issue_and_tell(cards: int, pipe: Connection) -> None:
    """What a worker does all evening; tell how many kibibytes it held at most until then."""
    city = SmallCity()
    xmls = [city.signed_card(write_unsigned_card(record)) for record in one_year_records(CARDS)]
    with timestamp_server(city.timestamp_key, moment=NOW) as url:
        issuer = Department(city, seal_of(city), url).issuer("B-LTA")
        for number, xml in enumerate(islice(cycle(xmls), cards), start=1):
            issuer.issue(xml, NOW)
            if number in {FEW_MEMORY_CARDS, cards}:
                pipe.send((number, _peak_kibibytes()))


def _peak_kibibytes() -> int:
    """Of this program alone; ``getrusage`` begins with what its parent held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _capsule_url(city: SmallCity, record: Record, xml_sha256: bytes) -> str:
    capsule = Capsule(record.transcript, issued_at=NOW, xml_sha256=xml_sha256)
    return capsule_url(PUBLIC_URL, seal_capsule(capsule, key=city.capsule_key, kid=city.capsule_key.kid))


def _raw_signatures() -> tuple[float, float]:
    p256 = ec.generate_private_key(ec.SECP256R1())
    rsa_2048 = rsa.generate_private_key(65537, 2048)
    numbers = range(RAW_SIGNATURES)
    return (
        _seconds(numbers, lambda _: p256.sign(b"card", ec.ECDSA(hashes.SHA256())))[0],
        _seconds(numbers, lambda _: rsa_2048.sign(b"card", padding.PKCS1v15(), hashes.SHA256()))[0],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=CARDS)
    parser.add_argument("--memory-cards", type=int, default=MEMORY_CARDS)
    arguments = parser.parse_args()
    print_pipeline(Console(), arguments.cards, arguments.memory_cards)
