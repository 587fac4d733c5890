"""Hypothesis strategies for everything that a card can say."""

import unicodedata
from datetime import UTC, date, datetime
from functools import cache

from hypothesis import strategies as st

from verifier.capsule import Capsule
from verifier.record.levels import (
    AchievementLevel,
    EducationalResult,
    EducationLevel,
    OverallLevel,
    QualityLevel,
    Regulation,
    level_of_grade,
)
from verifier.record.marks import EXEMPT, MET, NOT_MET
from verifier.record.record import Pupil, Record, Remarks, School, SchoolingEntry, Signers, SubjectDetail
from verifier.record.subjects import catalogue_of_grade
from verifier.record.transcript import (
    PeriodLevels,
    PrimaryResults,
    PrimarySubject,
    SecondaryResults,
    SecondarySubject,
    Transcript,
)

_LETTERS = "abcxyz ABCXYZ 019 àảãáạ ằẳẵắặ ẦẨẪẤẬ đĐ ưỨợỠ '.-&<>\"/"


@cache  # to make a strategy takes longer than to draw from it
def texts(max_size: int = 30) -> st.SearchStrategy[str]:
    """What people write: NFC, no space at the ends, never empty."""
    return (
        st.text(_LETTERS, min_size=1, max_size=max_size)
        .map(lambda text: unicodedata.normalize("NFC", text.strip()))
        .filter(bool)
    )


codes = st.text("ABC019_", min_size=2, max_size=8).map(lambda text: f"Z{text}")
"""Codes that no catalogue has."""
record_ids = st.uuids(version=4).map(str)
flags = st.sampled_from((None, True, False))
marks = st.one_of(
    st.none(),
    st.integers(0, 100).map(lambda tenths: f"{tenths // 10}.{tenths % 10}"),
    st.sampled_from((MET, NOT_MET, EXEMPT)),
)


@cache
def optional(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), strategy)


@st.composite
def subject_codes(draw: st.DrawFn, grade: int) -> list[str]:
    """Subjects of the catalogue in the form's order, then the school's own."""
    known = [subject.code for subject in catalogue_of_grade(grade).subjects]
    chosen = draw(st.sets(st.sampled_from(known), min_size=1, max_size=12))
    own = draw(st.lists(codes, max_size=2, unique=True))
    return [code for code in known if code in chosen] + own


@st.composite
def primary_results(draw: st.DrawFn, grade: int) -> PrimaryResults:
    level = st.one_of(st.none(), st.sampled_from(AchievementLevel))
    score = st.one_of(st.none(), st.integers(0, 10))
    quality = st.one_of(st.none(), st.sampled_from(QualityLevel))
    return PrimaryResults(
        subjects=tuple(PrimarySubject(code, draw(level), draw(score)) for code in draw(subject_codes(grade))),
        qualities=tuple(draw(quality) for _ in range(5)),
        competences=tuple(draw(quality) for _ in range(10)),
        educational_result=draw(st.one_of(st.none(), st.sampled_from(EducationalResult))),
        promoted=draw(flags),
        class_programme_completed=draw(flags),
        primary_programme_completed=draw(flags),
    )


@st.composite
def secondary_results(draw: st.DrawFn, grade: int) -> SecondaryResults:
    level = st.one_of(st.none(), st.sampled_from(OverallLevel))
    periods = st.builds(PeriodLevels, level, level, level, level)
    return SecondaryResults(
        subjects=tuple(
            SecondarySubject(code, draw(marks), draw(marks), draw(marks), draw(marks))
            for code in draw(subject_codes(grade))
        ),
        learning=draw(periods),
        training=draw(periods),
        absences=draw(st.one_of(st.none(), st.integers(0, 500))),
        promoted=draw(flags),
        programme_completed=draw(flags),
    )


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    grade = draw(st.integers(1, 12))
    primary = level_of_grade(grade) == EducationLevel.PRIMARY
    results: PrimaryResults | SecondaryResults = (
        draw(primary_results(grade)) if primary else draw(secondary_results(grade))
    )
    first_year = draw(st.integers(2020, 2099))
    return Transcript(
        record_id=draw(record_ids),
        name=draw(texts(20)),
        date_of_birth=draw(st.dates(date(1900, 1, 1), date(2199, 12, 31))),
        school_code=draw(st.text("0123456789", min_size=1, max_size=8)),
        school_year=f"{first_year}-{first_year + 1}",
        grade=grade,
        class_group=draw(texts(5)),
        regulation=Regulation.CIRCULAR_27 if primary else Regulation.CIRCULAR_22,
        results=results,
    )


moments = st.integers(1_600_000_000, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, tz=UTC))
capsules = st.builds(Capsule, transcripts(), moments, st.binary(min_size=32, max_size=32))


@st.composite
def records(draw: st.DrawFn) -> Record:
    transcript = draw(transcripts())
    level = level_of_grade(transcript.grade)
    primary = level == EducationLevel.PRIMARY
    details = tuple(
        SubjectDetail(subject.code, draw(texts()), draw(optional(texts())), draw(optional(texts())))
        for subject in transcript.results.subjects
    )
    return Record(
        format_version="1.0",
        level=level,
        transcript=transcript,
        school=draw(_schools(transcript.school_code)),
        pupil=draw(_pupils),
        schooling=tuple(draw(st.lists(_schooling, max_size=3))),
        subject_details=details,
        remarks=draw(_remarks(primary=primary)),
        signers=draw(_signers),
        results_until=draw(st.none() | st.dates(date(2020, 1, 1), date(2099, 1, 1))),
    )


def _schools(code: str) -> st.SearchStrategy[School]:
    maybe = optional(texts())
    return st.builds(School, texts(), st.just(code), codes, texts(), maybe, maybe, texts())


_maybe = optional(texts())
_counts = st.one_of(st.none(), st.integers(0, 500))
_pupils = st.builds(
    Pupil,
    personal_code=optional(st.text("0123456789", min_size=12, max_size=12)),
    pupil_code=codes,
    register_number=optional(codes),
    sex=st.sampled_from(("Nam", "Nữ")),
    ethnicity=_maybe,
    nationality=texts(),
    birthplace=_maybe,
    home_town=_maybe,
    address=_maybe,
    father_name=_maybe,
    mother_name=_maybe,
    guardian_name=_maybe,
    weight_kg=optional(st.just("30.5")),
    height_cm=optional(st.just("140")),
    absences_excused=_counts,
    absences_unexcused=_counts,
    not_assessed=st.booleans(),
)
_schooling = st.builds(SchoolingEntry, texts(8), texts(), optional(st.just("2024-2025")), _maybe)
_days = optional(st.dates(date(2020, 1, 1), date(2099, 1, 1)).map(lambda day: day.isoformat()))
_signers = st.builds(Signers, texts(), texts(), _maybe, texts(), _days, _days)


def _remarks(*, primary: bool) -> st.SearchStrategy[Remarks]:
    """Each level has its own remarks (2088 for primary, the sector database for secondary)."""
    common = {"homeroom_teacher", "completion", "commendation", "commendation_ad_hoc"}
    of_primary = {"qualities", "general_competences", "specific_competences"}
    of_secondary = {"promotion", "competitions", "certificates", "summer_training"}
    names = common | (of_primary if primary else of_secondary)
    return st.builds(Remarks, **dict.fromkeys(sorted(names), _maybe))
