"""A later letter in an account that is open already."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.access.add_letter import add_letter
from backend.access.context import Access
from backend.access.decide_enrolment import confirm_enrolment, refuse_enrolment
from backend.access.errors import ActivationRefusedError, EnrolmentRefusedError
from backend.access.issue_activation_code import issue_activation_code
from backend.access.notices.store import read_notices
from backend.people.roster import Relation
from backend.people.store import update_guardian
from tests.backend.access.conftest import ADDRESS, MOTHER_CODE, NOW, UNKNOWN_CODE, Enrol, Family
from tests.backend.access.waiting_family import OTHER_SCHOOL, SCHOOL, bar, child, seen_by, waiting

CLERK = "Văn thư trường"


def letter_for(access: Access, guardian_id: str) -> str:
    return issue_activation_code(access, guardian_id=guardian_id, now=NOW).code


def add(access: Access, guardian_id: str, code: str) -> str:
    return add_letter(access, guardian_id=guardian_id, claimed_activation_code=code, address=ADDRESS, now=NOW)


def confirm(access: Access, *, school: str = OTHER_SCHOOL) -> str:
    (one,) = waiting(access)
    return confirm_enrolment(access, enrolment_id=one.enrolment_id, school_code=school, confirmed_by=CLERK, now=NOW)


def told(access: Access, guardian_id: str) -> list[tuple[str, str]]:
    with access.database.read() as connection:
        return [(one.kind, one.name) for one in read_notices(connection, guardian_id)]


def test_a_letter_of_ones_own_is_added_and_used_up(access: Access, family: Family) -> None:
    second = child(access, 1, "Trần Thị Mai", MOTHER_CODE, school=OTHER_SCHOOL)
    assert second.guardian_id == family.mother_id
    code = letter_for(access, family.mother_id)
    assert add(access, family.mother_id, code) == "added"
    assert seen_by(access, family.mother_id) == {family.pupil_id, second.pupil_id}
    assert waiting(access) == []
    with pytest.raises(ActivationRefusedError):
        add(access, family.mother_id, code)


def test_a_letter_without_a_code_waits_for_the_school_that_wrote_it(access: Access, family: Family) -> None:
    second = child(access, 1, "Trần Mai", None, school=OTHER_SCHOOL)
    assert add(access, family.mother_id, letter_for(access, second.guardian_id)) == "waiting"
    assert waiting(access, SCHOOL) == []
    (one,) = waiting(access, OTHER_SCHOOL)
    assert (one.reason, one.guardian, one.account) == ("another_child", "Trần Mai", "Trần Thị Mai")
    assert one.personal_code is None
    assert seen_by(access, family.mother_id) == {family.pupil_id}
    assert confirm(access) == "merged"
    assert seen_by(access, family.mother_id) == {family.pupil_id, second.pupil_id}
    assert told(access, family.mother_id) == [("child_added", "Nguyễn Bình An")]


def test_a_refused_letter_leaves_the_account_as_it_was(access: Access, family: Family, enrol: Enrol) -> None:
    _, session = enrol(family.mother_id, MOTHER_CODE)
    second = child(access, 1, "Trần Mai", None, school=OTHER_SCHOOL)
    add(access, family.mother_id, letter_for(access, second.guardian_id))
    (one,) = waiting(access)
    refuse_enrolment(access, enrolment_id=one.enrolment_id, school_code=OTHER_SCHOOL, refused_by=CLERK, now=NOW)
    assert seen_by(access, family.mother_id) == {family.pupil_id}
    assert told(access, family.mother_id) == [("letter_refused", "Trần Mai")]
    assert session.waiting is None


def test_a_letter_of_another_person_is_refused_and_costs_a_try(access: Access, family: Family) -> None:
    code = letter_for(access, family.father_id)
    for _ in range(5):
        with pytest.raises(ActivationRefusedError, match="activation_refused"):
            add(access, family.mother_id, code)
    with pytest.raises(ActivationRefusedError):
        add(access, family.father_id, code)


def test_a_letter_is_taken_once_even_when_two_devices_hand_it_in_at_once(access: Access, family: Family) -> None:
    code = letter_for(access, child(access, 1, "Trần Mai", None, school=OTHER_SCHOOL).guardian_id)

    def hand_in(_: int) -> int:
        try:
            add(access, family.mother_id, code)
        except ActivationRefusedError:
            return 0
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(hand_in, range(4))) == 1


def test_a_guardian_whose_code_came_meanwhile_is_no_longer_taken_for_the_account(
    access: Access, family: Family
) -> None:
    second = child(access, 1, "Trần Mai", None, school=OTHER_SCHOOL)
    add(access, family.mother_id, letter_for(access, second.guardian_id))
    with access.database.write() as connection:
        update_guardian(connection, second.guardian_id, {"personal_code": UNKNOWN_CODE})
    with pytest.raises(EnrolmentRefusedError, match="personal_code_of_another"):
        confirm(access)
    assert seen_by(access, family.mother_id) == {family.pupil_id}


def test_who_may_be_a_barred_person_is_barred_though_the_school_confirms(access: Access, family: Family) -> None:
    wife = child(access, 1, "Lê Thị Đào", None, school=OTHER_SCHOOL)
    barred = child(access, 1, "Nguyễn Văn Hùng", None, school=OTHER_SCHOOL, relation=Relation.FATHER)
    assert barred.pupil_id == wife.pupil_id
    bar(access, barred.pupil_id, barred.guardian_id)
    assert add(access, family.father_id, letter_for(access, wife.guardian_id)) == "waiting"
    confirm(access)
    assert seen_by(access, family.father_id) == {family.pupil_id}
