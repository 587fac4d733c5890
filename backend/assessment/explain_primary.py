"""Why a card of grades 1 to 5 has its results, and what stood in the way of the better ones (circular 27)."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.assessment.explanation import Explainer, Explanation
from backend.assessment.level_words import ACHIEVEMENT, ANSWERS, EDUCATIONAL, QUALITY
from backend.assessment.rule_sets import PrimaryRules
from backend.messages import Sentence, alternatives, enumeration, sentence, words_of_field
from verifier.record.field_names import COMPETENCE_FIELDS, QUALITY_FIELDS
from verifier.record.levels import AchievementLevel, EducationalResult, QualityLevel
from verifier.record.record import Record
from verifier.record.subjects import catalogue_of_grade
from verifier.record.transcript import PrimaryResults, PrimarySubject

_RESULT, _MOVES_UP, _TITLE = "KET_QUA_XEP_LOAI", "DUOC_LEN_LOP", "NOI_DUNG_KHEN_THUONG"
_FROM_THE_TOP = tuple(EducationalResult)
_REACHED = {
    EducationalResult.EXCELLENT: "result_excellent",
    EducationalResult.WELL_DONE: "result_well_done",
    EducationalResult.DONE: "result_done",
    EducationalResult.NOT_DONE: "result_not_done",
}


def explain_primary(
    record: Record, results: PrimaryResults, rules: PrimaryRules, explainer: Explainer
) -> Iterator[Explanation]:
    """The reasons, result by result in the form's order."""
    if record.pupil.not_assessed:
        yield explainer.say("individual_plan", "not_assessed_by_plan", _RESULT)
        return
    if results.educational_result is None:
        return
    yield from _educational_result(results.educational_result, record, results, rules, explainer)
    yield from _moving_up(results.educational_result, results, rules, explainer)
    yield _title(results.educational_result, rules, explainer)


def _educational_result(
    written: EducationalResult, record: Record, results: PrimaryResults, rules: PrimaryRules, explainer: Explainer
) -> Iterator[Explanation]:
    decided = explainer.school_decided(_RESULT, EDUCATIONAL)
    if decided is not None:
        yield decided
        return
    reading = _reading_that_gives(written, record.transcript.grade, results, rules)
    if reading is None:  # marks are missing, and those that are there do not give the result
        return
    yield explainer.say("educational_result", _REACHED[written], _RESULT)
    by_reasons: dict[tuple[Sentence, ...], list[Sentence]] = {}
    for better in _better_to_speak_of(written):
        by_reasons.setdefault(tuple(reading.obstacles(better, explainer)), []).append(EDUCATIONAL[better])
    for reasons, missed in by_reasons.items():
        if reasons:
            yield explainer.say(
                "educational_result",
                "result_not_better",
                _RESULT,
                better=alternatives(missed),
                reasons=enumeration(reasons),
            )


def _better_to_speak_of(written: EducationalResult) -> tuple[EducationalResult, ...]:
    """The next better result and the best, for that is the one that people ask about."""
    better = _FROM_THE_TOP[: _FROM_THE_TOP.index(written)]
    return (better[-1], *better[:1]) if len(better) > 1 else better


class _Reading(Struct, frozen=True):
    """The marks that the result was made of, by one reading of article 9.2a."""

    subjects: tuple[PrimarySubject, ...]
    results: PrimaryResults
    rules: PrimaryRules

    def result(self) -> EducationalResult:
        return self._result_of(
            levels=[row.level for row in self.subjects],
            traits=[*self.results.qualities, *self.results.competences],
            scores=[row.score for row in self.subjects],
        )

    def obstacles(self, better: EducationalResult, explainer: Explainer) -> Iterator[Sentence]:
        """Each level and score that by itself, everything else being at its best, would not let the better one be."""
        for row in self.subjects:
            if row.level is not None and self._is_short(better, levels=[row.level]):
                yield sentence("obstacle_level", {"what": explainer.subject(row.code), "level": ACHIEVEMENT[row.level]})
        for field, level in zip(
            (*QUALITY_FIELDS, *COMPETENCE_FIELDS), (*self.results.qualities, *self.results.competences), strict=True
        ):
            if level is not None and self._is_short(better, traits=[level]):
                yield sentence("obstacle_level", {"what": words_of_field(field) or field, "level": QUALITY[level]})
        for row in self.subjects:
            if row.score is not None and self._is_short(better, scores=[row.score]):
                needed = next(score for score in range(11) if not self._is_short(better, scores=[score]))
                details = {"what": explainer.subject(row.code), "score": row.score, "needed": needed}
                yield sentence("obstacle_score", details)

    def _is_short(
        self,
        better: EducationalResult,
        *,
        levels: Sequence[AchievementLevel] = (),
        traits: Sequence[QualityLevel] = (),
        scores: Sequence[int] = (),
    ) -> bool:
        given = self._result_of(levels=levels, traits=traits, scores=scores)
        return _FROM_THE_TOP.index(given) > _FROM_THE_TOP.index(better)

    def _result_of(
        self,
        *,
        levels: Sequence[AchievementLevel | None],
        traits: Sequence[QualityLevel | None],
        scores: Sequence[int | None],
    ) -> EducationalResult:
        return self.rules.educational_result(subjects=levels, qualities=traits, competences=(), scores=scores)


def _reading_that_gives(
    written: EducationalResult, grade: int, results: PrimaryResults, rules: PrimaryRules
) -> _Reading | None:
    of_programme = tuple(row for row in results.subjects if catalogue_of_grade(grade).by_code(row.code))
    readings = (_Reading(rows, results, rules) for rows in (results.subjects, of_programme))
    return next((reading for reading in readings if reading.result() is written), None)


def _moving_up(
    result: EducationalResult, results: PrimaryResults, rules: PrimaryRules, explainer: Explainer
) -> Iterator[Explanation]:
    if results.promoted is None:
        return
    decided = explainer.school_decided(_MOVES_UP, ANSWERS)
    if decided is not None:
        yield decided
    elif rules.class_programme_completed(result):
        yield explainer.say("promotion", "moves_up_completed", _MOVES_UP)
    else:
        code = "moves_up_by_principal" if results.promoted else "moves_up_not_completed"
        yield explainer.say("promotion", code, _MOVES_UP)


def _title(result: EducationalResult, rules: PrimaryRules, explainer: Explainer) -> Explanation:
    decided = explainer.school_decided(_TITLE, {})
    if decided is not None:
        return decided
    titles = sorted(rules.titles_of_year(result))
    if not titles:
        return explainer.say("title_of_year", "title_not_by_result", _TITLE, result=EDUCATIONAL[result])
    code = "title_of_excellent" if result is EducationalResult.EXCELLENT else "title_by_class"
    return explainer.say("title_of_year", code, _TITLE, title=titles[0])
