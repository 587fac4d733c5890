"""The intake's SQL, and nobody else's. Every function works inside the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, or_, select, update

from backend.assessment.card_warning import CardWarning
from backend.intake.batch import KeptBatch, Outcome, Receipt
from backend.intake.tables import batches, receipts, system_tokens
from backend.intake.unpack_transaction import BatchKind


def insert_token(connection: Connection, *, school_code: str, system: str, token_sha256: str, now: datetime) -> None:
    """Add the hash of a system's token."""
    row = {"school_code": school_code, "system": system, "token_sha256": token_sha256, "made_at": now}
    connection.execute(insert(system_tokens).values(row))


def find_school_of_token(connection: Connection, *, token_sha256: str, now: datetime) -> str | None:
    """Code of the school whose system holds this token, if it has not ended."""
    statement = select(system_tokens.c.school_code).where(
        system_tokens.c.token_sha256 == token_sha256,
        or_(system_tokens.c.ended_at.is_(None), system_tokens.c.ended_at > now),
    )
    return connection.scalars(statement).one_or_none()


def end_tokens(connection: Connection, *, school_code: str, now: datetime) -> int:
    """End every token of a school; the number that ended."""
    statement = (
        update(system_tokens)
        .where(system_tokens.c.school_code == school_code, system_tokens.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    return connection.execute(statement).rowcount


def insert_batch(
    connection: Connection,
    *,
    batch_id: str,
    content_sha256: str,
    kind: BatchKind,
    sender: str | None,
    answers: Iterable[Receipt],
    now: datetime,
) -> None:
    """Keep a batch and its receipts."""
    batch = {
        "batch_id": batch_id,
        "content_sha256": content_sha256,
        "kind": kind.value,
        "school_code": sender,
        "received_at": now,
    }
    connection.execute(insert(batches).values(batch))
    rows = [
        {
            "batch_id": batch_id,
            "position": receipt.position,
            "record_id": receipt.record_id,
            "outcome": receipt.outcome.value,
            "code": receipt.code,
            "field": receipt.field,
            "details": msgspec.json.encode(receipt.details).decode(),
            "warnings": msgspec.json.encode(receipt.warnings).decode(),
        }
        for receipt in answers
    ]
    connection.execute(insert(receipts), rows)


def find_latest_batch(connection: Connection, *, content_sha256: str, sender: str | None) -> KeptBatch | None:
    """The last batch with this content from this sender: a school's system, or None for an operator."""
    statement = (
        select(batches.c.batch_id)
        .where(batches.c.content_sha256 == content_sha256, batches.c.school_code.is_not_distinct_from(sender))
        .order_by(batches.c.received_at.desc(), batches.c.batch_id)
        .limit(1)
    )
    batch_id = connection.scalars(statement).one_or_none()
    if batch_id is None:
        return None
    rows = connection.execute(select(receipts).where(receipts.c.batch_id == batch_id).order_by(receipts.c.position))
    answers = tuple(
        Receipt(
            position=row["position"],
            record_id=row["record_id"],
            outcome=Outcome(row["outcome"]),
            code=row["code"],
            field=row["field"],
            details=msgspec.json.decode(row["details"], type=dict[str, str | int]),
            warnings=msgspec.json.decode(row["warnings"], type=tuple[CardWarning, ...]),
        )
        for row in rows.mappings()
    )
    return KeptBatch(batch_id, answers)
