import re
from pathlib import Path

import pytest

import backend
from backend.messages import catalogue, sentence
from verifier.record.field_names import COMPETENCE_FIELDS, PROGRAMME_COMPLETED_FIELDS, QUALITY_FIELDS

_RAISED = re.compile(r'(?:Error|CardFailure|SettingProblem)\(\s*"([a-z_0-9]+)"')
_WARNED = re.compile(r'(?:code=|warn\(\s*(?:rules,\s*)?"[a-z_]+",\s*)"([a-z_0-9]+)"')
_SAID = re.compile(r'(?:\bsay\(\s*"[a-z_0-9]+",\s*|\bsentence\(\s*)"([a-z_0-9]+)"')
_DECLARED = re.compile(r'^\s+code(?:: ClassVar\[str\])? = "([a-z_0-9]+)"', re.MULTILINE)


def test_both_languages_have_the_same_codes_and_details() -> None:
    vietnamese, english = catalogue("vi"), catalogue("en")
    assert vietnamese.keys() == english.keys()
    for code, words in vietnamese.items():
        assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", english[code])), code


@pytest.mark.parametrize(
    "room",
    [
        "access",
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
        "rights",
        "sharing",
        "signing",
        ".",
    ],
)
def test_every_code_that_is_raised_has_its_sentence(room: str) -> None:
    folder = Path(backend.__file__).parent / room
    sources = [
        path.read_text(encoding="utf-8") for path in (folder.glob("*.py") if room == "." else folder.rglob("*.py"))
    ]
    codes = {
        code for source in sources for found in (_RAISED, _DECLARED, _WARNED, _SAID) for code in found.findall(source)
    }
    assert codes - catalogue("vi").keys() == set()


def test_code_without_a_sentence_gets_the_general_one() -> None:
    assert sentence("no_such_code") == sentence("unexpected_error")


def test_sentence_is_said_even_when_a_detail_is_missing() -> None:
    assert sentence("setting_missing").en == "Setting … is missing. Production mode requires it."


def test_field_of_the_xml_is_called_by_its_words_on_the_form() -> None:
    said = sentence("value_missing", {"field": "KET_QUA_HOC_TAP_HOC_KY_1", "article": "9", "regulation": "22"})
    assert said.vi == "Thiếu kết quả học tập học kì I (điều 9 Thông tư 22)."
    details = {"field": "DA_HOAN_THANH_CHUONG_TRINH_THCS", "written": "có", "expected": "không"}
    assert sentence("programme_completed_differs", details).vi.startswith("Hoàn thành chương trình trung học cơ sở ghi")
    assert sentence("eth_letter", {"field": "HO_TEN"}).vi.startswith("HO_TEN có chữ Ð")


def test_no_warning_of_the_rules_speaks_of_an_element_without_words() -> None:
    element = re.compile(r'"((?:KET_QUA|DIEM|DA_HOAN_THANH|PHAM_CHAT|NANG_LUC|MUC|DUOC|TONG_SO)_[A-Z0-9_]+)"')
    sources = (Path(backend.__file__).parent / "assessment").glob("check_*.py")
    named = {name for path in sources for name in element.findall(path.read_text(encoding="utf-8"))}
    named -= {"KET_QUA_HOC_TAP", "KET_QUA_REN_LUYEN", "PHAM_CHAT_NANG_LUC"}
    named |= {*QUALITY_FIELDS, *COMPETENCE_FIELDS, *PROGRAMME_COMPLETED_FIELDS.values()}
    words = {name: sentence("value_missing", {"field": name}).vi for name in named}
    assert [name for name, said in words.items() if name in said] == []
