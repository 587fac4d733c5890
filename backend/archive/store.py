"""The archive's SQL, and nobody else's. Every function works inside the caller's transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import structs
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from backend.archive.card import DecisionDocument, Recall, ReceivedCard, SealedCard, StoredCard, StoredList, Withdrawal
from backend.archive.lock_days import Approval
from backend.archive.rules import SHOWN, WITHDRAWN, CardState, RecallState
from backend.archive.tables import (
    cards,
    decision_documents,
    recalls,
    school_certificates,
    schools,
    signed_lists,
    withdrawals,
)
from backend.database.insert_or import insert_unless_there
from backend.errors import NotFoundError
from verifier.registry import ApprovedCertificate, CertificateRole, RegisteredSchool


def insert_school(connection: Connection, *, code: str, name: str, now: datetime) -> None:
    """Add a school; one that is there keeps its row and takes the new name."""
    if not insert_unless_there(connection, schools, {"code": code, "name": name, "added_at": now}):
        connection.execute(update(schools).where(schools.c.code == code).values(name=name))


def insert_certificate(
    connection: Connection, *, school_code: str, certificate: bytes, approval: ApprovedCertificate, approved_by: str
) -> None:
    """Add an approved certificate (DER) to a school; the same approval twice is one."""
    row = {
        "school_code": school_code,
        "role": approval.role,
        "fingerprint": approval.sha256.hex(),
        "certificate": certificate,
        "approved_from": approval.approved_from,
        "approved_until": approval.approved_until,
        "approved_by": approved_by,
    }
    insert_unless_there(connection, school_certificates, row)


def set_approval_end(
    connection: Connection,
    *,
    school_code: str,
    role: CertificateRole,
    sha256: bytes,
    approved_from: datetime,
    until: datetime,
) -> None:
    """Let one approval of a certificate end at ``until``, whatever its end was."""
    table = school_certificates
    connection.execute(
        update(table)
        .where(
            table.c.school_code == school_code,
            table.c.role == role,
            table.c.fingerprint == sha256.hex(),
            table.c.approved_from == approved_from,
        )
        .values(approved_until=until, changes=table.c.changes + 1)
    )


def read_schools(connection: Connection) -> dict[str, RegisteredSchool]:
    """Every school with its approved certificates, by code."""
    certificates: dict[str, list[ApprovedCertificate]] = {}
    by_id = select(school_certificates).order_by(school_certificates.c.certificate_id)
    for row in connection.execute(by_id).mappings():
        certificates.setdefault(row["school_code"], []).append(
            ApprovedCertificate(
                sha256=bytes.fromhex(row["fingerprint"]),
                approved_from=row["approved_from"],
                approved_until=row["approved_until"],
                role=row["role"],
            )
        )
    return {
        row.code: RegisteredSchool(row.code, row.name, tuple(certificates.get(row.code, ())))
        for row in connection.execute(select(schools).order_by(schools.c.code))
    }


def verify_school_known(connection: Connection, school_code: str) -> None:
    """Refuse a code that no school has, so that a mistyped one is not taken for a school with nothing.

    Raises:
        NotFoundError: ``school_not_found``.
    """
    if connection.scalar(select(schools.c.code).where(schools.c.code == school_code)) is None:
        raise NotFoundError("school_not_found", school_code=school_code)


def find_card(connection: Connection, record_id: str) -> StoredCard | None:
    """The card with this record id."""
    row = connection.execute(select(cards).where(cards.c.record_id == record_id)).mappings().one_or_none()
    return None if row is None else card_of(row)


def read_shown_cards(connection: Connection, record_ids: Collection[str]) -> list[tuple[StoredCard, str]]:
    """Those of these cards that have been issued, withdrawn or not, with their school's name; newest year first."""
    statement = (
        select(cards, schools.c.name.label("school_name"))
        .join_from(cards, schools)
        .where(cards.c.record_id.in_(record_ids), cards.c.state.in_([state.value for state in SHOWN]))
        .order_by(cards.c.school_year.desc(), cards.c.version.desc(), cards.c.record_id)
    )
    rows = connection.execute(statement).mappings()
    return [(card_of(row), row["school_name"]) for row in rows]


def find_latest_card(
    connection: Connection, *, school_code: str, pupil_code: str, school_year: str
) -> StoredCard | None:
    """The newest version of the pupil's card of this school and year, withdrawn or not."""
    statement = (
        select(cards)
        .where(
            cards.c.school_code == school_code,
            cards.c.pupil_code == pupil_code,
            cards.c.school_year == school_year,
        )
        .order_by(cards.c.version.desc())
        .limit(1)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else card_of(row)


def read_cards_without_code(connection: Connection, school_code: str) -> list[StoredCard]:
    """A school's cards without a personal code that are not withdrawn, the newest year first."""
    statement = (
        select(cards)
        .where(
            cards.c.school_code == school_code,
            cards.c.personal_code.is_(None),
            cards.c.state.not_in([state.value for state in WITHDRAWN]),
        )
        .order_by(cards.c.school_year.desc(), cards.c.pupil_code)
    )
    return [card_of(row) for row in connection.execute(statement).mappings()]


def insert_received_card(
    connection: Connection, card: ReceivedCard, *, version: int, replaces: str | None, now: datetime
) -> bool:
    """Add the row of a received card; False when its record id or its place is taken."""
    row = structs.asdict(card) | {
        "state": CardState.MANAGER_SIGNED.value,
        "version": version,
        "replaces": replaces,
        "received_at": now,
    }
    return insert_unless_there(connection, cards, row)


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


def find_replacement(connection: Connection, record_id: str) -> StoredCard | None:
    """The issued card that has taken this one's place, withdrawn itself or not."""
    statement = (
        select(cards)
        .where(cards.c.replaces == record_id, cards.c.state.in_([state.value for state in SHOWN]))
        .order_by(cards.c.version.desc())
        .limit(1)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else card_of(row)


def insert_recall(connection: Connection, recall: Recall) -> bool:
    """Add a request; False when one for the same card, or for the same card to come, is pending or agreed."""
    return insert_unless_there(connection, recalls, structs.asdict(recall))


def update_recall(connection: Connection, decided: Recall, *, expected_state: RecallState) -> bool:
    """Write the decision on a request; False when it is not in the expected state any more."""
    statement = (
        update(recalls)
        .where(recalls.c.recall_id == decided.recall_id, recalls.c.state == expected_state.value)
        .values(structs.asdict(decided))
    )
    return connection.execute(statement).rowcount == 1


def find_recall(connection: Connection, recall_id: str) -> Recall | None:
    """The request with this id."""
    row = connection.execute(select(recalls).where(recalls.c.recall_id == recall_id)).mappings().one_or_none()
    return None if row is None else _recall_of(row)


def find_agreed_replacement(connection: Connection, new_record_id: str) -> Recall | None:
    """The agreed request that names this card as the one to come."""
    statement = select(recalls).where(
        recalls.c.replaced_by == new_record_id, recalls.c.state == RecallState.AGREED.value
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _recall_of(row)


def find_agreed_recall(connection: Connection, record_id: str) -> Recall | None:
    """The agreed request for this card's recall."""
    statement = select(recalls).where(recalls.c.record_id == record_id, recalls.c.state == RecallState.AGREED.value)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _recall_of(row)


def read_recalls(
    connection: Connection, *, school_code: str | None = None, state: RecallState | None = None
) -> tuple[Recall, ...]:
    """Requests of a school, or of all, oldest first."""
    statement = select(recalls).join_from(recalls, cards).order_by(recalls.c.requested_at, recalls.c.recall_id)
    if school_code is not None:
        statement = statement.where(cards.c.school_code == school_code)
    if state is not None:
        statement = statement.where(recalls.c.state == state.value)
    return tuple(_recall_of(row) for row in connection.execute(statement).mappings())


def insert_decision_document(connection: Connection, document: DecisionDocument) -> bool:
    """Keep the decision of a recall; False when one is there."""
    return insert_unless_there(connection, decision_documents, structs.asdict(document))


def find_decision_document(connection: Connection, recall_id: str) -> DecisionDocument | None:
    """The decision that was attached to a recall."""
    statement = select(decision_documents).where(decision_documents.c.recall_id == recall_id)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else DecisionDocument(**row)


def read_school_years(connection: Connection) -> tuple[str, ...]:
    """School years of which there are cards, oldest first."""
    return tuple(connection.scalars(select(cards.c.school_year).distinct().order_by(cards.c.school_year)))


def read_withdrawn_ids(connection: Connection, school_year: str) -> Mapping[str, list[str]]:
    """Record ids of a school year's withdrawn cards, by state."""
    statement = select(cards.c.state, cards.c.record_id).where(
        cards.c.school_year == school_year, cards.c.state.in_([state.value for state in WITHDRAWN])
    )
    by_state: dict[str, list[str]] = {state.value: [] for state in WITHDRAWN}
    for state, record_id in connection.execute(statement):
        by_state[state].append(record_id)
    return by_state


def count_withdrawals(connection: Connection, school_year: str) -> int:
    """How many cards of a school year are withdrawn; never goes down."""
    statement = select(func.count()).select_from(withdrawals.join(cards)).where(cards.c.school_year == school_year)
    return int(connection.scalars(statement).one())


def count_registry_facts(connection: Connection) -> int:
    """How many schools, approvals and changes of approvals' ends there are; never goes down."""
    table = school_certificates
    approvals = select(func.count(), func.count(table.c.approved_until), func.coalesce(func.sum(table.c.changes), 0))
    facts = connection.execute(approvals.select_from(table)).one()
    return int(connection.scalars(select(func.count()).select_from(schools)).one()) + sum(int(fact) for fact in facts)


def find_newest_list(connection: Connection, name: str) -> StoredList | None:
    """The list of that name with the highest sequence number."""
    statement = (
        select(signed_lists).where(signed_lists.c.name == name).order_by(signed_lists.c.sequence.desc()).limit(1)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else StoredList(**row)


def read_newest_lists(connection: Connection) -> tuple[StoredList, ...]:
    """The newest list of every name; older ones are gone."""
    rows = connection.execute(select(signed_lists).order_by(signed_lists.c.name)).mappings()
    return tuple(StoredList(**row) for row in rows)


def replace_list(connection: Connection, signed: StoredList) -> bool:
    """Let ``signed`` take the place of the lists of its name; False when its sequence number is taken."""
    if not insert_unless_there(connection, signed_lists, structs.asdict(signed)):
        return False
    older = delete(signed_lists).where(signed_lists.c.name == signed.name, signed_lists.c.sequence < signed.sequence)
    connection.execute(older)
    return True


def count_cards_by_state(connection: Connection) -> Mapping[str, int]:
    """How many cards are in each state."""
    rows = connection.execute(select(cards.c.state, func.count()).group_by(cards.c.state))
    return {state: count for state, count in rows}  # noqa: C416  # a Row is no pair to a type checker


def card_of(row: RowMapping) -> StoredCard:
    """A row of ``cards``, also with more columns beside, as a value."""
    columns = {field: row[field] for field in StoredCard.__struct_fields__}
    return StoredCard(**{**columns, "state": CardState(row["state"])})


def _recall_of(row: RowMapping) -> Recall:
    decided_as = row["decided_as"]
    values = {
        "state": RecallState(row["state"]),
        "decided_as": None if decided_as is None else Approval(decided_as),
    }
    return Recall(**{field: row[field] for field in Recall.__struct_fields__} | values)
