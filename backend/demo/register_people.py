"""The schools' rosters, the letters with activation codes, and the decisions of courts, through the usual use cases.

Letters are written for the guardians of the first pupils only, those of the smallest city: a code that nobody is going
to read is not made. Everybody else's school makes one when asked. Decisions come after the letters, as in life: so the
demo has a barred father and a former guardian who hold a letter and see nothing with it.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct

from backend.access.context import Access
from backend.access.errors import GuardianMayNotEnrolError
from backend.access.issue_activation_code import issue_activation_code
from backend.database import Database
from backend.demo.city_files import CityFiles, write_whole
from backend.demo.families import DemoGuardian, family_at, family_number
from backend.demo.pupils import DemoPupil, pupil_at
from backend.demo.schools import CURRENT_YEAR, SchoolKey, class_name, pupils_of, school_at
from backend.demo.standing import LAST_PRIMARY_GRADE, standing_of
from backend.errors import BackendError
from backend.people import store
from backend.people.guardianship import bar_guardian, end_guardianship
from backend.people.majority.own_account import open_own_account
from backend.people.matching.store import pupils_by_place
from backend.people.register_pupils import RosterOutcome, register_pupils
from backend.people.roster import (
    AlternativeId,
    AlternativeIdType,
    GuardianEntry,
    PendingAssessment,
    PendingReason,
    PupilEntry,
    Relation,
)
from backend.people.rules import is_of_age

PUPILS_WITH_LETTERS = 50
"""The guardians of these get a letter; no city is smaller."""
PENDING_UNTIL = date(2026, 8, 15)
"""Day by which years left open are closed (HCMC's 1789, article 21.2)."""
COURT_ORDER = "court_order"
OWN_WISH = "DEMO"
"""Paper and author of a pupil's own account."""
DECISION = "Quyết định 12/2026/QĐ-HNGĐ (DEMO)"

Situation = Literal["two_children", "one_child", "pending_child", "foreign_child", "barred", "ended", "of_age"]

OnSchool = Callable[[int], None]
"""Called with the number of pupils of the school that was just registered."""


class RosterConflictError(BackendError):
    """The database knows people of another city with the same codes; a demo city wants a database of its own."""

    code = "demo_roster_conflict"


class Letter(Struct, frozen=True):
    """What a school hands to a guardian."""

    situation: Situation
    name: str
    personal_code: str
    activation_code: str
    expires_at: datetime
    children: tuple[str, ...]
    pupils: tuple[int, ...]
    """Numbers of the children."""


def register_rosters(
    database: Database, schools: tuple[SchoolKey, ...], *, seed: int, pupils: int, on_school: OnSchool, now: datetime
) -> None:
    """Register every school's pupils and guardians; schools that are registered already are passed over."""
    for school in schools:
        numbers = list(pupils_of(school, pupils))
        if not _is_registered(database, pupil_at(seed, numbers[-1])):
            results = register_pupils(database, [_entry(seed, pupil_at(seed, n)) for n in numbers], now=now)
            if any(result.outcome is RosterOutcome.CONFLICT for result in results):
                raise RosterConflictError(school_code=school.code)
        on_school(len(numbers))


def write_letters(access: Access, files: CityFiles, *, seed: int, now: datetime) -> tuple[Letter, ...]:
    """Make the activation codes of the first pupils' guardians and keep them as letters; once.

    Guardians who may read nobody's card, such as those of pupils who are of age, get none; those pupils get their own.
    """
    if files.letters.exists():
        return read_letters(files)
    letters = []
    for family, children in _first_families(seed).items():
        for guardian in family_at(seed, family).guardians:
            letter = _letter(access, seed, guardian, children, now=now)
            if letter is not None:
                letters.append(letter)
    letters += _letters_to_adults(access, seed, now=now)
    write_whole(files.letters, msgspec.json.format(msgspec.json.encode(letters), indent=1))
    return tuple(letters)


def read_letters(files: CityFiles) -> tuple[Letter, ...]:
    """The letters as they were written."""
    return msgspec.json.decode(files.letters.read_bytes(), type=tuple[Letter, ...])


def replace_letter(access: Access, letter: Letter, *, now: datetime) -> Letter:
    """The letter with a new code; the old code ends."""
    code = issue_activation_code(access, guardian_id=_guardian_id(access.database, letter.personal_code), now=now)
    return msgspec.structs.replace(letter, activation_code=code.code, expires_at=code.expires_at)


def apply_decisions(database: Database, *, seed: int, pupils: int, now: datetime) -> None:
    """Bar and end the guardianships that the city's families have lost; twice is once."""
    for number in range(pupils):
        # Only a family's first pupil leads to its decisions; the others are found through it.
        if family_number(seed, number) != number:
            continue
        for guardian in family_at(seed, number).guardians:
            if guardian.barred or guardian.valid_until is not None:
                _apply(database, guardian, now=now)


def _apply(database: Database, guardian: DemoGuardian, *, now: datetime) -> None:
    guardian_id = _guardian_id(database, guardian.personal_code)
    with database.read() as connection:
        children = {child.pupil_id for _, child in store.guardianships_of_guardian(connection, guardian_id)}
    for pupil_id in sorted(children):
        if guardian.valid_until is not None:
            end_guardianship(database, pupil_id=pupil_id, guardian_id=guardian_id, last_day=guardian.valid_until)
        if guardian.barred:
            bar_guardian(
                database,
                pupil_id=pupil_id,
                guardian_id=guardian_id,
                reason=COURT_ORDER,
                decision_reference=DECISION,
                now=now,
            )


def _is_registered(database: Database, pupil: DemoPupil) -> bool:
    place = (pupil.seat.school.code, pupil.pupil_code)
    with database.read() as connection:
        return place in pupils_by_place(connection, {place})


def _guardian_id(database: Database, personal_code: str) -> str:
    with database.read() as connection:
        return store.guardians_by_personal_code(connection, {personal_code})[personal_code].guardian_id


def _entry(seed: int, pupil: DemoPupil) -> PupilEntry:
    kind = AlternativeIdType.PASSPORT if pupil.is_foreign else AlternativeIdType.TEMPORARY
    return PupilEntry(
        name=pupil.name,
        date_of_birth=pupil.date_of_birth,
        school_code=pupil.seat.school.code,
        school_name=school_at(seed, pupil.seat.school).name,
        pupil_code=pupil.pupil_code,
        class_group=class_name(pupil.seat.school.kind, pupil.seat.grade, pupil.seat.class_number),
        personal_code=pupil.personal_code,
        alternative_id=AlternativeId(kind, pupil.alternative_id) if pupil.alternative_id else None,
        pending=_pending(seed, pupil),
        guardians=tuple(
            GuardianEntry(
                name=guardian.name,
                relation=Relation(guardian.relation),
                personal_code=guardian.personal_code,
                valid_from=guardian.valid_from,
            )
            for guardian in pupil.family.guardians
        ),
    )


def _pending(seed: int, pupil: DemoPupil) -> PendingAssessment | None:
    standing = standing_of(seed, pupil, CURRENT_YEAR)
    if not standing.is_pending:
        return None
    reason = PendingReason.SUMMER_TRAINING if standing.trains_in_summer else PendingReason.REEXAMINATION
    if pupil.seat.grade <= LAST_PRIMARY_GRADE:
        reason = PendingReason.SUPPLEMENTARY_LESSONS
    return PendingAssessment(reason, PENDING_UNTIL)


def _first_families(seed: int) -> dict[int, tuple[DemoPupil, ...]]:
    families: dict[int, tuple[DemoPupil, ...]] = {}
    for number in range(PUPILS_WITH_LETTERS):
        pupil = pupil_at(seed, number)
        families[pupil.family.number] = (*families.get(pupil.family.number, ()), pupil)
    return families


def _letter(
    access: Access, seed: int, guardian: DemoGuardian, children: tuple[DemoPupil, ...], *, now: datetime
) -> Letter | None:
    guardian_id = _guardian_id(access.database, guardian.personal_code)
    try:
        code = issue_activation_code(access, guardian_id=guardian_id, now=now)
    except GuardianMayNotEnrolError:
        return None
    return Letter(
        situation=_situation(seed, guardian, children),
        name=guardian.name,
        personal_code=guardian.personal_code,
        activation_code=code.code,
        expires_at=code.expires_at,
        children=tuple(child.name for child in children),
        pupils=tuple(child.number for child in children),
    )


def _letters_to_adults(access: Access, seed: int, *, now: datetime) -> list[Letter]:
    """Accounts of their own for pupils who are of age."""
    letters = []
    for pupil in (pupil_at(seed, number) for number in range(PUPILS_WITH_LETTERS)):
        if pupil.personal_code is None or not is_of_age(pupil.date_of_birth, now=now):
            continue
        place = (pupil.seat.school.code, pupil.pupil_code)
        with access.database.write() as connection:
            own = open_own_account(connection, place, evidence=OWN_WISH, opened_by=OWN_WISH, now=now)
        code = issue_activation_code(access, guardian_id=own.guardian_id, now=now)
        letters.append(
            Letter(
                situation="of_age",
                name=pupil.name,
                personal_code=pupil.personal_code,
                activation_code=code.code,
                expires_at=code.expires_at,
                children=(pupil.name,),
                pupils=(pupil.number,),
            )
        )
    return letters


def _situation(seed: int, guardian: DemoGuardian, children: Iterable[DemoPupil]) -> Situation:
    pupils = tuple(children)
    if guardian.barred:
        return "barred"
    if guardian.valid_until is not None:
        return "ended"
    if any(standing_of(seed, pupil, CURRENT_YEAR).is_pending for pupil in pupils):
        return "pending_child"
    if any(pupil.is_foreign for pupil in pupils):
        return "foreign_child"
    return "two_children" if len(pupils) > 1 else "one_child"
