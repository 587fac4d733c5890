"""Several years of a pupil as one document."""

import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from msgspec import structs
from PIL import Image

from backend.issuing.errors import IssuingError
from backend.issuing.typeset import PrintedYear, Typesetter
from tests.backend.issuing.sample_records import primary_record, secondary_record, upper_secondary_record
from verifier.errors import MalformedInputError, SignatureInvalidError
from verifier.pdf_structure import read_pdf_card
from verifier.record.card_document import SignerRole
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card

LEVELS = {
    "primary": (primary_record, range(1, 6)),
    "lower": (secondary_record, range(6, 10)),
    "upper": (upper_secondary_record, range(10, 13)),
}


def year_of(record: Record, grade: int, now: datetime, *, first_year: int | None = None) -> PrintedYear:
    first = 2013 + grade if first_year is None else first_year
    transcript = structs.replace(
        record.transcript,
        grade=grade,
        school_year=f"{first}-{first + 1}",
        class_group=f"{grade}A",
        record_id=f"{grade:08}-e89b-42d3-a456-556642440000",
    )
    own = structs.replace(record, transcript=transcript)
    url = f"https://hocba.example/v#{(1 << 8 * 326) * 3 // 2 + grade}"
    roles = (SignerRole.HOMEROOM_TEACHER, SignerRole.MANAGER, SignerRole.SCHOOL)
    return PrintedYear(own, write_unsigned_card(own), url, dict.fromkeys(roles, now))


@pytest.fixture(params=sorted(LEVELS))
def years(request: pytest.FixtureRequest, now: datetime) -> list[PrintedYear]:
    make, grades = LEVELS[request.param]
    return [year_of(make(), grade, now) for grade in grades]


@pytest.fixture
def career(years: list[PrintedYear], now: datetime, tmp_path: Path) -> Path:
    path = tmp_path / "career.pdf"
    path.write_bytes(Typesetter().typeset_career(years[::-1], now=now))
    return path


def test_career_takes_at_most_200_kilobytes(career: Path) -> None:
    assert career.stat().st_size <= 200_000


def test_every_year_is_attached_byte_for_byte_under_its_own_name(career: Path, years: list[PrintedYear]) -> None:
    with pikepdf.open(career) as pdf:
        attached = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
        assert len(pdf.Root.AF) == len(years)
    assert attached == {f"hoc-ba-{year.record.transcript.school_year}.xml": year.xml for year in years}


def test_every_year_has_its_own_qr_on_its_last_page(career: Path, years: list[PrintedYear], tmp_path: Path) -> None:
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", str(career), str(tmp_path / "page")], check=True)
    found = []
    for page in sorted(tmp_path.glob("page*.png")):
        with Image.open(page) as image:
            image.load()
        found += [code.text for code in zxingcpp.read_barcodes(image)]
    assert found == [year.capsule_url for year in years]


def test_cover_is_the_newest_years_and_each_page_names_its_record(career: Path, years: list[PrintedYear]) -> None:
    text = subprocess.run(["pdftotext", str(career), "-"], check=True, capture_output=True, text=True).stdout
    pages = text.split("\f")[:-1]
    assert f"Lớp: {years[-1].record.transcript.class_group}" in pages[0]
    assert "Bản gộp không có dấu điện tử" in " ".join(pages[0].split())
    assert len(pages) == 2 + 2 * len(years)
    for number, page in enumerate(pages[2:]):
        assert f"Mã tra cứu: {years[number // 2].record.transcript.record_id}" in page
    assert f"Trang 3/{len(pages)}" in pages[2]


def test_career_is_sound_and_tagged(career: Path, years: list[PrintedYear]) -> None:
    checked = subprocess.run(["qpdf", "--check", str(career)], check=True, capture_output=True, text=True).stdout
    assert "No syntax or stream encoding errors found" in checked
    with pikepdf.open(career) as pdf:
        kinds = [str(tag.get("/S")) for tag in pdf.objects if isinstance(tag, pikepdf.Dictionary) and "/S" in tag]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Figure") == len(years)


def test_career_is_printed_within_a_second_of_the_clock(now: datetime) -> None:
    years = [year_of(primary_record(), grade, now) for grade in (1, 2)]
    typesetter = Typesetter()
    within = typesetter.typeset_career(years, now=now.replace(microsecond=250_000))
    assert within == typesetter.typeset_career(years, now=now.replace(microsecond=0))


def test_verifier_says_what_it_is_and_shows_nothing(career: Path) -> None:
    with pytest.raises(MalformedInputError, match="pdf_of_several_years"):
        read_pdf_card(career.read_bytes())


def test_results_to_date_stand_before_those_of_the_school_that_the_pupil_went_to(now: datetime, tmp_path: Path) -> None:
    full = year_of(primary_record(), 3, now)
    left = structs.replace(full, record=structs.replace(full.record, results_until=date(2017, 1, 16)))
    path = tmp_path / "career.pdf"
    path.write_bytes(Typesetter().typeset_career([full, left], now=now))
    text = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout
    noted = ["Kết quả tính đến ngày 16/01/2017" in page for page in text.split("\f") if "1. Kết quả các môn" in page]
    assert noted == [True, False]


@pytest.mark.parametrize("name", ["hoc-ba.xml", "hoc-ba-2025.xml", "hoc-ba-2024-2025.xml.exe"])
def test_card_without_its_seal_is_no_career(now: datetime, name: str, tmp_path: Path) -> None:
    path = tmp_path / "career.pdf"
    path.write_bytes(Typesetter().typeset_career([year_of(primary_record(), grade, now) for grade in (1, 2)], now=now))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.AF[0].UF = name
        pdf.save()
    with pytest.raises(SignatureInvalidError, match="pdf_seal_missing"):
        read_pdf_card(path.read_bytes())


def test_second_card_of_one_year_is_attached_as_well(now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "career.pdf"
    years = [year_of(primary_record(), grade, now, first_year=2020) for grade in (1, 2)]
    path.write_bytes(Typesetter().typeset_career(years, now=now))
    with pikepdf.open(path) as pdf:
        assert sorted(pdf.attachments) == ["hoc-ba-2020-2021-2.xml", "hoc-ba-2020-2021.xml"]
    with pytest.raises(MalformedInputError, match="pdf_of_several_years"):
        read_pdf_card(path.read_bytes())


@pytest.mark.parametrize(
    ("makers", "code"),
    [((primary_record,), "career_too_short"), ((), "career_too_short"), ((primary_record, secondary_record), "mixed")],
)
def test_what_is_no_career_is_refused(makers: tuple[Callable[[], Record], ...], code: str, now: datetime) -> None:
    years = [year_of(make(), 5 + number, now) for number, make in enumerate(makers)]
    with pytest.raises(IssuingError, match=code):
        Typesetter().typeset_career(years, now=now)
