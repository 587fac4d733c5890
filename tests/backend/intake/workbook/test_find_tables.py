import pytest

from backend.intake.workbook.find_tables import class_in_title, clean_class, find_class_titles
from backend.intake.workbook.labels import NOT_USED, Period, Surroundings, resolve
from backend.intake.workbook.sheet import Sheet


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("LỚP 1A", "1A"),
        ("DANH SÁCH HỌC SINH LỚP: 10A1 - NĂM HỌC 2025-2026", "10A1"),
        ("Lớp 5 năm học 2025-2026", "5"),
        ("lop 9 b", "9B"),
        ("Lớp 6/2", "6/2"),
        ("Tổng hợp khối 1", None),
    ],
)
def test_class_of_a_title(title: str, expected: str | None) -> None:
    assert class_in_title(title) == expected


@pytest.mark.parametrize(("text", "expected"), [("Lớp 12A", "12A"), ("13A", None), ("A1", None), ("10 Toán", "10TOÁN")])
def test_class_as_it_is_called(text: str, expected: str | None) -> None:
    assert clean_class(text) == expected


def test_sheet_named_by_a_number_is_nobodys_class() -> None:
    assert find_class_titles(Sheet("1", {})) == {}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["Toán", "HK I"], "subject:TO:semester_1"),
        (["Học kỳ II", "Toán"], "subject:TO:semester_2"),
        (["ToanCN"], "subject:TO:year"),
        (["Lịch sử & Địa lý HKI"], "subject:LSD:semester_1"),
        (["Lịch sử HKI"], "subject:LS:semester_1"),
        (["Ngoại ngữ 1 (Tiếng Pháp)", "CN"], "subject:NN1:year"),
        (["Kết quả học tập", "Học kì I"], "learning:semester_1"),
        (["Mức sau rèn luyện hè/kiểm tra lại", "Học tập"], "learning:after_summer"),
        (["Vovinam", "HKI"], "own:vovinam:semester_1"),
        (["Cha", "Họ và tên"], "father_name"),
        (["Toán", "ĐĐGgk"], NOT_USED),
        (["Hạnh kiểm"], None),
        (["Toán nâng cao"], None),
        ([" "], None),
    ],
)
def test_what_a_secondary_header_means(labels: list[str], expected: str | None) -> None:
    assert resolve(labels, Surroundings("secondary")) == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["Khoa học"], "subject:KH:level"),
        (["Năng lực đặc thù", "Khoa học"], "competence:5"),
        (["NL Tin học"], "competence:7"),
        (["Tin học và Công nghệ (Công nghệ)", "Điểm KT"], "subject:CNG:score"),
        (["Phẩm chất", "Nhận xét"], "qualities_remark"),
        (["Mĩ thuật", "NX"], "subject:MT:remark"),
    ],
)
def test_what_a_primary_header_means(labels: list[str], expected: str | None) -> None:
    assert resolve(labels, Surroundings("primary")) == expected


def test_sheet_of_a_subject_lends_its_name() -> None:
    around = Surroundings("secondary", subject="VL", period=Period.YEAR)
    assert resolve(["ĐTBmhkI"], around) == "subject:VL:semester_1"
    assert resolve(["ĐTB mhk II"], around) == "subject:VL:semester_2"
