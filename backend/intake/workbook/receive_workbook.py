"""The workbook door: bytes in, drafts kept or every mistake said, and what was understood for people to look over."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from msgspec import Struct

from backend.database import Database
from backend.intake.workbook.build_records import Drafts, Facts, build_records, facts_of_cover
from backend.intake.workbook.keep_drafts import KeptDraft, keep_drafts
from backend.intake.workbook.problems import WorkbookRefusedError
from backend.intake.workbook.read_workbook import WorkbookReading, read_workbook
from verifier.lists import Lists

CityFacts = Callable[[str | None], Facts]
"""What the city knows of a school: its name, the department."""


class UnderstoodWorkbook(Struct, frozen=True):
    """A workbook's cells, and the drafts that they make."""

    reading: WorkbookReading
    drafts: Drafts


def understand_workbook(
    data: bytes,
    *,
    given: Facts,
    class_group: str | None,
    city_facts: CityFacts,
    new_record_id: Callable[[], str] = lambda: str(uuid4()),
) -> UnderstoodWorkbook:
    """Read a workbook without keeping anything. What the caller gives stands over the cover sheet, that over the city.

    Raises:
        WorkbookUnreadableError: it cannot be opened within the limits.
    """
    reading = read_workbook(data, class_group=class_group)
    facts = given.over(facts_of_cover(reading))
    facts = facts.over(city_facts(facts.school_code))
    return UnderstoodWorkbook(reading, build_records(reading, facts, new_record_id=new_record_id))


def receive_workbook(understood: UnderstoodWorkbook, *, database: Database, now: datetime) -> tuple[KeptDraft, ...]:
    """Keep all drafts of a workbook, or none.

    Raises:
        WorkbookRefusedError: there are mistakes, or a pupil has a signed card; nothing was kept.
        NotFoundError: ``school_not_found``.
    """
    if understood.drafts.mistakes:
        raise WorkbookRefusedError(understood.drafts.mistakes)
    return keep_drafts(understood.drafts.drafts, database=database, now=now)


def facts_of_city(lists: Lists, school_code: str | None) -> Facts:
    """Department and school as the published lists name them."""
    department = None if lists.trust is None else lists.trust.department
    school = None if lists.registry is None or school_code is None else lists.registry.schools.get(school_code)
    return Facts(
        school_name=None if school is None else school.name,
        department_code=None if department is None else department.code,
        department_name=None if department is None else department.vi,
    )
