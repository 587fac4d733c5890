"""The QR as a printer puts it on paper: large enough, with its quiet zone, under the longest names and remarks."""

import subprocess
from datetime import datetime
from pathlib import Path

import pytest
import zxingcpp
from msgspec import structs
from PIL import Image, ImageChops

from backend.issuing.typeset import PrintedYear, Typesetter
from tests.backend.issuing.one_typesetter import typeset_card
from tests.backend.issuing.sample_records import primary_record, secondary_record, upper_secondary_record
from tests.backend.issuing.test_typeset_career import year_of
from tests.benchmarks.capsules import LONGEST_NAME
from verifier.capsule import MAX_CAPSULE_BYTES
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card

DPI = 200
MM_AN_INCH = 25.4
LEAST_MODULE_MM = 0.46
QUIET_MODULES = 4
VERSION_14_MODULES = 17 + 4 * 14
LARGEST_URL = f"https://hocba.hanoi.edu.vn/v#{(1 << 8 * MAX_CAPSULE_BYTES) * 3 // 2}"
MAKERS = {"primary": (primary_record, 1), "lower": (secondary_record, 6), "upper": (upper_secondary_record, 10)}
LONG = "Hoàn thành tốt nội dung học tập, biết vận dụng kiến thức vào thực tế. " * 12


def longest(record: Record) -> Record:
    """Names and remarks as long as the form's cells take."""
    details = tuple(
        structs.replace(one, remark=LONG[:300], teacher_name=LONGEST_NAME) for one in record.subject_details
    )
    remarks = structs.replace(record.remarks, homeroom_teacher=LONG, commendation=LONG[:300], completion=LONG[:300])
    school = structs.replace(record.school, name="Trường Phổ thông Dân tộc Nội trú " * 7, ward="Phường " * 35)
    transcript = structs.replace(record.transcript, name=LONGEST_NAME)
    return structs.replace(record, transcript=transcript, school=school, subject_details=details, remarks=remarks)


def pages_of(pdf: bytes, folder: Path) -> list[Image.Image]:
    path = folder / "card.pdf"
    path.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-png", str(path), str(folder / "page")], check=True)
    pages = []
    for picture in sorted(folder.glob("page*.png")):
        with Image.open(picture) as page:
            pages.append(page.convert("L"))
    return pages


def check_qr(page: Image.Image, url: str) -> None:
    (code,) = zxingcpp.read_barcodes(page)
    assert code.text == url
    corners = [(code.position.top_left.x, code.position.top_left.y)]
    corners += [(code.position.bottom_right.x, code.position.bottom_right.y)]
    (left, top), (right, bottom) = corners
    module = min(right - left, bottom - top) / VERSION_14_MODULES
    assert module / DPI * MM_AN_INCH >= LEAST_MODULE_MM
    quiet, slack = int(QUIET_MODULES * module), 2
    box = (left - quiet + slack, top - quiet + slack, right + quiet - slack, bottom + quiet - slack)
    assert box[0] > 0
    assert box[3] < page.height
    around = page.crop(box).point(lambda grey: 255 if grey > 200 else 0)
    symbol = (quiet - 2 * slack, quiet - 2 * slack, around.width - quiet + 2 * slack, around.height - quiet + 2 * slack)
    around.paste(255, symbol)
    assert ImageChops.invert(around).getbbox() is None


@pytest.mark.parametrize("level", MAKERS)
def test_module_and_quiet_zone_of_a_year_under_the_longest_names(level: str, now: datetime, tmp_path: Path) -> None:
    record = longest(MAKERS[level][0]())
    pdf = typeset_card(record, xml=write_unsigned_card(record), capsule_url=LARGEST_URL, now=now)
    check_qr(pages_of(bytes(pdf), tmp_path)[0], LARGEST_URL)


@pytest.mark.parametrize("level", MAKERS)
def test_module_and_quiet_zone_of_a_career_under_the_longest_names(level: str, now: datetime, tmp_path: Path) -> None:
    make, grade = MAKERS[level]
    years = [year_of(longest(make()), one, now) for one in (grade, grade + 1)]
    years = [PrintedYear(year.record, year.xml, LARGEST_URL[:-1] + str(number)) for number, year in enumerate(years)]
    pages = pages_of(Typesetter().typeset_career(years, now=now), tmp_path)
    with_code = [page for page in pages if zxingcpp.read_barcodes(page)]
    assert len(with_code) == len(years)
    for page, year in zip(with_code, years, strict=True):
        check_qr(page, year.capsule_url)
