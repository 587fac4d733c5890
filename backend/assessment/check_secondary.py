"""A card of grades 6 to 12 against circular 22: from the marks of a subject up to moving up and the title."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from backend.assessment.card_warning import CardWarning
from backend.assessment.circular_22 import EXCELLENT_PUPIL, GOOD_PUPIL, LAST_GRADES, Mark
from backend.assessment.rule_sets import SecondaryRules
from verifier.record.field_names import PROGRAMME_COMPLETED_FIELDS
from verifier.record.levels import OverallLevel
from verifier.record.marks import EXEMPT, MET, NOT_MET
from verifier.record.record import Record
from verifier.record.subjects import SubjectCatalogue, catalogue_of_grade, normalise_name
from verifier.record.transcript import PeriodLevels, SecondaryResults, SecondarySubject

_LEARNING, _TRAINING = "KET_QUA_HOC_TAP", "KET_QUA_REN_LUYEN"
_YEAR, _SUMMER = "CA_NAM", "SAU_HE"
_CONTEST = r"(?! (?:cap|mon|quoc|tinh|thanh|huien|quan|xa|phuong|truong|vong))"
"""What follows the words "học sinh giỏi" where they are a contest's, and not the title."""
_TITLES = {
    EXCELLENT_PUPIL: re.compile("hoc sinh xuat sac"),
    GOOD_PUPIL: re.compile("hoc sinh gioi" + _CONTEST),
    "Học sinh Tiên tiến": re.compile("hoc sinh tien tien"),
}
_MARK_FIELDS: Mapping[str, Callable[[SecondarySubject], str | None]] = {
    "DIEM_HOC_KY_1": lambda subject: subject.semester_1,
    "DIEM_HOC_KY_2": lambda subject: subject.semester_2,
    "DIEM_CA_NAM": lambda subject: subject.year,
    "DIEM_KIEM_TRA_LAI": lambda subject: subject.reexamination,
}


def check_secondary(record: Record, results: SecondaryResults, rules: SecondaryRules) -> Iterator[CardWarning]:
    """Warnings about the marks and the results of the year."""
    check = _Check(record, results, rules)
    if record.pupil.not_assessed:
        if results.learning.year is not None:
            yield check.warn(
                "individual_plan", "not_assessed_has_result", f"{_LEARNING}_{_YEAR}", written=results.learning.year
            )
        return
    for subject in results.subjects:
        yield from check.kind_of_marks(subject)
    if record.results_until is not None:
        yield from check.learning_so_far()
        return
    for subject in results.subjects:
        yield from check.marks_of_year(subject)
    yield from check.learning()
    yield from check.training()
    yield from check.reexamination()
    yield from check.moving_up()
    yield from check.title()


class _Check:
    """One card being checked."""

    def __init__(self, record: Record, results: SecondaryResults, rules: SecondaryRules) -> None:
        self.record = record
        self.results = results
        self.rules = rules
        self.grade = record.transcript.grade
        self.catalogue: SubjectCatalogue = catalogue_of_grade(self.grade)

    def warn(
        self,
        rule: str,
        code: str,
        field: str,
        *,
        subject: str | None = None,
        inputs: Mapping[str, str | None] | None = None,
        written: str | None = None,
        expected: str | None = None,
    ) -> CardWarning:
        return CardWarning(
            code=code,
            field=field,
            rule=rule,
            regulation=self.rules.regulation,
            article=self.rules.articles[rule],
            subject=subject,
            inputs={name: value for name, value in (inputs or {}).items() if value is not None},
            written=written,
            expected=expected,
        )

    # A subject's row (articles 5 and 9.1).

    def kind_of_marks(self, subject: SecondarySubject) -> Iterator[CardWarning]:
        entry = self.catalogue.by_code(subject.code)
        if entry is None:
            return
        by_remark = entry.assessment == "remark"
        for field, read in _MARK_FIELDS.items():
            mark = read(subject)
            if mark not in {None, EXEMPT} and (mark in {MET, NOT_MET}) != by_remark:
                yield self.warn(
                    "assessment",
                    "mark_of_other_kind",
                    field,
                    subject=subject.code,
                    written=mark,
                    expected="Đ / CĐ" if by_remark else "0.0-10.0",
                )

    def marks_of_year(self, subject: SecondarySubject) -> Iterator[CardWarning]:
        marks = (subject.semester_1, subject.semester_2, subject.year)
        for field, mark in zip(_MARK_FIELDS, marks, strict=False):
            if mark is None:
                yield self.warn("assessment", "mark_missing", field, subject=subject.code)
        if None in marks or EXEMPT in marks:
            return  # exempt in one semester: the article does not say what the year is then
        first, second, year = (_value(mark) for mark in marks if mark is not None)
        if isinstance(first, Decimal) and isinstance(second, Decimal) and isinstance(year, Decimal):
            rule, expected = "year_average", self.rules.year_average(semester_1=first, semester_2=second)
        elif not any(isinstance(mark, Decimal) for mark in (first, second, year)):
            rule, expected = "year_remark", self.rules.year_remark(semester_2=second)
        else:
            return  # ``kind_of_marks`` has said it
        if year != expected:
            yield self.warn(
                rule,
                f"{rule}_differs",
                "DIEM_CA_NAM",
                subject=subject.code,
                inputs={"DIEM_HOC_KY_1": subject.semester_1, "DIEM_HOC_KY_2": subject.semester_2},
                written=subject.year,
                expected=_written(expected),
            )

    # Results of semesters, year and summer (articles 8, 9.2, 13, 14).

    def learning_so_far(self) -> Iterator[CardWarning]:
        """The semesters that a pupil who left has a result of, each by its marks where all are there."""
        learning = self.results.learning
        for suffix, written, field in (
            ("HOC_KY_1", learning.semester_1, "DIEM_HOC_KY_1"),
            ("HOC_KY_2", learning.semester_2, "DIEM_HOC_KY_2"),
        ):
            if written is not None:
                marks = marks_of_period(self.results, field)
                yield from self._learning_of(f"{_LEARNING}_{suffix}", written, marks, rule="learning_result")

    def learning(self) -> Iterator[CardWarning]:
        learning = self.results.learning
        for suffix, written, field in (
            ("HOC_KY_1", learning.semester_1, "DIEM_HOC_KY_1"),
            ("HOC_KY_2", learning.semester_2, "DIEM_HOC_KY_2"),
            (_YEAR, learning.year, "DIEM_CA_NAM"),
        ):
            yield from self._learning_of(
                f"{_LEARNING}_{suffix}", written, marks_of_period(self.results, field), rule="learning_result"
            )

    def _learning_of(
        self, field: str, written: OverallLevel | None, marks: dict[str, Mark] | None, *, rule: str
    ) -> Iterator[CardWarning]:
        if written is None:
            yield self.warn(rule, "value_missing", field)
            return
        if not marks:
            return
        of_programme = {code: mark for code, mark in marks.items() if is_of_programme(self.grade, code)}
        readings = [
            self.rules.learning_result(some, spoiler_counts=spoiler_counts)
            for some in (marks, of_programme)
            for spoiler_counts in (False, True)
        ]
        if written not in readings:
            yield self.warn(
                rule,
                "learning_result_differs",
                field,
                inputs={code: _written(mark) for code, mark in marks.items()},
                written=written,
                expected=" / ".join(dict.fromkeys(readings)),
            )

    def training(self) -> Iterator[CardWarning]:
        training = self.results.training
        yield from self._missing_levels(training)
        if training.semester_1 is None or training.semester_2 is None or training.year is None:
            return
        expected = self.rules.training_of_year(semester_1=training.semester_1, semester_2=training.semester_2)
        inputs = {
            f"{_TRAINING}_HOC_KY_1": training.semester_1.value,
            f"{_TRAINING}_HOC_KY_2": training.semester_2.value,
        }
        if training.year is not expected:
            yield self.warn(
                "training_of_year",
                "training_of_year_differs",
                f"{_TRAINING}_{_YEAR}",
                inputs=inputs,
                written=training.year,
                expected=expected,
            )
        if training.after_summer is not None and not self.rules.trains_in_summer(training=training.year):
            yield self.warn(
                "trains_in_summer",
                "summer_training_not_due",
                f"{_TRAINING}_{_SUMMER}",
                inputs={f"{_TRAINING}_{_YEAR}": training.year.value},
                written=training.after_summer,
            )

    def _missing_levels(self, training: PeriodLevels) -> Iterator[CardWarning]:
        values = {"HOC_KY_1": training.semester_1, "HOC_KY_2": training.semester_2, _YEAR: training.year}
        for suffix, value in values.items():
            if value is None:
                yield self.warn("training_of_year", "value_missing", f"{_TRAINING}_{suffix}")

    def reexamination(self) -> Iterator[CardWarning]:
        learning, training = self.results.learning, self.results.training
        again = {
            subject.code: _value(subject.reexamination)
            for subject in self.results.subjects
            if subject.reexamination not in {None, EXEMPT}
        }
        year = marks_of_period(self.results, "DIEM_CA_NAM")
        field = f"{_LEARNING}_{_SUMMER}"
        if year is None or learning.year is None or training.year is None:
            return
        due = self.rules.subjects_to_reexamine(year, learning=learning.year, training=training.year)
        for code in (code for code in again if code not in due):
            yield self.warn(
                "subjects_to_reexamine",
                "reexamination_not_due",
                "DIEM_KIEM_TRA_LAI",
                subject=code,
                inputs={
                    "DIEM_CA_NAM": _written(year[code]) if code in year else EXEMPT,
                    f"{_LEARNING}_{_YEAR}": learning.year.value,
                    f"{_TRAINING}_{_YEAR}": training.year.value,
                },
                written=_written(again[code]),
            )
        if again:
            replaced = self.rules.year_after_reexamination(year, again)
            yield from self._learning_of(field, learning.after_summer, replaced, rule="year_after_reexamination")
        elif learning.after_summer is not None:
            yield self.warn("subjects_to_reexamine", "reexamination_mark_missing", field, written=learning.after_summer)

    # What follows from them (articles 12 and 15).

    def moving_up(self) -> Iterator[CardWarning]:
        learning = self.results.learning.after_summer or self.results.learning.year
        training = self.results.training.after_summer or self.results.training.year
        if learning is None or training is None:
            return
        absences = self.results.absences or 0
        expected = self.rules.moves_up(learning=learning, training=training, absences=absences)
        inputs = {_LEARNING: learning.value, _TRAINING: training.value, "TONG_SO_BUOI_NGHI": str(absences)}
        programme_field = PROGRAMME_COMPLETED_FIELDS[self.record.level]
        is_last = self.grade in LAST_GRADES
        for code, field, written, wanted in (
            ("promotion_differs", "DUOC_LEN_LOP", self.results.promoted, expected),
            ("programme_completed_differs", programme_field, self.results.programme_completed, expected and is_last),
        ):
            if written is None and (is_last or field != programme_field):
                yield self.warn("moves_up", "value_missing", field)
            elif written is not None and written != wanted:
                yield self.warn(
                    "moves_up", code, field, inputs=inputs, written=str(int(written)), expected=str(int(wanted))
                )

    def title(self) -> Iterator[CardWarning]:
        marks = marks_of_period(self.results, "DIEM_CA_NAM")
        learning, training = self.results.learning.year, self.results.training.year
        if marks is None or learning is None or training is None:
            return
        words = normalise_name(self.record.remarks.commendation or "")
        claimed = next((title for title, pattern in _TITLES.items() if pattern.search(words)), None)
        of_programme = {code: mark for code, mark in marks.items() if is_of_programme(self.grade, code)}
        readings = [
            self.rules.title_of_year(some, learning=learning, training=training) for some in (marks, of_programme)
        ]
        if claimed not in readings:
            yield self.warn(
                "title_of_year",
                "title_differs",
                "NOI_DUNG_KHEN_THUONG",
                inputs={code: _written(mark) for code, mark in marks.items() if isinstance(mark, Decimal)}
                | {f"{_LEARNING}_{_YEAR}": learning.value, f"{_TRAINING}_{_YEAR}": training.value},
                written=claimed,
                expected=" / ".join(dict.fromkeys(title for title in readings if title is not None)) or None,
            )


def is_of_programme(grade: int, code: str) -> bool:
    """A subject that every pupil of the class has: neither the school's own nor one taken beside the programme."""
    entry = catalogue_of_grade(grade).by_code(code)
    return entry is not None and not entry.optional


def marks_of_period(results: SecondaryResults, field: str) -> dict[str, Mark] | None:
    """Marks of a period (``DIEM_CA_NAM``) by subject, exempt ones left out; None where one is missing."""
    marks = {subject.code: _MARK_FIELDS[field](subject) for subject in results.subjects}
    if None in marks.values():
        return None
    return {code: _value(mark) for code, mark in marks.items() if mark != EXEMPT}


def _value(mark: str | None) -> Mark:
    if mark in {MET, NOT_MET}:
        return "Đ" if mark == MET else "CĐ"
    return Decimal(mark or "")


def _written(mark: Mark) -> str:
    return f"{mark:.1f}" if isinstance(mark, Decimal) else mark
