"""The deep check of a PDF: what the pages print against what the XML says."""

import datetime as dt
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import count, islice
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from backend.demo.cards import cards_of
from backend.issuing.errors import NotPrintableError
from tests.backend.issuing.one_typesetter import typeset_card
from tests.backend.issuing.sample_records import primary_record, secondary_record, upper_secondary_record
from tests.verifier.small_city import NOW, SIGNED_AT, SmallCity, small_city
from tests.verifier.strategies import records
from verifier.errors import LimitExceededError, SignatureInvalidError
from verifier.pdf_pages import read_page_texts
from verifier.printed_card import compared, require_same_page
from verifier.record.card_document import SignerRole, read_card
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record, SchoolingEntry
from verifier.record.write_xml import write_unsigned_card
from verifier.verdict import Outcome
from verifier.verify import verify_pdf

Pages = tuple[tuple[str, ...], ...]

QR_TEXT = f"https://hocba.example/v#{(1 << 8 * 326) * 3 // 2}"
EVERYBODY = dict.fromkeys((SignerRole.HOMEROOM_TEACHER, SignerRole.MANAGER, SignerRole.SCHOOL), SIGNED_AT)
SAMPLES = {"primary": primary_record, "lower": secondary_record, "upper": upper_secondary_record}
LONG = "Nắm vững kiến thức, vận dụng tốt, cần tự tin hơn khi trình bày trước lớp; "
NEVER_PRINTED = {
    "format_version",
    "level",
    "transcript.school_code",
    "transcript.regulation",
    "school.code",
    "school.department_code",
    "pupil.weight_kg",
    "pupil.height_cm",
    "pupil.not_assessed",
    "signers.created_on",
    "subject_details.name",  # the catalogue's name is printed, except for languages and the school's own subjects
    "subject_details.code",
    "transcript.results.subjects.code",
}
"""Values of the XML that the forms do not print; ``docs/formats/pdf.md`` names them."""
NOT_ON_THE_FORM_OF = {
    "primary": {
        "remarks.certificates",
        "remarks.competitions",
        "remarks.promotion",
        "remarks.summer_training",
        "subject_details.teacher_name",
        "transcript.results.primary_programme_completed",  # before the last grade
    },
    "lower": {
        "pupil.absences_excused",
        "pupil.absences_unexcused",
        "remarks.qualities",
        "remarks.general_competences",
        "remarks.specific_competences",
    },
}
NOT_ON_THE_FORM_OF["upper"] = NOT_ON_THE_FORM_OF["lower"]


def pages_of(record: Record) -> Pages:
    return read_page_texts(typeset_card(record, xml=b"<HOC_BA/>", capsule_url=QR_TEXT, signed_at=EVERYBODY, now=NOW))


def generated(grade: int, cards: int) -> Iterator[Record]:
    records = (card.record for number in count() for card in cards_of(11, number))
    return islice((record for record in records if record.transcript.grade == grade), cards)


@pytest.mark.parametrize("grade", range(1, 13))
def test_pages_of_a_citys_cards_print_what_their_data_say(grade: int) -> None:
    for record in generated(grade, 4):
        signed = as_signed(record)
        require_same_page(pages_of(signed), signed)


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(records())
def test_pages_of_whatever_a_card_can_say_print_it(record: Record) -> None:
    signed = as_signed(record)
    try:
        pages = pages_of(signed)
    except NotPrintableError:
        return
    require_same_page(pages, signed)


def as_signed(record: Record) -> Record:
    """The record as the XML says it."""
    return parse_record(read_card(write_unsigned_card(record)).data_element)


@pytest.fixture(params=sorted(SAMPLES))
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def record(level: str) -> Record:
    return SAMPLES[level]()


def with_remarks(record: Record, remark: str) -> Record:
    details = tuple(replace(detail, remark=remark) for detail in record.subject_details)
    fields = {
        name: remark
        for name in record.remarks.__struct_fields__
        if not (name in {"promotion", "completion"} and len(remark) > 300)
    }
    return replace(record, subject_details=details, remarks=replace(record.remarks, **fields))


def unusual(record: Record) -> Iterator[Record]:
    yield record
    yield replace(record, results_until=dt.date(2026, 1, 16))
    yield replace(record, signers=replace(record.signers, manager_title="Phó Hiệu trưởng", homeroom_teacher_name=None))
    yield replace(record, signers=replace(record.signers, signed_on=None, created_on=None, place=""))
    yield replace(record, school=replace(record.school, district=None, name="TRƯỜNG PTDTBT – TH&THCS Số 2"))
    yield replace(record, schooling=(SchoolingEntry("1A", "Trường Tiểu học Lê Lợi", None, "Chuyển đến từ Huế"),) * 14)
    yield replace(record, pupil=replace(record.pupil, personal_code=None, mother_name=None, address=LONG * 3))
    for remark in (LONG * 3, LONG * 12, LONG * 40, "Tốt", "Đạt.", "Giỏi 😀 lắm\n- 漢字 ba-bốn\u200b", "x" * 60):
        yield with_remarks(record, remark)


def test_pages_of_unusual_cards_print_what_their_data_say(record: Record) -> None:
    for one in unusual(record):
        require_same_page(pages_of(one), one)


def changes_of(value: Any, path: str, kind: Any = None) -> Iterator[tuple[str, Any]]:
    """Every value in a record, changed to something else, with its path; what is missing is put there."""
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            for place, changed in changes_of(getattr(value, field.name), f"{path}.{field.name}", field.type):
                yield place, replace(value, **{field.name: changed})
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            for place, changed in changes_of(item, path, get_args(kind)[0]):
                yield place, (*value[:index], changed, *value[index + 1 :])
    else:
        yield path.removeprefix("."), other_than(value, kind)


def other_than(value: Any, kind: Any) -> Any:
    if value is None:
        (kind,) = (one for one in get_args(kind) if one is not type(None))
        value = next(iter(kind)) if issubclass(kind, StrEnum) else kind(2020, 1, 1) if kind is dt.date else kind(1)
        return "3,3" if value == "1" else value
    if isinstance(value, StrEnum):
        members = list(type(value))
        return members[(members.index(value) + 1) % len(members)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=1)
    return f"1{value}"


def test_every_other_value_is_noticed(level: str, record: Record) -> None:
    pages = pages_of(record)
    noticed, unnoticed = set(), set()
    for name, changed in changes_of(record, ""):
        try:
            require_same_page(pages, changed)
        except SignatureInvalidError:
            noticed.add(name)
        else:
            unnoticed.add(name)

    assert {"transcript.name", "pupil.address", "remarks.homeroom_teacher"} <= noticed
    assert sorted(unnoticed - NEVER_PRINTED - NOT_ON_THE_FORM_OF[level]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("Toán", "Hoàn thành tốt", "10"), ("Toán", "Hoàn thành", "10")),
        (("Toán", "Hoàn thành tốt", "10"), ("Toán", "Hoàn thành tốt", "1")),
        (("Tự nhiên và Xã hội",), ("Tự nhiên và Xã hội", "Hoàn thành tốt", "10")),
        (("Đạo đức", "Hoàn thành tốt"), ("Đạo đức", "Hoàn thành tốt", "10")),
        (("Yêu nước", "Tốt"), ("Yêu nước", "Chưa", "Tốt")),
    ],
)
def test_a_page_that_prints_less_or_more_is_noticed(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    pages = pages_of(primary_record())
    spelled = tuple(tuple(piece.strip() for piece in page) for page in pages)
    page = next(page for page in spelled if old[0] in page)
    start = page.index(old[0])
    assert page[start : start + len(old)] == old
    changed = (*page[:start], *new, *page[start + len(old) :])

    with pytest.raises(SignatureInvalidError, match="page_says_otherwise"):
        require_same_page([changed if one is page else one for one in spelled], primary_record())


def test_a_foot_with_another_record_id_is_noticed() -> None:
    *pages, last = pages_of(primary_record())
    other = tuple(piece.replace("123e4567", "223e4567") for piece in last)
    assert other != last

    with pytest.raises(SignatureInvalidError, match="page_says_otherwise") as raised:
        require_same_page([*pages, other], primary_record())
    assert raised.value.details == {"place": "footer"}


def sealed(city: SmallCity, print_as: Callable[[Record], Record]) -> bytes:
    """The city's card, sealed by the department's own key, with pages that print what becomes of its record."""
    xml = city.first_card()
    printed = print_as(parse_record(read_card(xml).data_element))
    page = typeset_card(printed, xml=xml, capsule_url=city.capsule_text(xml), signed_at=EVERYBODY, now=NOW)
    return city.sealed_pdf(unsealed=page)


def with_a_better_mark(record: Record) -> Record:
    better = small_city().better_record().transcript
    assert better != record.transcript
    return replace(record, transcript=better)


def test_a_seal_over_a_wrong_page_is_found_by_the_deep_check_alone() -> None:
    city = small_city()
    wrong = sealed(city, with_a_better_mark)

    assert verify_pdf(wrong, lists=city.lists(), now=NOW).verdict is Outcome.GENUINE
    deep = verify_pdf(wrong, lists=city.lists(), deep=True, now=NOW)
    assert (deep.verdict, deep.record) == (Outcome.ALTERED, None)
    assert deep.intact.codes[-1] == "page_says_otherwise"


def test_a_seal_over_the_right_page_stands_the_deep_check() -> None:
    city = small_city()

    verdict = verify_pdf(sealed(city, lambda record: record), lists=city.lists(), deep=True, now=NOW)

    assert verdict.verdict is Outcome.GENUINE
    assert "page_says_the_same" in verdict.intact.codes


def test_pages_with_more_text_than_any_card_are_refused() -> None:
    city = small_city()
    endless = city.unsealed_pdf(city.first_card(), extra="#for i in range(21000) { place(top, [x]) }")

    with pytest.raises(LimitExceededError, match="pdf_too_much_text"):
        read_page_texts(endless)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Đ\u200bạt  –­ 8,5", "đạt8,5"),
        ("TRƯỜNG", "trường"),
        ("Giỏi 😀 漢字 □", "giỏi"),
    ],
)
def test_what_is_compared_of_a_text(text: str, letters: str) -> None:
    assert compared(text) == letters
