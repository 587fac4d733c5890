"""Workbooks as schools make them, each of another make, and what every cell of them means."""

import io
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from backend.intake.workbook.build_records import Facts

FACTS = Facts(
    school_code="01000123",
    school_name="Trường Mẫu",
    department_code="01",
    department_name="Sở Giáo dục và Đào tạo Mẫu",
    province="Thành phố Hà Nội",
    school_year="2025-2026",
    manager_name="Trần Văn Đức",
    place="Hà Nội",
)

Expected = dict[str, Any]


class SchoolWorkbook(Struct, frozen=True):
    """A file and what it says: of every pupil the class, the name and every value by target."""

    data: bytes
    pupils: tuple[Expected, ...]
    doubts: frozenset[str] = frozenset()
    """Codes of the doubts that it has to raise, and no others."""
    unread: frozenset[str] = frozenset()
    """Cells in pupils' rows that no card holds, ``sheet!cell``; every other one has to be read."""


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def first_sheet(book: Workbook, title: str) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return sheet


def write(sheet: Worksheet, row: int, values: Sequence[object], *, column: int = 1) -> None:
    for number, value in enumerate(values, start=column):
        if value is not None:
            sheet.cell(row, number, value)  # type: ignore[call-overload]  # openpyxl takes any cell value


def pupil(name: str, class_group: str, code: str | None, day: date, **values: object) -> Expected:
    found = {target.replace("__", ":"): value for target, value in values.items()}
    return {"name": name, "class": class_group, "personal_code": code, "date_of_birth": day, **found}


def title_rows() -> SchoolWorkbook:
    """School and class above a header of two rows, footers below, a pupil whose name is nearly a footer."""
    book = Workbook()
    sheet = first_sheet(book, "Sheet1")
    sheet["A1"] = "TRƯỜNG TIỂU HỌC QUANG TRUNG"
    sheet["A3"] = "BẢNG TỔNG HỢP KẾT QUẢ CUỐI NĂM - LỚP 1A"
    write(
        sheet, 5, ["STT", "Số CCCD", "Họ và tên", "Ngày sinh", "Giới tính", "Tiếng Việt", None, "Toán", None, "Đạo đức"]
    )
    write(sheet, 6, ["Mức đạt được", "Điểm KTĐK", "Mức đạt được", "Điểm KTĐK", "Mức đạt được"], column=6)
    for place in ("A5:A6", "B5:B6", "C5:C6", "D5:D6", "E5:E6", "F5:G5", "H5:I5"):
        sheet.merge_cells(place)
    write(sheet, 7, [1, "001219000017", "Nguyễn Văn An", "05/03/2019", "Nam", "T", 9, "T", 10, "T"])
    write(sheet, 8, [2, "001319000024", "Tống Thị Cộng", "17-11-2019", "Nữ", "H", 7, "Hoàn thành tốt", 8, "H"])
    write(sheet, 9, ["Tổng: 2 học sinh"])
    sheet["H11"] = "Hà Nội, ngày 31 tháng 5 năm 2026"
    write(sheet, 12, ["Người lập", None, None, None, None, None, None, "HIỆU TRƯỞNG"])
    write(sheet, 15, ["Lê Thị Hoa", None, None, None, None, None, None, "Trần Văn Đức"])
    marks = {"subject__TV__level": "T", "subject__TV__score": 9, "subject__TO__level": "T", "subject__TO__score": 10}
    other = {"subject__TV__level": "H", "subject__TV__score": 7, "subject__TO__level": "T", "subject__TO__score": 8}
    return SchoolWorkbook(
        saved(book),
        (
            pupil("Nguyễn Văn An", "1A", "001219000017", date(2019, 3, 5), sex="Nam", subject__DD__level="T", **marks),
            pupil("Tống Thị Cộng", "1A", "001319000024", date(2019, 11, 17), sex="Nữ", subject__DD__level="H", **other),
        ),
        frozenset({"row_left_out", "cell_pupil_code_taken", "cell_nationality_taken"}),
    )


def merged_headers() -> SchoolWorkbook:
    """Secondary, three header rows: block, subject, period; results and absences beside."""
    book = Workbook()
    sheet = first_sheet(book, "9A2")
    write(sheet, 1, ["TT", "Mã định danh", "Họ và tên", "Ngày sinh", "Phái", "Toán", None, None, "Nghệ thuật"])
    write(
        sheet, 1, ["Kết quả học tập", None, None, "Kết quả rèn luyện", None, None, "Tổng số buổi nghỉ học"], column=12
    )
    write(sheet, 2, ["HK I", "HK II", "Cả năm"] * 4, column=6)
    for place in ("F1:H1", "I1:K1", "L1:N1", "O1:Q1", "A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "R1:R2"):
        sheet.merge_cells(place)
    marks = [7.5, 8, 7.8, "Đ", "CĐ", "Đ", "Khá", "Tốt", "K", "T", "T", "Tốt", 3]
    write(sheet, 3, [1, "001311000017", "H'Hen Niê", date(2011, 12, 1), "Nữ", *marks])
    sheet["D3"].number_format = "dd/mm/yyyy"
    values = {
        "subject__TO__semester_1": "7.5",
        "subject__TO__semester_2": "8.0",
        "subject__TO__year": "7.8",
        "subject__NT__semester_1": "Đ",
        "subject__NT__semester_2": "CĐ",
        "subject__NT__year": "Đ",
        "learning__semester_1": "K",
        "learning__semester_2": "T",
        "learning__year": "K",
        "training__semester_1": "T",
        "training__semester_2": "T",
        "training__year": "T",
        "absences": 3,
    }
    return SchoolWorkbook(
        saved(book),
        (pupil("H'Hen Niê", "9A2", "001311000017", date(2011, 12, 1), sex="Nữ", **values),),
        frozenset({"cell_pupil_code_taken", "cell_nationality_taken"}),
    )


def serial_dates() -> SchoolWorkbook:
    """The sector database's list of pupils beside a sheet of results, tied by pupil code; catalogue sheets between."""
    book = Workbook()
    people = first_sheet(book, "Sheet1")
    write(
        people, 3, ["Mã lớp", "Mã học sinh", "Họ\ntên", "Ngày\nsinh", "Giới tính", "Số định danh\ncá nhân", "Dân tộc"]
    )
    write(people, 4, ["2A", "0112345678", "Đỗ Minh Khôi", 43161, "Nam", "001218000017", "Kinh"])
    write(people, 5, ["2A", "0112345679", "Y Bình", 43416, "Nam", None, "Ê Đê"])
    write(book.create_sheet("DM_DanToc"), 1, ["Mã", "Tên dân tộc"])
    results = book.create_sheet("Kết quả")
    write(results, 1, ["Mã HS", "Họ tên", "Toán - Mức đạt được", "Toán - Điểm KT", "Yêu nước", "NL khoa học"])
    write(results, 2, ["0112345679", "Y Bình", "H", 6, "Đ", "C"])
    write(results, 3, ["0112345678", "Đỗ Minh Khôi", "T", 9, "T", "Tốt"])
    first = {"subject__TO__level": "T", "subject__TO__score": 9, "quality__0": "T", "competence__5": "T"}
    second = {"subject__TO__level": "H", "subject__TO__score": 6, "quality__0": "Đ", "competence__5": "C"}
    codes = ({"pupil_code": "0112345678", "ethnicity": "Kinh"}, {"pupil_code": "0112345679", "ethnicity": "Ê Đê"})
    return SchoolWorkbook(
        saved(book),
        (
            pupil("Đỗ Minh Khôi", "2A", "001218000017", date(2018, 3, 2), sex="Nam", **first, **codes[0]),
            pupil("Y Bình", "2A", None, date(2018, 11, 12), sex="Nam", **second, **codes[1]),
        ),
        frozenset({"cell_date_serial", "cell_personal_code_missing", "sheet_left_out", "cell_nationality_taken"}),
    )


def decimal_comma() -> SchoolWorkbook:
    """Marks as text with commas, letters for exempt, groups that nobody merged."""
    book = Workbook()
    sheet = first_sheet(book, "Lớp 7B")
    write(sheet, 1, ["STT", "Mã HS", "Họ và tên", "Ngày sinh", "Giới tính", "Ngữ văn", None, None, "GDTC", None, None])
    write(sheet, 2, ["HKI", "HKII", "CN"] * 2, column=6)
    write(sheet, 3, [1, "HS01", "Lê Hà My", "2013-04-09", "Nữ", "8,5", "9,0", "8,8", "Đạt", "Đ", "đ"])
    write(sheet, 4, [2, "HS02", "Ngô Quý", "9/4/2013", "Nam", "10", "7.5", "8,3", "K", "Miễn", "M"])
    first = ("8.5", "9.0", "8.8", "Đ", "Đ", "Đ")
    second = ("10.0", "7.5", "8.3", "M", "M", "M")
    targets = [f"subject:{code}:{part}" for code in ("NV", "TC") for part in ("semester_1", "semester_2", "year")]
    rows = (("Lê Hà My", "HS01", "Nữ", first), ("Ngô Quý", "HS02", "Nam", second))
    return SchoolWorkbook(
        saved(book),
        tuple(
            pupil(name, "7B", None, date(2013, 4, 9), sex=sex, pupil_code=code) | dict(zip(targets, marks, strict=True))
            for name, code, sex, marks in rows
        ),
        frozenset({"cell_mark_exempt_letter", "cell_personal_code_missing", "cell_nationality_taken"}),
    )


def missing_zero() -> SchoolWorkbook:
    """Codes that Excel took for numbers."""
    book = Workbook()
    sheet = first_sheet(book, "3C")
    write(sheet, 1, ["Số ĐDCN", "Họ và tên", "Ngày sinh", "Giới tính", "Toán · Mức", "Quốc tịch"])
    write(sheet, 2, [1217000017, "Phạm An", "01/02/2017", "Nam", "T", "Việt Nam"])
    write(sheet, 3, [36317000024, "Phạm Bình", "01/02/2017", "Nữ", "H", "Việt Nam"])
    write(sheet, 4, ["'001217000031", "Phạm Cường", "01/02/2017", "Nam", "C", "Lào"])
    rows = (
        ("Phạm An", "001217000017", "Nam", "T", "Việt Nam"),
        ("Phạm Bình", "036317000024", "Nữ", "H", "Việt Nam"),
        ("Phạm Cường", "001217000031", "Nam", "C", "Lào"),
    )
    return SchoolWorkbook(
        saved(book),
        tuple(
            pupil(name, "3C", code, date(2017, 2, 1), sex=sex, subject__TO__level=level, nationality=nationality)
            for name, code, sex, level, nationality in rows
        ),
        frozenset({"cell_code_padded", "cell_pupil_code_taken"}),
    )


def two_classes_on_a_sheet() -> SchoolWorkbook:
    """A title and the header again for each class; the second table has its columns in another order."""
    book = Workbook()
    sheet = first_sheet(book, "Khối 1")
    write(sheet, 1, ["LỚP 1A"])
    write(sheet, 2, ["STT", "Họ và tên", "Mã HS", "Ngày sinh", "Giới tính", "Âm nhạc"])
    write(sheet, 3, [1, "Bùi Ân", "A1", "01/01/2019", "Nam", "T"])
    write(sheet, 4, ["Sĩ số: 1"])
    write(sheet, 6, ["LỚP 1B"])
    write(sheet, 7, ["STT", "Họ và tên", "Ngày sinh", "Mã HS", "Âm nhạc", "Giới tính"])
    write(sheet, 8, [1, "Bùi Ân", "01/01/2019", "B1", "H", "Nữ"])
    write(sheet, 9, ["Tổng", None, None, None, 1])
    return SchoolWorkbook(
        saved(book),
        (
            pupil("Bùi Ân", "1A", None, date(2019, 1, 1), sex="Nam", pupil_code="A1", subject__AN__level="T"),
            pupil("Bùi Ân", "1B", None, date(2019, 1, 1), sex="Nữ", pupil_code="B1", subject__AN__level="H"),
        ),
        frozenset({"row_left_out", "cell_personal_code_missing", "cell_nationality_taken"}),
    )


def decomposed_text() -> SchoolWorkbook:
    """Letters apart from their marks, non-breaking and zero-width spaces, Latin Eth."""

    def apart(text: str) -> str:
        return unicodedata.normalize("NFD", text)

    book = Workbook()
    sheet = first_sheet(book, apart("LỚP 6A1"))
    labels = [
        "Mã học sinh",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Khoa học tự nhiên HK1",
        "Lịch sử và Địa lý HKI",
        "GDTC CN",
    ]
    write(sheet, 1, [apart(label) for label in labels])
    name = apart("Ðặng\u00a0Thị  Ngọc\u200b Ánh")
    write(sheet, 2, ["X\u00a01", name, "\u00a001/09/2014", apart("Nữ"), "7,5", 8, "Ð"])
    values = {"subject__KHT__semester_1": "7.5", "subject__LSD__semester_1": "8.0", "subject__TC__year": "Đ"}
    return SchoolWorkbook(
        saved(book),
        (pupil("Đặng Thị Ngọc Ánh", "6A1", None, date(2014, 9, 1), sex="Nữ", pupil_code="X 1", **values),),
        frozenset({"cell_eth", "cell_personal_code_missing", "cell_nationality_taken"}),
    )


def hidden_parts() -> SchoolWorkbook:
    """A hidden column with older levels, a hidden row with a pupil who left, a hidden sheet."""
    book = Workbook()
    sheet = first_sheet(book, "5A")
    write(sheet, 1, ["Mã HS", "Họ và tên", "Ngày sinh", "Giới tính", "Toán Mức", "Toán Mức", "Ghi chú"])
    write(sheet, 2, ["A1", "Vũ Một", "01/01/2015", "Nam", "C", "T", "học giỏi"])
    write(sheet, 3, ["A2", "Vũ Hai", "01/01/2015", "Nam", "C", "C", "đã chuyển trường"])
    write(sheet, 4, ["A3", "Vũ Ba", "01/01/2015", "Nam", "C", "H"])
    sheet.column_dimensions["E"].hidden = True
    sheet.row_dimensions[3].hidden = True
    old = book.create_sheet("Năm ngoái")
    write(old, 1, ["Mã HS", "Họ và tên", "Toán Mức"])
    write(old, 2, ["A1", "Vũ Một", "C"])
    old.sheet_state = "hidden"
    day = date(2015, 1, 1)
    return SchoolWorkbook(
        saved(book),
        (
            pupil("Vũ Một", "5A", None, day, sex="Nam", pupil_code="A1", subject__TO__level="T"),
            pupil("Vũ Ba", "5A", None, day, sex="Nam", pupil_code="A3", subject__TO__level="H"),
        ),
        frozenset(
            {"column_hidden", "row_hidden", "sheet_hidden", "cell_personal_code_missing", "cell_nationality_taken"}
        ),
        frozenset({"5A!E2", "5A!E4", "5A!G2"}),
    )


def sheet_for_each_subject() -> SchoolWorkbook:
    """Score sheets of a subject each with single marks that no card holds, and the year's summary book."""
    book = Workbook()
    for code, subject, marks in (("TO", "Toán", (8.1, 7.9, 8.0)), ("VL", "Vật lý", (6.5, 7, 6.8))):
        sheet = first_sheet(book, subject) if code == "TO" else book.create_sheet(subject)
        sheet["A1"] = f"MÔN: {subject.upper()} - LỚP 10A1"
        write(sheet, 2, ["STT", "Mã định danh", "Họ và tên", "Ngày sinh", "ĐĐGtx", None, "ĐĐGgk", "ĐĐGck"])
        write(sheet, 2, ["ĐTBmhkI", "ĐTBmhkII", "ĐTBmcn", "Nhận xét"], column=9)
        write(sheet, 3, [1, 2], column=5)
        for place in ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "G2:G3", "H2:H3", "I2:I3", "J2:J3"):
            sheet.merge_cells(place)
        write(sheet, 4, [1, "001210000017", "Cao Ý", "02/03/2010", 5, 6, 7, 8, *marks, "Có tiến bộ"])
    book_of_year = book.create_sheet("Tổng kết 10A1")
    write(book_of_year, 1, ["Số TT", "Họ đệm", "Tên", "Số CCCD", "Nữ", "Mức đánh giá", None, "Được lên lớp"])
    book_of_year["I1"] = "Không được lên lớp"
    write(book_of_year, 2, ["Rèn luyện", "Học tập"], column=6)
    for place in ("F1:G1", "A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "H1:H2", "I1:I2"):
        book_of_year.merge_cells(place)
    write(book_of_year, 3, [1, "Cao", "Ý", "001210000017", None, "Tốt", "Khá", "x"])
    values: Expected = {"training__year": "T", "learning__year": "K", "promoted": True}
    for code, read in (("TO", ("8.1", "7.9", "8.0")), ("VL", ("6.5", "7.0", "6.8"))):
        for part, mark in zip(("semester_1", "semester_2", "year"), read, strict=True):
            values[f"subject__{code}__{part}"] = mark
        values[f"subject__{code}__remark"] = "Có tiến bộ"
    return SchoolWorkbook(
        saved(book),
        (pupil("Cao Ý", "10A1", "001210000017", date(2010, 3, 2), family_name="Cao", given_name="Ý", **values),),
        frozenset({"cell_pupil_code_taken", "cell_nationality_taken"}),
        frozenset(f"{sheet}!{column}4" for sheet in ("Toán", "Vật lý") for column in "EFGH"),
    )


def flat_export() -> SchoolWorkbook:
    """The admission transcript: one header row, words run together."""
    book = Workbook()
    sheet = first_sheet(book, "Export")
    write(sheet, 1, ["STT", "SoDDCN", "HoVaTen", "NgaySinh", "GioiTinh", "Lop", "KetQuaHocTapHKI", "KetQuaRenLuyenCN"])
    write(sheet, 1, ["ToanHKI", "ToanCN", "VatLyHKII", "KTPLCN", "CNCNHKI", "QPANCN", "NgoaiNguHKI"], column=9)
    write(sheet, 2, [1, "001309000017", "Trịnh Dịu", "30/12/2009", "Nữ", "11A", "Khá", "Tốt", 8, 8.2, 7, 6.5, 9, 10, 5])
    marks = ("8.0", "8.2", "7.0", "6.5", "9.0", "10.0", "5.0")
    places = ("TO:semester_1", "TO:year", "VL:semester_2", "KPL:year", "CNC:semester_1", "QP:year", "NN1:semester_1")
    values = {f"subject:{place}": mark for place, mark in zip(places, marks, strict=True)}
    expected = pupil("Trịnh Dịu", "11A", "001309000017", date(2009, 12, 30), sex="Nữ") | values
    expected |= {"learning:semester_1": "K", "training:year": "T"}
    return SchoolWorkbook(saved(book), (expected,), frozenset({"cell_pupil_code_taken", "cell_nationality_taken"}))


def name_in_two_columns() -> SchoolWorkbook:
    """One label merged over family and given name, a row of column numbers, a summary, no label."""
    book = Workbook()
    sheet = first_sheet(book, "8A")
    write(sheet, 1, ["STT", "Mã HS", "Họ và tên", None, "Ngày sinh", "Giới tính", "Môn Toán"])
    write(sheet, 2, ["HKI", "HKII", "CN"], column=7)
    sheet.merge_cells("C1:D2")
    sheet.merge_cells("G1:I1")
    write(sheet, 3, ["A", "B", "C", "D", "E", "F", 1, 2, 3])
    write(sheet, 4, [1, "H1", "Nguyễn Văn", "An", "05/03/2012", "Nam", 8, 8.5, "8,3", "học giỏi"])
    write(sheet, 5, [2, "H2", "Lê", "Ý", "06/03/2012", "Nữ", 7, 7.5, "7,3"])
    write(sheet, 6, ["Tổng số: 2 học sinh"])
    write(sheet, 7, [None, None, "Tốt", None, None, None, 1, 1, 1])
    parts = ("semester_1", "semester_2", "year")
    rows = (
        ("Nguyễn Văn", "An", "H1", date(2012, 3, 5), "Nam", ("8.0", "8.5", "8.3")),
        ("Lê", "Ý", "H2", date(2012, 3, 6), "Nữ", ("7.0", "7.5", "7.3")),
    )
    return SchoolWorkbook(
        saved(book),
        tuple(
            pupil(f"{family} {given}", "8A", None, day, sex=sex, pupil_code=code, family_name=family, given_name=given)
            | {f"subject:TO:{part}": mark for part, mark in zip(parts, marks, strict=True)}
            for family, given, code, day, sex, marks in rows
        ),
        frozenset({"row_left_out", "column_unknown", "cell_personal_code_missing", "cell_nationality_taken"}),
        frozenset({"8A!J4"}),
    )


def sheet_after_the_summer() -> SchoolWorkbook:
    """The year's results, and a sheet of re-examinations whose columns say only the subjects; who left is said."""
    book = Workbook()
    sheet = first_sheet(book, "Lớp 7A")
    write(sheet, 1, ["Mã HS", "Họ và tên", "Ngày sinh", "Giới tính", "Toán", "Ngữ văn", "KQHT", "Trạng thái HS"])
    write(sheet, 2, [12, "Vũ An", "05/03/2013", "Nam", 4.2, 8, "Chưa đạt", "Đang học"])
    write(sheet, 3, ["13", "Vũ Bình", "05/04/2013", "Nam", 7, 8, "Khá", "Chuyển đi"])
    summer = book.create_sheet("KT lại")
    summer["A1"] = "KẾT QUẢ KIỂM TRA LẠI TRONG HÈ, NĂM HỌC 2025 - 2026"
    write(summer, 2, ["Mã HS", "Họ và tên", "Toán", "KQHT"])
    write(summer, 3, ["12", "Vũ An", 6, "Đạt"])
    first = {"subject:TO:year": "4.2", "subject:TO:reexamination": "6.0", "subject:NV:year": "8.0"}
    first |= {"learning:year": "CĐ", "learning:after_summer": "Đ", "status": "Đang học"}
    second = {"subject:TO:year": "7.0", "subject:NV:year": "8.0", "learning:year": "K", "status": "Chuyển đi"}
    return SchoolWorkbook(
        saved(book),
        (
            pupil("Vũ An", "7A", None, date(2013, 3, 5), sex="Nam", pupil_code="12") | first,
            pupil("Vũ Bình", "7A", None, date(2013, 4, 5), sex="Nam", pupil_code="13") | second,
        ),
        frozenset({"cell_code_is_number", "cell_pupil_left", "cell_personal_code_missing", "cell_nationality_taken"}),
    )


MAKES: tuple[Callable[[], SchoolWorkbook], ...] = (
    title_rows,
    merged_headers,
    serial_dates,
    decimal_comma,
    missing_zero,
    two_classes_on_a_sheet,
    decomposed_text,
    hidden_parts,
    sheet_for_each_subject,
    flat_export,
    name_in_two_columns,
    sheet_after_the_summer,
)
