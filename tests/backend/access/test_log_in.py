from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.access.ceremony import BegunCeremony
from backend.access.context import Access
from backend.access.errors import (
    AuthenticationRejectedError,
    CeremonyEndedError,
    LoginRefusedError,
    PasskeyClonedError,
    SessionEndedError,
)
from backend.access.limits import MAX_PASSKEYS
from backend.access.log_in import begin_login, finish_login
from backend.access.session import NewSession, end_session
from backend.access.tables import PARENT_TABLES
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
from tests.backend.access.software_authenticator import Credential, SoftwareAuthenticator


def begin(access: Access, personal_code: str | None = MOTHER_CODE) -> BegunCeremony:
    return begin_login(access, claimed_personal_code=personal_code, address=ADDRESS, now=NOW)


def finish(
    access: Access,
    begun: BegunCeremony,
    credential: dict[str, Any],
    *,
    replaced: str | None = None,
    later: timedelta = timedelta(),
) -> NewSession:
    return finish_login(
        access,
        claimed_browser_token=begun.browser_token,
        credential=credential,
        replaced_session_token=replaced,
        now=NOW + later,
    )


def test_a_parent_logs_in_again_and_again(access: Access, family: Family, enrol: Enrol, log_in: LogIn) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    for _ in range(3):
        session = log_in(phone, MOTHER_CODE)
        assert resolve_session(access, session.token, now=NOW).name == "Trần Thị Mai"


def test_a_passkey_without_a_counter_logs_in(family: Family, enrol: Enrol, log_in: LogIn, access: Access) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    with access.database.write() as connection:
        connection.execute(PARENT_TABLES.passkeys.update().values(sign_count=0))
    phone.counts = False
    phone.credentials[0].sign_count = 0
    log_in(phone, MOTHER_CODE)
    log_in(phone, MOTHER_CODE)


def test_unknown_and_known_people_are_answered_alike(access: Access, family: Family, enrol: Enrol) -> None:
    enrol(family.mother_id, MOTHER_CODE)
    known, not_enrolled, unknown = (begin(access, code).options for code in (MOTHER_CODE, FATHER_CODE, UNKNOWN_CODE))
    assert shape_of(known) == shape_of(not_enrolled) == shape_of(unknown)
    assert known["allowCredentials"][0].keys() == {"id", "type"}
    assert len(known["allowCredentials"]) == MAX_PASSKEYS


def test_a_decoy_is_the_same_every_time_and_another_for_another_code(access: Access) -> None:
    first, again, other = (begin(access, code).options for code in (UNKNOWN_CODE, UNKNOWN_CODE, "999185999998"))
    assert first["allowCredentials"] == again["allowCredentials"]
    assert first["challenge"] != again["challenge"]
    assert first["allowCredentials"] != other["allowCredentials"]


def test_answering_a_decoy_is_refused_like_a_wrong_signature(access: Access, family: Family, enrol: Enrol) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    forger = SoftwareAuthenticator()
    refusals = []
    for code in (MOTHER_CODE, UNKNOWN_CODE, FATHER_CODE):
        begun = begin(access, code)
        forger.credentials = [forged_credential(begun, phone)]
        with pytest.raises(LoginRefusedError, match="login_refused") as refused:
            finish(access, begun, forger.get(begun.options))
        refusals.append((refused.value.reason, refused.value.details))
    assert refusals == [("login_refused", {})] * 3


def test_a_passkey_opens_only_its_owners_account(access: Access, family: Family, enrol: Enrol) -> None:
    mothers_phone, _ = enrol(family.mother_id, MOTHER_CODE)
    enrol(family.father_id, FATHER_CODE)
    begun = begin(access, FATHER_CODE)
    mothers = mothers_phone.get({"allowCredentials": begin(access).options["allowCredentials"]} | _challenge_of(begun))
    with pytest.raises(LoginRefusedError):
        finish(access, begun, mothers)


def test_a_user_handle_that_is_not_the_owners_is_refused(access: Access, family: Family, enrol: Enrol) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    phone.credentials[0].user_handle = b"somebody else"
    begun = begin(access)
    with pytest.raises(LoginRefusedError):
        finish(access, begun, phone.get(begun.options))


def test_a_replayed_answer_is_refused(access: Access, family: Family, enrol: Enrol) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    begun = begin(access)
    answer = phone.get(begun.options)
    finish(access, begun, answer)
    with pytest.raises(CeremonyEndedError, match="ceremony_ended"):
        finish(access, begun, answer)
    with pytest.raises(AuthenticationRejectedError, match="passkey_challenge"):
        finish(access, begin(access), answer)


def test_a_challenge_of_another_ceremony_or_an_old_one_is_refused(access: Access, family: Family, enrol: Enrol) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    begun = begin(access)
    with pytest.raises(CeremonyEndedError):
        finish(access, begun, phone.get(begun.options), later=timedelta(minutes=5))
    begun = begin(access)
    with access.database.write() as connection:
        connection.execute(PARENT_TABLES.ceremonies.update().values(kind="enrolment"))
    with pytest.raises(CeremonyEndedError):
        finish(access, begun, phone.get(begun.options))


Change = Callable[[SoftwareAuthenticator], None]


def without_screen_lock(phone: SoftwareAuthenticator) -> None:
    phone.user_verified = False


def of_another_site(phone: SoftwareAuthenticator) -> None:
    phone.origin = "http://localhost:8001"


def in_a_frame(phone: SoftwareAuthenticator) -> None:
    phone.client_data_extra = {"crossOrigin": True, "topOrigin": "https://evil.example"}


def framed_without_saying_so(phone: SoftwareAuthenticator) -> None:
    phone.client_data_extra = {"topOrigin": "https://evil.example"}


def for_another_relying_party(phone: SoftwareAuthenticator) -> None:
    phone.rp_id = "evil.example"


def of_the_other_ceremony(phone: SoftwareAuthenticator) -> None:
    phone.client_data_extra = {"type": "webauthn.create"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without_screen_lock, "passkey_user_not_verified"),
        (of_another_site, "passkey_wrong_origin"),
        (in_a_frame, "passkey_cross_origin"),
        (framed_without_saying_so, "passkey_cross_origin"),
        (for_another_relying_party, "passkey_wrong_site"),
        (of_the_other_ceremony, "passkey_malformed"),
    ],
)
def test_a_dishonest_circumstance_is_refused_by_its_name_for_known_and_unknown_people(
    access: Access, family: Family, enrol: Enrol, change: Change, code: str
) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    change(phone)
    begun = begin(access)
    with pytest.raises(AuthenticationRejectedError, match=code):
        finish(access, begun, phone.get(begun.options))
    unknown = begin(access, UNKNOWN_CODE)
    phone.credentials = [forged_credential(unknown, phone)]
    with pytest.raises(AuthenticationRejectedError, match=code):
        finish(access, unknown, phone.get(unknown.options))


@pytest.mark.parametrize("backed_up", [True, False])
def test_the_backup_state_is_kept_and_eligibility_never_changes(
    access: Access, family: Family, enrol: Enrol, log_in: LogIn, *, backed_up: bool
) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    with access.database.write() as connection:
        connection.execute(PARENT_TABLES.passkeys.update().values(backup_eligible=True))
    with pytest.raises(LoginRefusedError):
        log_in(phone, MOTHER_CODE)
    phone.backup_eligible, phone.backed_up = True, backed_up
    log_in(phone, MOTHER_CODE)
    with access.database.read() as connection:
        assert connection.scalars(select(PARENT_TABLES.passkeys.c.backed_up)).all() == [backed_up]


def test_a_clone_ends_the_passkey_and_every_session_it_opened(
    access: Access, family: Family, enrol: Enrol, log_in: LogIn, insist: LogIn
) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    clone = phone.clone()
    session = log_in(phone, MOTHER_CODE)
    with pytest.raises(PasskeyClonedError, match="passkey_cloned"):
        log_in(clone, MOTHER_CODE)
    with pytest.raises(SessionEndedError):
        resolve_session(access, session.token, now=NOW)
    with pytest.raises(LoginRefusedError, match="login_refused"):
        insist(phone, MOTHER_CODE)
    with access.database.read() as connection:
        assert connection.scalars(select(PARENT_TABLES.passkeys.c.ended_reason)).all() == ["cloned"]


def test_a_new_login_gives_a_new_token_and_ends_the_browsers_old_one(
    access: Access, family: Family, enrol: Enrol
) -> None:
    phone, old = enrol(family.mother_id, MOTHER_CODE)
    begun = begin(access)
    new = finish(access, begun, phone.get(begun.options), replaced=old.token)
    assert new.token != old.token
    with pytest.raises(SessionEndedError):
        resolve_session(access, old.token, now=NOW)


def test_tokens_are_stored_only_as_hashes(access: Access, family: Family, enrol: Enrol) -> None:
    _, session = enrol(family.mother_id, MOTHER_CODE)
    begun = begin(access)
    with access.database.read() as connection:
        stored = [
            *connection.scalars(select(PARENT_TABLES.sessions.c.token_hash)),
            *connection.scalars(select(PARENT_TABLES.ceremonies.c.browser_hash)),
        ]
    assert len(stored) == 2
    assert not {session.token, begun.browser_token} & set(stored)


def test_a_session_ends_when_idle_when_old_and_when_logged_out(access: Access, family: Family, enrol: Enrol) -> None:
    _, session = enrol(family.mother_id, MOTHER_CODE)
    minutes = 0
    while minutes < 12 * 60 - 20:
        minutes += 20
        resolve_session(access, session.token, now=NOW + timedelta(minutes=minutes))
    with pytest.raises(SessionEndedError):
        resolve_session(access, session.token, now=NOW + timedelta(hours=12))
    _, second = enrol(family.mother_id, MOTHER_CODE)
    with pytest.raises(SessionEndedError):
        resolve_session(access, second.token, now=NOW + timedelta(minutes=30))
    _, third = enrol(family.mother_id, MOTHER_CODE)
    end_session(access, third.token)
    end_session(access, third.token)
    end_session(access, None)
    for token in (third.token, None, "", "x" * 10_000):
        with pytest.raises(SessionEndedError, match="session_ended"):
            resolve_session(access, token, now=NOW)


def forged_credential(begun: BegunCeremony, phone: SoftwareAuthenticator) -> Credential:
    """The phone's credential where it was asked for, else any that was, with a key of the forger's own."""
    forger = SoftwareAuthenticator()
    handle = phone.credentials[0].user_handle
    forger.create({"rp": {"id": "localhost"}, "user": {"id": ""}, "challenge": ""})
    held = forger.credentials[0]
    named = [urlsafe_b64decode(one["id"] + "===") for one in begun.options["allowCredentials"]]
    mine = phone.credentials[0].credential_id
    held.credential_id = mine if mine in named else named[0]
    held.user_handle = handle
    return held


def shape_of(options: dict[str, Any]) -> dict[str, Any]:
    return options | {"challenge": len(options["challenge"]), "allowCredentials": len(options["allowCredentials"])}


def _challenge_of(begun: BegunCeremony) -> dict[str, Any]:
    return {"challenge": begun.options["challenge"]}
