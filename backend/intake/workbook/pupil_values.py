"""What more than one step asks of a pupil's cells: the subjects of the form, the sex, days in words."""

import re
from collections.abc import Mapping
from datetime import date

from backend.intake.workbook.find_tables import grade_of_class
from backend.intake.workbook.join_rows import Joined
from backend.intake.workbook.labels import catalogue, own_subject_code
from backend.intake.workbook.read_cells import Value
from backend.intake.workbook.read_workbook import WorkbookReading


def subject_values(pupil: Joined, reading: WorkbookReading) -> dict[tuple[str, str], Mapping[str, Value]]:
    """Cells of the pupil's subjects by code and name, in the order of the form.

    A pupil who is not assessed, and of whom no subject says anything, has the grade's compulsory ones without a result.
    """
    by_subject: dict[str, dict[str, Value]] = {}
    for target, entry in pupil.entries.items():
        prefix, _, part = target.rpartition(":")
        by_subject.setdefault(prefix, {})[part] = entry.value
    said = {prefix for prefix, values in by_subject.items() if values.keys() - {"teacher"}}
    if pupil.value("not_assessed") is True and pupil.class_group is not None and not said & _prefixes(pupil):
        grade = grade_of_class(pupil.class_group)
        compulsory = {
            f"subject:{found.code}" for found in catalogue(reading.school).subjects if grade in found.compulsory
        }
        said |= compulsory & _prefixes(pupil)
    return {(code, name): by_subject.get(prefix, {}) for prefix, code, name in _form_rows(reading) if prefix in said}


def _prefixes(pupil: Joined) -> set[str]:
    """Of the subjects that the pupil's tables have columns for."""
    return {target.rpartition(":")[0] for target in pupil.targets if target.startswith(("subject:", "own:"))}


def _form_rows(reading: WorkbookReading) -> list[tuple[str, str, str]]:
    """Target prefix, code and name of every subject that a card may have, in the order of the form."""
    names = reading.subject_names
    known = [
        (f"subject:{subject.code}", subject.code, names.get(subject.code, subject.vi))
        for subject in catalogue(reading.school).subjects
    ]
    return known + [(f"own:{key}", own_subject_code(name), name) for key, name in reading.own_subjects.items()]


def remark_of(values: Mapping[str, Value]) -> str | None:
    """The remark on a subject; the reason of an exemption belongs there (docs/formats/record-xml.md, 4.4)."""
    words = [str(values[part]) for part in ("remark", "exemption") if values.get(part) is not None]
    return "\n".join(dict.fromkeys(words)) or None


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
