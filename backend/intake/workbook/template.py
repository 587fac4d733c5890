"""Our own workbook for a class: a cover sheet, and one row a pupil; what is filled in reads back as it was meant.

The labels are the first aliases of ``aliases.json``, so that template and reader cannot drift apart. Columns that a
school does not need can be deleted, moved or hidden; subjects of its own get a group of columns like the others.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import structs
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from backend.intake.workbook.build_records import Facts
from backend.intake.workbook.check_pupils import COVER_SHEET
from backend.intake.workbook.labels import School, aliases, catalogue, own_subject_key
from backend.intake.workbook.read_cells import NOT_ASSESSED
from backend.intake.workbook.template_columns import HEADER_ROWS, NO, YES, Assessment, TemplateColumn, offer_choices
from verifier.record.levels import EducationLevel, level_of_grade
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults

RESULTS_SHEET = "Kết quả"
SCHOOLING_SHEET = "Quá trình học tập"

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
    "not_assessed",
    "results_until",
    "homeroom_teacher_name",
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
_PROGRAMME_OF_UPPER_SECONDARY = "Hoàn thành chương trình THPT"
_GUIDE = (
    "Cách điền:",
    "• Trang Kết quả: mỗi học sinh một dòng, từ dòng 3. Xóa, ẩn hoặc đổi chỗ các cột không dùng đều được.",
    "• Mã và số định danh ghi dạng văn bản, đủ số 0 ở đầu. Chưa có số định danh thì để trống, phải có mã học sinh.",
    "• Miễn học: ghi M vào ô kết quả, lí do vào ô Nhận xét của môn.",
    "• Học sinh khuyết tật theo kế hoạch cá nhân, không đánh giá: ghi Có ở cột Khuyết tật không đánh giá.",
    "• Môn mà học sinh đó không được đánh giá: để trống hoặc ghi KĐG.",
    "• Môn riêng của trường: thêm một nhóm cột như các môn khác, tên môn ở dòng 1.",
    "• Trang Quá trình học tập: mỗi năm học một dòng, ghép với học sinh theo mã học sinh.",
    "• Xem thử trước khi gửi: hocba intake tệp.xlsx --preview",
)
_HEADER_FILL = PatternFill("solid", start_color="E8EEF7")
_THIN = Side(style="thin", color="9AA5B8")
_EDGE = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FONT = "Times New Roman"


def build_template(
    level: EducationLevel, *, grade: int | None = None, records: Sequence[Record] = (), facts: Facts | None = None
) -> bytes:
    """The .xlsx file, filled with ``records`` where there are any; ``grade`` leaves out subjects it does not have."""
    book = Workbook()
    cover = book.active
    if not isinstance(cover, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    cover.title = COVER_SHEET
    _write_cover(cover, facts or Facts())
    sheet = book.create_sheet(RESULTS_SHEET)
    columns = template_columns(level, grade=grade, records=records)
    _write_header(sheet, columns)
    offer_choices(sheet, columns)
    for row, record in enumerate(records, start=HEADER_ROWS + 1):
        _write_record(sheet, row, columns, record)
    _write_schooling(book.create_sheet(SCHOOLING_SHEET), records)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def template_columns(
    level: EducationLevel, *, grade: int | None = None, records: Sequence[Record] = ()
) -> tuple[TemplateColumn, ...]:
    """The columns of the results' sheet, from left to right; ``records`` name foreign languages and own subjects."""
    school: School = "primary" if level is EducationLevel.PRIMARY else "secondary"
    fields = {name: words[0] for name, words in aliases().fields.items()}
    if level is EducationLevel.UPPER_SECONDARY:
        fields["programme_completed"] = _PROGRAMME_OF_UPPER_SECONDARY
    columns = [TemplateColumn(None, fields[target], target) for target in _PERSON]
    for key, name, assessment in _subjects(level, school, grade, records):
        columns += [TemplateColumn(name, label, f"{key}:{part}", assessment) for part, label in _parts(school)]
    columns += _ability_columns() if school == "primary" else _result_columns()
    summary = _PRIMARY_SUMMARY if school == "primary" else _SECONDARY_SUMMARY
    columns += [TemplateColumn(None, fields[target], target) for target in summary]
    return tuple(columns)


def _subjects(
    level: EducationLevel, school: School, grade: int | None, records: Sequence[Record]
) -> Iterator[tuple[str, str, Assessment | None]]:
    """Target prefix, name and assessment of the level's or the grade's subjects, and of all that the records have."""
    grades = [number for number in range(1, 13) if level_of_grade(number) is level] if grade is None else [grade]
    written = {detail.code: detail.name for record in records for detail in record.subject_details}
    for subject in catalogue(school).subjects:
        if subject.code in written or any(subject.is_taught_in(number) for number in grades):
            name = written.get(subject.code) if subject.code in {"NN1", "NN2"} else None
            yield f"subject:{subject.code}", name or subject.vi, subject.assessment
    for code, name in written.items():
        if catalogue(school).by_code(code) is None:
            yield f"own:{own_subject_key(name)}", name, None


def _parts(school: School) -> list[tuple[str, str]]:
    """What is asked of each subject; the reason of an exemption goes into the remark."""
    parts = {part: words[0] for part, words in aliases().subject_parts[school].items() if part != "exemption"}
    parts |= (
        {"level": "Mức đạt được", "score": "Điểm KTĐK"} if school == "primary" else {"reexamination": "Đánh giá lại"}
    )
    return list(parts.items())


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
    for number, line in enumerate(_GUIDE, start=row + 1):
        sheet.cell(number, 1, line).font = Font(name=_FONT, bold=number == row + 1)
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 48


def _write_schooling(sheet: Worksheet, records: Sequence[Record]) -> None:
    words = {name: labels[0] for name, labels in aliases().schooling.items()}
    labels = [aliases().fields[name][0] for name in ("pupil_code", "name")] + list(words.values())
    for number, label in enumerate(labels, start=1):
        cell = sheet.cell(1, number, label)
        cell.font, cell.fill, cell.border = Font(name=_FONT, bold=True), _HEADER_FILL, _EDGE
        sheet.column_dimensions[get_column_letter(number)].width = 26
    row = 1
    for record in records:
        for entry in record.schooling:
            row += 1
            values = [record.pupil.pupil_code, record.transcript.name, *(getattr(entry, name) for name in words)]
            for number, value in enumerate(values, start=1):
                if value is not None:
                    _write_text(sheet, row, number, value)


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


def _write_record(sheet: Worksheet, row: int, columns: Sequence[TemplateColumn], record: Record) -> None:
    values = _values_of(record)
    for number, column in enumerate(columns, start=1):
        value = values.get(column.target)
        if value is None:
            continue
        cell = sheet.cell(row, number)
        if isinstance(value, bool):
            cell.value = YES if value else NO
        elif isinstance(value, Decimal):
            cell.value, cell.number_format = value, "0.0"
        elif isinstance(value, int | date):
            cell.value = value
            cell.number_format = "dd/mm/yyyy" if isinstance(value, date) else "0"
        else:
            _write_text(sheet, row, number, value)


def _write_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    cell.value, cell.data_type = text, "s"  # a name may begin with "="
    cell.number_format = "@"


_Filled = str | int | bool | date | Decimal | None


def _values_of(record: Record) -> dict[str, _Filled]:
    transcript, results = record.transcript, record.transcript.results
    values: dict[str, _Filled] = dict(structs.asdict(record.pupil))
    values |= {"name": transcript.name, "date_of_birth": transcript.date_of_birth}
    values |= {"class_group": transcript.class_group, "promoted": results.promoted}
    values |= {"not_assessed": record.pupil.not_assessed or None, "results_until": record.results_until}
    values |= {"homeroom_teacher_name": record.signers.homeroom_teacher_name}
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
        if all(value is None for part, value in marks.items() if part not in {"code", "teacher"}):
            values[f"{prefix}:{'level' if isinstance(results, PrimaryResults) else 'year'}"] = NOT_ASSESSED
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
