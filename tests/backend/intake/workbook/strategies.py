"""Hypothesis strategies: classes of pupils as our template can hold them."""

from datetime import date
from typing import TypeVar

from hypothesis import strategies as st
from msgspec import structs

from backend.intake.workbook.labels import School, catalogue, own_subject_code
from tests.verifier.strategies import optional, primary_results, secondary_results, texts
from verifier.record.levels import EducationLevel, Regulation, level_of_grade
from verifier.record.record import Pupil, Record, Remarks, SchoolingEntry, Signers, SubjectDetail
from verifier.record.record import School as RecordSchool
from verifier.record.transcript import PrimaryResults, PrimarySubject, SecondaryResults, SecondarySubject, Transcript

_Subject = TypeVar("_Subject", PrimarySubject, SecondarySubject)

_lines = (
    texts(30).map(lambda text: " ".join(text.split()).strip("'-/ ")).filter(lambda text: any(map(str.isalpha, text)))
)
_remarks = st.one_of(st.none(), _lines, st.tuples(_lines, _lines).map("\n".join))
_remarks_of_subject = st.one_of(_lines, st.tuples(_lines, _lines).map("\n".join))
_days = st.dates(date(2000, 1, 1), date(2020, 12, 31))
_schooling = st.builds(
    SchoolingEntry,
    class_group=_lines,
    school_name=_lines,
    school_year=st.sampled_from((None, "2024-2025")),
    arrived_on=optional(_lines),
)
OWN_SUBJECTS = ("Vovinam", "STEM và robot")


@st.composite
def classes(draw: st.DrawFn, level: EducationLevel) -> list[Record]:
    """One to three pupils of one school; class and grade differ."""
    first_year = draw(st.integers(2020, 2090))
    common = (
        RecordSchool(
            name=draw(_lines),
            code=draw(st.text("0123456789", min_size=1, max_size=8)),
            department_code="01",
            department_name=draw(_lines),
            ward=draw(optional(_lines)),
            district=draw(optional(_lines)),
            province=draw(_lines),
        ),
        Signers(
            manager_name=draw(_lines),
            manager_title=draw(_lines),
            homeroom_teacher_name=draw(optional(_lines)),
            place=draw(_lines),
            created_on=draw(optional(_days.map(date.isoformat))),
            signed_on=draw(optional(_days.map(date.isoformat))),
        ),
    )
    return [
        draw(_records(level, number, f"{first_year}-{first_year + 1}", *common))
        for number in range(draw(st.integers(1, 3)))
    ]


@st.composite
def _records(
    draw: st.DrawFn, level: EducationLevel, number: int, school_year: str, owner: RecordSchool, signers: Signers
) -> Record:
    grade = draw(st.sampled_from([number for number in range(1, 13) if level_of_grade(number) is level]))
    primary = level is EducationLevel.PRIMARY
    school: School = "primary" if primary else "secondary"
    drawn: PrimaryResults | SecondaryResults = (
        draw(primary_results(grade)) if primary else draw(secondary_results(grade))
    )
    results = _own_named(drawn)
    details = tuple(_detail(draw, subject.code, school) for subject in results.subjects)
    return Record(
        format_version="1.0",
        level=level_of_grade(grade),
        transcript=Transcript(
            record_id=str(draw(st.uuids(version=4))),
            name=draw(_lines),
            date_of_birth=draw(_days),
            school_code=owner.code,
            school_year=school_year,
            grade=grade,
            class_group=f"{grade}{draw(st.sampled_from('ABC'))}",
            regulation=Regulation.CIRCULAR_27 if primary else Regulation.CIRCULAR_22,
            results=results,
        ),
        school=owner,
        pupil=_pupil(draw, number),
        schooling=tuple(draw(st.lists(_schooling, max_size=3))),
        subject_details=details,
        remarks=_words(draw, primary=primary),
        signers=signers,
        results_until=draw(st.none() | _days),
    )


def _own_named(results: PrimaryResults | SecondaryResults) -> PrimaryResults | SecondaryResults:
    """Subjects of which something is said, own ones under the codes that the workbook gives them."""
    if isinstance(results, PrimaryResults):
        return structs.replace(results, subjects=_said(results.subjects))
    return structs.replace(results, subjects=_said(results.subjects))


def _said(subjects: tuple[_Subject, ...]) -> tuple[_Subject, ...]:
    own = iter(OWN_SUBJECTS)
    known = {subject.code for school in ("primary", "secondary") for subject in catalogue(school).subjects}  # type: ignore[arg-type]  # a tuple of the two literals
    named = [
        subject if subject.code in known else structs.replace(subject, code=own_subject_code(next(own)))
        for subject in subjects
    ]
    return tuple(named) if named else subjects


def _detail(draw: st.DrawFn, code: str, school: School) -> SubjectDetail:
    subject = catalogue(school).by_code(code)
    own = {own_subject_code(name): name for name in OWN_SUBJECTS}
    name = own[code] if subject is None else subject.vi
    return SubjectDetail(code, name, draw(optional(_remarks_of_subject)), draw(optional(_lines)))


def _pupil(draw: st.DrawFn, number: int) -> Pupil:
    digits = st.text("0123456789", min_size=8, max_size=8)
    measure = st.integers(50, 2000).map(lambda tenths: f"{tenths / 10:g}")
    absences = st.one_of(st.none(), st.integers(0, 200))
    return Pupil(
        personal_code=draw(optional(digits.map(lambda text: f"00{number + 1}{number}{text}"))),
        pupil_code=f"HS{number}",
        register_number=draw(optional(_lines)),
        sex=draw(st.sampled_from(("Nam", "Nữ"))),
        ethnicity=draw(optional(_lines)),
        nationality=draw(_lines),
        birthplace=draw(optional(_lines)),
        home_town=draw(optional(_lines)),
        address=draw(optional(_lines)),
        father_name=draw(optional(_lines)),
        mother_name=draw(optional(_lines)),
        guardian_name=draw(optional(_lines)),
        weight_kg=draw(optional(measure)),
        height_cm=draw(optional(measure)),
        absences_excused=draw(absences),
        absences_unexcused=draw(absences),
        not_assessed=draw(st.booleans()),
    )


def _words(draw: st.DrawFn, *, primary: bool) -> Remarks:
    common = ("homeroom_teacher", "completion", "commendation", "commendation_ad_hoc")
    own = ("qualities", "general_competences", "specific_competences")
    secondary = ("promotion", "competitions", "certificates", "summer_training")
    fields = (*common, *(own if primary else secondary))
    return Remarks(**{field: draw(_remarks) for field in fields})
