"""Our own workbook for a class: a cover sheet, and one row a pupil; what is filled in reads back as it was meant.

The labels are the first aliases of ``aliases.json``, so that template and reader cannot drift apart. Columns that a
school does not need can be deleted, moved or hidden; subjects of its own get a group of columns like the others.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from msgspec import Struct, structs
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backend.intake.workbook.build_records import Facts
from backend.intake.workbook.check_pupils import COVER_SHEET
from backend.intake.workbook.labels import School, aliases, catalogue, own_subject_key
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults

RESULTS_SHEET = "Kết quả"
HEADER_ROWS = 2
ROWS_WITH_LISTS = 300
"""Rows below the header that offer their choices."""

_PERSON = (
    "personal_code",
    "pupil_code",
    "name",
    "date_of_birth",
    "sex",
    "class_group",
    "ethnicity",
    "nationality",
    "birthplace",
    "home_town",
    "address",
    "father_name",
    "mother_name",
    "guardian_name",
    "register_number",
    "weight_kg",
    "height_cm",
    "absences_excused",
    "absences_unexcused",
)
_PRIMARY_SUMMARY = (
    "educational_result",
    "promoted",
    "class_programme_completed",
    "primary_programme_completed",
    "completion",
    "commendation",
    "commendation_ad_hoc",
    "homeroom_remark",
)
_SECONDARY_SUMMARY = (
    "absences",
    "promoted",
    "promotion",
    "programme_completed",
    "completion",
    "competitions",
    "certificates",
    "summer_training",
    "commendation",
    "commendation_ad_hoc",
    "homeroom_remark",
)
_ABILITY_GROUPS = (("qualities", 0, 5), ("general", 0, 3), ("specific", 3, 10))
_FLAGS = frozenset({"promoted", "class_programme_completed", "primary_programme_completed", "programme_completed"})
_YES, _NO = "Có", "Không"
_CODES = frozenset({"personal_code", "pupil_code", "register_number", "class_group"})
_HEADER_FILL = PatternFill("solid", start_color="E8EEF7")
_THIN = Side(style="thin", color="9AA5B8")
_EDGE = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FONT = "Times New Roman"


class TemplateColumn(Struct, frozen=True):
    """A column: its group, if it has one, its label and what it asks for."""

    group: str | None
    label: str
    target: str


def build_template(
    school: School, *, grade: int | None = None, records: Sequence[Record] = (), facts: Facts | None = None
) -> bytes:
    """The .xlsx file, filled with ``records`` where there are any; ``grade`` leaves out subjects it does not have."""
    book = Workbook()
    cover = book.active
    if not isinstance(cover, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    cover.title = COVER_SHEET
    _write_cover(cover, facts or Facts())
    sheet = book.create_sheet(RESULTS_SHEET)
    columns = template_columns(school, grade=grade, names=_names(records), own_subjects=_own_subjects(records, school))
    _write_header(sheet, columns)
    _offer_choices(sheet, columns)
    for row, record in enumerate(records, start=HEADER_ROWS + 1):
        _write_record(sheet, row, columns, record)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def template_columns(
    school: School,
    *,
    grade: int | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
    own_subjects: Iterable[str] = (),
) -> tuple[TemplateColumn, ...]:
    """The columns of the results' sheet, from left to right; ``names`` are subjects' names by code."""
    fields = aliases().fields
    parts = {part: words[0] for part, words in aliases().subject_parts[school].items()}
    parts |= (
        {"level": "Mức đạt được", "score": "Điểm KTĐK"} if school == "primary" else {"reexamination": "Đánh giá lại"}
    )
    columns = [TemplateColumn(None, fields[target][0], target) for target in _PERSON]
    for subject in catalogue(school).subjects:
        if grade is None or subject.is_taught_in(grade):
            group = names.get(subject.code, subject.vi)
            columns += [TemplateColumn(group, parts[part], f"subject:{subject.code}:{part}") for part in parts]
    for name in own_subjects:
        columns += [TemplateColumn(name, parts[part], f"own:{own_subject_key(name)}:{part}") for part in parts]
    columns += _ability_columns() if school == "primary" else _result_columns()
    summary = _PRIMARY_SUMMARY if school == "primary" else _SECONDARY_SUMMARY
    columns += [TemplateColumn(None, fields[target][0], target) for target in summary]
    return tuple(columns)


def _ability_columns() -> list[TemplateColumn]:
    found = aliases()
    columns = []
    for group, first, end in _ABILITY_GROUPS:
        kind, words = ("quality", found.qualities) if group == "qualities" else ("competence", found.competences)
        title = found.ability_groups[group][0]
        columns += [TemplateColumn(title, words[str(n)][0], f"{kind}:{n}") for n in range(first, end)]
        columns.append(TemplateColumn(title, "Nhận xét", f"{group}_remark"))
    return columns


def _result_columns() -> list[TemplateColumn]:
    found = aliases()
    return [
        TemplateColumn(found.results[kind][0], words[0], f"{kind}:{part}")
        for kind in ("learning", "training")
        for part, words in found.result_parts.items()
    ]


def _names(records: Sequence[Record]) -> dict[str, str]:
    """Foreign languages as the cards call them."""
    details = [detail for record in records for detail in record.subject_details]
    return {detail.code: detail.name for detail in details if detail.code in {"NN1", "NN2"}}


def _own_subjects(records: Sequence[Record], school: School) -> list[str]:
    known = catalogue(school)
    return list(
        dict.fromkeys(
            detail.name for record in records for detail in record.subject_details if known.by_code(detail.code) is None
        )
    )


def _write_cover(sheet: Worksheet, facts: Facts) -> None:
    values: Mapping[str, str | None] = structs.asdict(facts)
    sheet["A1"] = "THÔNG TIN CHUNG CỦA CÁC HỌC BẠ TRONG TỆP NÀY"
    sheet["A1"].font = Font(name=_FONT, bold=True, size=14)
    row = 3
    for name, words in aliases().facts.items():
        if name not in values:
            continue
        label, value = sheet.cell(row, 1, words[0]), sheet.cell(row, 2, values[name])
        label.font = Font(name=_FONT, bold=True)
        value.number_format = "@"
        value.border = _EDGE
        row += 1
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 48


def _write_header(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    first = 1
    for number, column in enumerate(columns, start=1):
        sheet.cell(2 if column.group else 1, number, column.label)
        if column.group is None:
            sheet.merge_cells(start_row=1, end_row=2, start_column=number, end_column=number)
        ends_group = number == len(columns) or columns[number].group != column.group
        if column.group is not None and ends_group:
            sheet.cell(1, first, column.group)
            sheet.merge_cells(start_row=1, end_row=1, start_column=first, end_column=number)
        if ends_group or column.group is None:
            first = number + 1
        sheet.column_dimensions[get_column_letter(number)].width = _width(column)
        for row in (1, 2):
            cell = sheet.cell(row, number)
            cell.font = Font(name=_FONT, bold=True)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.fill, cell.border = _HEADER_FILL, _EDGE
    sheet.row_dimensions[1].height = 42
    sheet.row_dimensions[2].height = 30
    sheet.freeze_panes = "D3"


def _width(column: TemplateColumn) -> int:
    if column.target in {"name", "birthplace", "home_town", "address", "father_name", "mother_name"}:
        return 26
    if column.target.endswith("remark") or column.target in {"completion", "commendation", "promotion"}:
        return 32
    return 16 if column.target in _PERSON else 11


def _offer_choices(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        place = f"{letter}{HEADER_ROWS + 1}:{letter}{HEADER_ROWS + ROWS_WITH_LISTS}"
        if column.target in _CODES:
            for row in range(HEADER_ROWS + 1, HEADER_ROWS + ROWS_WITH_LISTS + 1):
                sheet.cell(row, number).number_format = "@"
        choices = _choices(column.target)
        if choices:
            listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            sheet.add_data_validation(listed)
            listed.add(place)


def _choices(target: str) -> list[str]:
    kind = target.partition(":")[0]
    if kind == "sex":
        return ["Nam", "Nữ"]
    if kind in _FLAGS:
        return [_YES, _NO]
    if kind in {"quality", "competence"}:
        return [level.value for level in QualityLevel]
    if kind in {"learning", "training"}:
        return [level.value for level in OverallLevel]
    if kind == "educational_result":
        return [level.value for level in EducationalResult]
    return [level.value for level in AchievementLevel] if target.endswith(":level") else []


def _write_record(sheet: Worksheet, row: int, columns: Sequence[TemplateColumn], record: Record) -> None:
    values = _values_of(record)
    for number, column in enumerate(columns, start=1):
        value = values.get(column.target)
        if value is None:
            continue
        cell = sheet.cell(row, number)
        if isinstance(value, bool):
            cell.value = _YES if value else _NO
        elif isinstance(value, Decimal):
            cell.value, cell.number_format = value, "0.0"
        elif isinstance(value, int | date):
            cell.value = value
            cell.number_format = "dd/mm/yyyy" if isinstance(value, date) else "0"
        else:
            cell.value, cell.data_type = value, "s"  # a name may begin with "="
            cell.number_format = "@"


_Filled = str | int | bool | date | Decimal | None


def _values_of(record: Record) -> dict[str, _Filled]:
    transcript, results = record.transcript, record.transcript.results
    values: dict[str, _Filled] = dict(structs.asdict(record.pupil))
    values |= {"name": transcript.name, "date_of_birth": transcript.date_of_birth}
    values |= {"class_group": transcript.class_group, "promoted": results.promoted}
    remarks = record.remarks
    values |= {
        "homeroom_remark": remarks.homeroom_teacher,
        "qualities_remark": remarks.qualities,
        "general_remark": remarks.general_competences,
        "specific_remark": remarks.specific_competences,
        **{name: getattr(remarks, name) for name in ("completion", "promotion", "commendation", "commendation_ad_hoc")},
        **{name: getattr(remarks, name) for name in ("competitions", "certificates", "summer_training")},
    }
    known = catalogue("primary" if isinstance(results, PrimaryResults) else "secondary")
    for subject, detail in zip(results.subjects, record.subject_details, strict=True):
        prefix = (
            f"own:{own_subject_key(detail.name)}" if known.by_code(detail.code) is None else f"subject:{detail.code}"
        )
        marks = {**structs.asdict(subject), "remark": detail.remark, "teacher": detail.teacher_name}
        values |= {f"{prefix}:{part}": _mark(value) for part, value in marks.items() if part != "code"}
    if isinstance(results, PrimaryResults):
        values |= {f"quality:{number}": level for number, level in enumerate(results.qualities)}
        values |= {f"competence:{number}": level for number, level in enumerate(results.competences)}
        values["educational_result"] = results.educational_result
        values["class_programme_completed"] = results.class_programme_completed
        values["primary_programme_completed"] = results.primary_programme_completed
    else:
        for kind, levels in (("learning", results.learning), ("training", results.training)):
            values |= {f"{kind}:{part}": level for part, level in structs.asdict(levels).items()}
        values |= {"absences": results.absences, "programme_completed": results.programme_completed}
    return values


def _mark(value: _Filled) -> _Filled:
    """A mark as the number it is, so that the school can reckon with it."""
    if isinstance(value, str) and value[:1].isdigit() and value.replace(".", "", 1).isdigit() and len(value) <= 4:
        return Decimal(value)
    return value
