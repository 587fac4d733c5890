"""A card of grades 1 to 5 against circular 27: marks that are missing, and results that do not follow from them."""

from collections.abc import Iterator

from backend.assessment.card_warning import CardWarning
from backend.assessment.check_subjects import is_exempt
from backend.assessment.circular_27 import EXCELLENT_PUPIL, EXEMPLARY_PUPIL, LAST_GRADE
from backend.assessment.rule_sets import PrimaryRules
from verifier.record.field_names import COMPETENCE_FIELDS, QUALITY_FIELDS
from verifier.record.levels import EducationalResult
from verifier.record.record import Record
from verifier.record.subjects import catalogue_of_grade, normalise_name
from verifier.record.transcript import COMPETENCES, PrimaryResults

_OPTIONAL_COMPETENCES = frozenset({"technology", "informatics"})
"""Grades without such a subject leave them out (2088, annex 1.1)."""
_RESULT = "KET_QUA_XEP_LOAI"


def check_primary(record: Record, results: PrimaryResults, rules: PrimaryRules) -> Iterator[CardWarning]:
    """Warnings about the marks and the results of the year."""
    if record.pupil.not_assessed:
        if results.educational_result is not None:
            yield _warn(
                rules, "individual_plan", "not_assessed_has_result", _RESULT, written=results.educational_result
            )
        return
    if record.results_until is not None:
        yield from _odd_scores(results, rules)
        return
    missing = [*_missing_marks(record.transcript.grade, results, rules), *_missing_levels(results, rules)]
    yield from missing
    yield from _odd_scores(results, rules)
    if not missing:
        yield from _educational_result(record.transcript.grade, results, rules)
    yield from _completion(record, results, rules)
    yield from _title(record, results, rules)


def _warn(
    rules: PrimaryRules,
    rule: str,
    code: str,
    field: str,
    *,
    subject: str | None = None,
    inputs: dict[str, str] | None = None,
    written: str | None = None,
    expected: str | None = None,
) -> CardWarning:
    return CardWarning(
        code=code,
        field=field,
        rule=rule,
        regulation=rules.regulation,
        article=rules.articles[rule],
        subject=subject,
        inputs=inputs or {},
        written=written,
        expected=expected,
    )


def _missing_marks(grade: int, results: PrimaryResults, rules: PrimaryRules) -> Iterator[CardWarning]:
    catalogue = catalogue_of_grade(grade)
    for subject in results.subjects:
        entry = catalogue.by_code(subject.code)
        # Article 7.1b tests compulsory subjects: a foreign language has no test in grades 1 and 2.
        is_tested = subject.code in rules.tested_subjects and entry is not None and grade in entry.compulsory
        if subject.level is None:
            yield _warn(rules, "assessment", "mark_missing", "MUC_DAT_DUOC", subject=subject.code)
        elif is_tested and subject.score is None and not is_exempt(subject):
            yield _warn(rules, "periodic_test", "mark_missing", "DIEM_KIEM_TRA_DINH_KY", subject=subject.code)


def _missing_levels(results: PrimaryResults, rules: PrimaryRules) -> Iterator[CardWarning]:
    optional = [name in _OPTIONAL_COMPETENCES for name in COMPETENCES]
    for field, level, may_be_left_out in (
        *((field, level, False) for field, level in zip(QUALITY_FIELDS, results.qualities, strict=True)),
        *zip(COMPETENCE_FIELDS, results.competences, optional, strict=True),
    ):
        if level is None and not may_be_left_out:
            yield _warn(rules, "qualities_and_competences", "value_missing", field)


def _odd_scores(results: PrimaryResults, rules: PrimaryRules) -> Iterator[CardWarning]:
    field = "DIEM_KIEM_TRA_DINH_KY"
    for subject in results.subjects:
        if subject.score == 0:
            yield _warn(rules, "periodic_test", "score_zero", field, subject=subject.code, written="0")


def _educational_result(grade: int, results: PrimaryResults, rules: PrimaryRules) -> Iterator[CardWarning]:
    """Article 9.2a speaks of the programme's subjects; with those of the school's own is read as right too."""
    written = results.educational_result
    if written is None:
        yield _warn(rules, "educational_result", "value_missing", _RESULT)
        return
    of_programme = [subject for subject in results.subjects if catalogue_of_grade(grade).by_code(subject.code)]
    readings = [
        rules.educational_result(
            subjects=[subject.level for subject in subjects],
            qualities=results.qualities,
            competences=results.competences,
            scores=[subject.score for subject in subjects],
        )
        for subjects in (of_programme, results.subjects)
    ]
    if written not in readings:
        yield _warn(
            rules,
            "educational_result",
            "educational_result_differs",
            _RESULT,
            inputs=_inputs(results),
            written=written,
            expected=" / ".join(dict.fromkeys(readings)),
        )


def _inputs(results: PrimaryResults) -> dict[str, str]:
    """What decides: every subject's level and score, and how many qualities and competences have which level."""
    shown = {
        subject.code: " ".join(str(value) for value in (subject.level, subject.score) if value is not None)
        for subject in results.subjects
    }
    levels = [level.value for level in (*results.qualities, *results.competences) if level is not None]
    return shown | {"PHAM_CHAT_NANG_LUC": " ".join(f"{levels.count(letter)}{letter}" for letter in sorted(set(levels)))}


def _completion(record: Record, results: PrimaryResults, rules: PrimaryRules) -> Iterator[CardWarning]:
    result, grade = results.educational_result, record.transcript.grade
    if result is None:
        return
    completed = rules.class_programme_completed(result)
    primary = rules.primary_programme_completed(result, grade=grade)
    inputs = {_RESULT: result.value}
    for rule, field, written, expected in (
        (
            "class_programme_completed",
            "DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC",
            results.class_programme_completed,
            completed,
        ),
        (
            "primary_programme_completed",
            "DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC",
            results.primary_programme_completed,
            primary,
        ),
    ):
        if written is None and (rule == "class_programme_completed" or grade == LAST_GRADE):
            yield _warn(rules, rule, "value_missing", field)
        elif written is not None and written != expected:
            yield _warn(
                rules, rule, f"{rule}_differs", field, inputs=inputs, written=_flag(written), expected=_flag(expected)
            )
    # Whether a pupil who has not completed the class moves up is the principal's decision: nothing to compare there.
    if results.promoted is None:
        yield _warn(rules, "promotion", "value_missing", "DUOC_LEN_LOP")
    elif completed and not results.promoted:
        yield _warn(rules, "promotion", "promotion_differs", "DUOC_LEN_LOP", inputs=inputs, written="0", expected="1")


def _flag(value: bool) -> str:  # noqa: FBT001 # a value to write, not a switch
    return "1" if value else "0"


def _title(record: Record, results: PrimaryResults, rules: PrimaryRules) -> Iterator[CardWarning]:
    """A title that the result does not allow, or Học sinh Xuất sắc that a result gives and nobody wrote."""
    result = results.educational_result
    if result is None:
        return
    words = normalise_name(record.remarks.commendation or "")
    claimed = [
        title
        for title, key in ((EXCELLENT_PUPIL, "hoc sinh xuat sac"), (EXEMPLARY_PUPIL, "hoc sinh tieu bieu"))
        if key in words
    ]
    allowed = rules.titles_of_year(result)
    owed = result is EducationalResult.EXCELLENT and EXCELLENT_PUPIL not in claimed
    if owed or any(title not in allowed for title in claimed):
        yield _warn(
            rules,
            "title_of_year",
            "title_differs",
            "NOI_DUNG_KHEN_THUONG",
            inputs={_RESULT: result.value},
            written=", ".join(claimed) or None,
            expected=", ".join(sorted(allowed)) or None,
        )
