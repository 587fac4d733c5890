"""A card's page is what its signed XML says, however and whenever it was made."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, update

from backend.archive.objects import ObjectDamagedError
from backend.archive.pages.card_page import PAGE_SHAPE, CardPage, remake_card_page
from backend.archive.pages.tables import card_pages
from backend.archive.store import find_card
from backend.city import City, open_city
from backend.database import Database
from backend.settings import load_settings
from tests.backend.intake.sending import plain_list, record_id_of, send, signed_card
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, small_city
from verifier.record.card_document import read_card
from verifier.xml_signature import verify_card_signatures


@pytest.fixture
def working(database: Database, tmp_path: Path) -> WorkingCity:
    working = WorkingCity(small_city(), database, tmp_path)
    working.open()
    send(working, plain_list(signed_card(working, 1)))
    return working


@pytest.fixture
def city(working: WorkingCity) -> Iterator[City]:
    with closing(open_city(load_settings(working.environment))) as city:
        yield city


def _remake(city: City) -> CardPage:
    with city.database.read() as connection:
        card = find_card(connection, record_id_of(1))
    assert card is not None
    lists = city.publisher.verified_lists(NOW).lists
    content = remake_card_page(city.database, city.objects, card, lists=lambda: lists, now=NOW)
    return msgspec.json.decode(content, type=CardPage)


def _kept(city: City) -> CardPage | None:
    with city.database.read() as connection:
        content = connection.scalar(select(card_pages.c.content).where(card_pages.c.shape == PAGE_SHAPE))
    return None if content is None else msgspec.json.decode(content, type=CardPage)


def test_a_page_says_what_the_signed_xml_says_and_is_kept(working: WorkingCity, city: City) -> None:
    assert _kept(city) is None
    page = _remake(city)
    assert page.record == verify_card_signatures(read_card(signed_card(working, 1))).record
    assert {report.role for report in page.signatures} >= {"manager", "school"}
    assert {report.indication for report in page.signatures} == {"TOTAL-PASSED"}
    assert _kept(city) == page


def test_a_page_of_another_shape_is_as_good_as_none(city: City) -> None:
    page = _remake(city)
    with city.database.write() as connection:
        connection.execute(update(card_pages).values(shape=PAGE_SHAPE + 1, content=b"{}"))
    assert _kept(city) is None
    assert _remake(city) == page
    assert _kept(city) == page


def test_signers_are_judged_at_the_time_of_issue(working: WorkingCity, city: City) -> None:
    working.end_approval(working.small.manager, "manager", until=NOW - timedelta(days=200))
    assert {report.role: report.indication for report in _remake(city).signatures}["manager"] != "TOTAL-PASSED"


def test_no_page_is_made_of_damaged_bytes(working: WorkingCity, city: City) -> None:
    with city.database.read() as connection:
        card = find_card(connection, record_id_of(1))
    assert card is not None
    working.objects.put(card.xml_object, b"<HOC_BA/>")
    with pytest.raises(ObjectDamagedError):
        _remake(city)
    assert _kept(city) is None
