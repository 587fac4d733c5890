"""Why a result stands on a card: a sentence for its parents, with the article that it comes from."""

from collections.abc import Mapping

from msgspec import Struct

from backend.assessment.card_warning import CardWarning
from backend.assessment.rule_sets import PrimaryRules, SecondaryRules
from backend.messages import Sentence, sentence, words_of_field
from verifier.record.record import Record
from verifier.record.subjects import catalogue_of_grade


class Explanation(Struct, frozen=True):
    """One reason. It speaks of marks and levels, never of who the pupil is or of other pupils."""

    field: str
    """Element of the XML whose value is explained."""
    code: str
    """Stable; its sentence is in ``backend/messages``."""
    sentence: Sentence
    regulation: str
    article: str


class Explainer:
    """Says the reasons of one card, by the rules it was made by."""

    def __init__(self, record: Record, rules: PrimaryRules | SecondaryRules, warnings: tuple[CardWarning, ...]) -> None:
        self._record = record
        self._rules = rules
        self._differing = {
            warning.field: warning
            for warning in warnings
            if warning.subject is None and warning.code.endswith("differs")
        }

    def say(self, rule: str, code: str, field: str, **details: Sentence | int | str) -> Explanation:
        """One reason; ``rule`` names the article."""
        return Explanation(
            field=field,
            code=code,
            sentence=sentence(code, details),
            regulation=self._rules.regulation,
            article=self._rules.articles[rule],
        )

    def school_decided(self, field: str, words: Mapping[str, Sentence]) -> Explanation | None:
        """The reason where a value is not what the rule gives: the school has decided so. None where it is."""
        warning = self._differing.get(field)
        if warning is None or warning.rule is None:
            return None
        return self.say(
            warning.rule,
            "school_decided_otherwise",
            field,
            what=words_of_field(field) or field,
            written=_said(warning.written, words),
            expected=_said(warning.expected, words),
        )

    def subject(self, code: str) -> Sentence:
        """A subject's name: as the school wrote it, and by the catalogue in English."""
        entry = catalogue_of_grade(self._record.transcript.grade).by_code(code)
        written = next((detail.name for detail in self._record.subject_details if detail.code == code), code)
        return Sentence(written, written if entry is None else entry.en)


def _said(value: str | None, words: Mapping[str, Sentence]) -> Sentence:
    """A value of the card or of the rule in words; several readings of the rule stand beside each other."""
    if value is None:
        return Sentence("không có", "none")
    said = [words.get(part, Sentence(part, part)) for part in value.split(" / ")]
    return Sentence(" / ".join(one.vi for one in said), " / ".join(one.en for one in said))
