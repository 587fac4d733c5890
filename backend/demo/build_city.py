"""A whole city out of nothing: keys, schools, people, cards through the same door as any school's, and their PDFs.

1. the plan is written down, so that a run that goes on makes the same city;
2. keys and certificates, the trust list, an empty database;
3. the schools make, sign and pack their transactions;
4. the department registers the schools and approves their certificates; the lists are published;
5. the schools hand in their rosters, guardians get their letters, courts have decided; a class of each school waits
   for signatures, and its teacher, manager and clerk are invited;
6. the transactions come in through the intake; a card that is refused is an error, for the demo makes honest ones;
7. the cards are issued, with timestamps from the demo's own server over HTTP; the lists are published again;
8. a parent's card is laid out as a sample, and the summary is written: the city is finished.

Every step finds what an earlier run has done and goes on behind it; a finished city is only looked at.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, Literal

import msgspec
from msgspec import Struct

from backend.access.context import Access
from backend.access.keys import AccessKeys
from backend.access.passkeys import RelyingParty
from backend.accounts import staff_access_of
from backend.archive import store
from backend.archive.rules import WITHDRAWN, CardState
from backend.city import City, open_city
from backend.database import upgrade_to_head
from backend.demo.cards import cards_of
from backend.demo.city_files import CityFiles, CityPlan, write_whole
from backend.demo.register_city import make_trust_list, register_schools
from backend.demo.register_people import (
    Letter,
    apply_decisions,
    read_letters,
    register_rosters,
    replace_letter,
    write_letters,
)
from backend.demo.schools import schools_of
from backend.demo.signing_class import (
    SigningRole,
    StaffLetter,
    read_staff_letters,
    register_signing,
    replace_staff_letter,
)
from backend.demo.transactions import SchoolTransactions, write_transactions
from backend.errors import BackendError
from backend.intake.batch import Outcome
from backend.intake.receive_batch import receive_batch
from backend.issuing.issue_cards import issue_cards
from backend.settings import Settings
from backend.signing.errors import KeyRefusedError

MIN_PUPILS = 50
MAX_PUPILS = 100_000
SITE_NAME = "hocba DEMO"

Stage = Literal["transactions", "roster", "intake", "issuing"]
OnProgress = Callable[[Stage, int, int], None]
"""Called with the stage, how much of it is done and all of it: pupils, pupils, cards, cards."""


class DemoCityError(BackendError):
    """The demo city cannot be made as asked, or what was made is not right."""

    code: ClassVar[str] = "demo_city_failed"


class ShownParent(Struct, frozen=True):
    """A parent to try the city with; everything about them is invented."""

    name: str
    personal_code: str
    activation_code: str
    expires_at: datetime
    children: tuple[str, ...]


class ShownStaff(Struct, frozen=True):
    """A member of a school's staff to try the signing with; everything about them is invented."""

    role: SigningRole
    name: str
    personal_code: str
    activation_code: str
    expires_at: datetime
    school_name: str
    class_group: str


class CitySummary(Struct, frozen=True):
    """What a person who has just made a city wants to know."""

    url: str
    seed: int
    pupils: int
    schools: int
    cards: int
    """Issued cards."""
    parents: tuple[ShownParent, ...]
    """Two: one with two children at two schools, one with one."""
    letters: str
    """File with the activation codes of the first pupils' guardians, the barred father's among them."""
    sample_pdf: str
    """A signed card to try the verifier with."""
    trust_anchor: str
    staff: tuple[ShownStaff, ...] = ()
    """Teacher, manager and clerk of one school, with a class that waits for their signatures."""
    staff_letters: str = ""
    """File with the invitations of the other schools' staff."""


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def build_city(
    settings: Settings,
    *,
    seed: int,
    pupils: int,
    workers: int | None = None,
    progress: OnProgress = lambda _stage, _done, _all: None,
    clock: Callable[[], datetime] = _wall_clock,
    now: datetime,
) -> CitySummary:
    """Make the demo city, finish the one that was begun, or look at the finished one.

    ``clock`` is what cards are dated with while they are issued: a large city takes hours, and its timestamps come from
    a server that has a clock of its own.

    Raises:
        KeyRefusedError: ``demo_keys_refused``: not in demo mode.
        DemoCityError: ``demo_pupils_range``; ``demo_city_differs`` when the data folder holds another city;
            ``demo_cards_refused``, ``demo_cards_not_issued`` when the city's own cards do not pass.
    """
    if not settings.is_demo:
        raise KeyRefusedError("demo_keys_refused")
    if not MIN_PUPILS <= pupils <= MAX_PUPILS:
        raise DemoCityError("demo_pupils_range", least=MIN_PUPILS, most=MAX_PUPILS)
    files = CityFiles(settings)
    plan = _plan(files, seed=seed, pupils=pupils, now=now)
    files.pki.make(now=plan.begun_at)
    city = open_city(settings)
    with closing(city.database):
        build = _Build(city, files, plan, progress)
        finished = build.finished_summary(now)
        if finished is not None:
            return finished
        build.run(workers=workers or os.cpu_count() or 1, clock=clock, now=now)
        return build.finish(now)


def _plan(files: CityFiles, *, seed: int, pupils: int, now: datetime) -> CityPlan:
    if not files.plan.exists():
        files.make_folder()
        write_whole(files.plan, msgspec.json.encode(CityPlan(seed, pupils, now)))
    plan = msgspec.json.decode(files.plan.read_bytes(), type=CityPlan)
    if (plan.seed, plan.pupils) != (seed, pupils):
        raise DemoCityError("demo_city_differs", seed=plan.seed, pupils=plan.pupils)
    return plan


class _Build:
    """One run of the builder."""

    def __init__(self, city: City, files: CityFiles, plan: CityPlan, progress: OnProgress) -> None:
        self._city = city
        self._files = files
        self._plan = plan
        self._progress = progress
        self._schools = schools_of(plan.pupils)
        self._access = Access(
            database=city.database,
            keys=AccessKeys.from_secret(city.settings.secret),
            relying_party=RelyingParty(city.settings.public_url, SITE_NAME),
        )
        self._staff_access = staff_access_of(city)

    def finished_summary(self, now: datetime) -> CitySummary | None:
        """The summary of an earlier run, if the database still holds that city; old activation codes are made anew."""
        if not self._files.summary.exists():
            return None
        summary = msgspec.json.decode(self._files.summary.read_bytes(), type=CitySummary)
        upgrade_to_head(self._city.database)
        if self._issued_cards() < summary.cards:
            return None
        ends = [*(one.expires_at for one in summary.parents), *(one.expires_at for one in summary.staff)]
        if min(ends) <= now:
            summary = self._write_summary(
                [replace_letter(self._access, one, now=now) for one in self._shown_letters()],
                [replace_staff_letter(self._staff_access, one, now=now) for one in self._shown_staff()],
            )
        # Where the city is reached may have changed since; what its QR codes say has not.
        return msgspec.structs.replace(summary, url=self._city.settings.public_url)

    def run(self, *, workers: int, clock: Callable[[], datetime], now: datetime) -> None:
        plan, city = self._plan, self._city
        upgrade_to_head(city.database)
        trust_list = make_trust_list(self._files, public_url=city.settings.public_url, now=plan.begun_at)
        city.publisher.take_trust_list(trust_list, now)
        sent = write_transactions(
            self._files.transactions,
            pki=self._files.pki_folder,
            seed=plan.seed,
            pupils=plan.pupils,
            processes=workers,
            on_progress=lambda done, total: self._progress("transactions", done, total),
            now=plan.begun_at,
        )
        register_schools(city.database, self._files.pki, self._schools, seed=plan.seed, now=plan.begun_at)
        city.publisher.publish(now)
        self._register_people(now)
        self._take_in(sent, now)
        register_signing(self._staff_access, self._files, seed=plan.seed, pupils=plan.pupils, now=now)
        self._issue(workers=workers, clock=clock)

    def finish(self, now: datetime) -> CitySummary:
        """Steps behind the last card."""
        self._city.publisher.publish(now)
        self._lay_out_sample()
        return self._write_summary(self._shown_letters(), self._shown_staff())

    def _register_people(self, now: datetime) -> None:
        plan, database = self._plan, self._city.database
        done = 0

        def advance(pupils: int) -> None:
            nonlocal done
            done += pupils
            self._progress("roster", done, plan.pupils)

        register_rosters(database, self._schools, seed=plan.seed, pupils=plan.pupils, on_school=advance, now=now)
        write_letters(self._access, self._files, seed=plan.seed, now=now)
        apply_decisions(database, seed=plan.seed, pupils=plan.pupils, now=now)

    def _take_in(self, sent: tuple[SchoolTransactions, ...], now: datetime) -> None:
        city = self._city
        lists = city.publisher.verified_lists(now).lists
        total = sum(school.cards for school in sent)
        done = 0
        refused: Counter[str] = Counter()
        for file in (file for school in sent for file in school.files):
            answer = receive_batch(
                (self._files.transactions / file).read_bytes(),
                database=city.database,
                objects=city.objects,
                lists=lists,
                token_school=None,
                public_url=city.settings.public_url,
                on_progress=partial(self._checked, before=done, total=total),
                now=now,
            )
            done += len(answer.receipts)
            self._progress("intake", done, total)
            refused += Counter(one.code for one in answer.receipts if one.outcome is Outcome.REFUSED)
        if refused:
            raise DemoCityError("demo_cards_refused", cards=refused.total(), first=refused.most_common(1)[0][0])

    def _checked(self, checked: int, _of_batch: int, *, before: int, total: int) -> None:
        self._progress("intake", before + checked, total)

    def _issue(self, *, workers: int, clock: Callable[[], datetime]) -> None:
        city = self._city
        with city.timestamp_urls() as urls:
            report = issue_cards(
                city.database,
                city.objects,
                setup_at=partial(city.worker_setup, urls),
                workers=workers,
                failed_too=True,
                on_progress=lambda done, total: self._progress("issuing", done, total),
                clock=clock,
            )
        if report.failures or report.stopped_by:
            first = report.stopped_by or next(iter(report.failures))
            raise DemoCityError("demo_cards_not_issued", cards=sum(report.failures.values()), first=first)

    def _issued_cards(self) -> int:
        with self._city.database.read() as connection:
            states = store.count_cards_by_state(connection)
        return sum(states.get(state.value, 0) for state in (CardState.ISSUED, *WITHDRAWN))

    def _shown_letters(self) -> list[Letter]:
        """The mother of two children at two schools, and the first parent of one."""
        letters = read_letters(self._files)
        return [next(one for one in letters if one.situation == shown) for shown in ("two_children", "one_child")]

    def _shown_staff(self) -> list[StaffLetter]:
        """Teacher, manager and clerk of the first school."""
        return list(read_staff_letters(self._files)[:3])

    def _lay_out_sample(self) -> None:
        """This year's card of the first child shown, where a person finds it."""
        *_, card = cards_of(self._plan.seed, self._shown_letters()[0].pupils[0])
        with self._city.database.read() as connection:
            stored = store.find_card(connection, card.record.transcript.record_id)
        if stored is None or stored.pdf_object is None or stored.pdf_sha256 is None:
            raise DemoCityError("demo_cards_not_issued", cards=1, first="card_not_issued")
        write_whole(
            self._files.sample_pdf, self._city.objects.get(stored.pdf_object, expected_sha256=stored.pdf_sha256)
        )

    def _write_summary(self, letters: list[Letter], staff: list[StaffLetter]) -> CitySummary:
        summary = CitySummary(
            url=self._city.settings.public_url,
            seed=self._plan.seed,
            pupils=self._plan.pupils,
            schools=len(self._schools),
            cards=self._issued_cards(),
            parents=tuple(
                ShownParent(one.name, one.personal_code, one.activation_code, one.expires_at, one.children)
                for one in letters
            ),
            letters=str(self._files.letters),
            sample_pdf=str(self._files.sample_pdf),
            trust_anchor=self._city.trust_anchor,
            staff=tuple(
                ShownStaff(
                    one.role,
                    one.name,
                    one.personal_code,
                    one.activation_code,
                    one.expires_at,
                    one.school_name,
                    one.class_group,
                )
                for one in staff
            ),
            staff_letters=str(self._files.staff),
        )
        write_whole(self._files.summary, msgspec.json.format(msgspec.json.encode(summary), indent=1))
        return summary
