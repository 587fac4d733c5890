"""What a defect in the middle of a card leaves behind: its kind and place, and nothing of the card."""

from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

import pytest

from backend.issuing import worker
from backend.issuing.issue_cards import Result, _result_of
from backend.issuing.store import WaitingCard
from backend.signing.errors import KeyRefusedError, KeyUnavailableError, SigningError
from backend.signing.key_settings import KeySettings, Mode
from tests.verifier.small_city import NOW

WAITING = WaitingCard(
    record_id="3f2b8c1e-7a54-4d09-9c3e-5b1f0a6d2e87",
    replaces=None,
    xml_object="xml/ab/ab.xml",
    xml_sha256="ab" * 32,
)
SETUP = worker.WorkerSetup(
    keys=KeySettings(Mode.DEMO, Path(), None),
    timestamp_urls=(),
    crls=(),
    store_url="",
    lists={},
    trust_anchor="",
    public_url="",
)


class _Broken:
    """Stands for objects and issuer; fails as a library does that quotes what it was given."""

    def get(self, _name: str, *, expected_sha256: str) -> bytes:
        raise KeyError(f"Nguyễn Thị Bưởi {expected_sha256}")


@pytest.fixture
def broken_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = worker._Loaded(issuer=_Broken(), objects=_Broken())  # type: ignore[arg-type]  # broken on purpose
    monkeypatch.setattr(worker, "_loaded", [loaded])


@pytest.mark.usefixtures("broken_worker")
def test_a_defect_costs_the_card_alone_and_says_where_it_is() -> None:
    failure = worker.issue_waiting_card(WAITING, NOW)

    assert isinstance(failure, worker.CardFailure)
    assert (failure.code, failure.passing, failure.details["kind"]) == ("issuing_defect", False, "KeyError")
    assert str(failure.details["place"]).startswith("test_worker.py:")
    assert "Bưởi" not in str(failure)


def test_what_breaks_on_the_way_to_a_worker_is_kept_without_its_words() -> None:
    future: Future[Result] = Future()
    future.set_exception(ValueError("Nguyễn Thị Bưởi"))

    assert _result_of(future) == worker.CardFailure(
        "issuing_defect", {"kind": "ValueError", "place": "?"}, passing=False
    )


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (KeyUnavailableError("hsm_failed"), worker.CardFailure("hsm_failed", {}, passing=True)),
        (KeyRefusedError("hsm_pin_refused", label="so"), worker.WorkerNotReady("hsm_pin_refused", {"label": "so"})),
    ],
)
def test_a_key_that_does_not_open_is_the_answer_to_each_card(
    monkeypatch: pytest.MonkeyPatch, error: SigningError, answer: Result
) -> None:
    def refuse(_setup: worker.WorkerSetup, _now: datetime) -> worker._Loaded:
        raise error

    monkeypatch.setattr(worker, "_loaded", [])
    monkeypatch.setattr(worker, "_load", refuse)
    worker.load_worker(SETUP, NOW)
    assert worker.issue_waiting_card(WAITING, NOW) == answer
