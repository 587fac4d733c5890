"""Rows for the archive's tests."""

import hashlib
from datetime import date, datetime, timedelta, timezone
from uuid import uuid4

from msgspec import structs
from sqlalchemy import select

from backend.archive.card import ReceivedCard, SealedCard, Withdrawal
from backend.archive.objects import pdf_object_name, xml_object_name
from backend.archive.store import insert_school
from backend.archive.tables import withdrawals
from backend.database import Connection, Database

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=timezone(timedelta(hours=7)))
SCHOOL = "79000001"


def received_card(**changes: object) -> ReceivedCard:
    """A received card of one pupil with a new record id, changed as wanted."""
    record_id = str(changes.pop("record_id", uuid4()))
    digest = hashlib.sha256(record_id.encode()).hexdigest()
    card = ReceivedCard(
        record_id=record_id,
        school_code=SCHOOL,
        pupil_code="7900000001",
        personal_code="999317000001",
        name="Nguyễn Thị Ánh",
        date_of_birth=date(2017, 5, 17),
        school_year="2025-2026",
        grade=3,
        class_group="3A",
        level="primary",
        xml_sha256=digest,
        xml_object=xml_object_name(digest),
    )
    return structs.replace(card, **changes)


def sealed_card(record_id: str, *, now: datetime = NOW) -> SealedCard:
    """A sealed PDF of that card."""
    return SealedCard(record_id=record_id, pdf_sha256="ab" * 32, pdf_object=pdf_object_name(record_id), issued_at=now)


def add_school(database: Database, code: str = SCHOOL) -> None:
    """The school that the cards are of."""
    with database.write() as connection:
        insert_school(connection, code=code, name="Trường Tiểu học Kim Đồng", now=NOW)


def find_withdrawal(connection: Connection, record_id: str) -> Withdrawal | None:
    """Who withdrew this card and why; None while it is in force."""
    statement = select(withdrawals).where(withdrawals.c.record_id == record_id)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else Withdrawal(**row)
