import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.issuing.errors import NotPrintableError
from backend.issuing.printable_text import covered_code_points, printable_line, printable_remark

VIETNAMESE = [*range(0x1EA0, 0x1EFA), *map(ord, "ăâđêôơưĂÂĐÊÔƠƯàáãèéìíĩòóõùúũýÀÁÃÈÉÌÍĨÒÓÕÙÚŨÝ")]


def test_every_vietnamese_letter_is_in_every_font_of_the_form() -> None:
    assert [chr(code) for code in VIETNAMESE if code not in covered_code_points()] == []


def test_signs_that_the_forms_use_are_in_every_font() -> None:
    assert all(ord(sign) in covered_code_points() for sign in "–.,:;/()□'’“”…")


def test_decomposed_name_is_printed_composed() -> None:
    assert printable_line(unicodedata.normalize("NFD", "Nguyễn Thị Ưởng"), field="name") == "Nguyễn Thị Ưởng"


def test_white_space_is_collapsed() -> None:
    assert printable_line(" Lê \t Thị\u00a0\n Bưởi ", field="name") == "Lê Thị Bưởi"


def test_marks_that_turn_text_around_are_left_out() -> None:
    assert printable_line("Anh\u202e nguyễn\u2066\u200b", field="name") == "Anh nguyễn"


def test_name_with_a_letter_without_glyph_is_refused_by_field_and_code_point_only() -> None:
    with pytest.raises(NotPrintableError, match="letter_not_printable") as caught:
        printable_line("Nguyễn 汉", field="name")
    assert caught.value.details == {"field": "name", "letter": "U+6C49"}


def test_emoji_of_a_remark_becomes_one_square() -> None:
    assert printable_remark("Em ngoan 👍🏽❤️!\r\n\r\nCố gắng  lên.") == "Em ngoan □!\nCố gắng lên."


def test_endless_word_may_be_broken() -> None:
    assert printable_line("W" * 17, field="name").replace("\u200b", "") == "W" * 17
    assert "\u200b" in printable_line("W" * 17, field="name")
    assert "\u200b" not in printable_line("W" * 16, field="name")


@given(st.text())
def test_remark_holds_only_what_can_be_printed(text: str) -> None:
    printed = printable_remark(text)
    assert all(ord(letter) in covered_code_points() or letter in "\n\u200b" for letter in printed)
