"""Cards of every grade as the generator makes them; ``make bench`` counts the same over thousands."""

import pytest

from tests.benchmarks.capsules import LONGEST_NAME, measure_capsules
from tests.benchmarks.pages import measure_pages


@pytest.mark.parametrize("name", [None, LONGEST_NAME])
def test_capsules_of_all_grades_fit_the_largest_qr(name: str | None) -> None:
    sizes = list(measure_capsules(7, 240, name=name))
    assert {size.grade for size in sizes} == set(range(1, 13))
    assert max(size.capsule_bytes for size in sizes) <= 330
    assert max(size.qr_version for size in sizes) <= 14


@pytest.mark.parametrize("grade", range(1, 13))
def test_signed_card_goes_to_its_page_without_a_warning_and_in_60_kilobytes(grade: int) -> None:
    for cost in measure_pages(7, grade, 2):
        assert cost.warnings == ()
        assert cost.pdf_bytes <= 60_000
