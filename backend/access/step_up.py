"""Show the passkey again inside a session: for what a phone left lying unlocked must not be enough.

1. The attempt is counted; over a limit nothing is judged.
2. The browser gets a challenge for the passkeys of the session's owner.
3. The answer is judged as a login's is, and must come from one of these passkeys.
4. The session goes on under a fresh token, and for five minutes ``require_step_up`` lets it pass.

A login is none: whoever has just logged in is asked again all the same, so that the rule needs no exception.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from backend.access import store
from backend.access.attempts import count_attempt
from backend.access.ceremony import BegunCeremony, begin_ceremony, take_ceremony
from backend.access.context import Access
from backend.access.errors import (
    AuthenticationRejectedError,
    CeremonyEndedError,
    PasskeyClonedError,
    SessionEndedError,
    StepUpRequiredError,
)
from backend.access.keys import new_token, token_hash
from backend.access.log_in import is_of_owner, use_passkey
from backend.access.passkeys import new_challenge, parse_claimed_passkey, request_options, verify_assertion
from backend.access.session import OpenSession
from backend.access.sessions.store import step_up_session

STEP_UP_LASTS: Final = timedelta(minutes=5)
"""Long enough to fill in one form, too short to come back to."""


class SteppedUp(Struct, frozen=True):
    """A session that was stepped up."""

    token: str
    """For the cookie, in place of the earlier one."""
    until: datetime


def stepped_up_until(session: OpenSession, *, now: datetime) -> datetime | None:
    """Until when the session is stepped up; None when it is not."""
    until = None if session.stepped_up_at is None else session.stepped_up_at + STEP_UP_LASTS
    return until if until is not None and now < until else None


def require_step_up(session: OpenSession, *, now: datetime) -> None:
    """Let a session pass whose owner showed a passkey in the last five minutes.

    Raises:
        StepUpRequiredError: they did not.
    """
    if stepped_up_until(session, now=now) is None:
        raise StepUpRequiredError


def begin_step_up(access: Access, *, session: OpenSession, address: str, now: datetime) -> BegunCeremony:
    """Steps 1 and 2.

    Raises:
        TooManyAttemptsError: over a limit.
    """
    count_attempt(access, access.realm.step_up, claimed_code=session.owner_id, address=address, now=now)
    challenge = new_challenge()
    with access.database.write() as connection:
        mine = store.read_credential_ids(connection, access.realm.tables, owner_id=session.owner_id)
        return begin_ceremony(
            access,
            connection,
            ceremony=store.Ceremony(kind=store.CeremonyKind.STEP_UP, challenge=challenge, owner_id=session.owner_id),
            options=request_options(access.relying_party, challenge=challenge, credential_ids=mine),
            now=now,
        )


def finish_step_up(
    access: Access,
    *,
    session: OpenSession,
    claimed_browser_token: str | None,
    credential: Mapping[str, Any],
    now: datetime,
) -> SteppedUp:
    """Steps 3 and 4.

    Raises:
        CeremonyEndedError: this browser was given no challenge for this account in the last five minutes.
        AuthenticationRejectedError: refused, with the reason as its code.
        PasskeyClonedError: the signature is right and its counter went back.
        SessionEndedError: the session ended meanwhile.
    """
    ceremony = take_ceremony(
        access, claimed_browser_token=claimed_browser_token, kinds={store.CeremonyKind.STEP_UP}, now=now
    )
    if ceremony.owner_id != session.owner_id:
        raise CeremonyEndedError
    claimed = parse_claimed_passkey(
        credential, relying_party=access.relying_party, expected_challenge=ceremony.challenge
    )
    with access.database.read() as connection:
        found = store.find_passkey(connection, access.realm.tables, claimed.credential_id)
    if found is None or not is_of_owner(found, session.owner_id, claimed):
        raise AuthenticationRejectedError
    assertion = verify_assertion(
        credential,
        relying_party=access.relying_party,
        expected_challenge=ceremony.challenge,
        stored_passkey=found.stored,
    )
    token = new_token()
    with access.database.write() as connection:
        cloned = not use_passkey(access, connection, session.owner_id, claimed, assertion, now=now)
        stepped_up = not cloned and step_up_session(
            connection, access.realm.tables, session.session_id, new_token_hash=token_hash(token), now=now
        )
    # Outside the transaction, which has to be kept.
    if cloned:
        raise PasskeyClonedError
    if not stepped_up:
        raise SessionEndedError
    return SteppedUp(token, now + STEP_UP_LASTS)
