"""The table of marks against the catalogue: what the grade must have and cannot have, and why a pupil is exempt."""

from collections.abc import Iterator

from backend.assessment.card_warning import CardWarning
from backend.assessment.rule_sets import PrimaryRules, SecondaryRules
from verifier.record.levels import AchievementLevel
from verifier.record.marks import EXEMPT
from verifier.record.record import Record
from verifier.record.subjects import CHOICE_GRADES, CHOICES_TAKEN, SubjectCatalogue, catalogue_of_grade, normalise_name
from verifier.record.transcript import PrimarySubject, SecondarySubject

_SPECIALISED_TOPICS = normalise_name("Chuyên đề")


def check_subjects(record: Record, rules: PrimaryRules | SecondaryRules) -> Iterator[CardWarning]:
    """Warnings about which subjects stand on the card."""
    grade = record.transcript.grade
    catalogue = catalogue_of_grade(grade)
    subjects: tuple[PrimarySubject | SecondarySubject, ...] = record.transcript.results.subjects
    codes = [subject.code for subject in subjects]
    if not record.pupil.not_assessed:
        yield from _missing(catalogue, grade, codes)
    yield from _not_of_grade(catalogue, grade, codes)
    if grade in CHOICE_GRADES and not record.pupil.not_assessed:
        yield from _choices(catalogue, codes)
    for subject, detail in zip(subjects, record.subject_details, strict=True):
        if is_exempt(subject) and detail.remark is None:
            yield CardWarning(code="exemption_reason_missing", field="NHAN_XET_MON_HOC", subject=subject.code)
        if catalogue.by_code(subject.code) is None and normalise_name(detail.name).startswith(_SPECIALISED_TOPICS):
            yield CardWarning(
                code="specialised_topics_as_subject",
                field="TEN_MON_HOC",
                rule="specialised_topics",
                regulation=rules.regulation,
                article=rules.articles.get("specialised_topics"),
                subject=subject.code,
            )


def is_exempt(subject: PrimarySubject | SecondarySubject) -> bool:
    """Whether the pupil is exempt from the subject, for the whole year."""
    if isinstance(subject, PrimarySubject):
        return subject.level is AchievementLevel.EXEMPT
    return subject.year == EXEMPT


def _missing(catalogue: SubjectCatalogue, grade: int, codes: list[str]) -> Iterator[CardWarning]:
    for subject in catalogue.subjects:
        if grade in subject.compulsory and subject.code not in codes:
            yield CardWarning(
                code="subject_missing",
                field="MA_MON_HOC",
                subject=subject.code,
                inputs={"MA_KHOI": str(grade)},
                expected=subject.vi,
            )


def _not_of_grade(catalogue: SubjectCatalogue, grade: int, codes: list[str]) -> Iterator[CardWarning]:
    for code in codes:
        subject = catalogue.by_code(code)
        if subject is not None and not subject.is_taught_in(grade):
            yield CardWarning(
                code="subject_not_of_grade",
                field="MA_MON_HOC",
                subject=code,
                inputs={"MA_KHOI": str(grade)},
                written=subject.vi,
            )


def _choices(catalogue: SubjectCatalogue, codes: list[str]) -> Iterator[CardWarning]:
    taken = {entry.choice for entry in map(catalogue.by_code, codes) if entry is not None and entry.choice is not None}
    if len(taken) != CHOICES_TAKEN:
        yield CardWarning(
            code="choices_not_four",
            field="BANG_DIEM",
            written=str(len(taken)),
            expected=str(CHOICES_TAKEN),
        )
