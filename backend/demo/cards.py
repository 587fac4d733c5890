"""The cards of a pupil: this year's, unless it is still open, and for about one pupil in five the year before's.

A city of N pupils has about 1.2 N cards. Everything on a card follows from the seed; only signatures, made later, hold
a time of day and a key.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from backend.demo.places import CITY
from backend.demo.primary_year import primary_year
from backend.demo.pupils import DemoPupil, pupil_at
from backend.demo.schools import (
    CURRENT_YEAR,
    DEPARTMENT_CODE,
    DEPARTMENT_NAME,
    KINDS,
    DemoSchool,
    Teacher,
    class_name,
    homeroom_teacher,
    school_at,
)
from backend.demo.secondary_year import secondary_year
from backend.demo.standing import (
    LAST_PRIMARY_GRADE,
    SHOWN_PUPILS,
    Round,
    Standing,
    school_year,
    standing_of,
    year_stream,
)
from backend.demo.streams import chance, record_id
from verifier.record.levels import Regulation, level_of_grade
from verifier.record.record import Pupil, Record, School, SchoolingEntry, Signers
from verifier.record.transcript import PrimaryResults, SecondaryResults, Transcript

FORMAT_VERSION = "1.0"
EARLIER_CARD_CHANCE = 0.25
"""Of pupils who were at this school the year before; over all grades about one in five."""
SIGNING_DAYS: dict[Round, tuple[int, int]] = {"may": (5, 22), "august": (8, 10)}
"""Month and day on which teachers begin to sign; each school a few days later or earlier."""
_DISTRICTS_UNTIL = 2024
"""Last school year whose cards still name a district."""


class DemoCard(Struct, frozen=True):
    """A card before anybody signed it, and who is going to."""

    record: Record
    first_year: int
    round: Round
    teacher: Teacher
    manager: Teacher
    teacher_signs_on: date
    """The manager signs a day later, the school two."""


def cards_of(seed: int, number: int) -> Iterator[DemoCard]:
    """Cards of pupil ``number``, the older first."""
    pupil = pupil_at(seed, number)
    if has_earlier_card(seed, pupil):
        yield _card(seed, pupil, standing_of(seed, pupil, CURRENT_YEAR - 1), CURRENT_YEAR - 1)
    standing = standing_of(seed, pupil, CURRENT_YEAR)
    if not standing.is_pending:
        yield _card(seed, pupil, standing, CURRENT_YEAR)


def has_earlier_card(seed: int, pupil: DemoPupil) -> bool:
    """Whether the pupil brings a card of 2024-2025; only those whose school had a grade below."""
    was_here = pupil.seat.grade > KINDS[pupil.seat.school.kind].first_grade
    drawn = chance(year_stream(seed, pupil, CURRENT_YEAR - 1, "has card"), EARLIER_CARD_CHANCE)
    return was_here and (drawn or pupil.number in SHOWN_PUPILS)


def _card(seed: int, pupil: DemoPupil, standing: Standing, first_year: int) -> DemoCard:
    grade = pupil.seat.grade - (CURRENT_YEAR - first_year)
    school = school_at(seed, pupil.seat.school)
    teacher = homeroom_teacher(seed, school.key, grade, pupil.seat.class_number)
    random = year_stream(seed, pupil, first_year, "card")
    year = primary_year if grade <= LAST_PRIMARY_GRADE else secondary_year
    results, details, remarks = year(seed, pupil, standing, first_year=first_year, grade=grade)
    month, day = SIGNING_DAYS[standing.round]
    signs_on = date(first_year + 1, month, day + school.key.ordinal % 4)
    record = Record(
        format_version=FORMAT_VERSION,
        level=level_of_grade(grade),
        transcript=Transcript(
            record_id=record_id(random),
            name=pupil.name,
            date_of_birth=pupil.date_of_birth,
            school_code=school.code,
            school_year=school_year(first_year),
            grade=grade,
            class_group=class_name(school.key.kind, grade, pupil.seat.class_number),
            regulation=Regulation.CIRCULAR_27 if grade <= LAST_PRIMARY_GRADE else Regulation.CIRCULAR_22,
            results=results,
        ),
        school=_school(school, first_year),
        pupil=_pupil(pupil, standing, results, grade, body=random.gauss(0, 1)),
        schooling=_schooling(pupil, school, grade, first_year),
        subject_details=details,
        remarks=remarks,
        signers=_signers(school.manager, teacher, signs_on),
    )
    return DemoCard(record, first_year, standing.round, teacher, school.manager, signs_on)


def _school(school: DemoSchool, first_year: int) -> School:
    old = first_year <= _DISTRICTS_UNTIL
    return School(
        name=school.name,
        code=school.code,
        department_code=DEPARTMENT_CODE,
        department_name=DEPARTMENT_NAME,
        ward=school.ward.until_2025 if old else school.ward.now,
        district=school.ward.district_until_2025 if old else None,
        province=CITY,
    )


def _pupil(
    pupil: DemoPupil, standing: Standing, results: PrimaryResults | SecondaryResults, grade: int, *, body: float
) -> Pupil:
    primary = isinstance(results, PrimaryResults)
    height = 110.5 + 5.8 * grade + 4.5 * body
    weight = 15.5 + 3.1 * grade + 3.2 * body
    return Pupil(
        personal_code=pupil.personal_code,
        pupil_code=pupil.pupil_code,
        register_number=pupil.register_number,
        sex=pupil.sex,
        ethnicity=pupil.ethnicity,
        nationality=pupil.nationality,
        birthplace=pupil.birthplace,
        home_town=pupil.family.home_town,
        address=pupil.family.address,
        father_name=pupil.family.name_of("father"),
        mother_name=pupil.family.name_of("mother"),
        guardian_name=pupil.family.name_of("guardian"),
        weight_kg=f"{weight:.1f}" if primary else None,
        height_cm=f"{height:.0f}" if primary else None,
        absences_excused=standing.absences_excused if primary else None,
        absences_unexcused=standing.absences_unexcused if primary else None,
        not_assessed=standing.not_assessed,
    )


def _schooling(pupil: DemoPupil, school: DemoSchool, grade: int, first_year: int) -> tuple[SchoolingEntry, ...]:
    """The pupil's years at this school up to the card's own; a grade that was repeated stands there twice."""
    kind = school.key.kind
    grades = sorted(
        [*range(KINDS[kind].first_grade, grade + 1), *([pupil.repeated_grade] if pupil.repeated_grade else [])]
    )
    return tuple(
        SchoolingEntry(
            class_group=class_name(kind, grade_then, pupil.seat.class_number),
            school_name=school.name,
            school_year=school_year(year),
            arrived_on=f"05/09/{year}",
        )
        for year, grade_then in enumerate(grades, start=first_year + 1 - len(grades))
    )


def _signers(manager: Teacher, teacher: Teacher, signs_on: date) -> Signers:
    return Signers(
        manager_name=manager.name,
        manager_title=manager.title,
        homeroom_teacher_name=teacher.name,
        place="Hà Nội",
        created_on=signs_on.isoformat(),
        signed_on=signs_on.replace(day=signs_on.day + 2).isoformat(),
    )
