"""From an activation code and a personal code to a passkey and a first session.

1. The attempt is counted; over a limit nothing is judged.
2. One try of the activation code is used up, in one statement, so that parallel tries cannot share one.
3. The personal code must be the owner's whom the code was issued to; then the try is given back. A guardian of whom
   the school has none says it now.
4. The owner must be one who may enrol now: a guardian with a pupil whose cards they may read, staff with a role.
5. A challenge goes to this browser; its answer must be a passkey made by a verified person (``passkeys``).
6. The activation code is marked used, in one statement: of two answers only one enrols.
7. Earlier passkeys and sessions of the owner end: a new letter means a lost phone.
8. What follows is for the realm: a guardian may have to wait for the school (``await_confirmation``).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend.access import store
from backend.access.activation_code import activation_code_hash
from backend.access.attempts import count_attempt
from backend.access.ceremony import BegunCeremony, begin_ceremony, take_ceremony
from backend.access.claimed_text import code_to_look_up, device_name
from backend.access.context import Access
from backend.access.errors import ActivationRefusedError, RegistrationRejectedError
from backend.access.passkeys import USER_HANDLE_BYTES, creation_options, new_challenge, verify_registration
from backend.access.realm import AccountOwner, Enrolled
from backend.access.session import NewSession, start_session


def begin_enrolment(
    access: Access, *, claimed_activation_code: str, claimed_personal_code: str, address: str, now: datetime
) -> BegunCeremony:
    """Steps 1 to 5.

    Raises:
        TooManyAttemptsError: over a limit.
        ActivationRefusedError: for every other reason, not told apart.
    """
    count_attempt(access, access.realm.enrolment, claimed_code=claimed_personal_code, address=address, now=now)
    code_hash = activation_code_hash(claimed_activation_code, key=access.keys.activation)
    challenge = new_challenge()
    begun: BegunCeremony | None = None
    with access.database.write() as connection:
        issued_to = store.take_try(connection, access.realm.tables, code_hash, now=now) or ""
        personal_code = code_to_look_up(claimed_personal_code)
        owner = access.realm.find_enrolling(connection, issued_to, personal_code, now)
        if owner is not None:
            store.give_try_back(connection, access.realm.tables, code_hash)
            handle = store.open_account(
                connection,
                access.realm.tables,
                owner.owner_id,
                new_user_handle=secrets.token_bytes(USER_HANDLE_BYTES),
                now=now,
            )
            begun = begin_ceremony(
                access,
                connection,
                ceremony=store.Ceremony(
                    kind=store.CeremonyKind.ENROLMENT,
                    challenge=challenge,
                    owner_id=owner.owner_id,
                    code_hash=code_hash,
                    claimed_personal_code=_claimed(access, connection, owner, personal_code),
                ),
                options=creation_options(
                    access.relying_party, challenge=challenge, user_handle=handle, user_name=owner.name
                ),
                now=now,
            )
    # Outside the transaction: a refusal must not give the try back.
    if begun is None:
        raise ActivationRefusedError
    return begun


def finish_enrolment(
    access: Access,
    *,
    claimed_browser_token: str | None,
    credential: Mapping[str, Any],
    passkey_name: str,
    device: str = "",
    replaced_session_token: str | None,
    now: datetime,
) -> NewSession:
    """Steps 5 to 8.

    Raises:
        CeremonyEndedError: this browser was given no challenge in the last five minutes, or has used it.
        RegistrationRejectedError: the answer is no passkey that we can rely on.
        ActivationRefusedError: the activation code was used or ended meanwhile.
    """
    ceremony = take_ceremony(
        access, claimed_browser_token=claimed_browser_token, kinds={store.CeremonyKind.ENROLMENT}, now=now
    )
    new = verify_registration(credential, relying_party=access.relying_party, expected_challenge=ceremony.challenge)
    with access.database.write() as connection:
        owner = access.realm.find_owner(connection, ceremony.owner_id or "")
        tables = access.realm.tables
        if owner is None or not store.use_code(connection, tables, ceremony.code_hash or "", now=now):
            raise ActivationRefusedError
        if store.passkey_exists(connection, tables, new.credential_id):
            raise RegistrationRejectedError("passkey_known")
        enrolled = Enrolled(
            owner=owner,
            claimed_personal_code=ceremony.claimed_personal_code,
            has_enrolled_before=store.has_enrolled(connection, tables, owner_id=owner.owner_id),
        )
        store.end_passkeys(connection, tables, owner_id=owner.owner_id, reason=store.EndedReason.ENROLLED_ANEW, now=now)
        store.add_passkey(connection, tables, new, owner_id=owner.owner_id, name=device_name(passkey_name), now=now)
        access.realm.after_enrolment(connection, enrolled, now)
        return start_session(
            access,
            connection,
            owner=owner,
            credential_id=new.credential_id,
            device=device,
            replaced_token=replaced_session_token,
            now=now,
        )


def _claimed(access: Access, connection: Connection, owner: AccountOwner, personal_code: str) -> str | None:
    """The personal code as far as only its owner says so."""
    return None if access.realm.is_code_known(connection, owner.owner_id) else personal_code
