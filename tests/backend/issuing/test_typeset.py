import hashlib
import json
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typst
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from backend.issuing.errors import CapsuleTooLargeError, NotPrintableError
from backend.issuing.typeset import FORM_FOLDER, FORMS, PrintedYear, Typesetter, _document_values
from tests.backend.issuing.one_typesetter import typeset_card
from tests.backend.issuing.sample_records import (
    RECORD_ID,
    primary_record,
    secondary_record,
    upper_secondary_record,
)
from verifier.record.card_document import SignerRole
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card

CAPSULE_URL = f"https://hocba.example/v#{(1 << 8 * 326) * 3 // 2}"
RECORDS = {"primary": primary_record, "lower_secondary": secondary_record, "upper_secondary": upper_secondary_record}

replace = msgspec.structs.replace


def typeset(record: Record, now: datetime, *, xml: bytes | None = None) -> bytes:
    signed_at = dict.fromkeys((SignerRole.HOMEROOM_TEACHER, SignerRole.MANAGER, SignerRole.SCHOOL), now)
    xml = write_unsigned_card(record) if xml is None else xml
    return typeset_card(record, xml=xml, capsule_url=CAPSULE_URL, signed_at=signed_at, now=now)


@pytest.fixture(params=sorted(RECORDS))
def record(request: pytest.FixtureRequest) -> Record:
    return RECORDS[request.param]()


@pytest.fixture
def page(record: Record, now: datetime, tmp_path: Path) -> Path:
    path = tmp_path / "card.pdf"
    path.write_bytes(typeset(record, now))
    return path


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def objects_of(pdf: Path) -> dict[str, Any]:
    objects: dict[str, Any] = json.loads(run("qpdf", "--json", "--json-key=qpdf", str(pdf)))["qpdf"][1]
    return {name: entry.get("value", entry.get("stream")) for name, entry in objects.items()}


def words_of(pdf: Path) -> str:
    return " ".join(run("pdftotext", "-layout", str(pdf), "-").split())


def test_file_is_sound(page: Path) -> None:
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(page))


def test_signed_xml_is_attached_byte_for_byte(record: Record, now: datetime, tmp_path: Path) -> None:
    xml = '<HOC_BA>\r\n\t<A b="&#13;">Ưỡ &amp; 😀 \u202e</A>\r</HOC_BA>\n'.encode()
    (tmp_path / "card.pdf").write_bytes(typeset(record, now, xml=xml))
    run("pdfdetach", "-save", "1", "-o", str(tmp_path / "out.xml"), str(tmp_path / "card.pdf"))
    assert hashlib.sha256((tmp_path / "out.xml").read_bytes()).digest() == hashlib.sha256(xml).digest()
    (file,) = [o for o in objects_of(tmp_path / "card.pdf").values() if "/AFRelationship" in o]
    assert (file["/AFRelationship"], file["/UF"]) == ("/Source", "u:hoc-ba.xml")


def test_two_readers_read_the_qr_from_the_rendered_page(page: Path, tmp_path: Path) -> None:
    run("pdftoppm", "-r", "200", "-f", "1", "-l", "1", "-gray", "-png", str(page), str(tmp_path / "page"))
    with Image.open(next(tmp_path.glob("page*.png"))) as image:
        image.load()
    assert [barcode.text for barcode in zxingcpp.read_barcodes(image)] == [CAPSULE_URL]
    assert [found.data.decode() for found in pyzbar.decode(image)] == [CAPSULE_URL]


def test_page_holds_the_marks_of_a_primary_card(now: datetime, tmp_path: Path) -> None:
    (tmp_path / "card.pdf").write_bytes(typeset(primary_record(), now))
    words = words_of(tmp_path / "card.pdf")
    for row in ("Tiếng Việt Hoàn thành tốt 9", "Tin học và Công nghệ (Tin học) Hoàn thành 6", "Tin học Đạt"):
        assert row in words
    assert (
        "6. Hoàn thành chương trình lớp học/chương trình tiểu học: Hoàn thành chương trình lớp 4; Được lên lớp 5."
        in words
    )
    assert "Hà Nội, ngày 28 tháng 05 năm 2024" in words
    assert RECORD_ID in words
    assert "Bản in chỉ có giá trị khi" in words


def test_page_holds_the_marks_of_a_secondary_card(now: datetime, tmp_path: Path) -> None:
    (tmp_path / "card.pdf").write_bytes(typeset(secondary_record(), now))
    words = words_of(tmp_path / "card.pdf")
    for row in ("Khoa học tự nhiên 4,6 4,8 4,7 6,0", "Tin học 9,0 10,0 9,7", "Nghệ thuật Đ CĐ CĐ Đ"):
        assert row in words
    assert "TRUNG HỌC CƠ SỞ" in words
    assert "Kiểm tra tại hocba.example/v" in words


def test_same_arguments_give_the_same_bytes(record: Record, now: datetime) -> None:
    assert typeset(record, now) == typeset(record, now)
    assert typeset(record, now) != typeset(record, now + timedelta(seconds=1))


def test_catalogue_says_language_title_and_tags(record: Record, page: Path) -> None:
    objects = objects_of(page)
    catalogue = objects["obj:" + objects["trailer"]["/Root"]]
    assert catalogue["/Lang"] == "u:vi-VN"
    assert catalogue["/MarkInfo"]["/Marked"] is True
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"] is True
    assert "/StructTreeRoot" in catalogue
    info = objects["obj:" + objects["trailer"]["/Info"]]
    assert info["/Title"].startswith("u:Học bạ t")
    assert record.transcript.name in info["/Title"]
    assert info["/Author"] == f"u:{record.school.name}"


def test_metadata_claim_pdf_a_3a_and_pdf_ua_1(page: Path) -> None:
    xmp = page.read_bytes()
    for claim in (b"<pdfaid:part>3<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert claim in xmp
    assert b"PDF/UA Identification schema" in xmp
    assert any(o.get("/S") == "/GTS_PDFA1" for o in objects_of(page).values() if isinstance(o, dict))


def test_structure_tree_is_what_a_screen_reader_needs(page: Path) -> None:
    elements = [o for o in objects_of(page).values() if isinstance(o, dict) and o.get("/Type") == "/StructElem"]
    kinds = [element["/S"] for element in elements]
    assert kinds.count("/H1") == 1
    assert {"/H2", "/P", "/Table", "/THead", "/TBody", "/TR", "/TH", "/TD", "/Figure"} <= set(kinds)
    (figure,) = [element for element in elements if element["/S"] == "/Figure"]
    assert figure["/Alt"].startswith("u:Mã QR")


def test_every_font_is_embedded(page: Path) -> None:
    rows = run("pdffonts", str(page)).splitlines()[2:]
    assert rows
    assert all(re.search(r"\+HocbaSerif\S* .* yes yes yes +\d+ +\d+$", row) for row in rows)


HOSTILE = '#panic("x") *b* $x$ `r` <label> @ref [c] \\u{41} // -- """ #import "card.typ": *'


def test_values_are_never_evaluated(record: Record, now: datetime, tmp_path: Path) -> None:
    hostile = replace(
        record,
        transcript=replace(record.transcript, name=HOSTILE),
        remarks=replace(record.remarks, homeroom_teacher=HOSTILE, commendation=HOSTILE),
        school=replace(record.school, name=HOSTILE),
    )
    (tmp_path / "card.pdf").write_bytes(typeset(hostile, now))
    words = words_of(tmp_path / "card.pdf")
    assert words.count('#panic("x") *b* $x$ `r` <label> @ref [c] \\u{41} // -- """ #import "card.typ": *') >= 3


def test_longest_values_stay_on_the_paper(record: Record, now: datetime, tmp_path: Path) -> None:
    remark = "Con chăm ngoan, cần rèn chữ. " * 130 + "HẾT"
    long = replace(
        record,
        transcript=replace(record.transcript, name="Công Tằng Tôn Nữ " * 14, class_group="M" * 40),
        subject_details=tuple(replace(detail, remark=remark) for detail in record.subject_details),
        remarks=replace(
            record.remarks,
            homeroom_teacher=remark,
            qualities=remark,
            general_competences=remark,
            specific_competences=remark,
            commendation=remark,
            completion=remark,
            promotion=remark,
        ),
    )
    path = tmp_path / "card.pdf"
    path.write_bytes(typeset(long, now))
    # Cropped to A4: what ran over the edge of the paper is not among the words.
    printed = run("pdftotext", "-x", "0", "-y", "0", "-W", "595", "-H", "842", str(path), "-")
    shared = len(record.subject_details) + 3  # every subject, homeroom teacher, commendation, completion
    assert printed.count("HẾT") == shared + (3 if record.level == "primary" else 1)


def test_form_compiles_without_a_warning(record: Record, now: datetime) -> None:
    values = _document_values([PrintedYear(record, b"<HOC_BA/>", CAPSULE_URL)])
    _, warnings = (
        Typesetter()
        ._forms.compilers[FORMS[record.level]]
        .compile_with_warnings(
            format="pdf", sys_inputs={"card": json.dumps(values)}, pdf_standards=["a-3a", "ua-1"], timestamp=now
        )
    )
    assert [warning.message for warning in warnings] == []


def test_forms_use_no_font_of_the_machine() -> None:
    shipped = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FORM_FOLDER.parent / "fonts")]
    )
    assert shipped.families() == ["Hocba Serif"]


def test_fonts_bear_no_reserved_name() -> None:
    for font in (FORM_FOLDER.parent / "fonts").glob("*.ttf"):
        content = font.read_bytes()
        for name in ("Liberation", "Tinos", "Arimo", "Cousine"):
            assert name.encode("utf-16-be") not in content, font.name
            assert name.encode() not in content, font.name


def test_card_takes_at_most_60_kilobytes(page: Path) -> None:
    assert page.stat().st_size <= 60_000


def test_objects_are_packed(page: Path) -> None:
    assert b"/ObjStm" in page.read_bytes()
    assert b"/StructElem" not in page.read_bytes()


def test_unsigned_roles_are_not_printed_as_signed(record: Record, now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "card.pdf"
    path.write_bytes(typeset_card(record, xml=b"<HOC_BA/>", capsule_url=CAPSULE_URL, now=now))
    assert "ký số ngày" not in words_of(path)


def test_xml_that_is_not_utf_8_is_refused(record: Record, now: datetime) -> None:
    with pytest.raises(NotPrintableError, match="xml_not_utf8"):
        typeset(record, now, xml=b"<HOC_BA>\xff</HOC_BA>")


def test_capsule_that_makes_too_large_a_qr_is_refused(record: Record, now: datetime) -> None:
    url = f"https://hocba.example/v#{1 << 8 * 400}"
    with pytest.raises(CapsuleTooLargeError, match="capsule_too_large"):
        typeset_card(record, xml=b"<HOC_BA/>", capsule_url=url, now=now)
