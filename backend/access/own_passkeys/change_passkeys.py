"""Change a parent's own passkeys. Whoever adds or removes one has just shown an old one (``step_up``)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend.access import store
from backend.access.ceremony import BegunCeremony, begin_ceremony, take_ceremony
from backend.access.claimed_text import device_name
from backend.access.context import Access
from backend.access.errors import (
    AccountNotFoundError,
    AccountRefusedError,
    CeremonyEndedError,
    RegistrationRejectedError,
)
from backend.access.keys import passkey_id_of
from backend.access.limits import MAX_PASSKEYS
from backend.access.notices.store import NoticeKind, add_notices
from backend.access.own_passkeys.store import OwnPasskey, lock_account, read_passkeys, rename_passkey
from backend.access.passkeys import creation_options, new_challenge, verify_registration
from backend.access.session import Parent


def begin_new_passkey(access: Access, parent: Parent, *, now: datetime) -> BegunCeremony:
    """A challenge for one more passkey of this account.

    Raises:
        AccountRefusedError: ``passkeys_full``.
    """
    challenge = new_challenge()
    tables = access.realm.tables
    with access.database.write() as connection:
        handle = lock_account(connection, tables, parent.guardian_id)
        mine = [own.credential_id for own in read_passkeys(connection, tables, parent.guardian_id)]
        if len(mine) >= MAX_PASSKEYS:
            raise AccountRefusedError("passkeys_full", limit=MAX_PASSKEYS)
        return begin_ceremony(
            access,
            connection,
            ceremony=store.Ceremony(
                kind=store.CeremonyKind.NEW_PASSKEY, challenge=challenge, owner_id=parent.guardian_id
            ),
            options=creation_options(
                access.relying_party,
                challenge=challenge,
                user_handle=handle,
                user_name=parent.name,
                excluded_ids=mine,
            ),
            now=now,
        )


def finish_new_passkey(
    access: Access,
    parent: Parent,
    *,
    claimed_browser_token: str | None,
    credential: Mapping[str, Any],
    name: str,
    now: datetime,
) -> OwnPasskey:
    """Keep the passkey, and tell the account's other devices.

    Raises:
        CeremonyEndedError: this browser was given no challenge for this account in the last five minutes.
        RegistrationRejectedError: the answer is no passkey that we can rely on.
        AccountRefusedError: ``passkeys_full``.
    """
    ceremony = take_ceremony(
        access, claimed_browser_token=claimed_browser_token, kinds={store.CeremonyKind.NEW_PASSKEY}, now=now
    )
    if ceremony.owner_id != parent.guardian_id:
        raise CeremonyEndedError
    new = verify_registration(credential, relying_party=access.relying_party, expected_challenge=ceremony.challenge)
    tables = access.realm.tables
    with access.database.write() as connection:
        lock_account(connection, tables, parent.guardian_id)
        if store.passkey_exists(connection, tables, new.credential_id):
            raise RegistrationRejectedError("passkey_known")
        if len(read_passkeys(connection, tables, parent.guardian_id)) >= MAX_PASSKEYS:
            raise AccountRefusedError("passkeys_full", limit=MAX_PASSKEYS)
        store.add_passkey(connection, tables, new, owner_id=parent.guardian_id, name=device_name(name), now=now)
        kept = _find_own(connection, access, parent, passkey_id_of(new.credential_id))
        add_notices(connection, [parent.guardian_id], NoticeKind.PASSKEY_ADDED, name=kept.name, now=now)
    return kept


def name_passkey(access: Access, parent: Parent, passkey_id: str, *, name: str) -> OwnPasskey:
    """Give a passkey another name.

    Raises:
        AccountNotFoundError: none of this account's.
    """
    with access.database.write() as connection:
        own = _find_own(connection, access, parent, passkey_id)
        rename_passkey(connection, access.realm.tables, own.credential_id, name=device_name(name))
        return _find_own(connection, access, parent, passkey_id)


def remove_passkey(access: Access, parent: Parent, passkey_id: str, *, now: datetime) -> None:
    """End a passkey with every session that it opened, this one too if it did.

    Raises:
        AccountNotFoundError: none of this account's.
        AccountRefusedError: ``last_passkey``: nothing could open the account any more.
    """
    tables = access.realm.tables
    with access.database.write() as connection:
        lock_account(connection, tables, parent.guardian_id)
        own = _find_own(connection, access, parent, passkey_id)
        if len(read_passkeys(connection, tables, parent.guardian_id)) == 1:
            raise AccountRefusedError("last_passkey")
        store.end_passkeys(
            connection,
            tables,
            owner_id=parent.guardian_id,
            reason=store.EndedReason.REMOVED,
            now=now,
            only_credential_id=own.credential_id,
        )
        add_notices(connection, [parent.guardian_id], NoticeKind.PASSKEY_REMOVED, name=own.name, now=now)


def _find_own(connection: Connection, access: Access, parent: Parent, passkey_id: str) -> OwnPasskey:
    for own in read_passkeys(connection, access.realm.tables, parent.guardian_id):
        if passkey_id_of(own.credential_id) == passkey_id:
            return own
    raise AccountNotFoundError
