"""Families of which the school does not know everything."""

from datetime import date
from typing import NamedTuple

from backend.access.context import Access
from backend.access.waiting_enrolments import WaitingEnrolment, waiting_enrolments
from backend.people.guardianship import bar_guardian
from backend.people.readable import readable_children
from backend.people.register_pupils import register_pupils
from backend.people.roster import GuardianEntry, PupilEntry, Relation
from tests.backend.access.conftest import NOW

SCHOOL, OTHER_SCHOOL = "99900001", "99900002"


class KnownChild(NamedTuple):
    """A pupil with one guardian."""

    pupil_id: str
    guardian_id: str


def child(
    access: Access,
    number: int,
    guardian: str,
    personal_code: str | None,
    *,
    school: str = SCHOOL,
    relation: Relation = Relation.MOTHER,
) -> KnownChild:
    """Register a pupil with one guardian; the same number adds a guardian to the same pupil."""
    entry = PupilEntry(
        name=f"Nguyễn Bình {'An' * number}",
        date_of_birth=date(2016, 1, number),
        school_code=school,
        school_name="Trường Tiểu học Quang Trung",
        pupil_code=f"9{number:03}",
        class_group="3B",
        personal_code=f"9993160001{number:02}",
        guardians=(GuardianEntry(name=guardian, relation=relation, personal_code=personal_code),),
    )
    (result,) = register_pupils(access.database, [entry], now=NOW)
    assert result.pupil_id is not None
    (guardian_id,) = result.guardian_ids
    assert guardian_id is not None
    return KnownChild(result.pupil_id, guardian_id)


def bar(access: Access, pupil_id: str, guardian_id: str) -> None:
    """A court decides."""
    bar_guardian(
        access.database,
        pupil_id=pupil_id,
        guardian_id=guardian_id,
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )


def waiting(access: Access, school: str | None = None) -> list[WaitingEnrolment]:
    """What waits for a school, or for anybody."""
    with access.database.read() as connection:
        return waiting_enrolments(connection, school_code=school, now=NOW)


def seen_by(access: Access, guardian_id: str) -> set[str]:
    """Ids of the pupils whom a guardian sees."""
    with access.database.read() as connection:
        return {row.pupil.pupil_id for row in readable_children(connection, guardian_id=guardian_id, now=NOW)}
