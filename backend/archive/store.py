"""The archive's SQL, and nobody else's. Every function works inside the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.archive.card import (
    ApprovedCertificate,
    ApprovedSchool,
    CertificateUse,
    ReceivedCard,
    SealedCard,
    StoredCard,
    Withdrawal,
)
from backend.archive.rules import WITHDRAWN, CardState
from backend.archive.tables import cards, school_certificates, schools, withdrawals


def insert_school(connection: Connection, *, code: str, name: str, now: datetime) -> None:
    """Add a school; one that is there keeps its row and takes the new name."""
    if not _insert_unless_there(connection, schools, {"code": code, "name": name, "added_at": now}):
        connection.execute(update(schools).where(schools.c.code == code).values(name=name))


def insert_certificate(
    connection: Connection,
    *,
    school_code: str,
    certificate: bytes,
    approval: ApprovedCertificate,
    approved_by: str,
) -> None:
    """Add an approved certificate (DER) to a school; the same approval twice is one."""
    row = structs.asdict(approval) | {
        "use": approval.use.value,
        "school_code": school_code,
        "certificate": certificate,
        "approved_by": approved_by,
    }
    _insert_unless_there(connection, school_certificates, row)


def end_certificate(connection: Connection, *, school_code: str, fingerprint: str, until: datetime) -> int:
    """End the approvals of a certificate at ``until``; the number of approvals that ended."""
    statement = (
        update(school_certificates)
        .where(school_certificates.c.school_code == school_code, school_certificates.c.fingerprint == fingerprint)
        .values(approved_until=until)
    )
    return connection.execute(statement).rowcount


def read_schools(connection: Connection) -> tuple[ApprovedSchool, ...]:
    """Every school with its certificates, by code."""
    certificates: dict[str, list[ApprovedCertificate]] = {}
    by_id = select(school_certificates).order_by(school_certificates.c.certificate_id)
    for row in connection.execute(by_id).mappings():
        certificates.setdefault(row["school_code"], []).append(
            ApprovedCertificate(
                use=CertificateUse(row["use"]),
                fingerprint=row["fingerprint"],
                approved_from=row["approved_from"],
                approved_until=row["approved_until"],
            )
        )
    return tuple(
        ApprovedSchool(code=row["code"], name=row["name"], certificates=tuple(certificates.get(row["code"], ())))
        for row in connection.execute(select(schools).order_by(schools.c.code)).mappings()
    )


def find_card(connection: Connection, record_id: str) -> StoredCard | None:
    """The card with this record id."""
    row = connection.execute(select(cards).where(cards.c.record_id == record_id)).mappings().one_or_none()
    return None if row is None else _card_of(row)


def find_card_in_force(
    connection: Connection, *, school_code: str, pupil_code: str, school_year: str
) -> StoredCard | None:
    """The pupil's card of this school and year that is not withdrawn, issued or not."""
    statement = select(cards).where(
        cards.c.school_code == school_code,
        cards.c.pupil_code == pupil_code,
        cards.c.school_year == school_year,
        cards.c.state.not_in([state.value for state in WITHDRAWN]),
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _card_of(row)


def insert_received_card(connection: Connection, card: ReceivedCard, *, now: datetime) -> bool:
    """Add the row of a received card; False when its record id or its place in force is taken."""
    latest = (
        select(cards.c.record_id, cards.c.version, cards.c.state)
        .where(
            cards.c.school_code == card.school_code,
            cards.c.pupil_code == card.pupil_code,
            cards.c.school_year == card.school_year,
        )
        .order_by(cards.c.version.desc())
        .limit(1)
    )
    before = connection.execute(latest).one_or_none()
    replaces = before.record_id if before is not None and before.state == CardState.SUPERSEDED.value else None
    row = structs.asdict(card) | {
        "state": CardState.MANAGER_SIGNED.value,
        "version": 1 if before is None else before.version + 1,
        "replaces": replaces,
        "received_at": now,
    }
    return _insert_unless_there(connection, cards, row)


def update_to_issued(connection: Connection, sealed: SealedCard) -> bool:
    """Make a waiting card an issued one; False when it is not waiting any more."""
    statement = (
        update(cards)
        .where(cards.c.record_id == sealed.record_id, cards.c.state == CardState.MANAGER_SIGNED.value)
        .values(
            state=CardState.ISSUED.value,
            pdf_sha256=sealed.pdf_sha256,
            pdf_object=sealed.pdf_object,
            issued_at=sealed.issued_at,
        )
    )
    return connection.execute(statement).rowcount == 1


def update_to_withdrawn(connection: Connection, withdrawal: Withdrawal) -> bool:
    """Take an issued card out of force for good; False when it is not in force."""
    statement = (
        update(cards)
        .where(cards.c.record_id == withdrawal.record_id, cards.c.state == CardState.ISSUED.value)
        .values(state=withdrawal.kind)
    )
    if connection.execute(statement).rowcount != 1:
        return False
    connection.execute(insert(withdrawals).values(structs.asdict(withdrawal)))
    return True


def find_withdrawal(connection: Connection, record_id: str) -> Withdrawal | None:
    """Who withdrew this card and why; None while it is in force."""
    statement = select(withdrawals).where(withdrawals.c.record_id == record_id)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else Withdrawal(**row)


def count_cards_by_state(connection: Connection) -> Mapping[str, int]:
    """How many cards are in each state."""
    rows = connection.execute(select(cards.c.state, func.count()).group_by(cards.c.state))
    return {state: count for state, count in rows}  # noqa: C416  # a Row is no pair to a type checker


def _card_of(row: RowMapping) -> StoredCard:
    return StoredCard(**{**row, "state": CardState(row["state"])})


def _insert_unless_there(connection: Connection, table: Any, row: Mapping[str, object]) -> bool:  # noqa: ANN401  # Table, but typed loosely by both dialects
    dialect_insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    # inline(): no RETURNING, so that the count is of rows that were written.
    statement = dialect_insert(table).values(row).on_conflict_do_nothing().inline()
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1
