"""What a letter cannot prove waits for the school, and what the school's answer does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend.access.context import Access
from backend.access.decide_enrolment import Confirmed, confirm_enrolment, refuse_enrolment
from backend.access.enrol import begin_enrolment, finish_enrolment
from backend.access.errors import (
    ActivationRefusedError,
    EnrolmentNotFoundError,
    EnrolmentRefusedError,
    LoginRefusedError,
    SessionEndedError,
)
from backend.access.issue_activation_code import issue_activation_code
from backend.access.limits import MAX_PASSKEYS
from backend.access.log_in import begin_login
from backend.access.notices.store import NoticeKind, read_notices
from backend.people.confirmations.tables import confirmations
from backend.people.errors import CardNotFoundError
from backend.people.guardianship import end_guardianship
from backend.people.matching.rules import CardIdentity, LinkedBy, PupilMatch
from backend.people.matching.store import insert_card_link
from backend.people.readable import find_readable_card
from backend.people.roster import Relation
from backend.people.store import find_guardian, update_guardian
from backend.people.tables import guardians
from tests.backend.access.conftest import (
    ADDRESS,
    FATHER_CODE,
    MOTHER_CODE,
    NOW,
    UNKNOWN_CODE,
    Enrol,
    Family,
    LogIn,
)
from tests.backend.access.resolving import resolve_session
from tests.backend.access.software_authenticator import SoftwareAuthenticator
from tests.backend.access.waiting_family import OTHER_SCHOOL, SCHOOL, bar, child, seen_by, waiting

CLERK = "Văn thư trường"
NOBODY = "3f0e9a9c-6f0f-4f4e-9d5c-0d6b8f6d2f10"


def confirm(access: Access, *, school: str | None = SCHOOL, number: int = 0) -> Confirmed:
    one = waiting(access)[number]
    return confirm_enrolment(access, enrolment_id=one.enrolment_id, school_code=school, confirmed_by=CLERK, now=NOW)


def refuse(access: Access, *, school: str | None = SCHOOL) -> None:
    (one,) = waiting(access)
    refuse_enrolment(access, enrolment_id=one.enrolment_id, school_code=school, refused_by=CLERK, now=NOW)


def code_of(access: Access, guardian_id: str) -> str | None:
    with access.database.read() as connection:
        guardian = find_guardian(connection, guardian_id)
        assert guardian is not None
        return guardian.personal_code


def told(access: Access, guardian_id: str) -> list[tuple[str, str]]:
    with access.database.read() as connection:
        return [(one.kind, one.name) for one in read_notices(connection, guardian_id)]


def test_a_guardian_whose_code_the_school_lacks_gives_it_and_waits(access: Access, enrol: Enrol, log_in: LogIn) -> None:
    lan = child(access, 1, "Trần Thị Mai", None)
    phone, session = enrol(lan.guardian_id, UNKNOWN_CODE)
    assert session.waiting is not None
    assert session.waiting.reason == "personal_code_unknown"
    assert seen_by(access, lan.guardian_id) == set()
    (one,) = waiting(access, SCHOOL)
    assert (one.guardian, one.account, one.personal_code) == ("Trần Thị Mai", None, UNKNOWN_CODE)
    assert [(pupil.name, pupil.class_group) for pupil in one.pupils] == [("Nguyễn Bình An", "3B")]
    assert log_in(phone, UNKNOWN_CODE).waiting == session.waiting
    assert confirm(access) == "opened"
    assert seen_by(access, lan.guardian_id) == {lan.pupil_id}
    assert code_of(access, lan.guardian_id) == UNKNOWN_CODE
    assert log_in(phone, UNKNOWN_CODE).waiting is None
    assert told(access, lan.guardian_id) == [("enrolment_confirmed", "Trần Thị Mai")]


def test_no_card_is_read_while_the_school_has_not_confirmed(access: Access, enrol: Enrol) -> None:
    lan = child(access, 1, "Trần Thị Mai", None)
    card = CardIdentity(
        record_id="3f0e9a9c-6f0f-4f4e-9d5c-0d6b8f6d2f11",
        personal_code=None,
        school_code=SCHOOL,
        pupil_code="0001",
        date_of_birth=date(2016, 1, 1),
    )
    with access.database.write() as connection:
        match = PupilMatch(pupil_id=lan.pupil_id, linked_by=LinkedBy.PUPIL_CODE)
        insert_card_link(connection, card, match, now=NOW)

    def read() -> str:
        with access.database.read() as connection:
            return find_readable_card(
                connection, guardian_id=lan.guardian_id, record_id=card.record_id, now=NOW
            ).pupil_id

    enrol(lan.guardian_id, UNKNOWN_CODE)
    with pytest.raises(CardNotFoundError):
        read()
    confirm(access)
    assert read() == lan.pupil_id


@pytest.mark.parametrize("claimed", ["", "12", "x" * 12, "９９９１８５９９９９９９"])
def test_a_code_that_cannot_be_one_is_refused_and_costs_a_try(access: Access, enrol: Enrol, claimed: str) -> None:
    lan = child(access, 1, "Trần Thị Mai", None)
    with pytest.raises(ActivationRefusedError, match="activation_refused"):
        enrol(lan.guardian_id, claimed)
    assert waiting(access) == []


def test_a_code_of_another_person_is_never_written(access: Access, enrol: Enrol, family: Family) -> None:
    lan = child(access, 1, "Lê Thị Đào", None)
    enrol(lan.guardian_id, MOTHER_CODE)
    with pytest.raises(EnrolmentRefusedError, match="personal_code_of_another"):
        confirm(access)
    assert code_of(access, lan.guardian_id) is None
    assert code_of(access, family.mother_id) == MOTHER_CODE
    assert seen_by(access, lan.guardian_id) == set()
    assert len(waiting(access)) == 1


def test_who_claims_the_code_of_another_logs_in_as_nobody_else(
    access: Access, family: Family, enrol: Enrol, log_in: LogIn, insist: LogIn
) -> None:
    mother, _ = enrol(family.mother_id, MOTHER_CODE)
    thief = child(access, 1, "Lê Thị Đào", None)
    phone, _ = enrol(thief.guardian_id, MOTHER_CODE)
    with pytest.raises(LoginRefusedError, match="login_refused"):
        insist(phone, MOTHER_CODE)
    assert log_in(mother, MOTHER_CODE).waiting is None


def test_one_person_whom_two_schools_know_goes_on_with_the_account_that_has_the_code(
    access: Access, family: Family, enrol: Enrol, log_in: LogIn, insist: LogIn
) -> None:
    mother, _ = enrol(family.mother_id, MOTHER_CODE)
    second = child(access, 1, "Trần Thị MAI", None, school=OTHER_SCHOOL)
    phone, session = enrol(second.guardian_id, MOTHER_CODE)
    assert confirm(access, school=OTHER_SCHOOL) == "merged"
    assert seen_by(access, family.mother_id) == {family.pupil_id, second.pupil_id}
    assert seen_by(access, second.guardian_id) == set()
    with pytest.raises(SessionEndedError):
        resolve_session(access, session.token, now=NOW)
    with pytest.raises(LoginRefusedError, match="login_refused"):
        insist(phone, MOTHER_CODE)
    log_in(mother, MOTHER_CODE)
    assert told(access, family.mother_id) == [("child_added", "Nguyễn Bình An")]


def test_who_is_barred_stays_barred_when_two_rows_become_one(access: Access) -> None:
    lan = child(access, 1, "Nguyễn Văn Hùng", FATHER_CODE, relation=Relation.FATHER)
    bar(access, lan.pupil_id, lan.guardian_id)
    same = child(access, 1, "Nguyễn  Văn  Hùng", None, relation=Relation.FATHER)
    assert seen_by(access, lan.guardian_id) == seen_by(access, same.guardian_id) == set()


def test_the_other_guardian_of_a_barred_one_waits(access: Access, family: Family, enrol: Enrol) -> None:
    bar(access, family.pupil_id, family.father_id)
    _, session = enrol(family.mother_id, MOTHER_CODE)
    assert session.waiting is not None
    assert session.waiting.reason == "other_guardian_barred"
    assert seen_by(access, family.mother_id) == set()
    assert confirm(access) == "opened"
    assert seen_by(access, family.mother_id) == {family.pupil_id}


def test_only_the_school_of_the_barred_guardians_pupil_confirms(access: Access, family: Family, enrol: Enrol) -> None:
    child(access, 1, "Trần Thị Mai", MOTHER_CODE, school=OTHER_SCHOOL)
    bar(access, family.pupil_id, family.father_id)
    enrol(family.mother_id, MOTHER_CODE)
    assert waiting(access, OTHER_SCHOOL) == []
    (one,) = waiting(access, SCHOOL)
    assert len(one.pupils) == 1
    with pytest.raises(EnrolmentNotFoundError):
        confirm(access, school=OTHER_SCHOOL)
    confirm(access)


def test_a_decision_that_comes_after_the_enrolment_leaves_it_to_that_school(
    access: Access, family: Family, enrol: Enrol
) -> None:
    child(access, 1, "Trần Thị Mai", MOTHER_CODE, school=OTHER_SCHOOL)
    enrol(family.mother_id, MOTHER_CODE)
    enrol(family.mother_id, MOTHER_CODE)
    assert [one.reason for one in waiting(access, OTHER_SCHOOL)] == ["re_enrolment"]
    bar(access, family.pupil_id, family.father_id)
    assert waiting(access, OTHER_SCHOOL) == []
    with pytest.raises(EnrolmentNotFoundError):
        confirm(access, school=OTHER_SCHOOL)
    assert confirm(access) == "opened"


def test_enrolling_anew_waits_and_is_told_to_whoever_reads_the_same_cards(
    access: Access, family: Family, enrol: Enrol
) -> None:
    _, first = enrol(family.mother_id, MOTHER_CODE)
    assert first.waiting is None
    _, second = enrol(family.mother_id, MOTHER_CODE)
    assert second.waiting is not None
    assert second.waiting.reason == "re_enrolment"
    assert seen_by(access, family.mother_id) == set()
    assert seen_by(access, family.father_id) == {family.pupil_id}
    assert told(access, family.father_id) == [("re_enrolled", "Trần Thị Mai")]
    confirm(access)
    assert seen_by(access, family.mother_id) == {family.pupil_id}
    assert {kind for kind, _ in told(access, family.mother_id)} == {"re_enrolled", "enrolment_confirmed"}


def test_a_barred_guardian_is_told_nothing(access: Access, family: Family, enrol: Enrol) -> None:
    enrol(family.mother_id, MOTHER_CODE)
    bar(access, family.pupil_id, family.father_id)
    enrol(family.mother_id, MOTHER_CODE)
    assert told(access, family.father_id) == []


def test_a_refusal_ends_passkeys_and_sessions_and_the_next_letter_is_a_first_one(
    access: Access, family: Family, enrol: Enrol, insist: LogIn
) -> None:
    lan = child(access, 1, "Lê Thị Đào", None)
    phone, session = enrol(lan.guardian_id, UNKNOWN_CODE)
    refuse(access)
    with pytest.raises(SessionEndedError):
        resolve_session(access, session.token, now=NOW)
    with pytest.raises(LoginRefusedError, match="login_refused"):
        insist(phone, UNKNOWN_CODE)
    assert code_of(access, lan.guardian_id) is None
    with access.database.write() as connection:
        connection.execute(
            guardians.update().where(guardians.c.guardian_id == lan.guardian_id).values(personal_code=UNKNOWN_CODE)
        )
    _, again = enrol(lan.guardian_id, UNKNOWN_CODE)
    assert again.waiting is None
    assert family


def test_a_claimed_code_is_forgotten_with_the_answer_and_who_decided_is_kept(access: Access, enrol: Enrol) -> None:
    enrol(child(access, 1, "Lê Thị Đào", None).guardian_id, UNKNOWN_CODE)
    (one,) = waiting(access)
    by = f"  {CLERK}\x00\u202e"
    refuse_enrolment(access, enrolment_id=one.enrolment_id, school_code=SCHOOL, refused_by=by, now=NOW)
    columns = (confirmations.c.claimed_personal_code, confirmations.c.decision, confirmations.c.decided_by)
    with access.database.read() as connection:
        assert connection.execute(select(*columns)).all() == [(None, "refused", CLERK)]


def test_a_code_that_came_while_the_phone_asked_for_a_finger_is_not_written_over(access: Access) -> None:
    lan = child(access, 1, "Lê Thị Đào", None)
    code = issue_activation_code(access, guardian_id=lan.guardian_id, now=NOW).code
    begun = begin_enrolment(
        access, claimed_activation_code=code, claimed_personal_code=UNKNOWN_CODE, address=ADDRESS, now=NOW
    )
    with access.database.write() as connection:
        update_guardian(connection, lan.guardian_id, {"personal_code": FATHER_CODE})
    with pytest.raises(ActivationRefusedError):
        finish_enrolment(
            access,
            claimed_browser_token=begun.browser_token,
            credential=SoftwareAuthenticator().create(begun.options),
            passkey_name="",
            replaced_session_token=None,
            now=NOW,
        )
    assert code_of(access, lan.guardian_id) == FATHER_CODE


def test_a_code_that_a_roster_has_named_meanwhile_is_not_written_over(access: Access, enrol: Enrol) -> None:
    lan = child(access, 1, "Lê Thị Đào", None)
    enrol(lan.guardian_id, UNKNOWN_CODE)
    assert child(access, 1, "Lê Thị Đào", FATHER_CODE) == lan
    with pytest.raises(EnrolmentRefusedError, match="guardian_has_other_code"):
        confirm(access)
    assert code_of(access, lan.guardian_id) == FATHER_CODE
    assert seen_by(access, lan.guardian_id) == set()


def test_a_code_that_a_roster_has_named_meanwhile_as_well_is_confirmed(access: Access, enrol: Enrol) -> None:
    lan = child(access, 1, "Lê Thị Đào", None)
    enrol(lan.guardian_id, UNKNOWN_CODE)
    child(access, 1, "Lê Thị Đào", UNKNOWN_CODE)
    assert confirm(access) == "opened"
    assert seen_by(access, lan.guardian_id) == {lan.pupil_id}


def test_a_second_letter_replaces_the_question_of_the_first(access: Access, enrol: Enrol) -> None:
    lan = child(access, 1, "Lê Thị Đào", None)
    enrol(lan.guardian_id, UNKNOWN_CODE)
    enrol(lan.guardian_id, FATHER_CODE)
    (one,) = waiting(access)
    assert one.personal_code == FATHER_CODE


def test_another_school_and_an_unknown_id_are_answered_alike(access: Access, enrol: Enrol) -> None:
    enrol(child(access, 1, "Lê Thị Đào", None).guardian_id, UNKNOWN_CODE)
    assert waiting(access, OTHER_SCHOOL) == []
    with pytest.raises(EnrolmentNotFoundError, match="enrolment_not_found"):
        confirm(access, school=OTHER_SCHOOL)
    with pytest.raises(EnrolmentNotFoundError, match="enrolment_not_found"):
        refuse(access, school=OTHER_SCHOOL)
    with pytest.raises(EnrolmentNotFoundError, match="enrolment_not_found"):
        confirm_enrolment(access, enrolment_id=NOBODY, school_code=SCHOOL, confirmed_by=CLERK, now=NOW)


def test_a_list_ends_somewhere_and_the_oldest_come_first(
    access: Access, enrol: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [child(access, number, f"Lê Thị Đào {'A' * number}", None).guardian_id for number in (1, 2, 3)]
    for number, guardian_id in enumerate(ids):
        enrol(guardian_id, f"99918500010{number}")
    assert len(waiting(access, SCHOOL)) == 3
    monkeypatch.setattr("backend.access.waiting_enrolments.MAX_LISTED", 2)
    with access.database.write() as connection:
        connection.execute(
            confirmations.update()
            .where(confirmations.c.guardian_id == ids[2])
            .values(opened_at=NOW - timedelta(days=1))
        )
    assert len(waiting(access, SCHOOL)) == len(waiting(access)) == 2
    assert waiting(access)[0].guardian == "Lê Thị Đào AAA"


def test_one_answer_counts_even_when_two_come_at_once(access: Access, enrol: Enrol) -> None:
    enrol(child(access, 1, "Lê Thị Đào", None).guardian_id, UNKNOWN_CODE)
    (one,) = waiting(access)

    def answer(number: int) -> int:
        decision = {"enrolment_id": one.enrolment_id, "school_code": SCHOOL, "now": NOW}
        try:
            if number % 2:
                confirm_enrolment(access, confirmed_by=CLERK, **decision)  # type: ignore[arg-type]  # as named above
            else:
                refuse_enrolment(access, refused_by=CLERK, **decision)  # type: ignore[arg-type]  # as named above
        except EnrolmentNotFoundError:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(answer, range(6))) == 1


def test_nobody_is_asked_about_a_guardian_who_may_read_nothing_any_more(access: Access, enrol: Enrol) -> None:
    lan = child(access, 1, "Lê Thị Đào", None)
    enrol(lan.guardian_id, UNKNOWN_CODE)
    end_guardianship(access.database, pupil_id=lan.pupil_id, guardian_id=lan.guardian_id, last_day=date(2026, 5, 30))
    assert waiting(access) == []


def test_a_login_begins_alike_whoever_has_claimed_the_code(access: Access, enrol: Enrol) -> None:
    enrol(child(access, 1, "Lê Thị Đào", None).guardian_id, UNKNOWN_CODE)
    claimed, unknown = (
        begin_login(access, claimed_personal_code=code, address=ADDRESS, now=NOW).options
        for code in (UNKNOWN_CODE, FATHER_CODE)
    )
    assert claimed.keys() == unknown.keys()
    assert len(claimed["allowCredentials"]) == len(unknown["allowCredentials"]) == MAX_PASSKEYS
    assert NoticeKind.RE_ENROLLED not in {kind for kind, _ in told(access, NOBODY)}
