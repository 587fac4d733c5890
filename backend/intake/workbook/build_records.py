"""Records out of a workbook that was read: unsigned, each with what is still missing for a signature.

What the school's file does not hold comes from the caller: school and year from the command, the department from the
city. Nothing that a signer would have to answer for is made up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from msgspec import Struct, structs

from backend.archive.prepared.card import Missing
from backend.assessment.card_warning import CardWarning
from backend.assessment.check_record import check_record
from backend.intake.workbook.check_pupils import check_facts, check_pupil, said_once
from backend.intake.workbook.find_tables import grade_of_class
from backend.intake.workbook.join_rows import Joined
from backend.intake.workbook.problems import Doubt, Problem
from backend.intake.workbook.pupil_values import iso_day, remark_of, sex_of, subject_values
from backend.intake.workbook.read_cells import NOT_ASSESSED, Value
from backend.intake.workbook.read_workbook import WorkbookReading
from backend.intake.workbook.what_is_missing import what_is_missing
from verifier.record.levels import (
    AchievementLevel,
    EducationalResult,
    OverallLevel,
    QualityLevel,
    Regulation,
    level_of_grade,
)
from verifier.record.marks import EXEMPT
from verifier.record.parse_xml import parse_school_year
from verifier.record.record import Pupil, Record, Remarks, School, Signers, SubjectDetail
from verifier.record.transcript import (
    COMPETENCES,
    QUALITIES,
    PeriodLevels,
    PrimaryResults,
    PrimarySubject,
    SecondaryResults,
    SecondarySubject,
    Transcript,
)

FORMAT_VERSION = "1.0"
NATIONALITY = "Việt Nam"
USUAL_AGES = range(-1, 6)
"""A pupil of grade 1 is 6 at the start of the year; repeated years and late starters are usual, much else is not."""

_SubjectT = TypeVar("_SubjectT", PrimarySubject, SecondarySubject)

_PARTS_BY_WEIGHT = ("year", "level", "score", "semester_2", "semester_1", "remark")
"""Which of a subject's cells a warning about the subject is shown at."""


class Facts(Struct, frozen=True, omit_defaults=True):
    """What is the same for all cards of a workbook."""

    school_code: str | None = None
    school_name: str | None = None
    department_code: str | None = None
    department_name: str | None = None
    ward: str | None = None
    district: str | None = None
    province: str | None = None
    school_year: str | None = None
    homeroom_teacher_name: str | None = None
    manager_name: str | None = None
    manager_title: str | None = None
    place: str | None = None
    created_on: str | None = None
    signed_on: str | None = None

    def over(self, lower: "Facts") -> "Facts":
        """These facts, with ``lower``'s where these say nothing."""
        return Facts(**{**structs.asdict(lower), **{k: v for k, v in structs.asdict(self).items() if v is not None}})


class Draft(Struct, frozen=True):
    """A record that waits for signatures."""

    record: Record
    place: str
    """``sheet!cell`` of the pupil's first row."""
    missing: tuple[Missing, ...]
    """What has to come before anybody signs."""


class Drafts(Struct, frozen=True):
    """All of a workbook's records; usable only without mistakes."""

    drafts: tuple[Draft, ...]
    doubts: tuple[Problem, ...]
    mistakes: tuple[Problem, ...]


def facts_of_cover(reading: WorkbookReading) -> Facts:
    """What the workbook's own cover sheet says."""
    known = set(Facts.__struct_fields__)
    return Facts(**{name: value for name, value in reading.facts.items() if name in known})


def build_records(reading: WorkbookReading, facts: Facts, *, new_record_id: Callable[[], str]) -> Drafts:
    """A draft for every pupil, and every doubt and mistake of the whole workbook."""
    doubts, mistakes = list(reading.doubts), list(reading.mistakes)
    mistakes += check_facts(structs.asdict(facts), reading)
    mistakes += [wrong for pupil in reading.pupils for wrong in check_pupil(pupil, reading)]
    mistakes = said_once(mistakes)
    doubts += _years_that_differ(reading, facts)
    drafts: list[Draft] = []
    nationality_said = False
    for pupil in () if mistakes else reading.pupils:
        draft = _draft(pupil, reading, facts, record_id=new_record_id())
        doubts += _doubts_of(pupil, draft.record)
        doubts += [_of_rule(pupil, warning) for warning in check_record(draft.record)]
        if pupil.value("nationality") is None and not nationality_said:
            nationality_said = True
            doubts.append(pupil.problem(Doubt.NATIONALITY_TAKEN, understood=NATIONALITY))
        drafts.append(draft)
    doubts.sort(key=lambda doubt: not isinstance(doubt.code, Doubt))  # what was read first, then what the rules say
    return Drafts(tuple(drafts), tuple(doubts), tuple(mistakes))


def _years_that_differ(reading: WorkbookReading, facts: Facts) -> list[Problem]:
    """Last year's workbook sent by mistake: its titles name another school year."""
    meant = facts.school_year or ""
    details: dict[str, str | int] = {"understood": meant}
    return [
        Problem(Doubt.YEAR_OF_TITLE_DIFFERS, sheet, cell.place, cell.shown, details)
        for sheet, cell, year in reading.titled_years
        if meant and year[:4] != meant.strip()[:4]
    ]


def _draft(pupil: Joined, reading: WorkbookReading, facts: Facts, *, record_id: str) -> Draft:
    class_group = str(pupil.class_group)
    grade = grade_of_class(class_group)
    primary = reading.school == "primary"
    results: PrimaryResults | SecondaryResults
    if primary:
        primary_subjects, details = _subjects(pupil, reading, _primary_subject)
        results = _primary_results(pupil, primary_subjects)
    else:
        secondary_subjects, details = _subjects(pupil, reading, _secondary_subject)
        results = _secondary_results(pupil, secondary_subjects)
    day, until = pupil.value("date_of_birth"), pupil.value("results_until")
    record = Record(
        format_version=FORMAT_VERSION,
        level=level_of_grade(grade),
        transcript=Transcript(
            record_id=record_id,
            name=pupil.name,
            date_of_birth=day if isinstance(day, date) else date.min,
            school_code=str(facts.school_code),
            school_year=parse_school_year(str(facts.school_year)),
            grade=grade,
            class_group=class_group,
            regulation=Regulation.CIRCULAR_27 if primary else Regulation.CIRCULAR_22,
            results=results,
        ),
        school=School(
            name=str(facts.school_name),
            code=str(facts.school_code),
            department_code=str(facts.department_code),
            department_name=str(facts.department_name),
            ward=facts.ward,
            district=facts.district,
            province=str(facts.province),
        ),
        pupil=_pupil(pupil),
        schooling=pupil.schooling,
        results_until=until if isinstance(until, date) else None,
        subject_details=details,
        remarks=_remarks(pupil),
        signers=Signers(
            manager_name=str(facts.manager_name),
            manager_title=facts.manager_title or "Hiệu trưởng",
            homeroom_teacher_name=_text(pupil.value("homeroom_teacher_name")) or facts.homeroom_teacher_name,
            place=str(facts.place),
            created_on=None if facts.created_on is None else iso_day(facts.created_on),
            signed_on=None if facts.signed_on is None else iso_day(facts.signed_on),
        ),
    )
    return Draft(record, f"{pupil.sheet}!{pupil.cell}", what_is_missing(record))


def _pupil(pupil: Joined) -> Pupil:
    personal_code = _text(pupil.value("personal_code"))
    return Pupil(
        personal_code=personal_code,
        pupil_code=_text(pupil.value("pupil_code")) or str(personal_code),
        register_number=_text(pupil.value("register_number")),
        sex=str(sex_of(pupil)),
        ethnicity=_text(pupil.value("ethnicity")),
        nationality=_text(pupil.value("nationality")) or NATIONALITY,
        birthplace=_text(pupil.value("birthplace")),
        home_town=_text(pupil.value("home_town")),
        address=_text(pupil.value("address")),
        father_name=_text(pupil.value("father_name")),
        mother_name=_text(pupil.value("mother_name")),
        guardian_name=_text(pupil.value("guardian_name")),
        weight_kg=_text(pupil.value("weight_kg")),
        height_cm=_text(pupil.value("height_cm")),
        absences_excused=_count(pupil.value("absences_excused")),
        absences_unexcused=_count(pupil.value("absences_unexcused")),
        not_assessed=pupil.value("not_assessed") is True,
    )


def _remarks(pupil: Joined) -> Remarks:
    return Remarks(
        homeroom_teacher=_text(pupil.value("homeroom_remark")),
        qualities=_text(pupil.value("qualities_remark")),
        general_competences=_text(pupil.value("general_remark")),
        specific_competences=_text(pupil.value("specific_remark")),
        completion=_text(pupil.value("completion")),
        promotion=_text(pupil.value("promotion")),
        commendation=_text(pupil.value("commendation")),
        commendation_ad_hoc=_text(pupil.value("commendation_ad_hoc")),
        competitions=_text(pupil.value("competitions")),
        certificates=_text(pupil.value("certificates")),
        summer_training=_text(pupil.value("summer_training")),
    )


def _subjects(
    pupil: Joined, reading: WorkbookReading, build: Callable[[str, Mapping[str, Value]], _SubjectT]
) -> tuple[tuple[_SubjectT, ...], tuple[SubjectDetail, ...]]:
    """Subjects of which the workbook says anything of this pupil: the catalogue's in its order, then the school's."""
    subjects: list[_SubjectT] = []
    details: list[SubjectDetail] = []
    for (code, name), values in subject_values(pupil, reading).items():
        subjects.append(build(code, values))
        details.append(SubjectDetail(code, name, remark_of(values), _text(values.get("teacher"))))
    return tuple(subjects), tuple(details)


def _primary_subject(code: str, values: Mapping[str, Value]) -> PrimarySubject:
    level, score = values.get("level"), values.get("score")
    return PrimarySubject(code, level if isinstance(level, AchievementLevel) else None, _count(score))


def _secondary_subject(code: str, values: Mapping[str, Value]) -> SecondarySubject:
    marks = [_mark(values.get(part)) for part in ("semester_1", "semester_2", "year", "reexamination")]
    return SecondarySubject(code, *marks)


def _mark(value: Value | None) -> str | None:
    return None if value == NOT_ASSESSED else _text(value)


def _primary_results(pupil: Joined, subjects: tuple[PrimarySubject, ...]) -> PrimaryResults:
    result = pupil.value("educational_result")
    return PrimaryResults(
        subjects=subjects,
        qualities=tuple(_quality(pupil.value(f"quality:{number}")) for number in range(len(QUALITIES))),
        competences=tuple(_quality(pupil.value(f"competence:{number}")) for number in range(len(COMPETENCES))),
        educational_result=result if isinstance(result, EducationalResult) else None,
        promoted=_promoted(pupil),
        class_programme_completed=_flag(pupil.value("class_programme_completed")),
        primary_programme_completed=_flag(pupil.value("primary_programme_completed")),
    )


def _secondary_results(pupil: Joined, subjects: tuple[SecondarySubject, ...]) -> SecondaryResults:
    return SecondaryResults(
        subjects=subjects,
        learning=_periods(pupil, "learning"),
        training=_periods(pupil, "training"),
        absences=_count(pupil.value("absences")),
        promoted=_promoted(pupil),
        programme_completed=_flag(pupil.value("programme_completed")),
    )


def _periods(pupil: Joined, kind: str) -> PeriodLevels:
    values = [pupil.value(f"{kind}:{part}") for part in ("semester_1", "semester_2", "year", "after_summer")]
    return PeriodLevels(*(value if isinstance(value, OverallLevel) else None for value in values))


def _doubts_of(pupil: Joined, record: Record) -> Sequence[Problem]:
    doubts = []
    if record.pupil.personal_code is None:
        doubts.append(pupil.problem(Doubt.PERSONAL_CODE_MISSING))
    elif pupil.value("pupil_code") is None:
        doubts.append(pupil.problem(Doubt.PUPIL_CODE_TAKEN, "personal_code"))
    if not _code_agrees(record):
        doubts.append(pupil.problem(Doubt.CODE_DISAGREES, "personal_code"))
    doubts += [pupil.problem(code, target) for code, target in _unsaid(pupil)]
    transcript = record.transcript
    age = int(transcript.school_year[:4]) - transcript.date_of_birth.year
    if age - 5 - transcript.grade not in USUAL_AGES:
        doubts.append(pupil.problem(Doubt.AGE_UNUSUAL, "date_of_birth", age=age, grade=transcript.grade))
    return doubts


def _unsaid(pupil: Joined) -> Iterator[tuple[Doubt, str]]:
    """Cells that say something which the rest of the pupil's row does not."""
    exempt = {target.rpartition(":")[0] for target, entry in pupil.entries.items() if entry.value == EXEMPT}
    for target, entry in pupil.entries.items():
        if entry.value == NOT_ASSESSED and target.startswith(("subject:", "own:")) and not pupil.value("not_assessed"):
            yield Doubt.NOT_ASSESSED_UNSAID, target
        if target.endswith(":exemption") and target.rpartition(":")[0] not in exempt:
            yield Doubt.EXEMPTION_UNSAID, target


def _of_rule(pupil: Joined, warning: CardWarning) -> Problem:
    """Where the school's results differ from the circulars': at a cell of the subject, else at the pupil's row."""
    targets = [] if warning.subject is None else [f"subject:{warning.subject}:{part}" for part in _PARTS_BY_WEIGHT]
    cell = next((target for target in targets if target in pupil.entries), None)
    facts = structs.asdict(warning)
    said = {name: "–" if fact is None else fact for name, fact in facts.items() if name not in {"code", "inputs"}}
    return pupil.problem(warning.code, cell, **said)


def _code_agrees(record: Record) -> bool:
    """The fourth digit of a personal code says century and sex, the next two the year of birth."""
    code, day = record.pupil.personal_code, record.transcript.date_of_birth
    if code is None:
        return True
    century_and_sex = (day.year // 100 - 19) * 2 + (record.pupil.sex == "Nữ")
    return code[3] == str(century_and_sex) and code[4:6] == f"{day.year % 100:02}"


def _promoted(pupil: Joined) -> bool | None:
    promoted, not_promoted = pupil.value("promoted"), pupil.value("not_promoted")
    if promoted is None and isinstance(not_promoted, bool):
        return not not_promoted
    return _flag(promoted)


def _text(value: Value | None) -> str | None:
    return None if value is None else str(value)


def _count(value: Value | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(value: Value | None) -> bool | None:
    return value if isinstance(value, bool) else None


def _quality(value: Value | None) -> QualityLevel | None:
    return value if isinstance(value, QualityLevel) else None
