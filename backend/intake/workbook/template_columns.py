"""A template's column, and what its cells offer and accept before anybody sends the file."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backend.intake.workbook.read_cells import FIRST_YEAR, LAST_YEAR, NOT_ASSESSED
from verifier.record.field_reader import MAX_ABSENCES
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel
from verifier.record.marks import EXEMPT, MET, NOT_MET

Assessment = Literal["score", "remark"]

HEADER_ROWS = 2
ROWS_WITH_LISTS = 300
"""Rows below the header that offer their choices."""

YES, NO = "Có", "Không"

_FLAGS = frozenset(
    {"promoted", "not_assessed", "class_programme_completed", "primary_programme_completed", "programme_completed"}
)
_CODES = frozenset({"personal_code", "pupil_code", "register_number", "class_group"})
_COUNTS = frozenset({"absences", "absences_excused", "absences_unexcused"})
_MARKS = frozenset({"semester_1", "semester_2", "year", "reexamination"})
_CHOICES: Mapping[str, Sequence[str]] = {
    "sex": ("Nam", "Nữ"),
    **dict.fromkeys(("quality", "competence"), tuple(QualityLevel)),
    **dict.fromkeys(("learning", "training"), tuple(OverallLevel)),
    "educational_result": tuple(EducationalResult),
}


class TemplateColumn(Struct, frozen=True):
    """A column: its group, if it has one, its label and what it asks for."""

    group: str | None
    label: str
    target: str
    assessment: Assessment | None = None
    """Of a secondary subject of the catalogue."""


def offer_choices(sheet: Worksheet, columns: tuple[TemplateColumn, ...]) -> None:
    """Lists to choose from, and limits that Excel holds to; codes are text."""
    first, last = HEADER_ROWS + 1, HEADER_ROWS + ROWS_WITH_LISTS
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        if column.target in _CODES:
            for row in range(first, last + 1):
                sheet.cell(row, number).number_format = "@"
        validation = _validation(column, f"{letter}{first}")
        if validation is not None:
            sheet.add_data_validation(validation)
            validation.add(f"{letter}{first}:{letter}{last}")


def _validation(column: TemplateColumn, cell: str) -> DataValidation | None:
    target, part = column.target, column.target.rpartition(":")[2]
    choices = _choices(column)
    if choices:
        return DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    if target == "personal_code":
        return _limited("custom", "Số định danh có 12 chữ số.", f"AND(LEN({cell})=12,ISNUMBER(-{cell}))")
    if target in {"date_of_birth", "results_until"}:
        days = f"DATE({FIRST_YEAR},1,1)", f"DATE({LAST_YEAR},12,31)"
        return _limited("date", "Ghi ngày/tháng/năm, ví dụ 05/09/2015.", *days)
    if target in _COUNTS:
        return _limited("whole", "Ghi số buổi.", "0", str(MAX_ABSENCES))
    if part in _MARKS and column.assessment == "score":
        number = f"AND(ISNUMBER({cell}),{cell}>=0,{cell}<=10,ROUND({cell},1)={cell})"
        words = f'OR({number},{cell}="{EXEMPT}",{cell}="{NOT_ASSESSED}")'
        return _limited("custom", "Điểm 0 đến 10, một chữ số thập phân; M: miễn; KĐG: không đánh giá.", words)
    return None


def _limited(
    kind: Literal["custom", "date", "whole"], message: str, lower: str, upper: str | None = None
) -> DataValidation:
    validation = DataValidation(type=kind, formula1=lower, formula2=upper, allow_blank=True, operator="between")
    validation.errorTitle, validation.error, validation.showErrorMessage = "Chưa đúng", message, True
    return validation


def _choices(column: TemplateColumn) -> Sequence[str]:
    kind, _, rest = column.target.partition(":")
    part = rest.rpartition(":")[2]
    if part in _MARKS and column.assessment == "remark":
        return [MET, NOT_MET, EXEMPT, NOT_ASSESSED]
    if part == "level":
        return [*AchievementLevel, NOT_ASSESSED]
    return [YES, NO] if kind in _FLAGS else _CHOICES.get(kind, ())
