"""What stands on the demo's cards: read by the same door as any school's, and true to the circulars."""

import os
import subprocess
import sys
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from backend.assessment.circular_22 import learning_result, moves_up, training_of_year, year_average
from backend.assessment.circular_27 import educational_result
from backend.demo.cards import DemoCard, cards_of
from backend.demo.standing import PENDING_PUPILS
from backend.demo.taught_subjects import REMARK_SUBJECTS
from backend.demo.transactions import unsigned_card
from verifier.capsule_payload import Capsule, pack_capsule
from verifier.deterministic_cbor import encode_cbor
from verifier.record.levels import EducationalResult, OverallLevel
from verifier.record.parse_xml import parse_record
from verifier.record.transcript import PrimaryResults, SecondaryResults
from verifier.vietnam_time import VIETNAM_TIME

ROOT = Path(__file__).parents[3]
SEED = 7
PUPILS = 1_500
ISSUED_AT = datetime(2026, 6, 1, tzinfo=VIETNAM_TIME)
ENVELOPE_BYTES = 90
"""COSE_Sign1 around the payload: tag, headers, kid, signature, and the claim's key."""


@pytest.fixture(scope="module")
def cards() -> list[DemoCard]:
    return [card for number in range(PUPILS) for card in cards_of(SEED, number)]


def assessed(cards: list[DemoCard]) -> list[DemoCard]:
    """Everybody's but those of pupils on an individual plan, who have no results."""
    return [card for card in cards if not card.record.pupil.not_assessed]


def primary(cards: list[DemoCard]) -> list[tuple[DemoCard, PrimaryResults]]:
    return [(c, r) for c in assessed(cards) if isinstance(r := c.record.transcript.results, PrimaryResults)]


def secondary(cards: list[DemoCard]) -> list[tuple[DemoCard, SecondaryResults]]:
    return [(c, r) for c in assessed(cards) if isinstance(r := c.record.transcript.results, SecondaryResults)]


def test_same_seed_gives_the_same_bytes_in_every_process() -> None:
    program = (
        "import hashlib, sys; from backend.demo.cards import cards_of;"
        "from backend.demo.transactions import unsigned_card;"
        f"cards = b''.join(unsigned_card(card) for number in range(40) for card in cards_of({SEED}, number));"
        "sys.stdout.write(hashlib.sha256(cards).hexdigest())"
    )
    # Python orders sets anew in every process unless told otherwise: nothing may hang on that.
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) == 64


def test_every_card_comes_through_the_door_as_it_was_meant(cards: list[DemoCard]) -> None:
    for card in cards:
        data = etree.fromstring(unsigned_card(card)).find("DU_LIEU_HOC_BA")
        assert data is not None
        assert parse_record(data) == card.record


def test_every_capsule_fits_the_qr(cards: list[DemoCard]) -> None:
    for card in cards:
        capsule = Capsule(transcript=card.record.transcript, issued_at=ISSUED_AT, xml_sha256=bytes(32))
        payload: Any = pack_capsule(capsule)
        assert len(encode_cbor(payload)) + ENVELOPE_BYTES <= 330


def test_record_ids_are_unique(cards: list[DemoCard]) -> None:
    assert len({card.record.transcript.record_id for card in cards}) == len(cards)


def test_about_one_pupil_in_five_has_a_card_of_the_year_before(cards: list[DemoCard]) -> None:
    years = Counter(card.record.transcript.school_year for card in cards)
    assert 0.15 < years["2024-2025"] / PUPILS < 0.25
    assert 0.96 < years["2025-2026"] / PUPILS < 1


def test_children_of_the_parent_shown_first_have_cards_of_two_years() -> None:
    for number in (0, 1):
        years = [card.record.transcript.school_year for card in cards_of(SEED, number)]
        assert years == ["2024-2025", "2025-2026"]


def test_pending_pupil_has_no_card_of_this_year() -> None:
    for number in PENDING_PUPILS:
        assert all(card.record.transcript.school_year != "2025-2026" for card in cards_of(SEED, number))


def test_primary_result_is_that_of_the_circular(cards: list[DemoCard]) -> None:
    for _, results in primary(cards):
        assert results.educational_result == educational_result(
            subjects=(one.level for one in results.subjects),
            qualities=results.qualities,
            competences=results.competences,
            scores=(one.score for one in results.subjects),
        )


def test_primary_results_are_spread_as_in_life(cards: list[DemoCard]) -> None:
    results = Counter(found.educational_result for _, found in primary(cards))
    assert set(results) >= {EducationalResult.EXCELLENT, EducationalResult.WELL_DONE, EducationalResult.DONE}
    assert 0.2 < results[EducationalResult.EXCELLENT] / results.total() < 0.45


def test_secondary_averages_and_results_are_those_of_the_circular(cards: list[DemoCard]) -> None:
    for _, results in secondary(cards):
        for one in results.subjects:
            if one.code not in REMARK_SUBJECTS:
                first, second = Decimal(str(one.semester_1)), Decimal(str(one.semester_2))
                assert Decimal(str(one.year)) == year_average(semester_1=first, semester_2=second)
        year = {one.code: mark_of(one.year) for one in results.subjects if one.year != "M"}
        assert results.learning.year == learning_result(year)
        assert results.training.semester_1
        assert results.training.semester_2
        assert results.training.year == training_of_year(
            semester_1=results.training.semester_1, semester_2=results.training.semester_2
        )


def test_moving_up_is_that_of_the_circular_after_the_summer(cards: list[DemoCard]) -> None:
    for _, results in secondary(cards):
        learning = results.learning.after_summer or results.learning.year
        training = results.training.after_summer or results.training.year
        assert learning
        assert training
        assert results.promoted is moves_up(learning=learning, training=training, absences=results.absences or 0)


def test_re_examined_pupils_sign_in_august_and_show_the_new_mark(cards: list[DemoCard]) -> None:
    again = [(c, r) for c, r in secondary(cards) if any(one.reexamination for one in r.subjects)]
    assert again
    for card, results in again:
        assert card.round == "august"
        assert results.learning.year is OverallLevel.NOT_PASS
        assert results.learning.after_summer


def test_secondary_cards_have_remarks_and_teachers_and_exempt_marks(cards: list[DemoCard]) -> None:
    marks = {one.year for _, results in secondary(cards) for one in results.subjects}
    assert {"Đ", "M"} <= marks
    details = [detail for card, _ in secondary(cards) for detail in card.record.subject_details]
    assert all(detail.teacher_name for detail in details)
    remarks = Counter(detail.remark for detail in details if detail.remark)
    assert len(remarks) > 200


def test_no_pupil_is_compared_with_another(cards: list[DemoCard]) -> None:
    for card in cards:
        assert "xếp thứ" not in unsigned_card(card).decode().lower()


def test_cards_until_2025_name_a_district_and_later_ones_do_not(cards: list[DemoCard]) -> None:
    for card in cards:
        assert (card.record.school.district is None) is (card.record.transcript.school_year == "2025-2026")


def mark_of(written: str | None) -> Any:
    return written if written in {"Đ", "CĐ"} else Decimal(str(written))
