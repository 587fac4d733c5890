"""A school's roster as a table: one row a pupil, with mother, father and another guardian."""

from datetime import date, datetime
from typing import Final

from backend.department.csv_table import TableRefusedError, read_csv_table
from backend.people.errors import RosterRefusedError
from backend.people.roster import (
    AlternativeId,
    AlternativeIdType,
    GuardianEntry,
    PupilEntry,
    Relation,
    verify_roster,
)

_VIETNAMESE: Final = {
    "mã học sinh": "pupil_code",
    "họ và tên": "name",
    "ngày sinh": "date_of_birth",
    "lớp": "class_group",
    "số định danh": "personal_code",
    "loại giấy tờ khác": "alternative_id_type",
    "số giấy tờ khác": "alternative_id",
    "họ tên mẹ": "mother_name",
    "số định danh mẹ": "mother_code",
    "họ tên cha": "father_name",
    "số định danh cha": "father_code",
    "họ tên người giám hộ": "guardian_name",
    "số định danh người giám hộ": "guardian_code",
}
ROSTER_FIELDS: Final = {**_VIETNAMESE, **{field: field for field in _VIETNAMESE.values()}}
REQUIRED: Final = frozenset({"pupil_code", "name", "date_of_birth", "class_group", "personal_code"})
HEADER: Final = ",".join(_VIETNAMESE)
_DATES: Final = ("%Y-%m-%d", "%d/%m/%Y")


def read_roster(data: bytes, *, school_code: str, school_name: str, today: date) -> list[PupilEntry]:
    """Pupils of one school out of a CSV; nothing is taken unless every row can be.

    Raises:
        TableRefusedError: see ``read_csv_table``; ``roster_date_malformed``, ``roster_id_type_unknown``,
            ``roster_pupil_twice``.
        RosterRefusedError: see ``verify_roster``; the row is the file's.
    """
    rows: list[int] = []
    entries: list[PupilEntry] = []
    seen: set[str] = set()
    for row, values in read_csv_table(data, fields=ROSTER_FIELDS, required=REQUIRED):
        entry = _entry(values, row, school_code=school_code, school_name=school_name)
        if entry.pupil_code in seen:
            raise TableRefusedError("roster_pupil_twice", row=row)
        seen.add(entry.pupil_code)
        rows.append(row)
        entries.append(entry)
    try:
        verify_roster(entries, today=today)
    except RosterRefusedError as error:
        row_in_file = rows[int(error.details["row"]) - 1]
        raise RosterRefusedError(error.reason, **(error.details | {"row": row_in_file})) from error
    return entries


def _entry(values: dict[str, str], row: int, *, school_code: str, school_name: str) -> PupilEntry:
    return PupilEntry(
        name=values.get("name", ""),
        date_of_birth=_date(values.get("date_of_birth", ""), row),
        school_code=school_code,
        school_name=school_name,
        pupil_code=values.get("pupil_code", ""),
        class_group=values.get("class_group", ""),
        personal_code=values.get("personal_code") or None,
        alternative_id=_alternative(values, row),
        guardians=tuple(
            GuardianEntry(
                name=values[f"{relation.value}_name"],
                relation=relation,
                personal_code=values.get(f"{relation.value}_code") or None,
            )
            for relation in Relation
            if values.get(f"{relation.value}_name")
        ),
    )


def _alternative(values: dict[str, str], row: int) -> AlternativeId | None:
    kind, value = values.get("alternative_id_type", ""), values.get("alternative_id", "")
    if not kind and not value:
        return None
    if kind not in set(AlternativeIdType):
        raise TableRefusedError("roster_id_type_unknown", row=row, known=", ".join(AlternativeIdType))
    return AlternativeId(AlternativeIdType(kind), value)


def _date(text: str, row: int) -> date:
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day of the calendar has no zone
        except ValueError:
            continue
    raise TableRefusedError("roster_date_malformed", row=row)
