"""The SQL of signing batches. Every function works in the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from backend.archive.prepared.tables import prepared_cards
from backend.desk.batches.batch import BatchCard, BatchCardState, BatchState, Evidence, SigningBatch
from backend.desk.batches.tables import school_keys, seen_cards, signing_batch_cards, signing_batches
from backend.desk.rules import Purpose


class SchoolKey(Struct, frozen=True):
    """A school's organisation certificate, and where its key is."""

    school_code: str
    certificate: bytes
    """DER."""
    key_reference: str


def insert_batch(connection: Connection, batch: SigningBatch, cards: Sequence[BatchCard]) -> None:
    """Keep a batch that has begun, with its list."""
    row = structs.asdict(batch)
    row.pop("evidence")
    connection.execute(
        insert(signing_batches).values(row | {"state": batch.state.value, "purpose": batch.purpose.value})
    )
    rows = [
        {
            "batch_id": batch.batch_id,
            "position": card.position,
            "record_id": card.record_id,
            "xml_sha256": card.xml_sha256,
            "state": card.state.value,
            "details": "{}",
        }
        for card in cards
    ]
    connection.execute(insert(signing_batch_cards), rows)


def find_batch(connection: Connection, batch_id: str) -> SigningBatch | None:
    """A batch by id, whosever it is."""
    statement = select(signing_batches).where(signing_batches.c.batch_id == batch_id)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _batch_of(row)


def read_batches(connection: Connection, *, person_id: str, limit: int) -> tuple[SigningBatch, ...]:
    """A person's batches, newest first."""
    statement = select(signing_batches).where(signing_batches.c.person_id == person_id)
    newest = statement.order_by(signing_batches.c.begun_at.desc(), signing_batches.c.batch_id).limit(limit)
    return tuple(_batch_of(row) for row in connection.execute(newest).mappings())


def read_running_ids(connection: Connection) -> tuple[str, ...]:
    """Batches that wait for the signing worker, the oldest confirmation first."""
    statement = select(signing_batches.c.batch_id).where(signing_batches.c.state == BatchState.CONFIRMED.value)
    return tuple(connection.scalars(statement.order_by(signing_batches.c.confirmed_at, signing_batches.c.batch_id)))


def read_batch_cards(connection: Connection, batch_id: str) -> tuple[BatchCard, ...]:
    """The list of a batch, in its order."""
    mine = signing_batch_cards.c.batch_id == batch_id
    statement = select(signing_batch_cards).where(mine).order_by(signing_batch_cards.c.position)
    return tuple(_card_of(row) for row in connection.execute(statement).mappings())


def count_cards_by_state(connection: Connection, batch_id: str) -> Mapping[str, int]:
    """How many cards of a batch are in which state."""
    mine = signing_batch_cards.c.batch_id == batch_id
    statement = select(signing_batch_cards.c.state, func.count()).where(mine).group_by(signing_batch_cards.c.state)
    return {state: count for state, count in connection.execute(statement)}  # noqa: C416  # a Row is no pair to a type checker


def confirm_batch(connection: Connection, batch_id: str, evidence: Evidence, *, finish_by: datetime) -> bool:
    """Let a begun batch be signed; False when it is not begun any more. Only one caller ever gets True."""
    begun = (signing_batches.c.batch_id == batch_id, signing_batches.c.state == BatchState.BEGUN.value)
    values = {
        "state": BatchState.CONFIRMED.value,
        "confirmed_at": evidence.confirmed_at,
        "finish_by": finish_by,
        "credential_id": evidence.credential_id,
        "credential_public_key": evidence.public_key,
        "backup_eligible": evidence.backup_eligible,
        "authenticator_data": evidence.authenticator_data,
        "client_data": evidence.client_data,
        "signature": evidence.signature,
    }
    return connection.execute(update(signing_batches).where(*begun).values(values)).rowcount == 1


def end_batch(connection: Connection, batch_id: str, *, state: BatchState, reason: str | None, now: datetime) -> bool:
    """End a batch that is begun or confirmed; False when it has ended already."""
    still_open = (
        signing_batches.c.batch_id == batch_id,
        signing_batches.c.state.in_((BatchState.BEGUN.value, BatchState.CONFIRMED.value)),
    )
    values = {"state": state.value, "ended_at": now, "ended_reason": reason}
    return connection.execute(update(signing_batches).where(*still_open).values(values)).rowcount == 1


def end_batches_of(connection: Connection, person_id: str, *, reason: str, now: datetime) -> int:
    """End everything that a person has begun or confirmed; answers how many batches."""
    mine = (
        signing_batches.c.person_id == person_id,
        signing_batches.c.state.in_((BatchState.BEGUN.value, BatchState.CONFIRMED.value)),
    )
    # In one order for everybody, so that two transactions never wait for each other.
    statement = select(signing_batches.c.batch_id).where(*mine).order_by(signing_batches.c.batch_id)
    batch_ids = connection.scalars(statement.with_for_update()).all()
    for batch_id in batch_ids:
        end_batch(connection, batch_id, state=BatchState.ENDED, reason=reason, now=now)
        leave_out_waiting(connection, batch_id, code=reason, now=now)
    return len(batch_ids)


def read_expired_ids(connection: Connection, *, now: datetime) -> tuple[str, ...]:
    """Begun batches that can no longer be confirmed."""
    begun = (signing_batches.c.state == BatchState.BEGUN.value, signing_batches.c.expires_at <= now)
    return tuple(connection.scalars(select(signing_batches.c.batch_id).where(*begun)))


def end_expired(connection: Connection, batch_id: str, *, reason: str, now: datetime) -> None:
    """End one of them, with its cards left out."""
    if end_batch(connection, batch_id, state=BatchState.ENDED, reason=reason, now=now):
        leave_out_waiting(connection, batch_id, code=reason, now=now)


def lock_batch(connection: Connection, batch_id: str) -> SigningBatch | None:
    """The batch, held until the transaction ends: nobody ends it while a signature of it is being kept."""
    statement = select(signing_batches).where(signing_batches.c.batch_id == batch_id).with_for_update()
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _batch_of(row)


def mark_card(
    connection: Connection,
    batch_id: str,
    position: int,
    *,
    state: BatchCardState,
    code: str | None = None,
    details: Mapping[str, str | int] | None = None,
    signed_xml_sha256: bytes | None = None,
    now: datetime,
) -> bool:
    """Say what became of a card that waits; False when that was said before."""
    waiting = (
        signing_batch_cards.c.batch_id == batch_id,
        signing_batch_cards.c.position == position,
        signing_batch_cards.c.state == BatchCardState.WAITING.value,
    )
    values = {
        "state": state.value,
        "code": code,
        "details": msgspec.json.encode(details or {}).decode(),
        "signed_xml_sha256": signed_xml_sha256,
        "ended_at": now,
    }
    return connection.execute(update(signing_batch_cards).where(*waiting).values(values)).rowcount == 1


def leave_out_waiting(connection: Connection, batch_id: str, *, code: str, now: datetime) -> int:
    """Leave out every card of a batch that still waits; answers how many."""
    waiting = (
        signing_batch_cards.c.batch_id == batch_id,
        signing_batch_cards.c.state == BatchCardState.WAITING.value,
    )
    values = {"state": BatchCardState.LEFT_OUT.value, "code": code, "ended_at": now}
    return connection.execute(update(signing_batch_cards).where(*waiting).values(values)).rowcount


def names_of(connection: Connection, record_ids: Collection[str]) -> Mapping[str, str]:
    """Pupils' names of cards that are still prepared. Personal data."""
    statement = select(prepared_cards.c.record_id, prepared_cards.c.name).where(
        prepared_cards.c.record_id.in_(record_ids)
    )
    return {row.record_id: row.name for row in connection.execute(statement) if row.name is not None}


def put_seen(connection: Connection, *, person_id: str, record_id: str, xml: bytes, now: datetime) -> None:
    """Remember what a person saw of a prepared card."""
    mine = (seen_cards.c.person_id == person_id, seen_cards.c.record_id == record_id)
    if connection.execute(update(seen_cards).where(*mine).values(xml=xml, seen_at=now)).rowcount == 0:
        connection.execute(insert(seen_cards).values(person_id=person_id, record_id=record_id, xml=xml, seen_at=now))


def read_seen(
    connection: Connection, *, person_id: str, record_ids: Collection[str]
) -> Mapping[str, tuple[bytes, datetime]]:
    """What a person saw last of these cards, and when."""
    statement = select(seen_cards).where(seen_cards.c.person_id == person_id, seen_cards.c.record_id.in_(record_ids))
    return {row["record_id"]: (row["xml"], row["seen_at"]) for row in connection.execute(statement).mappings()}


def forget_seen(connection: Connection) -> int:
    """Forget what was seen of cards that are not prepared any more; answers how many rows."""
    gone = seen_cards.c.record_id.not_in(select(prepared_cards.c.record_id))
    return connection.execute(delete(seen_cards).where(gone)).rowcount


def put_school_key(connection: Connection, key: SchoolKey, *, registered_by: str, now: datetime) -> None:
    """Let a school's cards be issued here with this key from now on."""
    values = {
        "certificate": key.certificate,
        "key_reference": key.key_reference,
        "registered_by": registered_by,
        "registered_at": now,
    }
    statement = update(school_keys).where(school_keys.c.school_code == key.school_code).values(values)
    if connection.execute(statement).rowcount == 0:
        connection.execute(insert(school_keys).values(school_code=key.school_code, **values))


def find_school_key(connection: Connection, school_code: str) -> SchoolKey | None:
    """The key that issues a school's cards here."""
    columns = (school_keys.c.school_code, school_keys.c.certificate, school_keys.c.key_reference)
    row = connection.execute(select(*columns).where(school_keys.c.school_code == school_code)).one_or_none()
    return None if row is None else SchoolKey(*row)


def is_school_certificate(connection: Connection, certificate: bytes) -> bool:
    """Whether some school's cards are issued here with this certificate (DER)."""
    holders = select(school_keys.c.school_code).where(school_keys.c.certificate == certificate)
    return connection.scalar(holders.limit(1)) is not None


def _batch_of(row: RowMapping) -> SigningBatch:
    evidence = None
    if row["confirmed_at"] is not None:
        evidence = Evidence(
            credential_id=row["credential_id"],
            public_key=row["credential_public_key"],
            backup_eligible=row["backup_eligible"],
            authenticator_data=row["authenticator_data"],
            client_data=row["client_data"],
            signature=row["signature"],
            confirmed_at=row["confirmed_at"],
        )
    kept = {name: row[name] for name in SigningBatch.__struct_fields__ if name != "evidence"}
    kept |= {"purpose": Purpose(row["purpose"]), "state": BatchState(row["state"])}
    return SigningBatch(**kept, evidence=evidence)


def _card_of(row: RowMapping) -> BatchCard:
    return BatchCard(
        position=row["position"],
        record_id=row["record_id"],
        xml_sha256=row["xml_sha256"],
        state=BatchCardState(row["state"]),
        code=row["code"],
        details=msgspec.json.decode(row["details"], type=dict[str, str | int]),
    )
