import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.strategies import marks
from verifier.errors import MalformedInputError
from verifier.record.marks import mark_to_byte, marks_from_bytes, parse_mark


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("8.5", "8.5"),
        ("8", "8.0"),
        ("8.", "8.0"),
        ("10", "10.0"),
        ("10.0000", "10.0"),
        ("0", "0.0"),
        (" 7.50 ", "7.5"),
        ("Đ", "Đ"),
        ("Ð", "Đ"),
        ("Đạt", "Đ"),
        ("CĐ", "CĐ"),
        ("Chưa đạt", "CĐ"),
        ("M", "M"),
        ("Miễn", "M"),
    ],
)
def test_a_mark_has_one_form(written: str, expected: str) -> None:
    assert parse_mark(written, field="DIEM_CA_NAM") == expected


@pytest.mark.parametrize(
    "written",
    ["", "8,5", "8.55", "10.1", "11", "-1", "+8", "08.5", "8e0", "٨", "T", "đ", "D", "8.5/10", "10.00000000000000"],
)
def test_anything_else_is_no_mark(written: str) -> None:
    with pytest.raises(MalformedInputError, match="mark_malformed") as caught:
        parse_mark(written, field="DIEM_CA_NAM")
    assert caught.value.details == {"field": "DIEM_CA_NAM"}


def test_a_comma_is_read_where_people_write_it() -> None:
    assert parse_mark("8,5", field="Cả năm", comma_allowed=True) == "8.5"


@given(marks)
def test_a_mark_survives_its_byte(mark: str | None) -> None:
    assert marks_from_bytes(bytes([mark_to_byte(mark)])) == [mark]


@given(st.integers(0, 255))
def test_a_byte_is_one_mark_or_refused(byte: int) -> None:
    if byte <= 103 or byte == 255:
        assert mark_to_byte(marks_from_bytes(bytes([byte]))[0]) == byte
    else:
        with pytest.raises(MalformedInputError, match="mark_malformed"):
            marks_from_bytes(bytes([byte]))


@pytest.mark.parametrize("mark", ["8", "8.55", "x"])
def test_a_mark_in_another_form_is_not_packed(mark: str) -> None:
    with pytest.raises(MalformedInputError, match="mark_malformed"):
        mark_to_byte(mark)
