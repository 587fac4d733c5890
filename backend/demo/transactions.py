"""Signed transactions of every school, as the ministry's specification wants them: the city's only output of cards.

A school is one unit of work: its cards are made and signed one after the other and leave in transactions of at most 500
cards, one for each school year and round of signing, so memory holds a school's open transactions and no more. Two
processes share the schools. A file appears whole or not at all, and a school that is done is not made again.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date, datetime, time
from multiprocessing import get_context
from pathlib import Path

import msgspec
from msgspec import Struct

from backend.demo.cards import DemoCard, cards_of
from backend.demo.city_files import write_whole
from backend.demo.pki import DemoPki
from backend.demo.schools import SchoolKey, pupils_of, school_at, schools_of
from backend.signing.file_keys import FileSigningKey
from backend.signing.pack_transaction import pack_transaction
from backend.signing.sign_xml import sign_card, sign_transaction
from verifier.record.card_document import SignerRole
from verifier.record.write_xml import write_unsigned_card
from verifier.vietnam_time import VIETNAM_TIME

CARDS_PER_TRANSACTION = 500
PROCESSES = 2
FEW_PUPILS = 200
"""Below this, starting a second process takes longer than the work."""

_TEACHER_SIGNS = time(19, 30, tzinfo=VIETNAM_TIME)
_MANAGER_SIGNS = time(9, 15, tzinfo=VIETNAM_TIME)
_SCHOOL_SIGNS = time(14, 0, tzinfo=VIETNAM_TIME)

OnProgress = Callable[[int, int], None]
"""Called with the number of pupils whose cards are done, and of all pupils."""


class SchoolTransactions(Struct, frozen=True):
    """What one school has sent."""

    school_code: str
    files: tuple[str, ...]
    """Names in the transactions' folder, in the order to send them; they hold no personal data."""
    pupils: int
    cards: int


class _Job(Struct, frozen=True):
    folder: Path
    pki_folder: Path
    seed: int
    pupils: int
    school: SchoolKey
    now: datetime


def write_transactions(
    folder: Path,
    *,
    pki: Path,
    seed: int,
    pupils: int,
    processes: int = PROCESSES,
    on_progress: OnProgress = lambda _done, _all: None,
    now: datetime,
) -> tuple[SchoolTransactions, ...]:
    """Make and sign the transactions of a city of ``pupils`` in ``folder``, with keys below ``pki``.

    Cards are signed in the days when schools do, but never after ``now``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    jobs = [_Job(folder, pki, seed, pupils, school, now) for school in schools_of(pupils)]
    done = 0
    results: dict[str, SchoolTransactions] = {}
    for result in _run(jobs, processes=1 if pupils < FEW_PUPILS else processes):
        results[result.school_code] = result
        done += result.pupils
        on_progress(done, pupils)
    return tuple(results[job.school.code] for job in jobs)


def unsigned_card(card: DemoCard) -> bytes:
    """A card's XML before anybody signed it."""
    return write_unsigned_card(
        card.record,
        manager_personal_code=card.manager.personal_code,
        homeroom_teacher_personal_code=card.teacher.personal_code,
    )


def _run(jobs: list[_Job], *, processes: int) -> Iterator[SchoolTransactions]:
    if processes == 1:
        yield from map(_write_school, jobs)
        return
    # Spawned, not forked: the caller may have threads and open databases.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_write_school, job) for job in jobs]):
            yield future.result()


def _write_school(job: _Job) -> SchoolTransactions:
    index = job.folder / f"{job.school.code}.json"
    if index.exists():
        return msgspec.json.decode(index.read_bytes(), type=SchoolTransactions)
    signing = _School(job)
    numbers = list(pupils_of(job.school, job.pupils))
    for number in numbers:
        for card in cards_of(job.seed, number):
            signing.add(card)
    signing.finish()
    result = SchoolTransactions(job.school.code, tuple(sorted(signing.files)), len(numbers), signing.cards)
    write_whole(index, msgspec.json.encode(result))
    return result


class _School:
    """A school signing its cards; holds the transactions that are still open."""

    def __init__(self, job: _Job) -> None:
        self._job = job
        self._pki = DemoPki(job.pki_folder)
        self._school = school_at(job.seed, job.school)
        self._school_key = self._pki.school_key(self._school, now=job.now)
        self._manager_key = self._pki.manager_key(self._school, now=job.now)
        self._teacher_keys: dict[int, FileSigningKey] = {}
        self._open: dict[str, list[bytes]] = {}
        self.files: list[str] = []
        self.cards = 0

    def add(self, card: DemoCard) -> None:
        """Sign a card in all three roles and put it into its transaction."""
        self.cards += 1
        name = f"{self._school.code}-{card.record.transcript.school_year}-{card.round}"
        cards = self._open.setdefault(name, [])
        cards.append(self._sign(card))
        if len(cards) == CARDS_PER_TRANSACTION:
            self._close(name)

    def finish(self) -> None:
        """Send what is still open."""
        for name in list(self._open):
            self._close(name)

    def _close(self, name: str) -> None:
        cards = self._open.pop(name)
        xml = sign_transaction(cards, key=self._school_key)
        part = 1 + sum(file.startswith(name) for file in self.files)
        file = f"{name}-{part}.txt"
        # Some schools' software escapes quotes, as 2088 asks, and some does not.
        escapes = self._job.school.ordinal % 3 == 1
        write_whole(self._job.folder / file, pack_transaction(xml, escape_quotes=escapes))
        self.files.append(file)

    def _sign(self, card: DemoCard) -> bytes:
        xml = unsigned_card(card)
        teacher = card.teacher
        key = self._teacher_keys.get(teacher.place)
        if key is None:
            key = self._pki.teacher_key(self._school, teacher, now=self._job.now)
            self._teacher_keys[teacher.place] = key
        day = card.teacher_signs_on
        for role, signing_key, code, moment in (
            (SignerRole.HOMEROOM_TEACHER, key, teacher.personal_code, self._moment(day, 0, _TEACHER_SIGNS)),
            (SignerRole.MANAGER, self._manager_key, card.manager.personal_code, self._moment(day, 1, _MANAGER_SIGNS)),
            (SignerRole.SCHOOL, self._school_key, None, self._moment(day, 2, _SCHOOL_SIGNS)),
        ):
            xml = sign_card(xml, role=role, key=signing_key, personal_code=code, now=moment)
        return xml

    def _moment(self, day: date, days_later: int, at: time) -> datetime:
        return min(datetime.combine(day.replace(day=day.day + days_later), at), self._job.now)
