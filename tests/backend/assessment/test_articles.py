"""Every article that a warning can name has a worked example: its number stands in the name of a test."""

import re
from pathlib import Path

import pytest

from backend.assessment.check_results_until import ARTICLE
from backend.assessment.rule_sets import CIRCULAR_22, CIRCULAR_27

CITED = [article for rules in (CIRCULAR_22, CIRCULAR_27) for article in rules.articles.values()]
ARTICLES = sorted({ARTICLE, *", ".join(CITED).split(", ")})
NAMES = re.findall(
    r"^def (test_\w+)", "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py")), re.MULTILINE
)


@pytest.mark.parametrize("article", ARTICLES)
def test_article_has_a_worked_example(article: str) -> None:
    number = article.replace(".", "_")
    assert [name for name in NAMES if re.search(rf"(?:article|and)_{number}(?:_|$)(?!\d)", name)]
