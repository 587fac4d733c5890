"""Cards of a whole workbook prepared in the archive: all of them, or none.

A pupil's prepared card of the same school and year takes the new content and keeps its record id, so that a mended
workbook can come again. A pupil who stood in an earlier workbook without the school's code is found by the personal
code. Where the school's signed card is here already, the workbook is refused with that pupil's cell.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct, structs

from backend.archive.keep_card import CardInForceError
from backend.archive.prepared import store
from backend.archive.prepared.card import Missing, PreparedCard
from backend.archive.prepared.prepare_card import prepare_card
from backend.archive.store import read_schools
from backend.database import Connection, Database
from backend.errors import NotFoundError
from backend.intake.workbook.build_records import Draft
from backend.intake.workbook.problems import Mistake, Problem, WorkbookRefusedError
from verifier.record.record import Record

PREPARED_BY = "workbook"
"""Who prepared a workbook's cards: the door; whoever ran the command is not known to it."""


class KeptDraft(Struct, frozen=True):
    """A prepared card in the archive."""

    record_id: str
    class_group: str
    place: str
    """``sheet!cell`` of the pupil's first row."""
    missing: tuple[Missing, ...]
    again: bool
    """Whether the pupil had a prepared card before."""


def keep_drafts(drafts: Sequence[Draft], *, database: Database, now: datetime) -> tuple[KeptDraft, ...]:
    """Prepare the card of every draft; all are of one school and one school year.

    Raises:
        NotFoundError: ``school_not_found``.
        WorkbookRefusedError: a pupil has a signed card of this school and year; nothing was kept.
    """
    transcript = drafts[0].record.transcript
    school_code, school_year = transcript.school_code, transcript.school_year
    with database.write() as connection:
        if school_code not in read_schools(connection):
            raise NotFoundError("school_not_found", school_code=school_code)
        before = store.read_prepared_of_year(connection, school_code=school_code, school_year=school_year)
        kept: list[KeptDraft] = []
        mistakes: list[Problem] = []
        for draft in drafts:
            try:
                kept.append(_keep(connection, draft, before, now))
            except CardInForceError:
                sheet, _, cell = draft.place.rpartition("!")
                mistakes.append(Problem(Mistake.CARD_IN_FORCE, sheet, cell, draft.record.transcript.name))
        if mistakes:
            raise WorkbookRefusedError(mistakes)  # and nothing of this transaction stays
    return tuple(kept)


def _keep(connection: Connection, draft: Draft, before: Mapping[str, PreparedCard], now: datetime) -> KeptDraft:
    record = _under_known_code(connection, draft.record, before)
    pupil_code = record.pupil.pupil_code
    earlier = before.get(pupil_code) or before.get(draft.record.pupil.personal_code or pupil_code)
    prepared = prepare_card(connection, record, missing=draft.missing, prepared_by=PREPARED_BY, now=now)
    return KeptDraft(
        record_id=prepared.record_id,
        class_group=prepared.class_group,
        place=draft.place,
        missing=draft.missing,
        again=earlier is not None,
    )


def _under_known_code(connection: Connection, record: Record, before: Mapping[str, PreparedCard]) -> Record:
    """One pupil, also where the personal code stands in for the school's own in this workbook or an earlier one."""
    pupil = record.pupil
    if pupil.personal_code is None:
        return record
    if pupil.pupil_code == pupil.personal_code:
        for card in before.values():
            if card.personal_code == pupil.personal_code:
                return structs.replace(record, pupil=structs.replace(pupil, pupil_code=card.pupil_code))
        return record
    stand_in = before.get(pupil.personal_code)
    if stand_in is not None and pupil.pupil_code not in before:
        store.delete_prepared(
            connection,
            school_code=stand_in.school_code,
            pupil_code=stand_in.pupil_code,
            school_year=stand_in.school_year,
        )
        store.put_prepared(connection, structs.replace(stand_in, pupil_code=pupil.pupil_code))
    return record
