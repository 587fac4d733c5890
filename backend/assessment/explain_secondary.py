"""Why a card of grades 6 to 12 has its results, and what stood in the way of the next better ones (circular 22)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from backend.assessment.check_secondary import is_of_programme, marks_of_period
from backend.assessment.circular_22 import (
    EXCELLENT_PUPIL,
    GOOD_SUBJECTS,
    MAX_ABSENCES,
    TITLE_SCORE,
    TITLE_SUBJECTS,
    Mark,
    subjects_for_title,
)
from backend.assessment.explanation import Explainer, Explanation
from backend.assessment.level_words import ANSWERS, OVERALL, words_of_mark
from backend.assessment.rule_sets import SecondaryRules
from backend.messages import Sentence, alternatives, enumeration, sentence
from verifier.record.levels import OverallLevel
from verifier.record.record import Record
from verifier.record.transcript import SecondaryResults

_LEARNING, _TRAINING, _MOVES_UP = "KET_QUA_HOC_TAP", "KET_QUA_REN_LUYEN", "DUOC_LEN_LOP"
_FROM_THE_TOP = tuple(OverallLevel)
_REACHED = {
    OverallLevel.GOOD: "learning_good",
    OverallLevel.FAIR: "learning_fair",
    OverallLevel.PASS: "learning_pass",
    OverallLevel.NOT_PASS: "learning_not_pass",
}


def explain_secondary(
    record: Record, results: SecondaryResults, rules: SecondaryRules, explainer: Explainer
) -> Iterator[Explanation]:
    """The reasons, result by result in the form's order."""
    if record.pupil.not_assessed:
        yield explainer.say("individual_plan", "not_assessed_by_plan", f"{_LEARNING}_CA_NAM")
        return
    told = _Results(record, results, rules, explainer)
    yield from told.training()
    yield from told.learning()
    if record.results_until is None:
        yield from told.moving_up()
        yield from told.title()


class _Results:
    """One card being explained."""

    def __init__(self, record: Record, results: SecondaryResults, rules: SecondaryRules, explainer: Explainer) -> None:
        self.grade = record.transcript.grade
        self.results = results
        self.rules = rules
        self.explainer = explainer

    def training(self) -> Iterator[Explanation]:
        """Semesters are the homeroom teacher's judgement; the year follows from them by a table."""
        training = self.results.training
        for suffix, level in (("HOC_KY_1", training.semester_1), ("HOC_KY_2", training.semester_2)):
            if level is not None:
                yield self.explainer.say("training_of_semester", "training_judged", f"{_TRAINING}_{suffix}")
        if training.semester_1 is None or training.semester_2 is None or training.year is None:
            return
        field = f"{_TRAINING}_CA_NAM"
        decided = self.explainer.school_decided(field, OVERALL)
        if decided is not None:
            yield decided
            return
        yield self.explainer.say(
            "training_of_year",
            "training_by_table",
            field,
            first=OVERALL[training.semester_1],
            second=OVERALL[training.semester_2],
            year=OVERALL[training.year],
        )
        better = _next_better(training.year)
        if better is not None:
            yield self.explainer.say(
                "training_of_year",
                "training_not_better",
                field,
                better=OVERALL[better],
                ways=enumeration(self._ways_to(better)),
            )

    def _ways_to(self, year: OverallLevel) -> list[Sentence]:
        """Which pairs of semesters give a year's training result."""
        ways = []
        for second in _FROM_THE_TOP:
            firsts = [
                OVERALL[first]
                for first in _FROM_THE_TOP
                if self.rules.training_of_year(semester_1=first, semester_2=second) is year
            ]
            if firsts:
                details = {"second": OVERALL[second], "firsts": alternatives(firsts)}
                ways.append(sentence("training_way", details))
        return ways

    def learning(self) -> Iterator[Explanation]:
        learning = self.results.learning
        for suffix, level, field in (
            ("HOC_KY_1", learning.semester_1, "DIEM_HOC_KY_1"),
            ("HOC_KY_2", learning.semester_2, "DIEM_HOC_KY_2"),
            ("CA_NAM", learning.year, "DIEM_CA_NAM"),
        ):
            marks = marks_of_period(self.results, field)
            if level is not None and marks:
                yield from self._learning_of(f"{_LEARNING}_{suffix}", level, marks)
        year = marks_of_period(self.results, "DIEM_CA_NAM")
        again = {row.code: row.reexamination for row in self.results.subjects if row.reexamination is not None}
        if learning.after_summer is not None and year and again:
            decided = self.explainer.school_decided(f"{_LEARNING}_SAU_HE", OVERALL)
            yield decided or self.explainer.say(
                "year_after_reexamination",
                "reexamination_replaces",
                f"{_LEARNING}_SAU_HE",
                subjects=enumeration([self.explainer.subject(code) for code in again]),
                level=OVERALL[learning.after_summer],
            )

    def _learning_of(self, field: str, written: OverallLevel, marks: Mapping[str, Mark]) -> Iterator[Explanation]:
        decided = self.explainer.school_decided(field, OVERALL)
        if decided is not None:
            yield decided
            return
        found = self._reading_that_gives(written, marks)
        if found is None:
            return
        read, spoiler = found
        if spoiler is None:
            yield self.explainer.say("learning_result", _REACHED[written], field)
        else:
            yield self.explainer.say(
                "learning_result",
                "learning_adjusted",
                field,
                subject=self.explainer.subject(spoiler),
                mark=_words(read[spoiler]),
                level=OVERALL[written],
            )
        better = _next_better(written)
        obstacles = [] if better is None else list(self._obstacles(better, read))
        if better is not None and obstacles:
            yield self.explainer.say(
                "learning_result",
                "result_not_better",
                field,
                better=OVERALL[better],
                reasons=enumeration(obstacles),
            )

    def _reading_that_gives(
        self, written: OverallLevel, marks: Mapping[str, Mark]
    ) -> tuple[Mapping[str, Mark], str | None] | None:
        """The marks, and the subject that was made allowance for, by the first reading of the articles that fits."""
        of_programme = {code: mark for code, mark in marks.items() if is_of_programme(self.grade, code)}
        for some in (marks, of_programme):
            for spoiler_counts in (False, True):
                if self.rules.learning_result(some, spoiler_counts=spoiler_counts) is written:
                    return some, self.rules.spoiling_subject(some, spoiler_counts=spoiler_counts)
        return None

    def _obstacles(self, better: OverallLevel, marks: Mapping[str, Mark]) -> Iterator[Sentence]:
        """What article 9.2 asks for the better level and the marks do not give."""
        criteria = self.rules.learning_criteria[better]
        scores = {code: mark for code, mark in marks.items() if isinstance(mark, Decimal)}
        for code, score in scores.items():
            if score < criteria.every_score:
                details = {
                    "what": self.explainer.subject(code),
                    "mark": words_of_mark(score),
                    "needed": words_of_mark(criteria.every_score),
                }
                yield sentence("obstacle_mark", details)
        good = sum(score >= criteria.good_score for score in scores.values())
        if good < GOOD_SUBJECTS:
            needed = {"count": good, "needed": GOOD_SUBJECTS, "mark": words_of_mark(criteria.good_score)}
            yield sentence("obstacle_good_subjects", needed)
        failed = [self.explainer.subject(code) for code, mark in marks.items() if mark == "CĐ"]
        if len(failed) > criteria.failed_allowed:
            yield sentence("obstacle_failed_subjects", {"subjects": enumeration(failed)})

    def moving_up(self) -> Iterator[Explanation]:
        learning = self.results.learning.after_summer or self.results.learning.year
        training = self.results.training.after_summer or self.results.training.year
        if learning is None or training is None or self.results.promoted is None:
            return
        absences = self.results.absences or 0
        decided = self.explainer.school_decided(_MOVES_UP, ANSWERS)
        if decided is not None:
            yield decided
        elif self.results.promoted:
            yield self.explainer.say(
                "moves_up",
                "moves_up_all_met",
                _MOVES_UP,
                training=OVERALL[training],
                learning=OVERALL[learning],
                absences=absences,
                limit=MAX_ABSENCES,
            )
        else:
            reasons = list(self._against_moving_up(learning, training, absences))
            if reasons:
                yield self.explainer.say("moves_up", "moves_up_not", _MOVES_UP, reasons=enumeration(reasons))

    def _against_moving_up(self, learning: OverallLevel, training: OverallLevel, absences: int) -> Iterator[Sentence]:
        good = OverallLevel.GOOD
        if not self.rules.moves_up(learning=learning, training=good, absences=0):
            yield sentence("obstacle_learning", {"level": OVERALL[learning]})
        if not self.rules.moves_up(learning=good, training=training, absences=0):
            yield sentence("obstacle_training", {"level": OVERALL[training]})
        if not self.rules.moves_up(learning=good, training=good, absences=absences):
            yield sentence("obstacle_absences", {"absences": absences, "limit": MAX_ABSENCES})

    def title(self) -> Iterator[Explanation]:
        learning, training = self.results.learning.year, self.results.training.year
        marks = marks_of_period(self.results, "DIEM_CA_NAM")
        if learning is None or training is None or marks is None:
            return
        field = "NOI_DUNG_KHEN_THUONG"
        decided = self.explainer.school_decided(field, {})
        if decided is not None:
            yield decided
            return
        title = self.rules.title_of_year(marks, learning=learning, training=training)
        if title is None:
            yield self.explainer.say(
                "title_of_year", "title_needs_both", field, learning=OVERALL[learning], training=OVERALL[training]
            )
            return
        code = "title_of_six" if title == EXCELLENT_PUPIL else "title_of_good"
        yield self.explainer.say(
            "title_of_year",
            code,
            field,
            title=title,
            count=subjects_for_title(marks),
            needed=TITLE_SUBJECTS,
            mark=words_of_mark(TITLE_SCORE),
        )


def _next_better(level: OverallLevel) -> OverallLevel | None:
    step = _FROM_THE_TOP.index(level)
    return _FROM_THE_TOP[step - 1] if step else None


def _words(mark: Mark) -> Sentence:
    return words_of_mark(mark) if isinstance(mark, Decimal) else OVERALL[OverallLevel(mark)]
