from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from backend.archive import store as archive_store
from backend.archive.card import StoredCard
from backend.archive.lock_days import Approval
from backend.archive.objects import pdf_object_name
from backend.archive.pages.card_page import CardPage
from backend.archive.pages.tables import card_pages
from backend.archive.recall_card import approve_recall, request_recall
from backend.archive.rules import CardState
from backend.city import City, open_city
from backend.database import Database
from backend.errors import AlreadyRunningError
from backend.issuing import issue_cards as issuing
from backend.issuing import store
from backend.issuing.errors import IssuingError
from backend.issuing.issue_cards import PASSING_FAILURES_IN_A_ROW, IssuingReport, StaleListsError, issue_cards
from backend.settings import load_settings
from tests.backend.intake.sending import plain_list, record_id_of, send, signed_card
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, small_city
from verifier.verdict import Outcome
from verifier.verify import verify_pdf


@pytest.fixture
def working(database: Database, tmp_path: Path) -> WorkingCity:
    working = WorkingCity(small_city(), database, tmp_path)
    working.open()
    return working


@pytest.fixture
def city(working: WorkingCity) -> Iterator[City]:
    with closing(open_city(load_settings(working.environment))) as city:
        yield city


def _receive(working: WorkingCity, count: int) -> None:
    answer = send(working, plain_list(*(signed_card(working, number) for number in range(1, count + 1))))
    assert [receipt.code for receipt in answer.receipts] == ["card_accepted"] * count


def _issue(
    city: City, *, timestamp_urls: tuple[str, ...] | None = None, failed_too: bool = False, now: datetime = NOW
) -> IssuingReport:
    with city.timestamp_urls(demo_clock=lambda: now) as urls:
        return issue_cards(
            city.database,
            city.objects,
            setup_at=partial(city.worker_setup, timestamp_urls or urls),
            workers=1,
            failed_too=failed_too,
            clock=lambda: now,
        )


def _cards(city: City, count: int) -> list[StoredCard]:
    with city.database.read() as connection:
        found = [archive_store.find_card(connection, record_id_of(number)) for number in range(1, count + 1)]
    return [card for card in found if card is not None]


def _pdf_files(working: WorkingCity) -> set[Path]:
    return {path for path in (working.folder / "objects" / "pdf").rglob("*") if path.is_file()}


def test_waiting_cards_are_issued_and_genuine(working: WorkingCity, city: City) -> None:
    _receive(working, 2)
    progress: list[tuple[int, int]] = []
    with city.timestamp_urls(demo_clock=lambda: NOW) as urls:
        report = issue_cards(
            city.database,
            city.objects,
            setup_at=partial(city.worker_setup, urls),
            workers=1,
            on_progress=lambda done, total: progress.append((done, total)),
            clock=lambda: NOW,
        )
    assert (report.issued, report.failures, report.stopped_by) == (2, {}, None)
    assert progress[0] == (0, 2)
    assert progress[-1] == (2, 2)
    lists = city.publisher.verified_lists(NOW).lists
    for card in _cards(city, 2):
        assert (card.state, card.issued_at) == (CardState.ISSUED, NOW)
        assert card.pdf_object == pdf_object_name(card.record_id)
        assert card.pdf_sha256 is not None
        pdf = city.objects.get(card.pdf_object, expected_sha256=card.pdf_sha256)
        assert verify_pdf(pdf, lists=lists, now=NOW + timedelta(hours=1)).verdict is Outcome.GENUINE
        with city.database.read() as connection:
            content = connection.scalar(select(card_pages.c.content).where(card_pages.c.record_id == card.record_id))
        page = msgspec.json.decode(content or b"", type=CardPage)
        assert page.record.transcript.record_id == card.record_id
        assert {report.indication for report in page.signatures} == {"TOTAL-PASSED"}


def test_replacement_that_the_school_alone_agreed_to_is_not_issued_once_the_year_is_locked(
    working: WorkingCity, city: City
) -> None:
    _receive(working, 1)
    _issue(city)
    old, new = record_id_of(1), record_id_of(2)
    with city.database.write() as connection:
        recall = request_recall(
            connection, old, kind="superseded", reason="Sai tên", requested_by="Bình", replaced_by=new, now=NOW
        )
        approve_recall(connection, recall.recall_id, decided_as=Approval.SCHOOL, decided_by="Lê Thị Hoa", now=NOW)
    send(working, plain_list(signed_card(working, 2, pupil=1), signed_card(working, 3)))
    locked = NOW + timedelta(days=16)
    report = _issue(city, now=locked)
    assert (report.issued, report.failures) == (1, {"recall_needs_department": 1})
    assert [card.state for card in _cards(city, 2)] == [CardState.ISSUED, CardState.MANAGER_SIGNED]
    assert not (working.folder / "objects" / pdf_object_name(new)).exists()
    with city.database.write() as connection:
        assert store.count_failures_by_code(connection) == {}
        approve_recall(connection, recall.recall_id, decided_as=Approval.DEPARTMENT, decided_by="Đỗ Văn Sở", now=locked)
    assert _issue(city, now=locked).failures == {}
    assert [card.state for card in _cards(city, 2)] == [CardState.SUPERSEDED, CardState.ISSUED]


def test_issued_card_is_sealed_to_b_lta(working: WorkingCity, city: City) -> None:
    _receive(working, 1)
    assert _issue(city).issued == 1
    (path,) = _pdf_files(working)
    pdf = path.read_bytes()
    assert pdf.count(b"%%EOF\n") == 4
    assert pdf.count(b"/DocTimeStamp") == 1
    assert len(pdf) <= 100_000


def test_run_stops_when_nobody_says_that_the_seal_is_in_force(working: WorkingCity, city: City) -> None:
    _receive(working, PASSING_FAILURES_IN_A_ROW + 6)
    for path in working.key_folder.parent.glob("authority-*.pem"):
        path.unlink()
    report = _issue(city)
    assert (report.issued, report.failures, report.stopped_by) == (0, {}, "evidence_missing")
    assert _pdf_files(working) == set()


def test_second_run_finds_nothing_to_do(working: WorkingCity, city: City) -> None:
    _receive(working, 1)
    assert _issue(city).issued == 1
    before = {path: path.read_bytes() for path in _pdf_files(working)}
    assert _issue(city).issued == 0
    assert {path: path.read_bytes() for path in _pdf_files(working)} == before


def test_card_whose_xml_was_damaged_in_the_store_is_not_issued(working: WorkingCity, city: City) -> None:
    _receive(working, 2)
    damaged = _cards(city, 2)[0]
    path = working.folder / "objects" / damaged.xml_object
    honest = path.read_bytes()
    path.write_bytes(honest.replace("Chăm chỉ".encode(), "Lười".encode()))
    report = _issue(city)
    assert (report.issued, report.failures) == (1, {"object_damaged": 1})
    with city.database.read() as connection:
        assert store.count_failures_by_code(connection) == {"object_damaged": 1}
        assert store.count_waiting_cards(connection, failed_too=False) == 0
    assert _issue(city).failures == {}
    path.write_bytes(honest)
    assert _issue(city, failed_too=True).issued == 1
    with city.database.read() as connection:
        assert store.count_failures_by_code(connection) == {}


def test_card_that_does_not_verify_is_never_stored(working: WorkingCity, city: City) -> None:
    _receive(working, 1)
    # The manager's approval ends between intake and issuing, and the public's registry says so.
    working.end_approval(working.small.school, "school", until=NOW - timedelta(days=1))
    working.end_approval(working.small.manager, "manager", until=NOW - timedelta(days=1))
    report = _issue(city)
    assert report.failures == {"issued_card_not_genuine": 1}
    assert _pdf_files(working) == set()
    assert [card.state for card in _cards(city, 1)] == [CardState.MANAGER_SIGNED]


def test_run_stops_when_no_timestamp_authority_answers(working: WorkingCity, city: City) -> None:
    _receive(working, PASSING_FAILURES_IN_A_ROW + 6)
    report = _issue(city, timestamp_urls=("http://127.0.0.1:9/",))
    assert (report.issued, report.failures) == (0, {})
    assert report.stopped_by == "timestamp_unreachable"
    with city.database.read() as connection:
        assert store.count_waiting_cards(connection, failed_too=False) == PASSING_FAILURES_IN_A_ROW + 6
    assert _issue(city).issued == PASSING_FAILURES_IN_A_ROW + 6


def test_run_says_why_it_left_a_card_waiting_though_it_had_no_other(working: WorkingCity, city: City) -> None:
    _receive(working, 1)
    report = _issue(city, timestamp_urls=("http://127.0.0.1:9/",))
    assert (report.issued, report.failures, report.stopped_by) == (0, {}, "timestamp_unreachable")
    assert _issue(city).issued == 1


def test_key_that_may_not_be_used_is_no_cards_fault(working: WorkingCity, city: City) -> None:
    _receive(working, 1)
    seal = working.key_folder / "pdf-seal.pem"
    kept = seal.read_bytes()
    seal.unlink()
    with pytest.raises(IssuingError, match="key_file_missing"):
        _issue(city)
    with city.database.read() as connection:
        assert store.count_failures_by_code(connection) == {}
    seal.write_bytes(kept)
    assert _issue(city).issued == 1


def test_run_that_outlives_its_lists_goes_on_with_newer_ones(
    working: WorkingCity, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    _receive(working, 3)
    monkeypatch.setattr(issuing, "CARDS_PER_WORKER", 1)
    moments = [NOW]

    def half_a_day_later(done: int, _total: int) -> None:
        moments.append(NOW + done * timedelta(hours=13))

    with city.timestamp_urls(demo_clock=lambda: moments[-1]) as urls:
        report = issue_cards(
            city.database,
            city.objects,
            setup_at=partial(city.worker_setup, urls),
            workers=1,
            on_progress=half_a_day_later,
            clock=lambda: moments[-1],
        )
    assert (report.issued, report.failures, report.stopped_by) == (3, {}, None)
    assert [card.issued_at for card in _cards(city, 3)] == [NOW + number * timedelta(hours=13) for number in range(3)]


def test_no_card_is_tried_while_a_list_has_expired(working: WorkingCity, city: City) -> None:
    _receive(working, 1)
    with (
        city.timestamp_urls(demo_clock=lambda: NOW) as urls,
        pytest.raises(StaleListsError, match="issuing_lists_stale") as refused,
    ):
        issue_cards(
            city.database,
            city.objects,
            setup_at=lambda _now: city.worker_setup(urls, NOW),
            workers=1,
            clock=lambda: NOW + timedelta(hours=25),
        )
    assert refused.value.details == {"list": "status-list/2023-2024, status-list/2024-2025, status-list/2025-2026"}
    with city.database.read() as connection:
        assert store.count_waiting_cards(connection, failed_too=False) == 1


def test_two_runs_do_not_issue_at_once(working: WorkingCity, city: City) -> None:
    with working.database.only_one("issuing"), pytest.raises(AlreadyRunningError, match="already_running"):
        _issue(city)
