"""The verifier's service under load: many uploads at once, then ten thousand checks, and the memory it takes.

Starts the stand-alone service as ``docs/operations.md`` does and speaks to it over HTTP. Senders have addresses of
their own behind a trusted proxy, so that limits for one address do not end the run.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from tests.benchmarks.capsule_checks import capsule_texts
from tests.verifier.served_verifier import served_verifier
from tests.verifier.small_city import SmallCity, a_record, small_city

UPLOADS = 100
CHECKS = 10_000
STEP = 1_000
AT_ONCE = 8
CARDS = 1_000
"""Whose QR codes are checked by turns."""
PAGES = 50
"""Cards that are also checked as XML and as PDF, which take longer to make."""
CHECKS_OF_A_SENDER = 20


def print_verifier_load(console: Console, *, uploads: int = UPLOADS, checks: int = CHECKS) -> None:
    """Both measurements against one service."""
    city = small_city()
    with tempfile.TemporaryDirectory() as name, served_verifier(city, Path(name)) as (address, process_id):
        asyncio.run(_upload(console, address, city, uploads))
        asyncio.run(_check_on(console, address, city, checks, process_id))


async def _upload(console: Console, address: str, city: SmallCity, uploads: int) -> None:
    """One PDF from each of so many senders at the same moment."""
    pdf = city.archived_pdf(city.first_card())
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=uploads)) as client:
        answers = await asyncio.gather(*(_post(client, address, pdf, number) for number in range(uploads)))
    statuses = Counter(f"{status} {verdict}" for status, verdict, _ in answers)
    seconds = sorted(took for _, _, took in answers)
    table = Table(f"{uploads} uploads of a B-LTA PDF at once", "")
    table.add_row("answers", ", ".join(f"{times} x {answer}" for answer, times in statuses.items()))
    table.add_row("median", f"{statistics.median(seconds):.1f} s")
    table.add_row("99 of 100 within", f"{seconds[int(len(seconds) * 0.99) - 1]:.1f} s")
    console.print(table)


async def _check_on(console: Console, address: str, city: SmallCity, checks: int, process_id: int) -> None:
    """Many cards and many senders, so that whatever is kept for each of them would be seen to grow."""
    inputs = _mixed_inputs(city)
    table = Table("checks", "answers", "memory of the service's processes, MB")
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=AT_ONCE)) as client:
        table.add_row("0", "", _memory(process_id))
        for begin in range(0, checks, STEP):
            answers: Counter[str] = Counter()
            numbers = iter(range(begin, min(begin + STEP, checks)))

            async def sender(numbers: Iterator[int] = numbers, answers: Counter[str] = answers) -> None:
                for number in numbers:
                    given = inputs[number % len(inputs)]
                    status, verdict, _ = await _post(client, address, given, number // CHECKS_OF_A_SENDER)
                    answers[f"{status} {verdict}"] += 1

            await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
            said = ", ".join(f"{times} x {answer}" for answer, times in sorted(answers.items()))
            table.add_row(f"{begin + STEP:,}", said, _memory(process_id))
    console.print(table)


def _mixed_inputs(city: SmallCity) -> list[bytes]:
    """Of ten inputs six are QR texts, two XML, one a PDF, one broken."""
    texts = [text.encode() for text in capsule_texts(CARDS)]
    papers = [_card_and_pdf(city, str(uuid.uuid4())) for _ in range(PAGES)]
    mixed = []
    for number in range(0, CARDS, 6):
        card, pdf = papers[number % PAGES]
        other, _ = papers[(number + 1) % PAGES]
        broken = pdf[:-100] if number % 4 else card.replace(b"</", b"< /", 1)
        mixed += [*texts[number : number + 6], card, other, pdf, broken]
    return mixed


def _card_and_pdf(city: SmallCity, record_id: str) -> tuple[bytes, bytes]:
    card = city.signed_card(city.unsigned_card(record_id=record_id))
    qr_text = city.capsule_text(card, record=a_record(record_id=record_id))
    return card, city.sealed_pdf(unsealed=city.unsealed_pdf(card, qr_text=qr_text))


async def _post(client: httpx.AsyncClient, address: str, body: bytes, sender: int) -> tuple[int, str, float]:
    began = time.monotonic()
    own = {"X-Forwarded-For": f"10.{sender >> 16 & 255}.{sender >> 8 & 255}.{sender & 255}"}
    answer = await client.post(f"{address}/api/verify", content=body, headers=own)
    return answer.status_code, str(answer.json().get("verdict")), time.monotonic() - began


def _memory(process_id: int) -> str:
    """Resident memory of the server and of each process below it, the largest first."""
    below: dict[int, list[int]] = {}
    resident: dict[int, float] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.partition(":")[::2] for line in status.read_text().splitlines())
        except OSError:
            continue  # it has ended
        below.setdefault(int(fields["PPid"]), []).append(int(fields["Pid"]))
        resident[int(fields["Pid"])] = int(fields.get("VmRSS", "0 kB").split()[0]) / 1000
    waiting, family = [process_id], []
    while waiting:
        one = waiting.pop()
        family.append(resident.get(one, 0.0))
        waiting += below.get(one, [])
    return f"{sum(family):.0f} = " + " + ".join(f"{size:.0f}" for size in sorted(family, reverse=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, default=UPLOADS)
    parser.add_argument("--checks", type=int, default=CHECKS)
    chosen = parser.parse_args()
    print_verifier_load(Console(), uploads=chosen.uploads, checks=chosen.checks)
