import re

from backend.messages import catalogue, sentence


def test_both_languages_have_the_same_codes_and_details() -> None:
    vietnamese, english = catalogue("vi"), catalogue("en")
    assert vietnamese.keys() == english.keys()
    for code, words in vietnamese.items():
        assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", english[code])), code


def test_code_without_a_sentence_gets_the_general_one() -> None:
    assert sentence("no_such_code") == sentence("unexpected_error")


def test_sentence_is_said_even_when_a_detail_is_missing() -> None:
    assert sentence("setting_missing").en == "Setting … is missing. Production mode requires it."
