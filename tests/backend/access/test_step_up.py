"""The passkey shown again inside a session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from backend.access.ceremony import BegunCeremony
from backend.access.context import Access
from backend.access.errors import (
    AuthenticationRejectedError,
    CeremonyEndedError,
    PasskeyClonedError,
    SessionEndedError,
    StepUpRequiredError,
    TooManyAttemptsError,
)
from backend.access.limits import AttemptKind, Limit
from backend.access.log_in import begin_login, finish_login
from backend.access.session import OpenSession, end_session
from backend.access.step_up import STEP_UP_LASTS, SteppedUp, begin_step_up, finish_step_up, require_step_up
from backend.access.tables import PARENT_TABLES
from tests.backend.access.conftest import ADDRESS, FATHER_CODE, MOTHER_CODE, NOW, Enrol, Family
from tests.backend.access.resolving import resolve_session
from tests.backend.access.software_authenticator import SoftwareAuthenticator


def opened(access: Access, token: str, *, later: timedelta = timedelta()) -> OpenSession:
    return resolve_session(access, token, now=NOW + later)


def begin(access: Access, session: OpenSession) -> BegunCeremony:
    return begin_step_up(access, session=session, address=ADDRESS, now=NOW)


def finish(
    access: Access, session: OpenSession, begun: BegunCeremony, credential: dict[str, Any], *, later: int = 0
) -> SteppedUp:
    return finish_step_up(
        access,
        session=session,
        claimed_browser_token=begun.browser_token,
        credential=credential,
        now=NOW + timedelta(seconds=later),
    )


def test_a_session_is_stepped_up_for_five_minutes_under_a_fresh_token(
    access: Access, family: Family, enrol: Enrol
) -> None:
    phone, begun_session = enrol(family.mother_id, MOTHER_CODE)
    session = opened(access, begun_session.token)
    with pytest.raises(StepUpRequiredError, match="step_up_required"):
        require_step_up(session, now=NOW)
    begun = begin(access, session)
    stepped_up = finish(access, session, begun, phone.get(begun.options))
    assert stepped_up.until == NOW + timedelta(minutes=5)
    with pytest.raises(SessionEndedError):
        opened(access, begun_session.token)
    renewed = opened(access, stepped_up.token)
    assert (renewed.session_id, renewed.owner_id) == (session.session_id, family.mother_id)
    require_step_up(renewed, now=NOW + STEP_UP_LASTS - timedelta(seconds=1))
    with pytest.raises(StepUpRequiredError):
        require_step_up(renewed, now=NOW + STEP_UP_LASTS)


def test_a_login_is_no_step_up_and_one_session_steps_up_no_other(access: Access, family: Family, enrol: Enrol) -> None:
    phone, first = enrol(family.mother_id, MOTHER_CODE)
    begun = begin_login(access, claimed_personal_code=MOTHER_CODE, address=ADDRESS, now=NOW)
    second = finish_login(
        access,
        claimed_browser_token=begun.browser_token,
        credential=phone.get(begun.options),
        replaced_session_token=None,
        now=NOW,
    )
    begun = begin(access, opened(access, first.token))
    finish(access, opened(access, first.token), begun, phone.get(begun.options))
    with pytest.raises(StepUpRequiredError):
        require_step_up(opened(access, second.token), now=NOW)


def test_a_step_up_does_not_lengthen_the_session(access: Access, family: Family, enrol: Enrol) -> None:
    phone, begun_session = enrol(family.mother_id, MOTHER_CODE)
    session = opened(access, begun_session.token)
    begun = begin(access, session)
    finish(access, session, begun, phone.get(begun.options))
    with access.database.read() as connection:
        assert connection.scalars(select(PARENT_TABLES.sessions.c.ends_at)).all() == [begun_session.ends_at]


def without_screen_lock(phone: SoftwareAuthenticator) -> None:
    phone.user_verified = False


def of_another_site(phone: SoftwareAuthenticator) -> None:
    phone.origin = "http://localhost:8001"


def in_a_frame(phone: SoftwareAuthenticator) -> None:
    phone.client_data_extra = {"crossOrigin": True}


def framed_without_saying_so(phone: SoftwareAuthenticator) -> None:
    phone.client_data_extra = {"topOrigin": "https://evil.example"}


def for_another_relying_party(phone: SoftwareAuthenticator) -> None:
    phone.rp_id = "evil.example"


def to_another_challenge(phone: SoftwareAuthenticator) -> None:
    phone.client_data_extra = {"challenge": "AAAA"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without_screen_lock, "passkey_user_not_verified"),
        (of_another_site, "passkey_wrong_origin"),
        (in_a_frame, "passkey_cross_origin"),
        (framed_without_saying_so, "passkey_cross_origin"),
        (for_another_relying_party, "passkey_wrong_site"),
        (to_another_challenge, "passkey_challenge"),
    ],
)
def test_a_dishonest_circumstance_is_refused_by_its_name_and_the_session_stays_as_it_was(
    access: Access, family: Family, enrol: Enrol, change: Callable[[SoftwareAuthenticator], None], code: str
) -> None:
    phone, begun_session = enrol(family.mother_id, MOTHER_CODE)
    session = opened(access, begun_session.token)
    begun = begin(access, session)
    change(phone)
    with pytest.raises(AuthenticationRejectedError, match=code):
        finish(access, session, begun, phone.get(begun.options))
    assert opened(access, begun_session.token) == session


def test_a_passkey_of_somebody_else_and_a_wrong_signature_are_refused(
    access: Access, family: Family, enrol: Enrol
) -> None:
    phone, begun_session = enrol(family.mother_id, MOTHER_CODE)
    father, _ = enrol(family.father_id, FATHER_CODE)
    session = opened(access, begun_session.token)
    begun = begin(access, session)
    with pytest.raises(AuthenticationRejectedError, match="passkey_refused"):
        finish(access, session, begun, father.get({"challenge": begun.options["challenge"]}))
    begun = begin(access, session)
    phone.credentials[0].private_key = father.credentials[0].private_key
    with pytest.raises(AuthenticationRejectedError, match="passkey_signature"):
        finish(access, session, begun, phone.get(begun.options))


def test_a_challenge_is_answered_once_within_five_minutes_by_the_account_that_asked(
    access: Access, family: Family, enrol: Enrol
) -> None:
    phone, begun_session = enrol(family.mother_id, MOTHER_CODE)
    father, fathers = enrol(family.father_id, FATHER_CODE)
    session = opened(access, begun_session.token)
    begun = begin(access, session)
    with pytest.raises(CeremonyEndedError):
        finish(access, session, begun, phone.get(begun.options), later=300)
    begun = begin(access, session)
    answer = phone.get(begun.options)
    finish(access, session, begun, answer)
    with pytest.raises(CeremonyEndedError, match="ceremony_ended"):
        finish(access, session, begun, answer)
    begun = begin(access, session)
    with pytest.raises(CeremonyEndedError):
        finish(access, opened(access, fathers.token), begun, father.get({"challenge": begun.options["challenge"]}))
    login = begin_login(access, claimed_personal_code=MOTHER_CODE, address=ADDRESS, now=NOW)
    with pytest.raises(CeremonyEndedError):
        finish(access, session, login, phone.get(login.options))


def test_a_clone_ends_the_passkey_with_its_sessions(access: Access, family: Family, enrol: Enrol) -> None:
    phone, begun_session = enrol(family.mother_id, MOTHER_CODE)
    clone = phone.clone()
    session = opened(access, begun_session.token)
    begun = begin(access, session)
    renewed = finish(access, session, begun, phone.get(begun.options))
    begun = begin(access, session)
    with pytest.raises(PasskeyClonedError, match="passkey_cloned"):
        finish(access, session, begun, clone.get(begun.options))
    with pytest.raises(SessionEndedError):
        opened(access, renewed.token)


def test_a_session_that_ended_meanwhile_is_not_stepped_up(access: Access, family: Family, enrol: Enrol) -> None:
    phone, begun_session = enrol(family.mother_id, MOTHER_CODE)
    session = opened(access, begun_session.token)
    begun = begin(access, session)
    end_session(access, begun_session.token)
    with pytest.raises(SessionEndedError):
        finish(access, session, begun, phone.get(begun.options))


def test_tries_are_counted(access: Access, family: Family, enrol: Enrol) -> None:
    limited = replace(
        access, limits=dict(access.limits) | {AttemptKind.STEP_UP: Limit(per_code=1, per_address=9, overall=9)}
    )
    _, begun_session = enrol(family.mother_id, MOTHER_CODE)
    begin(limited, opened(access, begun_session.token))
    with pytest.raises(TooManyAttemptsError):
        begin(limited, opened(access, begun_session.token))
