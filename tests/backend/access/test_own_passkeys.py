"""One account's passkeys changed from two devices at once, and a personal code that the school is asked to change."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.access.change_personal_code import ask_for_personal_code
from backend.access.context import Access
from backend.access.decide_enrolment import confirm_enrolment, refuse_enrolment
from backend.access.errors import (
    AccountRefusedError,
    CeremonyEndedError,
    EnrolmentRefusedError,
    RegistrationRejectedError,
    SessionEndedError,
)
from backend.access.keys import passkey_id_of
from backend.access.notices.store import read_notices
from backend.access.own_passkeys.change_passkeys import begin_new_passkey, finish_new_passkey, remove_passkey
from backend.access.own_passkeys.store import OwnPasskey
from backend.access.session import Parent
from backend.people.store import find_guardian
from tests.backend.access.conftest import FATHER_CODE, MOTHER_CODE, NOW, UNKNOWN_CODE, Enrol, Family
from tests.backend.access.resolving import resolve_session
from tests.backend.access.software_authenticator import SoftwareAuthenticator
from tests.backend.access.waiting_family import SCHOOL, seen_by, waiting

CLERK = "Văn thư trường"


def logged_in(access: Access, token: str) -> Parent:
    session = resolve_session(access, token, now=NOW)
    return Parent(session.owner_id, session.name, session)


def add(access: Access, parent: Parent, phone: SoftwareAuthenticator) -> OwnPasskey:
    begun = begin_new_passkey(access, parent, now=NOW)
    return finish_new_passkey(
        access,
        parent,
        claimed_browser_token=begun.browser_token,
        credential=phone.create(begun.options),
        name="Máy tính bảng",
        now=NOW,
    )


def test_of_two_removals_at_once_one_is_refused_so_that_a_passkey_is_left(
    access: Access, family: Family, enrol: Enrol
) -> None:
    phone, session = enrol(family.mother_id, MOTHER_CODE)
    parent = logged_in(access, session.token)
    second = add(access, parent, SoftwareAuthenticator())
    ids = [passkey_id_of(phone.credentials[0].credential_id), passkey_id_of(second.credential_id)]

    def remove(passkey_id: str) -> int:
        try:
            remove_passkey(access, parent, passkey_id, now=NOW)
        except AccountRefusedError:
            return 0
        return 1

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(remove, ids)) == 1


def test_who_removes_the_passkey_of_this_very_session_is_logged_out(
    access: Access, family: Family, enrol: Enrol
) -> None:
    phone, session = enrol(family.mother_id, MOTHER_CODE)
    parent = logged_in(access, session.token)
    add(access, parent, SoftwareAuthenticator())
    remove_passkey(access, parent, passkey_id_of(phone.credentials[0].credential_id), now=NOW)
    with pytest.raises(SessionEndedError):
        logged_in(access, session.token)


def test_a_new_passkey_is_of_the_account_that_asked_and_of_nobody_yet(
    access: Access, family: Family, enrol: Enrol
) -> None:
    _, mothers = enrol(family.mother_id, MOTHER_CODE)
    _, fathers = enrol(family.father_id, FATHER_CODE)
    mother, father = logged_in(access, mothers.token), logged_in(access, fathers.token)
    begun = begin_new_passkey(access, mother, now=NOW)
    made = SoftwareAuthenticator().create(begun.options)
    answer = {"claimed_browser_token": begun.browser_token, "credential": made, "name": "", "now": NOW}
    with pytest.raises(CeremonyEndedError):
        finish_new_passkey(access, father, **answer)  # type: ignore[arg-type]  # as named above
    begun = begin_new_passkey(access, mother, now=NOW)
    phone = SoftwareAuthenticator()
    made = phone.create(begun.options)
    finish_new_passkey(access, mother, claimed_browser_token=begun.browser_token, credential=made, name="", now=NOW)
    begun = begin_new_passkey(access, father, now=NOW)
    again = SoftwareAuthenticator(fixed_id=phone.credentials[0].credential_id).create(begun.options)
    with pytest.raises(RegistrationRejectedError, match="passkey_known"):
        finish_new_passkey(
            access, father, claimed_browser_token=begun.browser_token, credential=again, name="", now=NOW
        )


def ask(access: Access, guardian_id: str, code: str) -> str:
    ask_for_personal_code(access, guardian_id=guardian_id, claimed_personal_code=code, now=NOW)
    (one,) = waiting(access, SCHOOL)
    return one.enrolment_id


def told(access: Access, guardian_id: str) -> list[str]:
    with access.database.read() as connection:
        return [one.kind for one in read_notices(connection, guardian_id)]


def test_a_personal_code_of_another_is_not_given_away(access: Access, family: Family) -> None:
    waits = ask(access, family.mother_id, FATHER_CODE)
    with pytest.raises(EnrolmentRefusedError, match="personal_code_of_another"):
        confirm_enrolment(access, enrolment_id=waits, school_code=SCHOOL, confirmed_by=CLERK, now=NOW)
    with access.database.read() as connection:
        mother = find_guardian(connection, family.mother_id)
    assert mother is not None
    assert mother.personal_code == MOTHER_CODE


def test_a_refused_personal_code_changes_nothing_and_is_told(access: Access, family: Family, enrol: Enrol) -> None:
    _, session = enrol(family.mother_id, MOTHER_CODE)
    ask(access, family.mother_id, FATHER_CODE)
    waits = ask(access, family.mother_id, UNKNOWN_CODE)
    assert seen_by(access, family.mother_id) == {family.pupil_id}
    refuse_enrolment(access, enrolment_id=waits, school_code=SCHOOL, refused_by=CLERK, now=NOW)
    assert told(access, family.mother_id) == ["personal_code_refused"]
    assert logged_in(access, session.token).guardian_id == family.mother_id
