"""From a passkey to a session. A personal code only says which passkey to ask for; without one the passkey says itself.

1. The attempt is counted; over a limit nothing is judged.
2. The browser gets a challenge and the passkey to use; for an unknown person a decoy, after the same work; without a
   personal code no passkey is named, and the phone offers those it holds for this site.
3. What can be judged without knowing whose it is comes first (``passkeys.parse_claimed_passkey``).
4. The passkey is looked up by its id and must be of the person who was asked for; where nobody was, it must name the
   account itself (user handle).
5. The signature is checked against its key, or, without one, against a key that nobody holds: the same work.
   Whoever holds a passkey that ended is told why: an account that was enrolled anew by a stranger is noticed.
6. The signature counter must have grown, in one statement with its update; else the passkey ends: it was cloned.
7. A fresh session begins; the one that the browser had before ends.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from backend.access import store
from backend.access.attempts import count_attempt
from backend.access.ceremony import BegunCeremony, begin_ceremony, take_ceremony
from backend.access.claimed_text import code_to_look_up
from backend.access.context import Access
from backend.access.decoys import with_decoys
from backend.access.errors import AuthenticationRejectedError, LoginRefusedError, PasskeyClonedError, PasskeyEndedError
from backend.access.passkeys import (
    Assertion,
    ClaimedPasskey,
    decoy_passkey,
    new_challenge,
    parse_claimed_passkey,
    request_options,
    verify_assertion,
)
from backend.access.session import NewSession, start_session

_TOLD: Final = {
    store.EndedReason.ENROLLED_ANEW: "passkey_enrolled_anew",
    store.EndedReason.REFUSED: "passkey_enrolment_refused",
}
"""Why a passkey ended, where its holder has to do something about it."""
_LOGINS: Final = (store.CeremonyKind.LOGIN, store.CeremonyKind.PASSKEY_LOGIN)


def begin_login(access: Access, *, claimed_personal_code: str | None, address: str, now: datetime) -> BegunCeremony:
    """Steps 1 and 2. The answer does not tell whether the person exists.

    Raises:
        TooManyAttemptsError: over a limit.
    """
    count_attempt(access, access.realm.login, claimed_code=claimed_personal_code, address=address, now=now)
    challenge = new_challenge()
    with access.database.write(light=True) as connection:
        kind, owner_id, named = _asked_for(access, connection, claimed_personal_code)
        return begin_ceremony(
            access,
            connection,
            ceremony=store.Ceremony(kind=kind, challenge=challenge, owner_id=owner_id),
            options=request_options(access.relying_party, challenge=challenge, credential_ids=named),
            now=now,
        )


def _asked_for(
    access: Access, connection: Connection, claimed_personal_code: str | None
) -> tuple[store.CeremonyKind, str | None, list[bytes]]:
    """Kind of login, whose passkey is asked for, and which credentials the browser is given."""
    if claimed_personal_code is None:
        return store.CeremonyKind.PASSKEY_LOGIN, None, []
    owner_id = access.realm.find_by_code(connection, code_to_look_up(claimed_personal_code))
    credential_ids = store.read_credential_ids(connection, access.realm.tables, owner_id=owner_id or "")
    named = with_decoys(credential_ids, claimed_personal_code=claimed_personal_code, key=access.keys.decoys)
    return store.CeremonyKind.LOGIN, owner_id, named


def finish_login(
    access: Access,
    *,
    claimed_browser_token: str | None,
    credential: Mapping[str, Any],
    device: str = "",
    replaced_session_token: str | None,
    now: datetime,
) -> NewSession:
    """Steps 3 to 7.

    Raises:
        CeremonyEndedError: this browser was given no challenge in the last five minutes, or has used it.
        AuthenticationRejectedError: refused for a reason that does not depend on who it is.
        LoginRefusedError: unknown person, other passkey or wrong signature, not told apart.
        PasskeyEndedError: the signature is right, and the passkey ended: why is for its holder to know.
        PasskeyClonedError: the signature is right and its counter went back.
    """
    ceremony = take_ceremony(access, claimed_browser_token=claimed_browser_token, kinds=_LOGINS, now=now)
    claimed = parse_claimed_passkey(
        credential, relying_party=access.relying_party, expected_challenge=ceremony.challenge
    )
    with access.database.read() as connection:
        owner = store.find_passkey_ever(connection, access.realm.tables, claimed.credential_id)
    if owner is not None and not _is_of(owner, ceremony, claimed):
        owner = None
    try:
        assertion = verify_assertion(
            credential,
            relying_party=access.relying_party,
            expected_challenge=ceremony.challenge,
            stored_passkey=owner.stored if owner else decoy_passkey(),
        )
    except AuthenticationRejectedError as error:
        raise LoginRefusedError from error
    if owner is None:
        raise LoginRefusedError
    if owner.ended_reason is not None:
        raise PasskeyEndedError(_TOLD[owner.ended_reason]) if owner.ended_reason in _TOLD else LoginRefusedError
    with access.database.write() as connection:
        if use_passkey(access, connection, owner.owner.owner_id, claimed, assertion, now=now):
            return start_session(
                access,
                connection,
                owner=owner.owner,
                credential_id=claimed.credential_id,
                device=device,
                replaced_token=replaced_session_token,
                now=now,
            )
    # Outside the transaction, which has to be kept.
    raise PasskeyClonedError


def is_of_owner(found: store.PasskeyOwner, owner_id: str, claimed: ClaimedPasskey) -> bool:
    """Whether a passkey is of the person who was asked for, and says so itself when it says anything."""
    handle_fits = claimed.user_handle is None or hmac.compare_digest(claimed.user_handle, found.user_handle)
    return handle_fits and hmac.compare_digest(found.owner.owner_id, owner_id)


def _is_of(owner: store.PasskeyOwner, ceremony: store.Ceremony, claimed: ClaimedPasskey) -> bool:
    if ceremony.kind is store.CeremonyKind.PASSKEY_LOGIN:
        # Nobody was asked for: only the authenticator can say whose account it is (WebAuthn Level 3, 7.2 step 6).
        return claimed.user_handle is not None and hmac.compare_digest(claimed.user_handle, owner.user_handle)
    return is_of_owner(owner, ceremony.owner_id or "", claimed)


def use_passkey(
    access: Access,
    connection: Connection,
    owner_id: str,
    claimed: ClaimedPasskey,
    assertion: Assertion,
    *,
    now: datetime,
) -> bool:
    """Step 6: note the use of a passkey; False when it was cloned, and has ended with this transaction."""
    tables = access.realm.tables
    if store.raise_sign_count(
        connection,
        tables,
        claimed.credential_id,
        claimed_count=assertion.sign_count,
        backed_up=assertion.backed_up,
        now=now,
    ):
        return True
    store.end_passkeys(
        connection,
        tables,
        owner_id=owner_id,
        reason=store.EndedReason.CLONED,
        now=now,
        only_credential_id=claimed.credential_id,
    )
    return False
