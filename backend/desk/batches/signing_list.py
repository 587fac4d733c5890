"""What waits for a person's signature: every card of their class or school, with what stands in the way.

A card can be chosen when nothing of this holds:

1. something is missing (a summer's result, a personal code), or the card is only announced;
2. it is not this signer's turn: the manager's signature follows the teacher's, the school's the manager's;
3. the card names another signer by personal code;
4. its content cannot be read.

Where it differs from its circular is a warning, no obstacle. What changed is told against what this person saw last.
"""

import hashlib
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from backend.archive.compare_records import FieldChange, compare_records
from backend.archive.prepared.card import PreparedCard
from backend.archive.prepared.store import find_prepared, read_prepared
from backend.archive.rules import CardState
from backend.assessment.card_warning import CardWarning
from backend.assessment.check_record import check_record
from backend.assessment.check_text import check_text
from backend.desk import store as staff_store
from backend.desk.batches import store
from backend.desk.batches.errors import SigningRefusedError
from backend.desk.errors import StaffForbiddenError
from backend.desk.rules import (
    Actor,
    HeldRole,
    Purpose,
    may_sign,
    signature_awaited,
    signing_purpose,
    state_after,
    states_to_sign,
)
from backend.errors import NotFoundError
from verifier.errors import VerifierError
from verifier.record.card_document import read_card
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record

_NAMED_SIGNER = {
    Purpose.HOMEROOM_TEACHER: ".//THONG_TIN_CHUNG/SO_CCCD_GIAO_VIEN_CHU_NHIEM",
    Purpose.MANAGER: ".//THONG_TIN_CHUNG/SO_CCCD_GIAM_HIEU_KY_HOC_BA",
}
_AWAITED = {
    Purpose.HOMEROOM_TEACHER: "signing_awaits_teacher",
    Purpose.MANAGER: "signing_awaits_manager",
}
_ORDER = (CardState.PENDING_SUPPLEMENTARY, CardState.DRAFT, CardState.TEACHER_SIGNED, CardState.MANAGER_SIGNED)


class ListedCard(Struct, frozen=True, kw_only=True):
    """One card that waits."""

    card: PreparedCard
    xml_sha256: bytes | None
    """None for a card that is only announced."""
    record: Record | None
    obstacles: tuple[str, ...]
    """Codes; none for a card that can be chosen."""
    warnings: tuple[CardWarning, ...]
    seen_at: datetime | None
    changes: tuple[FieldChange, ...]
    """Since this person saw it last."""


class SigningList(Struct, frozen=True):
    """One role of a person that signs, and what waits for it."""

    held: HeldRole
    purpose: Purpose
    cards: tuple[ListedCard, ...]


def roles_that_sign(actor: Actor, *, now: datetime) -> tuple[tuple[HeldRole, Purpose], ...]:
    """The roles in force with which the person signs."""
    found = ((held, signing_purpose(held)) for held in actor.roles if held.holds_at(now))
    return tuple((held, purpose) for held, purpose in found if purpose is not None)


def read_signing_list(connection: Connection, actor: Actor, role_id: str, *, now: datetime) -> SigningList:
    """Everything that waits for the signature of one of the person's roles, by class and pupil code.

    Raises:
        StaffForbiddenError: it is no role of theirs that signs and is in force.
    """
    held, purpose = role_that_signs(actor, role_id, now=now)
    if held.school_code is None or held.school_year is None:
        raise StaffForbiddenError
    cards = read_prepared(
        connection, school_code=held.school_code, school_year=held.school_year, class_group=held.class_group
    )
    after = state_after(purpose)
    waiting = [card for card in cards if after is None or _ORDER.index(card.state) < _ORDER.index(after)]
    seen = store.read_seen(connection, person_id=actor.label, record_ids=[card.record_id for card in waiting])
    judge = _judge_of(connection, actor, held, purpose)
    return SigningList(held, purpose, tuple(judge.list_card(card, seen.get(card.record_id)) for card in waiting))


def read_listed_card(
    connection: Connection, actor: Actor, role_id: str, record_id: str, *, now: datetime
) -> ListedCard:
    """One card of a list.

    Raises:
        StaffForbiddenError: as ``read_signing_list``.
        NotFoundError: ``card_not_found``: not prepared, or not of this list; not told apart.
    """
    held, purpose = role_that_signs(actor, role_id, now=now)
    card = find_prepared(connection, record_id)
    if card is None or not may_sign(
        held,
        purpose=purpose,
        school_code=card.school_code,
        school_year=card.school_year,
        class_group=card.class_group,
    ):
        raise NotFoundError("card_not_found")
    seen = store.read_seen(connection, person_id=actor.label, record_ids=[record_id])
    return _judge_of(connection, actor, held, purpose).list_card(card, seen.get(record_id))


def mark_seen(
    connection: Connection, actor: Actor, role_id: str, record_id: str, *, claimed_xml_sha256: bytes, now: datetime
) -> None:
    """The person has looked at a card as it stands now.

    Raises:
        StaffForbiddenError, NotFoundError: as ``read_listed_card``.
        SigningRefusedError: ``signing_cards_changed``: it is not what they looked at any more.
    """
    listed = read_listed_card(connection, actor, role_id, record_id, now=now)
    if listed.card.xml is None or listed.xml_sha256 != claimed_xml_sha256:
        raise SigningRefusedError("signing_cards_changed", cards=1)
    store.put_seen(connection, person_id=actor.label, record_id=record_id, xml=listed.card.xml, now=now)


def role_that_signs(actor: Actor, role_id: str, *, now: datetime) -> tuple[HeldRole, Purpose]:
    """The person's role with this id, if it signs now.

    Raises:
        StaffForbiddenError: it does not.
    """
    for held, purpose in roles_that_sign(actor, now=now):
        if held.role_id == role_id:
            return held, purpose
    raise StaffForbiddenError


class _Judge(Struct, frozen=True):
    """What is the same for every card of one list."""

    states: frozenset[CardState]
    teacher_signature_required: bool
    purpose: Purpose
    personal_code: str | None

    def list_card(self, card: PreparedCard, seen: tuple[bytes, datetime] | None) -> ListedCard:
        """Take the steps of the module's list."""
        obstacles = [f"signing_missing_{code}" for code in card.missing]
        record: Record | None = None
        warnings: tuple[CardWarning, ...] = ()
        if card.xml is None:
            obstacles.append("signing_not_prepared")
        else:
            try:
                document = read_card(card.xml)
                record = parse_record(document.data_element)
                warnings = (*check_text(document.data_element), *check_record(record))
                named = document.data_element.findtext(_NAMED_SIGNER.get(self.purpose, "none"))
            except VerifierError:
                obstacles.append("signing_unreadable")
                named = None
            if named and named.strip() != self.personal_code:
                obstacles.append("signing_names_another")
        if not card.missing and card.state not in self.states:
            awaited = signature_awaited(card.state, teacher_signature_required=self.teacher_signature_required)
            obstacles.append("signing_not_your_turn" if awaited is None else _AWAITED[awaited])
        return ListedCard(
            card=card,
            xml_sha256=None if card.xml is None else hashlib.sha256(card.xml).digest(),
            record=record,
            obstacles=tuple(obstacles),
            warnings=warnings,
            seen_at=None if seen is None else seen[1],
            changes=() if seen is None or record is None else _changes(seen[0], record),
        )


def _judge_of(connection: Connection, actor: Actor, held: HeldRole, purpose: Purpose) -> _Judge:
    person = staff_store.find_person(connection, actor.label)
    required = staff_store.teacher_signature_required(connection, held.school_code or "")
    return _Judge(
        states=states_to_sign(purpose, teacher_signature_required=required),
        teacher_signature_required=required,
        purpose=purpose,
        personal_code=None if person is None else person.personal_code,
    )


def _changes(seen_xml: bytes, record: Record) -> tuple[FieldChange, ...]:
    try:
        return compare_records(parse_record(read_card(seen_xml).data_element), record)
    except VerifierError:
        return ()
