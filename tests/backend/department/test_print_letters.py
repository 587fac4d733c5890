import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from backend.access.activation_code import new_activation_code
from backend.department.letters import LetterChild, ParentLetter
from backend.department.print_letters import print_letters
from backend.issuing.errors import IssuingError

NOW = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
ADDRESS = "https://hocba.example/kich-hoat"
LONG_NAME = "Nguyễn Hoàng Phương Ưỡng Khánh Ngọc Bảo Trân " * 4


def letter(
    guardian: str = "Trần Thị Mai",
    *,
    of: str = "4A",
    relation: str = "mother",
    code_known: bool = True,
    own_from: date | None = None,
    children: tuple[LetterChild, ...] = (LetterChild("Nguyễn Minh Khôi", "1B"),),
) -> ParentLetter:
    return ParentLetter(
        class_group=of,
        child="Nguyễn Thị Bảo Ngọc",
        guardian=guardian,
        activation_code=new_activation_code(),
        expires_at=NOW + timedelta(days=14),
        relation=relation,
        children=(LetterChild("Nguyễn Thị Bảo Ngọc", of), *children),
        code_known=code_known,
        own_from=own_from,
    )


def printed(tmp_path: Path, *letters: ParentLetter) -> Path:
    path = tmp_path / "letters.pdf"
    pdf = print_letters(letters, school_name="Trường Tiểu học Hoa Sen", public_url="https://hocba.example", now=NOW)
    path.write_bytes(pdf)
    return path


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pages_of(pdf: Path) -> list[str]:
    return [" ".join(page.split()) for page in run("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]]


def test_each_letter_is_a_page_behind_the_list_of_its_class(tmp_path: Path) -> None:
    letters = [letter(), letter("Nguyễn Văn Hùng", relation="father"), letter("Lê Thị Đào", of="10A")]
    pages = pages_of(printed(tmp_path, *letters))
    assert [page.count("Mã kích hoạt") for page in pages] == [0, 1, 1, 0, 1]
    assert "DANH SÁCH GIAO THƯ KÍCH HOẠT – LỚP 4A" in pages[0]
    assert "1 Nguyễn Thị Bảo Ngọc Trần Thị Mai mẹ 2 Nguyễn Thị Bảo Ngọc Nguyễn Văn Hùng cha" in pages[0]
    assert "LỚP 10A" in pages[3]
    for page, one in zip((pages[1], pages[2], pages[4]), letters, strict=True):
        assert one.activation_code in page
        assert one.guardian in page
        assert "10:00 15/09/2026" in page
        assert "Nguyễn Minh Khôi, lớp 1B" in page
        assert "Không chụp ảnh thư này" in page
        assert "Chữ ký / Signature" in page
        assert "Scan the QR" in page
    assert not any(one.activation_code in pages[position] for one in letters for position in (0, 3))


def test_list_says_in_which_class_a_guardians_one_letter_lies(tmp_path: Path) -> None:
    pages = pages_of(printed(tmp_path, letter("Lê Thị Đào", of="1B", children=()), letter(of="4A")))
    assert "– Nguyễn Minh Khôi Trần Thị Mai Thư ở lớp 4A, với anh chị em" in pages[0]
    assert "Lớp 1B: 1 thư" in pages[0]
    assert "Thư ở lớp" not in pages[2]


def test_qr_of_each_page_opens_the_activation_page_with_its_own_code(tmp_path: Path) -> None:
    letters = [letter(), letter("Nguyễn Văn Hùng")]
    pdf = printed(tmp_path, *letters)
    run("pdftoppm", "-r", "100", "-gray", "-png", str(pdf), str(tmp_path / "page"))
    read = []
    for path in sorted(tmp_path.glob("page*.png")):
        with Image.open(path) as image:
            image.load()
        read.append([barcode.text for barcode in zxingcpp.read_barcodes(image)])
    assert read == [[], *([f"{ADDRESS}#{one.activation_code}"] for one in letters)]


def test_every_font_is_embedded_and_every_letter_printed(tmp_path: Path) -> None:
    pdf = printed(tmp_path, letter("Đặng Thị Ỡ Ưỡng"), letter("Tên 😀 lạ"))
    fonts = run("pdffonts", str(pdf)).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts)
    pages = pages_of(pdf)
    assert "Đặng Thị Ỡ Ưỡng" in pages[1]
    assert "Tên □ lạ" in pages[2]
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(pdf))


@pytest.mark.parametrize(
    ("one", "said", "not_said"),
    [
        (letter(), "không phải số của học sinh", "Nhà trường chưa có số này"),
        (letter(code_known=False), "Nhà trường chưa có số này", "không phải số của học sinh"),
        (letter(relation="self"), "số định danh cá nhân của bạn", "khi bạn đủ 18 tuổi"),
        (
            letter(relation="self", own_from=date(2026, 12, 1)),
            "từ ngày 01/12/2026, khi bạn đủ 18 tuổi",
            "của học sinh)",
        ),
    ],
)
def test_letter_says_what_this_reader_has_to_do(tmp_path: Path, one: ParentLetter, said: str, not_said: str) -> None:
    page = pages_of(printed(tmp_path, one))[1]
    assert said in page
    assert not_said not in page


def test_longest_names_keep_a_letter_on_its_page(tmp_path: Path) -> None:
    assert len(pages_of(printed(tmp_path, letter(LONG_NAME, code_known=False)))) == 2
    assert len(pages_of(printed(tmp_path, letter(LONG_NAME, relation="self", own_from=date(2026, 12, 1))))) == 2


def test_list_of_a_large_class_goes_on_with_its_header(tmp_path: Path) -> None:
    pages = pages_of(printed(tmp_path, *(letter() for _ in range(50))))
    lists = [page for page in pages if "Nhà trường giữ lại" in page]
    assert len(pages) == len(lists) + 50
    assert len(lists) > 1
    assert all("Người nhận thư" in page for page in lists)


def test_same_letters_give_the_same_bytes_and_none_gives_nothing(tmp_path: Path) -> None:
    one = letter()
    assert printed(tmp_path, one).read_bytes() == printed(tmp_path, one).read_bytes()
    with pytest.raises(IssuingError, match="typesetting_failed"):
        printed(tmp_path)
