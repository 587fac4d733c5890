"""Prepare a card before anybody signs it: announced, or with its content; as a draft, or waiting for what is missing.

1. One card of a pupil, school and school year is prepared at a time, and none beside a card in force, unless an agreed
   recall names a card to come: then this is that card, with the record id that was agreed.
2. Preparing again replaces what was said before and keeps the record id. The same content changes nothing; other
   content takes the signatures away that people had given to the old one.
3. What waits for the summer waits until the year's second lock, anything else until the first (``lock_days``). With
   nothing missing any more the card is a draft that can be signed.

The prepared card is gone as soon as the school's signed card comes in (``keep_card``).
"""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from msgspec import Struct, structs
from sqlalchemy import Connection

from backend.archive import store as archive_store
from backend.archive.keep_card import CardInForceError
from backend.archive.prepared import store
from backend.archive.prepared.card import OF_THE_SUMMER, Missing, PreparedCard, last_day_of_waiting
from backend.archive.rules import WITHDRAWN, CardState, verify_transition
from backend.archive.withdraw_card import MAX_TEXT_CHARACTERS
from backend.errors import BackendError, NotFoundError
from verifier.record.card_document import read_card
from verifier.record.levels import EducationLevel, level_of_grade
from verifier.record.parse_xml import parse_record, parse_school_year
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card


class PreparationRefusedError(BackendError):
    """What was said about the card to come cannot be."""

    code: ClassVar[str] = "preparation_refused"


class PupilsYear(Struct, frozen=True, kw_only=True):
    """Of whom and of which year a card is, with the class that the year ends in."""

    school_code: str
    pupil_code: str
    school_year: str
    grade: int
    class_group: str


def announce_card(
    connection: Connection,
    year: PupilsYear,
    *,
    missing: Collection[Missing],
    prepared_by: str,
    now: datetime,
) -> PreparedCard:
    """Keep that a card is to come, or say anew what it waits for; content that is there stays.

    Raises:
        MalformedInputError: the school year is none.
        NotFoundError: ``school_not_found``.
        CardInForceError: the pupil's signed card of this school and year is here already.
        IllegalTransitionError: it is signed and would have to wait again: its content has to change first.
        PreparationRefusedError: class, pupil code or who prepares it are blank or too long, or the card would wait for
            what its grade does not know.
    """
    _verify_words(year.class_group, year.pupil_code, prepared_by)
    _verify_missing(missing, grade=year.grade)
    year = structs.replace(year, school_year=parse_school_year(year.school_year))
    if year.school_code not in archive_store.read_schools(connection):
        raise NotFoundError("school_not_found", school_code=year.school_code)
    before = _before(connection, year)
    state = CardState.PENDING_SUPPLEMENTARY if missing else CardState.DRAFT
    if before is not None and before.state is not state:
        verify_transition(before.state, state)
    prepared = PreparedCard(
        record_id=_record_id_to_come(connection, year, before),
        **structs.asdict(year),
        personal_code=None if before is None else before.personal_code,
        name=None if before is None else before.name,
        date_of_birth=None if before is None else before.date_of_birth,
        state=state,
        missing=tuple(sorted(set(missing))),
        waits_until=last_day_of_waiting(missing, school_year=year.school_year, grade=year.grade),
        xml=None if before is None else before.xml,
        prepared_by=prepared_by.strip(),
        prepared_at=now,
    )
    store.put_prepared(connection, prepared)
    return prepared


def _verify_words(*words: str) -> None:
    if not all(word.strip() for word in words):
        raise PreparationRefusedError("preparation_word_missing")
    if max(len(word) for word in words) > MAX_TEXT_CHARACTERS:
        raise PreparationRefusedError("preparation_text_long", limit=MAX_TEXT_CHARACTERS)


def _verify_missing(missing: Collection[Missing], *, grade: int) -> None:
    """Supplementary lessons are primary's (circular 27), re-examination and summer training secondary's (22)."""
    primary = level_of_grade(grade) is EducationLevel.PRIMARY
    for code in sorted(OF_THE_SUMMER & set(missing)):
        if (code is Missing.SUPPLEMENTARY_LESSONS) is not primary:
            raise PreparationRefusedError("preparation_not_of_grade", missing=code.value, grade=grade)


def prepare_card(
    connection: Connection, record: Record, *, missing: Collection[Missing], prepared_by: str, now: datetime
) -> PreparedCard:
    """Keep a card's unsigned content; the record id that the card has from now on is the stored one's.

    Raises:
        CardInForceError: as ``announce_card``.
        MalformedInputError: the record cannot be written so that it reads back.
    """
    transcript = record.transcript
    year = PupilsYear(
        school_code=transcript.school_code,
        pupil_code=record.pupil.pupil_code,
        school_year=transcript.school_year,
        grade=transcript.grade,
        class_group=transcript.class_group,
    )
    before = _before(connection, year)
    record = _with_id(record, _record_id_to_come(connection, year, before, own=transcript.record_id))
    prepared = PreparedCard(
        record_id=record.transcript.record_id,
        **structs.asdict(year),
        personal_code=record.pupil.personal_code,
        name=transcript.name,
        date_of_birth=transcript.date_of_birth,
        state=CardState.PENDING_SUPPLEMENTARY if missing else CardState.DRAFT,
        missing=tuple(sorted(set(missing))),
        waits_until=last_day_of_waiting(missing, school_year=year.school_year, grade=year.grade),
        xml=write_unsigned_card(record),
        prepared_by=prepared_by.strip(),
        prepared_at=now,
    )
    written = _read(prepared.xml)  # whatever is kept can be read
    if before is not None and before.missing == prepared.missing and _read(before.xml) == written:
        return before
    store.put_prepared(connection, prepared)
    return prepared


def _before(connection: Connection, year: PupilsYear) -> PreparedCard | None:
    return store.find_prepared_of_pupil(
        connection, school_code=year.school_code, pupil_code=year.pupil_code, school_year=year.school_year
    )


def _record_id_to_come(
    connection: Connection, year: PupilsYear, before: PreparedCard | None, *, own: str | None = None
) -> str:
    """Steps 1 and 2: the id that was agreed, else the one from before, else a new one."""
    latest = archive_store.find_latest_card(
        connection, school_code=year.school_code, pupil_code=year.pupil_code, school_year=year.school_year
    )
    if latest is not None and latest.state not in WITHDRAWN:
        agreed = archive_store.find_agreed_recall(connection, latest.record_id)
        if agreed is None or agreed.replaced_by is None:
            raise CardInForceError
        return agreed.replaced_by
    if before is not None:
        return before.record_id
    return own or str(uuid4())


def _with_id(record: Record, record_id: str) -> Record:
    return structs.replace(record, transcript=structs.replace(record.transcript, record_id=record_id))


def _read(xml: bytes | None) -> Record | None:
    return None if xml is None else parse_record(read_card(xml).data_element)
