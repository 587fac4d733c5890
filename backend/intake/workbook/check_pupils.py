"""What makes a workbook unusable as a whole or for a pupil, all of it in one go: facts, codes, birthdays, subjects."""

from collections.abc import Mapping, Sequence

import msgspec

from backend.intake.workbook.join_rows import Joined
from backend.intake.workbook.labels import aliases
from backend.intake.workbook.problems import Mistake, Problem
from backend.intake.workbook.pupil_values import iso_day, remark_of, sex_of, subject_values
from backend.intake.workbook.read_workbook import WorkbookReading
from verifier.errors import MalformedInputError
from verifier.record.field_reader import MAX_CODE_CHARACTERS, MAX_TEXT_CHARACTERS
from verifier.record.parse_xml import MAX_SUBJECTS, parse_school_year

COVER_SHEET = "Thông tin"
"""Of our template: what is the same for all cards of the file."""

_SUBJECT_KINDS = ("subject:", "own:")

_REQUIRED_FACTS = (
    "school_code",
    "school_name",
    "department_code",
    "department_name",
    "province",
    "school_year",
    "manager_name",
    "place",
)


def check_facts(facts: Mapping[str, str | None], reading: WorkbookReading) -> list[Problem]:
    """What is missing or malformed, at the cover sheet's cell for it; without a cover sheet at the template's."""

    def problem(code: Mistake, name: str, value: str = "") -> Problem:
        sheet, cell = reading.cover_sheet or COVER_SHEET, reading.fact_places.get(name)
        return Problem(code, sheet, cell, value, {"name": name, "label": aliases().facts[name][0]})

    problems = [problem(Mistake.FACT_MISSING, name) for name in _REQUIRED_FACTS if facts.get(name) is None]
    school_year = facts.get("school_year")
    if school_year is not None:
        try:
            parse_school_year(school_year)
        except MalformedInputError:
            problems.append(problem(Mistake.FACT_MALFORMED, "school_year", school_year))
    for name in ("school_code", "department_code"):
        code = facts.get(name)
        if code is not None and len(code) > MAX_CODE_CHARACTERS:
            problems.append(problem(Mistake.FACT_MALFORMED, name, code))
    for name in ("created_on", "signed_on"):
        day = facts.get(name)
        if day is not None and iso_day(day) is None:
            problems.append(problem(Mistake.FACT_MALFORMED, name, day))
    return problems


def check_pupil(pupil: Joined, reading: WorkbookReading) -> list[Problem]:
    """What keeps a pupil's rows from being a card."""
    problems = []
    codes = {"personal_code", "pupil_code"}
    if not codes & (pupil.entries.keys() | pupil.refused):
        problems.append(
            pupil.problem(Mistake.PUPIL_WITHOUT_CODE) if codes & pupil.targets else _no_column(pupil, "pupil_code")
        )
    if pupil.class_group is None and "class_group" not in pupil.refused:
        problems.append(
            pupil.problem(Mistake.CLASS_UNKNOWN)
            if "class_group" in pupil.targets
            else Problem(Mistake.CLASS_UNKNOWN, pupil.sheet, pupil.header, "")
        )
    for target, known in (("date_of_birth", pupil.value("date_of_birth")), ("sex", sex_of(pupil))):
        if known is None and target not in pupil.refused:
            problems.append(
                pupil.problem(Mistake.VALUE_MISSING, label=aliases().fields[target][0])
                if target in pupil.targets
                else _no_column(pupil, target)
            )
    if pupil.value("promoted") is not None and pupil.value("promoted") == pupil.value("not_promoted"):
        problems.append(pupil.problem(Mistake.CONTRADICTION, "promoted", other=pupil.entries["not_promoted"].place))
    return problems + _check_subjects(pupil, reading)


def _check_subjects(pupil: Joined, reading: WorkbookReading) -> list[Problem]:
    found = subject_values(pupil, reading)
    too_long = [name for (_, name), values in found.items() if len(remark_of(values) or "") > MAX_TEXT_CHARACTERS]
    if too_long:
        return [pupil.problem(Mistake.TOO_LONG, limit=MAX_TEXT_CHARACTERS, label=name) for name in too_long]
    count = len(found)
    if count > MAX_SUBJECTS:
        return [pupil.problem(Mistake.SUBJECTS_TOO_MANY, count=count, limit=MAX_SUBJECTS)]
    if count or any(target.startswith(_SUBJECT_KINDS) for target in pupil.refused):
        return []
    if any(target.startswith(_SUBJECT_KINDS) for target in pupil.targets):
        return [pupil.problem(Mistake.NO_SUBJECT)]
    return [Problem(Mistake.NO_SUBJECT_COLUMN, pupil.sheet, pupil.header, "")]


def _no_column(pupil: Joined, target: str) -> Problem:
    """A column that the whole table lacks, at the table's header."""
    label = aliases().fields[target][0]
    return Problem(Mistake.COLUMN_MISSING, pupil.sheet, pupil.header, "", {"label": label})


def said_once(problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong with a whole table is found at each of its pupils, and said once."""
    return list({msgspec.json.encode(problem): problem for problem in problems}.values())
