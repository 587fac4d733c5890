import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from backend.database import Database
from backend.people.register_pupils import register_pupils
from backend.sharing.history.look import WINDOW_SECONDS, Look, LookedAt, Looker, look_id
from backend.sharing.history.look_book import LookBook
from backend.sharing.history.tables import looks
from tests.backend.http.browser import MOTHER
from tests.backend.sharing.families import a_pupil

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)


@pytest.fixture
def look(database: Database) -> Look:
    (registered,) = register_pupils(database, [a_pupil(MOTHER)], now=NOW)
    return Look(
        pupil_id=registered.pupil_id or "",
        record_id="a-card",
        what=LookedAt.CARD,
        looker=Looker.GUARDIAN,
        looker_id=registered.guardian_ids[0] or "",
        name="Trần Thị Mai",
    )


def kept(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(looks)) or 0


def test_what_is_noted_is_kept_when_the_call_returns(database: Database, look: Look) -> None:
    LookBook(database).note(look, now=NOW)
    assert kept(database) == 1


def test_the_same_look_is_kept_once_whichever_process_notes_it(database: Database, look: Look) -> None:
    one, another = LookBook(database), LookBook(database)
    for book in (one, another, one):
        book.note(look, now=NOW)
    assert kept(database) == 1


def test_what_was_written_already_costs_no_transaction(database: Database, look: Look) -> None:
    book = LookBook(database)
    book.note(look, now=NOW)
    with database.write():  # on SQLite nobody else can write now, and in this thread on no engine
        book.note(look, now=NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"record_id": "another"},
        {"what": LookedAt.PDF},
        {"looker": Looker.STAFF},
        {"looker_id": "another"},
        {"occasion": "another"},
    ],
)
def test_another_look_is_another(database: Database, look: Look, changes: dict[str, str]) -> None:
    book = LookBook(database)
    book.note(look, structs.replace(look, **changes), now=NOW)
    assert kept(database) == 2


def test_later_it_is_another_look(look: Look) -> None:
    start = NOW - timedelta(seconds=int(NOW.timestamp()) % WINDOW_SECONDS)
    assert look_id(look, start) == look_id(look, start + timedelta(seconds=WINDOW_SECONDS - 1))
    assert look_id(look, start) != look_id(look, start + timedelta(seconds=WINDOW_SECONDS))


def test_many_at_once_are_all_kept(database: Database, look: Look) -> None:
    book = LookBook(database)
    different = [structs.replace(look, record_id=f"card {number}") for number in range(200)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda one: book.note(one, now=NOW), different))
    assert kept(database) == 200


def test_a_look_that_cannot_be_kept_raises_and_is_not_taken_for_written(database: Database, look: Look) -> None:
    book = LookBook(database)
    of_nobody = structs.replace(look, pupil_id="nobody")
    for _ in range(2):
        with pytest.raises(IntegrityError):
            book.note(of_nobody, now=NOW)
    book.note(look, now=NOW)
    assert kept(database) == 1


def test_one_that_cannot_be_kept_takes_no_other_along(database: Database, look: Look) -> None:
    book = LookBook(database)
    fit = [structs.replace(look, record_id=f"card {number}") for number in range(40)]
    unfit = [structs.replace(look, pupil_id=f"nobody {number}") for number in range(40)]

    def note(one: Look) -> bool:
        try:
            book.note(one, now=NOW)
        except IntegrityError:
            return False
        return True

    together = [one for pair in zip(fit, unfit, strict=True) for one in pair]
    with ThreadPoolExecutor(16) as pool:
        noted = list(pool.map(note, together))
    assert kept(database) == sum(noted)


def test_on_the_event_loop_many_are_kept_before_any_goes_on(database: Database, look: Look) -> None:
    book = LookBook(database)
    different = [structs.replace(look, record_id=f"card {number}") for number in range(100)]

    async def note_all() -> list[int]:
        async def note(one: Look) -> int:
            await book.note_soon(one, now=NOW)
            with database.read() as connection:
                return len(connection.execute(select(looks).where(looks.c.record_id == one.record_id)).all())

        return await asyncio.gather(*(note(one) for one in different))

    assert asyncio.run(note_all()) == [1] * 100


def test_on_the_event_loop_a_look_that_cannot_be_kept_raises_for_itself_only(database: Database, look: Look) -> None:
    book = LookBook(database)
    of_nobody = structs.replace(look, pupil_id="nobody")

    async def note_both() -> list[BaseException | None]:
        both = (book.note_soon(one, now=NOW) for one in (look, of_nobody))
        return await asyncio.gather(*both, return_exceptions=True)

    fine, refused = asyncio.run(note_both())
    assert fine is None
    assert isinstance(refused, IntegrityError)
    assert kept(database) == 1


def test_who_goes_away_holds_nobody_up_and_is_written_down_all_the_same(database: Database, look: Look) -> None:
    book = LookBook(database)
    busy = threading.Event()

    async def go_away() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        loop.run_in_executor(None, busy.wait)
        going = asyncio.create_task(book.note_soon(look, now=NOW))
        staying = asyncio.create_task(book.note_soon(structs.replace(look, record_id="another"), now=NOW))
        await asyncio.sleep(0)
        going.cancel()
        await asyncio.sleep(0)
        busy.set()
        await asyncio.wait_for(staying, timeout=5)

    asyncio.run(go_away())
    assert kept(database) == 2
