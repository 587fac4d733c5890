import pytest

from backend.typed_text import lines, one_line


@pytest.mark.parametrize(
    ("typed", "in_one_line"),
    [
        ("  Trần\tThị \n Mai ", "Trần Thị Mai"),
        ("Trần\u00a0Thị\u2028Mai", "Trần Thị Mai"),
        ("Mai\u202eiaM\u200b\x1b[31m\x00", "MaiiaM[31m"),
        ("Tra\u0302\u0300n", "Trần"),
        ("\ufeff\u200e ", ""),
    ],
)
def test_a_line_has_no_letter_that_nobody_sees(typed: str, in_one_line: str) -> None:
    assert one_line(typed) == in_one_line


def test_lines_stay_lines() -> None:
    assert lines("\r\nĐiểm sai.\r\n\r\nXin\txem\u2029lại.\n") == "Điểm sai.\n\nXin xem lại."
