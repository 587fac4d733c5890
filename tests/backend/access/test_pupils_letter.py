"""A letter of a pupil of age in somebody else's hands, and the pupil's own account beside a parent of the same name."""

from datetime import date

import pytest

from backend.access.add_letter import add_letter
from backend.access.context import Access
from backend.access.decide_enrolment import confirm_enrolment
from backend.access.errors import ActivationRefusedError, EnrolmentRefusedError
from backend.access.issue_activation_code import issue_activation_code
from backend.people import store
from backend.people.guardianship import bar_guardian
from backend.people.majority.own_account import open_own_account
from backend.people.majority.two_guardians import are_pupil_and_other
from backend.people.register_pupils import register_pupils
from backend.people.roster import GuardianEntry, PupilEntry, Relation
from tests.backend.access.conftest import ADDRESS, FATHER_CODE, NOW, Enrol, Family
from tests.backend.access.waiting_family import SCHOOL, seen_by, waiting

FATHER_NAME = "Nguyễn Văn Hùng"


def grown(access: Access, *, name: str = FATHER_NAME, guardians: tuple[GuardianEntry, ...] = ()) -> tuple[str, str]:
    """A pupil of 18 without a personal code, and the guardian who is themselves."""
    entry = PupilEntry(
        name=name,
        date_of_birth=date(2008, 5, 31),
        school_code=SCHOOL,
        school_name="Trường THPT Mẫu",
        pupil_code="0012",
        class_group="12A",
        personal_code=None,
        guardians=guardians,
    )
    register_pupils(access.database, [entry], now=NOW)
    with access.database.write() as connection:
        own = open_own_account(connection, (SCHOOL, "0012"), evidence="Đơn", opened_by="Văn thư", now=NOW)
    return own.pupil_id, own.guardian_id


def two_people(access: Access, one_id: str, other_id: str) -> bool:
    with access.database.read() as connection:
        one, other = store.find_guardian(connection, one_id), store.find_guardian(connection, other_id)
        assert one is not None
        assert other is not None
        both = {are_pupil_and_other(connection, one, other), are_pupil_and_other(connection, other, one)}
    (answer,) = both
    return answer


FATHER = GuardianEntry(name=FATHER_NAME, relation=Relation.FATHER, personal_code=FATHER_CODE)


@pytest.mark.parametrize(
    ("circumstance", "name", "guardians", "two"),
    [
        ("another name", "Nguyễn Văn Sơn", (), True),
        ("the same name as the pupil's own father", FATHER_NAME, (FATHER,), True),
        ("the same name as somebody else's father", FATHER_NAME, (), False),
    ],
)
def test_who_is_certainly_not_the_pupil(
    access: Access, family: Family, circumstance: str, name: str, guardians: tuple[GuardianEntry, ...], *, two: bool
) -> None:
    _, own = grown(access, name=name, guardians=guardians)
    assert two_people(access, own, family.father_id) is two, circumstance


def test_two_parents_are_not_judged_here(access: Access, family: Family) -> None:
    assert two_people(access, family.mother_id, family.father_id) is False


def test_a_father_adds_no_letter_of_his_grown_son(access: Access, family: Family) -> None:
    _, own = grown(access, guardians=(FATHER,))
    code = issue_activation_code(access, guardian_id=own, now=NOW).code
    with pytest.raises(ActivationRefusedError, match="activation_refused"):
        add_letter(access, guardian_id=family.father_id, claimed_activation_code=code, address=ADDRESS, now=NOW)
    assert waiting(access) == []


def test_a_letter_that_waits_is_refused_once_the_register_knows_better(access: Access, family: Family) -> None:
    pupil_id, own = grown(access)
    code = issue_activation_code(access, guardian_id=own, now=NOW).code
    add_letter(access, guardian_id=family.father_id, claimed_activation_code=code, address=ADDRESS, now=NOW)
    (one,) = waiting(access)
    grown(access, guardians=(FATHER,))
    with pytest.raises(EnrolmentRefusedError, match="personal_code_of_another"):
        confirm_enrolment(access, enrolment_id=one.enrolment_id, school_code=None, confirmed_by="Sở", now=NOW)
    assert seen_by(access, own) == {pupil_id}
    assert pupil_id not in seen_by(access, family.father_id)


def test_a_son_who_says_his_fathers_code_does_not_become_his_father(
    access: Access, family: Family, enrol: Enrol
) -> None:
    pupil_id, own = grown(access, guardians=(FATHER,))
    enrol(own, FATHER_CODE)
    (one,) = waiting(access)
    with pytest.raises(EnrolmentRefusedError, match="personal_code_of_another"):
        confirm_enrolment(access, enrolment_id=one.enrolment_id, school_code=None, confirmed_by="Sở", now=NOW)
    assert pupil_id not in seen_by(access, family.father_id)


def test_a_bar_on_a_father_never_reaches_the_son_of_his_name(access: Access) -> None:
    without_code = GuardianEntry(name=FATHER_NAME, relation=Relation.FATHER, personal_code=None)
    pupil_id, own = grown(access, guardians=(without_code,))
    with access.database.read() as connection:
        ties = store.ties_of_pupils(connection, [pupil_id])[pupil_id]
    (father,) = (row.guardian.guardian_id for row in ties if not row.is_own)
    decision = {"reason": "court_order", "decision_reference": "12/2026/QĐ-TA"}
    bar_guardian(access.database, pupil_id=pupil_id, guardian_id=father, **decision, now=NOW)
    with access.database.write() as connection:
        barred = store.bar_ties(connection, pupil_id=pupil_id, guardian_id=own, **decision, now=NOW)
    assert barred == 0
    assert seen_by(access, own) == {pupil_id}
