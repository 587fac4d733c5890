"""What more than one step asks of a pupil's cells: the subjects of the form, the sex, days in words."""

import re
from collections.abc import Mapping
from datetime import date

from backend.intake.workbook.join_rows import Joined
from backend.intake.workbook.labels import catalogue, own_subject_code
from backend.intake.workbook.read_cells import Value
from backend.intake.workbook.read_workbook import WorkbookReading


def subject_values(pupil: Joined, reading: WorkbookReading) -> dict[tuple[str, str], Mapping[str, Value]]:
    """Cells of the pupil's subjects by code and name, in the order of the form."""
    by_subject: dict[str, dict[str, Value]] = {}
    for target, entry in pupil.entries.items():
        prefix, _, part = target.rpartition(":")
        by_subject.setdefault(prefix, {})[part] = entry.value
    return {
        (code, name): values
        for prefix, code, name in _form_rows(reading)
        if (values := by_subject.get(prefix, {})).keys() - {"teacher"}
    }


def _form_rows(reading: WorkbookReading) -> list[tuple[str, str, str]]:
    """Target prefix, code and name of every subject that a card may have, in the order of the form."""
    names = reading.subject_names
    known = [
        (f"subject:{subject.code}", subject.code, names.get(subject.code, subject.vi))
        for subject in catalogue(reading.school).subjects
    ]
    return known + [(f"own:{key}", own_subject_code(name), name) for key, name in reading.own_subjects.items()]


def sex_of(pupil: Joined) -> str | None:
    """From a column of its own, or from a column "Nữ" with crosses."""
    sex = pupil.value("sex")
    if sex is None and pupil.has_column("female"):
        return "Nữ" if pupil.value("female") else "Nam"
    return None if sex is None else str(sex)


def iso_day(text: str) -> str | None:
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})", text.strip(), re.ASCII)
    if found is None:
        return None
    day, month, year, iso_year, iso_month, iso_day = (int(part or 0) for part in found.groups())
    try:
        return date(iso_year or year, iso_month or month, iso_day or day).isoformat()
    except ValueError:
        return None
