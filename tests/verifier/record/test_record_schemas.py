"""The schemas of ``docs/formats`` say what cards look like: they take every honest one and refuse the spoiled ones."""

import json
from collections import Counter
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from lxml import etree

from tests.backend.assessment.demo_records import records
from tests.verifier.small_city import MANAGER_CODE, TEACHER_CODE, a_record, small_city
from verifier.record.levels import EducationLevel
from verifier.record.write_xml import write_unsigned_card

ROOT = Path(__file__).parents[3]
FORMATS = ROOT / "docs" / "formats"
VECTORS = ROOT / "tests" / "vectors" / "record_xml"
FILES = {
    EducationLevel.PRIMARY: "record-primary.xsd",
    EducationLevel.LOWER_SECONDARY: "record-lower-secondary.xsd",
    EducationLevel.UPPER_SECONDARY: "record-upper-secondary.xsd",
}
READ_BUT_NEVER_WRITTEN = {"read_words_and_printed_forms"}
"""Full words and printed dates are read (record-xml.md, section 3), but the schema has one form of everything."""
BEYOND_A_SCHEMA = {
    "refused_cdata", "refused_comment_in_name", "refused_processing_instruction", "refused_doctype_with_entity",
    "refused_school_year_of_two_years", "refused_subject_twice", "refused_name_turned_round",
    "refused_id_repeated_in_other_spelling", "refused_score_m_beside_level",
    "refused_declared_utf_16", "refused_latin_1_byte", "refused_entity_unknown", "refused_unclosed",
}  # fmt: skip
"""What only a reader can see: how the text is encoded and marked up, and what two values say together."""


@cache
def schema(level: EducationLevel) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(FORMATS / FILES[level]))


def vectors(kind: str) -> list[str]:
    return sorted(path.stem for path in VECTORS.glob(f"{kind}_*.json"))


def card_of(vector: str) -> etree._Element:
    xml = json.loads((VECTORS / f"{vector}.json").read_bytes())["xml"]
    return etree.fromstring(xml.lstrip("\ufeff").encode())


def test_cards_of_every_grade_are_valid() -> None:
    grades: Counter[int] = Counter()
    for record in islice(records(), 600):
        card = etree.fromstring(write_unsigned_card(record, manager_personal_code="0" * 12))
        schema(record.level).assertValid(card)
        assert [level for level in FILES if schema(level).validate(card)] == [record.level]
        grades[record.transcript.grade] += 1
    assert set(grades) == set(range(1, 13))


def test_signed_card_is_valid() -> None:
    unsigned = write_unsigned_card(
        a_record(), manager_personal_code=MANAGER_CODE, homeroom_teacher_personal_code=TEACHER_CODE
    )
    schema(EducationLevel.PRIMARY).assertValid(etree.fromstring(small_city().signed_card(unsigned)))


@pytest.mark.parametrize("vector", vectors("read"))
def test_vectors_that_are_read_are_valid(vector: str) -> None:
    valid = [level for level in FILES if schema(level).validate(card_of(vector))]
    assert len(valid) == (0 if vector in READ_BUT_NEVER_WRITTEN else 1)


@pytest.mark.parametrize("vector", sorted(set(vectors("refused")) - BEYOND_A_SCHEMA))
def test_vectors_that_are_refused_are_not_valid(vector: str) -> None:
    try:
        card = card_of(vector)
    except (etree.XMLSyntaxError, ValueError):
        return
    assert [level for level in FILES if schema(level).validate(card)] == []
