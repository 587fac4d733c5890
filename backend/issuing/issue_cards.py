"""Every waiting card is issued, on several processes, and the work can be interrupted at any moment.

Workers do what costs time (typeset, seal, verify) with keys that each of them loads once; this process alone writes
objects and rows. A card's PDF is put under the one name that the card has, made to last, and only then does its row
say ``issued``. Killed anywhere, the next run finds each card either issued or still waiting and writes the same names
again: no card twice, no file left over. One run at a time holds the right to issue.

At most ``CARDS_PER_WORKER`` cards a worker are under way, so memory does not grow with the number of cards. A run may
take longer than its lists last: after ``LISTS_USED_FOR`` it goes on with new workers and the lists of that moment.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing import get_context

from msgspec import Struct
from pebble import ProcessExpired, ProcessPool

from backend.archive.card import SealedCard
from backend.archive.keep_card import keep_issued_card, verify_may_be_issued
from backend.archive.objects import Objects, pdf_object_name
from backend.archive.pages.card_page import CardPage, keep_card_page
from backend.archive.publish_lists import verify_served_lists
from backend.archive.recall_card import RecallRefusedError
from backend.database import Database
from backend.issuing import store
from backend.issuing.errors import IssuingError
from backend.issuing.issue_card import IssuedPdf
from backend.issuing.store import EVERYTHING, Scope, WaitingCard
from backend.issuing.worker import CardFailure, WorkerNotReady, WorkerSetup, defect, issue_waiting_card, load_worker

CARDS_PER_WORKER = 4
"""Under way for each worker: enough that it never waits for the next one."""
CARD_SECONDS = 60
"""A card that takes longer has stopped its worker; an honest one takes well under a second."""
WAITING_CARDS_PAGE = 500
PASSING_FAILURES_IN_A_ROW = 5
"""After so many, the timestamp authority or the store is down: better to say so than to try every card."""

LISTS_USED_FOR = timedelta(hours=12)
"""What the public gets is at most four hours old then, and a status list lasts a day."""

STOPPED = "issuing_stopped"
"""Why a run ended early that its caller stopped."""

Result = IssuedPdf | CardFailure | WorkerNotReady
OnProgress = Callable[[int, int], None]
"""Called with the number of cards dealt with so far, and of all that were waiting."""

_log = logging.getLogger(__name__)


class StaleListsError(IssuingError):
    """A list that every check needs has expired: no card could be genuine, and none is to blame."""

    code = "issuing_lists_stale"


class IssuingReport(Struct, frozen=True):
    """What one run did."""

    issued: int
    failures: Mapping[str, int]
    """Cards that could not be issued, by code; they are kept with their reason and tried again when asked.

    Replacements that wait for the department's agreement are counted too, and tried again by every run.
    """
    stopped_by: str | None
    """Code of what made the run stop early, or pass over a card by no fault of its own; what it left still waits."""


def issue_cards(
    database: Database,
    objects: Objects,
    *,
    setup_at: Callable[[datetime], WorkerSetup],
    workers: int,
    scope: Scope = EVERYTHING,
    failed_too: bool = False,
    on_progress: OnProgress = lambda _done, _all: None,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime],
) -> IssuingReport:
    """Issue every waiting card of ``scope``; ``failed_too`` tries those again that could not be issued before.

    ``should_stop`` is asked before each card: once it says so, what is under way is kept and no other card is begun.

    ``setup_at`` gives what workers begin with, with the lists of that moment. ``clock`` is asked for the date of issue
    of each card as its turn comes.

    Raises:
        AlreadyRunningError: another process is issuing.
        StaleListsError: one of the lists has expired.
        ObjectStoreError: PDFs cannot be stored; what was issued until then is kept.
        IssuingError: with the reason for which a key of the department may not be used.
    """
    with database.only_one("issuing"):
        run = _Run(
            database,
            objects,
            scope=scope,
            failed_too=failed_too,
            on_progress=on_progress,
            should_stop=should_stop,
            clock=clock,
        )
        while not run.ended:
            now = clock()
            setup = setup_at(now)
            _refuse_stale_lists(setup, now)
            with _process_pool(setup, workers=workers, now=now) as pool:
                run.work_through(pool, workers=workers, until=now + LISTS_USED_FOR)
    if run.not_ready is not None:
        raise IssuingError(run.not_ready.code, **run.not_ready.details)
    return IssuingReport(
        issued=run.issued, failures=dict(run.failures), stopped_by=run.stopped_by or run.passed_over_by
    )


class _Run:
    """The state of one run: what is under way, what is done."""

    def __init__(
        self,
        database: Database,
        objects: Objects,
        *,
        scope: Scope,
        failed_too: bool,
        on_progress: OnProgress,
        should_stop: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._objects = objects
        self._on_progress = on_progress
        self._clock = clock
        self._should_stop = should_stop
        self._cards = self._waiting_cards(scope, failed_too=failed_too)
        self._done = 0
        with database.read() as connection:
            self._total = store.count_waiting_cards(connection, failed_too=failed_too, scope=scope)
        self._passing_in_a_row = 0
        self.ended = False
        """Every card had its turn, or the run was stopped."""
        self.issued = 0
        self.failures: Counter[str] = Counter()
        self.stopped_by: str | None = None
        self.passed_over_by: str | None = None
        """Why a card is left waiting though the run went on."""
        self.not_ready: WorkerNotReady | None = None

    def work_through(self, pool: ProcessPool, *, workers: int, until: datetime) -> None:
        """Give cards to the pool until none is left, the run is stopped or ``until`` has come; all given are kept."""
        under_way: dict[Future[Result], WaitingCard] = {}
        self._on_progress(self._done, self._total)
        while True:
            while not self.ended and len(under_way) < workers * CARDS_PER_WORKER and (now := self._clock()) < until:
                if self._should_stop():
                    self.ended, self.stopped_by = True, STOPPED
                    break
                card = next(self._cards, None)
                if card is None:
                    self.ended = True
                    break
                under_way[pool.schedule(issue_waiting_card, args=(card, now), timeout=CARD_SECONDS)] = card
            if not under_way:
                return
            finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
            self._keep([(under_way.pop(future), _result_of(future)) for future in finished])
            self._done += len(finished)
            self._on_progress(self._done, max(self._total, self._done))

    def _waiting_cards(self, scope: Scope, *, failed_too: bool) -> Iterator[WaitingCard]:
        after = ""
        while True:
            with self._database.read() as connection:
                page = store.read_waiting_cards(
                    connection, after=after, limit=WAITING_CARDS_PAGE, failed_too=failed_too, scope=scope
                )
            if not page:
                return
            yield from filter(self._is_agreed, page)
            after = page[-1].record_id

    def _is_agreed(self, card: WaitingCard) -> bool:
        """Whether nothing forbids its issue now; the department may still agree, so that is no failure of it."""
        if card.replaces is None:
            return True
        try:
            with self._database.read() as connection:
                verify_may_be_issued(connection, card.record_id, self._clock())
        except RecallRefusedError as error:
            self.failures[error.reason] += 1
            self._done += 1
            return False
        return True

    def _keep(self, results: Iterable[tuple[WaitingCard, Result]]) -> None:
        sealed: list[tuple[SealedCard, CardPage]] = []
        failed: list[tuple[str, CardFailure]] = []
        for card, result in results:
            if isinstance(result, IssuedPdf):
                name = pdf_object_name(card.record_id)
                self._objects.drop_unfinished(name)
                self._objects.put(name, result.pdf)
                kept = SealedCard(card.record_id, result.sha256, name, result.issued_at)
                sealed.append((kept, result.page))
                self._passing_in_a_row = 0
            elif isinstance(result, WorkerNotReady):
                self.ended, self.not_ready = True, result
            elif result.passing:
                self._note_passing(result)
            else:
                failed.append((card.record_id, result))
                if result.code == "issuing_defect":
                    _log.error("a card could not be issued: %s at %s", result.details["kind"], result.details["place"])
        self._objects.settle(issued.pdf_object for issued, _ in sealed)
        with self._database.write() as connection:
            for issued, page in sealed:
                keep_issued_card(connection, issued)
                keep_card_page(connection, issued.record_id, page)
                store.forget_failure(connection, issued.record_id)
            for record_id, failure in failed:
                store.record_failure(
                    connection, record_id, code=failure.code, details=failure.details, now=self._clock()
                )
        self.issued += len(sealed)
        self.failures.update(failure.code for _, failure in failed)

    def _note_passing(self, failure: CardFailure) -> None:
        self._passing_in_a_row += 1
        self.passed_over_by = failure.code
        if self._passing_in_a_row >= PASSING_FAILURES_IN_A_ROW:
            self.stopped_by = failure.code
            self.ended = True


def _refuse_stale_lists(setup: WorkerSetup, now: datetime) -> None:
    stale = verify_served_lists(setup.lists, trust_anchor=setup.trust_anchor, now=now).stale
    if stale:
        raise StaleListsError(list=", ".join(sorted(stale)))


@contextmanager
def _process_pool(setup: WorkerSetup, *, workers: int, now: datetime) -> Iterator[ProcessPool]:
    """A pool that leaves no process behind, however the work ends."""
    # Spawned, not forked: a child must not inherit the lock of this run, nor its connections.
    pool = ProcessPool(
        max_workers=workers, initializer=load_worker, initargs=(setup, now), context=get_context("spawn")
    )
    try:
        yield pool
        pool.close()  # type: ignore[no-untyped-call]  # pebble types it not
    except BaseException:
        pool.stop()  # type: ignore[no-untyped-call]  # as above
        raise
    finally:
        pool.join()


def _result_of(future: Future[Result]) -> Result:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, TimeoutError):
        return CardFailure("issuing_took_too_long", {"seconds": CARD_SECONDS}, passing=False)
    if isinstance(error, ProcessExpired):
        return CardFailure("issuing_process_died", {"exit_code": error.exitcode or 0}, passing=False)
    return defect(error)
