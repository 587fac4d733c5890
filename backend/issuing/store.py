"""The issuing's SQL, and nobody else's. Every function works inside the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, select, update

from backend.archive.rules import CardState
from backend.archive.tables import cards
from backend.issuing.tables import issuing_failures


class Scope(Struct, frozen=True):
    """Which of the waiting cards are meant."""

    school_code: str | None = None
    """None: every school's."""
    school_year: str | None = None
    """None: every year's."""


EVERYTHING: Final = Scope()


class Failure(Struct, frozen=True):
    """A card that could not be issued by its own fault, and why."""

    record_id: str
    school_code: str
    school_year: str
    class_group: str
    code: str
    details: dict[str, str | int]
    attempts: int
    failed_at: datetime


class WaitingCard(Struct, frozen=True):
    """An accepted card that has no PDF yet."""

    record_id: str
    replaces: str | None
    """Record id of the card in force that it comes in the place of."""
    xml_object: str
    xml_sha256: str


def count_waiting_cards(connection: Connection, *, failed_too: bool, scope: Scope = EVERYTHING) -> int:
    """How many cards wait to be issued."""
    return int(connection.scalars(_waiting(func.count(), failed_too=failed_too, scope=scope)).one())


def read_waiting_cards(
    connection: Connection, *, after: str, limit: int, failed_too: bool, scope: Scope = EVERYTHING
) -> tuple[WaitingCard, ...]:
    """The next cards that wait, in the order of their record ids; ``after`` is the last one seen, "" at the start."""
    statement = (
        _waiting(*(cards.c[field] for field in WaitingCard.__struct_fields__), failed_too=failed_too, scope=scope)
        .where(cards.c.record_id > after)
        .order_by(cards.c.record_id)
        .limit(limit)
    )
    return tuple(WaitingCard(**row) for row in connection.execute(statement).mappings())


def record_failure(
    connection: Connection, record_id: str, *, code: str, details: Mapping[str, str | int], now: datetime
) -> None:
    """Note that a card could not be issued; the last reason counts."""
    words = {"code": code, "details": msgspec.json.encode(details).decode(), "failed_at": now}
    attempts = issuing_failures.c.attempts
    again = update(issuing_failures).where(issuing_failures.c.record_id == record_id)
    if connection.execute(again.values(words | {"attempts": attempts + 1})).rowcount == 0:
        connection.execute(insert(issuing_failures).values(words | {"record_id": record_id, "attempts": 1}))


def forget_failure(connection: Connection, record_id: str) -> None:
    """The card is issued: what failed before does not matter any more."""
    connection.execute(delete(issuing_failures).where(issuing_failures.c.record_id == record_id))


def count_failures_by_code(connection: Connection) -> Mapping[str, int]:
    """How many cards could not be issued, by reason."""
    statement = select(issuing_failures.c.code, func.count()).group_by(issuing_failures.c.code)
    return {code: count for code, count in connection.execute(statement)}  # noqa: C416  # a Row is no pair to a type checker


def read_failures(connection: Connection, *, scope: Scope = EVERYTHING, limit: int) -> tuple[Failure, ...]:
    """Cards that could not be issued by their own fault, the newest first."""
    columns = [
        issuing_failures.c[field] if field in issuing_failures.c else cards.c[field]
        for field in Failure.__struct_fields__
    ]
    statement = (
        select(*columns)
        .join_from(issuing_failures, cards)
        .order_by(issuing_failures.c.failed_at.desc(), issuing_failures.c.record_id)
        .limit(limit)
    )
    rows = connection.execute(_within(statement, scope)).mappings()
    return tuple(Failure(**{**row, "details": msgspec.json.decode(row["details"])}) for row in rows)


def forget_failures(connection: Connection, *, scope: Scope = EVERYTHING, record_id: str | None = None) -> int:
    """Let cards wait again that failed; how many those were."""
    meant = _within(select(cards.c.record_id), scope)
    statement = delete(issuing_failures).where(issuing_failures.c.record_id.in_(meant))
    if record_id is not None:
        statement = statement.where(issuing_failures.c.record_id == record_id)
    return connection.execute(statement).rowcount


def _within(statement: Select[Any], scope: Scope) -> Select[Any]:
    if scope.school_code is not None:
        statement = statement.where(cards.c.school_code == scope.school_code)
    if scope.school_year is not None:
        statement = statement.where(cards.c.school_year == scope.school_year)
    return statement


def _waiting(*columns: ColumnElement[Any], failed_too: bool, scope: Scope) -> Select[Any]:
    failed = issuing_failures.c.record_id == cards.c.record_id
    statement = _within(select(*columns).select_from(cards.outerjoin(issuing_failures, failed)), scope)
    waiting = cards.c.state == CardState.MANAGER_SIGNED.value
    return statement.where(waiting if failed_too else and_(waiting, issuing_failures.c.record_id.is_(None)))
