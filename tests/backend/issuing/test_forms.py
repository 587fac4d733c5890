"""The official forms: what stands on which page, in which order, and how a screen reader goes through it."""

import re
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from msgspec import structs

from tests.backend.issuing.one_typesetter import typeset_card
from tests.backend.issuing.sample_records import primary_record, secondary_record, upper_secondary_record
from verifier.qr import read_pdf_pages
from verifier.record.card_document import SignerRole
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card

CAPSULE_URL = f"https://hocba.example/v#{(1 << 8 * 326) * 3 // 2}"
RECORDS = {"primary": primary_record, "lower": secondary_record, "upper": upper_secondary_record}
FOOT = re.compile(r"\f?Mã tra cứu: .*Trang \d+/\d+")
LINE_OF_DOTS = re.compile(r"[.…]{4,}")
MILESTONES: dict[str, tuple[str, ...]] = {
    "primary": (
        "TIỂU HỌC",
        "Bản in chỉ có giá trị",
        "HỌC BẠHọ và tên học sinh",
        "(Mã tra cứu học bạ UUID sử dụng để tra cứu học bạ số trên cổng tra cứu Học bạ số - Bộ GDĐT).",
        "QUÁ TRÌNH HỌC TẬP",
        "1. Kết quả các môn học và hoạt động giáo dục",
        "2. Nhận xét những phẩm chất chủ yếu",
        "3. Những năng lực cốt lõi",
        "3.1. Những năng lực chung",
        "3.2. Những năng lực đặc thù",
        "4. Đánh giá kết quả giáo dục: Hoàn thành",
        "5. Khen thưởng: Đạt giải Nhì",
        "6. Hoàn thành chương trình lớp học/chương trình tiểu học: Hoàn thành chương trình lớp 4",
        "GIÁO VIÊN CHỦ NHIỆM",
        "HIỆU TRƯỞNG",
    ),
    "lower": (
        "TRUNG HỌC CƠ SỞ",
        "SƠ YẾU LÍ LỊCH",
        "Nghề nghiệp",
        "QUÁ TRÌNH HỌC TẬP",
        "Kết quả các môn học và hoạt động giáo dục",
        "XÁC NHẬN CỦA GIÁO VIÊN CHỦ NHIỆM",
        "XÁC NHẬN CỦA HIỆU TRƯỞNG",
        "Kết quả rèn luyện, kết quả học tập cả năm",
        "Hoàn thành chương trình (lớp cuối cấp): Hoàn thành chương trình trung học cơ sở",
        "Chứng chỉ (nếu có): Tin học A2",
        "Kết quả tham gia các cuộc thi (nếu có)",
        "Khen thưởng (nếu có)",
        "Nhận xét của giáo viên chủ nhiệm",
        "Phê duyệt của hiệu trưởng",
        "Hà Nội, ngày 28 tháng 05 năm 2024",
    ),
}
MILESTONES["upper"] = ("TRUNG HỌC PHỔ THÔNG", *MILESTONES["lower"][1:8], "KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG")


@pytest.fixture(params=sorted(RECORDS))
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def print_card(record: Record, now: datetime, path: Path) -> Path:
    signed_at = dict.fromkeys((SignerRole.HOMEROOM_TEACHER, SignerRole.MANAGER, SignerRole.SCHOOL), now)
    xml = write_unsigned_card(record)
    path.write_bytes(typeset_card(record, xml=xml, capsule_url=CAPSULE_URL, signed_at=signed_at, now=now))
    return path


def printed(path: Path, *options: str) -> str:
    command = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def spoken(path: Path) -> list[str]:
    """What a screen reader says, in its order: the text of the structure tree."""
    command = ["pdfinfo", "-struct-text", str(path)]
    tree = subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout
    return re.findall(r'^ +"(.*)"$', tree, re.MULTILINE)


def letters(text: str) -> str:
    return LINE_OF_DOTS.sub("", "".join(text.replace("\u200b", "").split()))


def test_screen_reader_meets_the_form_in_its_order(level: str, now: datetime, tmp_path: Path) -> None:
    said = letters("".join(spoken(print_card(RECORDS[level](), now, tmp_path / "card.pdf"))))
    position = 0
    for milestone in MILESTONES[level]:
        position = said.index(letters(milestone), position)


def test_screen_reader_says_just_what_is_printed(level: str, now: datetime, tmp_path: Path) -> None:
    path = print_card(RECORDS[level](), now, tmp_path / "card.pdf")
    shown = "".join(line for line in printed(path, "-raw").splitlines() if not FOOT.fullmatch(line))
    assert sorted(letters("".join(spoken(path)))) == sorted(letters(shown))


def test_year_of_secondary_school_has_a_page_of_marks_and_a_page_of_results(now: datetime, tmp_path: Path) -> None:
    path = print_card(secondary_record(), now, tmp_path / "card.pdf")
    pages = printed(path).split("\f")[:-1]
    assert len(pages) == 4
    assert ["Toán" in page for page in pages] == [False, False, True, False]
    assert ["Sau kiểm tra lại" in page for page in pages] == [False, False, False, True]
    for page in pages[2:]:
        assert secondary_record().transcript.name in page


def test_longest_remarks_of_teachers_leave_no_word_out(now: datetime, tmp_path: Path) -> None:
    remark = "Nắm vững kiến thức, vận dụng tốt, cần tự tin hơn khi trình bày trước lớp. " * 6 + "HẾT"
    record = upper_secondary_record()
    details = tuple(structs.replace(detail, remark=remark) for detail in record.subject_details)
    path = print_card(structs.replace(record, subject_details=details), now, tmp_path / "card.pdf")
    assert printed(path, "-x", "0", "-y", "0", "-W", "595", "-H", "842").count("HẾT") == len(details)


def test_school_is_not_called_a_school_twice(level: str, now: datetime, tmp_path: Path) -> None:
    words = " ".join(printed(print_card(RECORDS[level](), now, tmp_path / "card.pdf")).split())
    assert "Trường: Trường" not in words
    assert re.search(r"Trường: T(iểu học|rung học)", words)


def test_verifier_searches_every_page_of_a_card_whose_teachers_write_at_length(now: datetime, tmp_path: Path) -> None:
    record = upper_secondary_record()
    details = tuple(structs.replace(detail, remark="Học đều, cần cố gắng. " * 40) for detail in record.subject_details)
    remarks = structs.replace(record.remarks, homeroom_teacher="Lễ phép, hoà đồng. " * 200)
    path = print_card(structs.replace(record, subject_details=details, remarks=remarks), now, tmp_path / "card.pdf")
    assert read_pdf_pages(path.read_bytes()) == (CAPSULE_URL,)


def test_results_to_date_are_named_on_the_cover_and_above_each_page_of_the_year(
    level: str, now: datetime, tmp_path: Path
) -> None:
    words = "Kết quả tính đến ngày"
    record = RECORDS[level]()
    assert words not in printed(print_card(record, now, tmp_path / "year.pdf"))
    left = structs.replace(record, results_until=date(2026, 1, 16))
    cover, *others = printed(print_card(left, now, tmp_path / "card.pdf")).split("\f")[:-1]
    assert f"{words}: 16/01/2026" in cover
    notes = [page for page in others if f"{words} 16/01/2026 (học sinh chuyển trường trong năm học)" in page]
    assert len(notes) == (1 if level == "primary" else 2)


def test_long_names_and_places_break_before_a_year_and_a_day(level: str, now: datetime, tmp_path: Path) -> None:
    record = RECORDS[level]()
    long = structs.replace(
        record,
        transcript=structs.replace(record.transcript, name="Công Tằng Tôn Nữ Nguyễn Phước Hoàng Quỳnh Hương"),
        signers=structs.replace(record.signers, place="Thành phố Hồ Chí Minh"),
    )
    lines = printed(print_card(long, now, tmp_path / "card.pdf"), "-layout").splitlines()
    years = long.transcript.school_year.replace("-", " – ")
    assert any("Lớp:" in line and line.endswith(f"Năm học: {years}") for line in lines)
    assert any("ngày 28 tháng 05 năm 2024" in line for line in lines)
