"""Login by the passkey alone: nobody is named, the passkey says whose account it is."""

from typing import Any

import pytest
from msgspec.structs import replace

from backend.access.context import Access
from backend.access.errors import (
    CeremonyEndedError,
    LoginRefusedError,
    PasskeyClonedError,
    PasskeyEndedError,
    TooManyAttemptsError,
)
from backend.access.limits import AttemptKind, Limit
from backend.access.log_in import begin_login, finish_login
from backend.access.session import NewSession
from tests.backend.access.conftest import ADDRESS, FATHER_CODE, MOTHER_CODE, NOW, Enrol, Family
from tests.backend.access.resolving import resolve_session
from tests.backend.access.software_authenticator import SoftwareAuthenticator


def log_in(access: Access, phone: SoftwareAuthenticator, **changes: Any) -> NewSession:
    begun = begin_login(access, claimed_personal_code=None, address=ADDRESS, now=NOW)
    credential = phone.get(begun.options)
    credential["response"] |= changes
    return finish_login(
        access,
        claimed_browser_token=begun.browser_token,
        credential=credential,
        replaced_session_token=None,
        now=NOW,
    )


def test_the_passkey_alone_says_who_it_is(access: Access, family: Family, enrol: Enrol) -> None:
    mother, _ = enrol(family.mother_id, MOTHER_CODE)
    father, _ = enrol(family.father_id, FATHER_CODE)
    assert resolve_session(access, log_in(access, mother).token, now=NOW).owner_id == family.mother_id
    assert resolve_session(access, log_in(access, father).token, now=NOW).owner_id == family.father_id


def test_the_browser_is_told_of_no_passkey(access: Access) -> None:
    options = begin_login(access, claimed_personal_code=None, address=ADDRESS, now=NOW).options
    assert "allowCredentials" not in options
    assert options["userVerification"] == "required"


@pytest.mark.parametrize("user_handle", [None, "AAAA"])
def test_a_passkey_that_does_not_name_its_account_is_refused(
    access: Access, family: Family, enrol: Enrol, user_handle: str | None
) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    with pytest.raises(LoginRefusedError, match="login_refused"):
        log_in(access, phone, userHandle=user_handle)


def test_a_passkey_with_the_handle_of_somebody_else_is_refused(access: Access, family: Family, enrol: Enrol) -> None:
    mother, _ = enrol(family.mother_id, MOTHER_CODE)
    father, _ = enrol(family.father_id, FATHER_CODE)
    mother.credentials[0].user_handle = father.credentials[0].user_handle
    with pytest.raises(LoginRefusedError):
        log_in(access, mother)


def test_a_passkey_of_nobody_is_refused(access: Access) -> None:
    stranger = SoftwareAuthenticator()
    stranger.create({"rp": {"id": "localhost"}, "user": {"id": "AAAA"}, "challenge": ""})
    with pytest.raises(LoginRefusedError):
        log_in(access, stranger)


def test_a_clone_ends_the_passkey(access: Access, family: Family, enrol: Enrol) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    clone = phone.clone()
    log_in(access, phone)
    with pytest.raises(PasskeyClonedError):
        log_in(access, clone)
    with pytest.raises(LoginRefusedError):
        log_in(access, phone)


def test_who_holds_a_passkey_of_an_account_that_was_enrolled_anew_is_told(
    access: Access, family: Family, enrol: Enrol
) -> None:
    tablet, _ = enrol(family.mother_id, MOTHER_CODE)
    enrol(family.mother_id, MOTHER_CODE)
    with pytest.raises(PasskeyEndedError, match="passkey_enrolled_anew"):
        log_in(access, tablet)
    forger = SoftwareAuthenticator()
    forger.create({"rp": {"id": "localhost"}, "user": {"id": "AAAA"}, "challenge": ""})
    tablet.credentials[0].private_key = forger.credentials[0].private_key
    with pytest.raises(LoginRefusedError, match="login_refused"):
        log_in(access, tablet)


def test_a_challenge_for_one_person_cannot_be_answered_as_one_for_nobody(
    access: Access, family: Family, enrol: Enrol
) -> None:
    father, _ = enrol(family.father_id, FATHER_CODE)
    enrol(family.mother_id, MOTHER_CODE)
    begun = begin_login(access, claimed_personal_code=MOTHER_CODE, address=ADDRESS, now=NOW)
    with pytest.raises(LoginRefusedError):
        finish_login(
            access,
            claimed_browser_token=begun.browser_token,
            credential=father.get({"rpId": "localhost", "challenge": begun.options["challenge"]}),
            replaced_session_token=None,
            now=NOW,
        )


def test_a_challenge_is_answered_once(access: Access, family: Family, enrol: Enrol) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    begun = begin_login(access, claimed_personal_code=None, address=ADDRESS, now=NOW)
    answer = phone.get(begun.options)
    values: dict[str, Any] = {
        "claimed_browser_token": begun.browser_token,
        "credential": answer,
        "replaced_session_token": None,
    }
    finish_login(access, **values, now=NOW)
    with pytest.raises(CeremonyEndedError, match="ceremony_ended"):
        finish_login(access, **values, now=NOW)


def test_logins_that_name_nobody_share_no_limit_but_those_of_address_and_total(access: Access) -> None:
    def until_refused(limit: Limit) -> int:
        limited = replace(access, limits=dict.fromkeys(AttemptKind, limit))
        for number in range(30):
            try:
                begin_login(limited, claimed_personal_code=None, address="198.51.100.1", now=NOW)
            except TooManyAttemptsError:
                return number
        return 30

    assert until_refused(Limit(per_code=2, per_address=100, overall=100)) == 30
    assert until_refused(Limit(per_code=100, per_address=33, overall=100)) == 3
    assert until_refused(Limit(per_code=100, per_address=1_000, overall=35)) == 2
