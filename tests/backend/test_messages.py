import re
from pathlib import Path

import pytest

import backend
from backend.messages import catalogue, sentence

_RAISED = re.compile(r'(?:Error|CardFailure|SettingProblem)\(\s*"([a-z_0-9]+)"')
_WARNED = re.compile(r'(?:code=|warn\(\s*(?:rules,\s*)?"[a-z_]+",\s*)"([a-z_0-9]+)"')
_DECLARED = re.compile(r'^\s+code(?:: ClassVar\[str\])? = "([a-z_0-9]+)"', re.MULTILINE)


def test_both_languages_have_the_same_codes_and_details() -> None:
    vietnamese, english = catalogue("vi"), catalogue("en")
    assert vietnamese.keys() == english.keys()
    for code, words in vietnamese.items():
        assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", english[code])), code


@pytest.mark.parametrize(
    "room",
    [
        "archive",
        "assessment",
        "certificates",
        "database",
        "department",
        "demo",
        "desk",
        "intake",
        "issuing",
        "people",
        "signing",
        ".",
    ],
)
def test_every_code_that_is_raised_has_its_sentence(room: str) -> None:
    folder = Path(backend.__file__).parent / room
    sources = [
        path.read_text(encoding="utf-8") for path in (folder.glob("*.py") if room == "." else folder.rglob("*.py"))
    ]
    codes = {code for source in sources for found in (_RAISED, _DECLARED, _WARNED) for code in found.findall(source)}
    assert codes - catalogue("vi").keys() == set()


def test_code_without_a_sentence_gets_the_general_one() -> None:
    assert sentence("no_such_code") == sentence("unexpected_error")


def test_sentence_is_said_even_when_a_detail_is_missing() -> None:
    assert sentence("setting_missing").en == "Setting … is missing. Production mode requires it."
