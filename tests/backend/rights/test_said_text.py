import pytest

from backend.rights.errors import RequestRefusedError
from backend.rights.said_text import said_text

TWO_LETTERS_IN_NORMAL_FORM = "\u0958"


@pytest.mark.parametrize("typed", ["x" * 61, TWO_LETTERS_IN_NORMAL_FORM * 31])
def test_text_is_as_long_as_it_is_kept(typed: str) -> None:
    with pytest.raises(RequestRefusedError, match="request_text_long"):
        said_text(typed, limit=60)


@pytest.mark.parametrize("typed", ["x" * 60, TWO_LETTERS_IN_NORMAL_FORM * 30, "\u200b" * 9 + "x" * 60])
def test_letters_that_nobody_sees_do_not_count(typed: str) -> None:
    assert len(said_text(typed, limit=60)) == 60


def test_text_of_letters_that_nobody_sees_is_none() -> None:
    with pytest.raises(RequestRefusedError, match="request_text_missing"):
        said_text("\u200b \u202e")
