"""Drafts of a whole workbook kept in the archive: all of them, or none.

A pupil's draft of the same school and year takes the new content and keeps its record id, so that a mended workbook
can come again. Where somebody has signed a card already, the workbook is refused with that pupil's cell.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, structs

from backend.archive.drafts import store
from backend.database import Database
from backend.errors import NotFoundError
from backend.intake.workbook.build_records import Draft
from backend.intake.workbook.problems import Mistake, Problem, WorkbookRefusedError
from verifier.record.card_document import read_card
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card


class KeptDraft(Struct, frozen=True):
    """A draft in the archive."""

    record_id: str
    class_group: str
    place: str
    """``sheet!cell`` of the pupil's first row."""
    missing: tuple[str, ...]
    again: bool
    """Whether the pupil had a draft before."""


def keep_drafts(drafts: Sequence[Draft], *, database: Database, now: datetime) -> tuple[KeptDraft, ...]:
    """Keep the XML and the row of every draft; all are of one school and one school year.

    Raises:
        NotFoundError: ``school_not_found``.
        WorkbookRefusedError: a pupil has a signed card of this school and year; nothing was kept.
    """
    transcript = drafts[0].record.transcript
    school_code, school_year = transcript.school_code, transcript.school_year
    with database.write() as connection:
        if not store.has_school(connection, school_code):
            raise NotFoundError("school_not_found", school_code=school_code)
        _refuse_signed(drafts, store.read_signed_pupils(connection, school_code=school_code, school_year=school_year))
        before = store.read_draft_ids(connection, school_code=school_code, school_year=school_year)
        kept: list[KeptDraft] = []
        for draft in drafts:
            earlier = before.get(draft.record.pupil.pupil_code)
            record = draft.record if earlier is None else _with_id(draft.record, earlier)
            row = _row(record, draft.missing)
            store.replace_draft(connection, row, now=now)
            kept.append(
                KeptDraft(
                    record_id=row.record_id,
                    class_group=row.class_group,
                    place=draft.place,
                    missing=draft.missing,
                    again=earlier is not None,
                )
            )
    return tuple(kept)


def _refuse_signed(drafts: Sequence[Draft], signed: frozenset[str]) -> None:
    mistakes = []
    for draft in drafts:
        if draft.record.pupil.pupil_code in signed:
            sheet, _, cell = draft.place.rpartition("!")
            mistakes.append(Problem(Mistake.CARD_IN_FORCE, sheet, cell, draft.record.transcript.name))
    if mistakes:
        raise WorkbookRefusedError(mistakes)


def _with_id(record: Record, record_id: str) -> Record:
    return structs.replace(record, transcript=structs.replace(record.transcript, record_id=record_id))


def _row(record: Record, missing: tuple[str, ...]) -> store.Draft:
    transcript = record.transcript
    xml = write_unsigned_card(record)
    parse_record(read_card(xml).data_element)  # whatever is kept can be read
    return store.Draft(
        record_id=transcript.record_id,
        school_code=transcript.school_code,
        pupil_code=record.pupil.pupil_code,
        personal_code=record.pupil.personal_code,
        name=transcript.name,
        date_of_birth=transcript.date_of_birth,
        school_year=transcript.school_year,
        grade=transcript.grade,
        class_group=transcript.class_group,
        level=record.level.value,
        missing=" ".join(missing),
        xml=xml,
    )
