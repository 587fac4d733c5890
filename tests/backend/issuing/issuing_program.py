"""``hocba issue`` by a fixed clock, as a process of its own that a test can kill.

Asked by ``DIES_AFTER``, it kills itself without a word of warning directly after a step of the pipeline: the worker
that took the step, and the run that started it. The product itself knows nothing of this; workers are spawned with
this file as their main module and so get the same trap.
"""

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from threading import Event
from typing import Any, NamedTuple

from backend.archive.objects import Objects
from backend.city import open_city
from backend.database import Connection, Database
from backend.issuing import issue_card, store
from backend.issuing.issue_cards import issue_cards
from backend.issuing.typeset import Typesetter
from backend.settings import load_settings
from backend.signing.cms_signature import CmsTemplate
from backend.signing.evidence import EvidenceGatherer
from backend.signing.seal_pdf import PdfSealer
from backend.signing.timestamps import TimestampAuthorities

DIES_AFTER = "HOCBA_TEST_DIES_AFTER"
"""``step:n``: after the ``n``-th card that has come through this step in one process."""


class Step(NamedTuple):
    """A function of the pipeline, where the pipeline looks it up."""

    owner: Any
    function: str
    calls_a_card: int = 1
    call: int = 1
    """The call of a card that this step is."""


ROWS_WRITTEN = "rows written, not committed"
STEPS = {
    "xml fetched": Step(Objects, "get"),
    "xml read": Step(issue_card, "read_card"),
    "xml signatures verified": Step(issue_card, "verify_card_signatures"),
    "capsule sealed": Step(issue_card, "seal_capsule"),
    "page typeset": Step(Typesetter, "typeset"),
    "evidence gathered": Step(EvidenceGatherer, "gather"),
    "seal signed": Step(CmsTemplate, "sign"),
    "seal timestamped": Step(TimestampAuthorities, "request", calls_a_card=2, call=1),
    "document timestamped": Step(TimestampAuthorities, "request", calls_a_card=2, call=2),
    "seal finished": Step(PdfSealer, "seal"),
    "pdf verified": Step(issue_card, "verify_pdf"),
    "object written": Step(Objects, "put"),
    "objects settled": Step(Objects, "settle"),
    ROWS_WRITTEN: Step(store, "forget_failure"),
}
COMMITTED = "rows committed"
ALL_STEPS = (*STEPS, COMMITTED)
"""In the order in which a card comes through them."""


def main(moment: str, workers: str) -> None:
    """Issue everything that waits, at ``moment``, on so many worker processes."""
    now = dt.datetime.fromisoformat(moment)
    city = open_city(load_settings(os.environ))
    with city.timestamp_urls(demo_clock=lambda: now) as urls:
        print("begun", flush=True)  # noqa: T201  # the test waits for this line
        issue_cards(
            city.database,
            city.objects,
            setup_at=partial(city.worker_setup, urls),
            workers=int(workers),
            clock=lambda: now,
        )


def _set_trap(asked: str) -> None:
    name, _, card = asked.partition(":")
    if name == COMMITTED:
        _set_trap_behind_commit(int(card))
    elif name in STEPS:
        step = STEPS[name]
        _count_calls(step, deadly_call=(int(card) - 1) * step.calls_a_card + step.call, die=_die)


def _count_calls(step: Step, *, deadly_call: int, die: Callable[[], None]) -> None:
    honest: Callable[..., Any] = getattr(step.owner, step.function)
    calls = count(1)

    def counted(*arguments: Any, **named: Any) -> Any:
        result = honest(*arguments, **named)
        if next(calls) == deadly_call:
            die()
        return result

    setattr(step.owner, step.function, counted)


def _set_trap_behind_commit(card: int) -> None:
    rows_written = Event()
    _count_calls(STEPS[ROWS_WRITTEN], deadly_call=card, die=rows_written.set)
    honest = Database.write

    @contextmanager
    def write(database: Database) -> Iterator[Connection]:
        with honest(database) as connection:
            yield connection
        if rows_written.is_set():
            _die()

    Database.write = write  # type: ignore[assignment, method-assign]  # the trap


def _die() -> None:
    if __name__ == "__mp_main__":
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


_set_trap(os.environ.get(DIES_AFTER, ""))

if __name__ == "__main__":
    main(*sys.argv[1:])
