"""Give a pupil the personal code they lacked, make two rows of one child one, follow a civil-status decision.

A pupil without a personal code is known by another identity (passport, a foreigner's number, a temporary code
``TAM-…``) and keeps their row when the real code comes: cards, guardians and the school's own codes stay tied to it.
Where the same child stands in the register twice, the rows are made one and nothing that a guardian may or may not see
is lost: every tie moves along, a bar above all, which then holds for everybody who may be the barred person under
another row of the register. Each change keeps who made it and by which paper. Any contradiction is refused and nothing
is changed; a person has to look.
"""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import Connection

from backend.archive.rules import WITHDRAWN
from backend.archive.store import find_card
from backend.errors import BackendError, NotFoundError
from backend.people import store
from backend.people.matching.link_card import link_waiting_cards
from backend.people.matching.rules import KnownPupil
from backend.people.matching.store import (
    Place,
    card_ids_of_pupils,
    places_of_pupil,
    pupils_by_personal_code,
    pupils_by_place,
    waiting_cards,
)
from backend.people.roster import EARLIEST_BIRTH, MAX_NAME_CHARACTERS, PERSONAL_CODE, normal_name, unseen_letter
from backend.people.rules import is_perhaps_one_person
from backend.people.tables import identity_changes
from verifier.vietnam_time import vietnam_day

MAX_TEXT_CHARACTERS = 500
"""Of a paper's reference or a name; they are read by people in a list."""


class PupilNotFoundError(NotFoundError):
    """The school knows nobody under this code."""

    code = "pupil_not_found"


class IdentityRefusedError(BackendError):
    """The register contradicts the change, or who makes it does not say enough."""

    code: ClassVar[str] = "identity_refused"


def give_personal_code(
    connection: Connection,
    place: Place,
    personal_code: str,
    *,
    evidence: str,
    changed_by: str,
    now: datetime,
) -> str:
    """Give the pupil whom a school knows under its own code their personal code; the pupil's id.

    The same code again changes nothing.

    Raises:
        PupilNotFoundError: ``pupil_not_found``.
        IdentityRefusedError: ``personal_code_malformed``, ``pupil_has_other_code``, ``personal_code_taken`` (by a row
            that may be the same child: see ``merge_pupils``) or a text is missing or too long.
    """
    verify_texts(evidence, changed_by)
    pupil = _pupil_at(connection, place)
    holder = _holder_of(connection, personal_code)
    if pupil.personal_code == personal_code:
        return pupil.pupil_id
    if pupil.personal_code is not None:
        raise IdentityRefusedError("pupil_has_other_code")
    if holder is not None:
        raise IdentityRefusedError("personal_code_taken")
    store.update_pupils(connection, [{"pupil_id": pupil.pupil_id, "personal_code": personal_code}])
    _follow_with_own_account(connection, pupil.pupil_id, {"personal_code": personal_code})
    _record(connection, pupil.pupil_id, "code_given", evidence=evidence, changed_by=changed_by, now=now)
    _link_waiting(connection, pupil.pupil_id, personal_code, now)
    return pupil.pupil_id


def merge_pupils(
    connection: Connection,
    place: Place,
    personal_code: str,
    *,
    evidence: str,
    changed_by: str,
    bars_checked: bool = False,
    now: datetime,
) -> str:
    """Make the pupil at ``place``, who has no personal code, and the one with this code one; the id that stays.

    The row with the personal code stays and takes over where the pupil is today. A bar holds from now on for every
    guardian of the two rows who may be the barred person.

    Args:
        connection: the caller's transaction.
        place: the pupil without a personal code.
        personal_code: of the other row.
        evidence: the paper that shows that the two are one child.
        changed_by: who makes the change.
        bars_checked: whoever makes the change has looked, and nobody who could read the one row's cards is the person
            whom a decision bars from the other's.
        now: moment of the change.

    Raises:
        PupilNotFoundError: there is no such pupil at that school, or none with that code.
        IdentityRefusedError: ``personal_code_malformed``, ``pupil_has_other_code``, ``merge_birth_dates_differ``,
            ``merge_same_pupil``, ``merge_two_cards`` (of one school and school year, neither withdrawn: one has to be
            recalled first), ``merge_barred_unclear`` (see ``bars_checked``) or a text is missing or too long.
    """
    verify_texts(evidence, changed_by)
    pupil = _pupil_at(connection, place)
    holder = _holder_of(connection, personal_code)
    if holder is None:
        raise PupilNotFoundError
    if holder.pupil_id == pupil.pupil_id:
        raise IdentityRefusedError("merge_same_pupil")
    if pupil.personal_code is not None:
        raise IdentityRefusedError("pupil_has_other_code")
    if pupil.date_of_birth != holder.date_of_birth:
        raise IdentityRefusedError("merge_birth_dates_differ")
    _verify_one_card_a_year(connection, (pupil.pupil_id, holder.pupil_id), personal_code)
    barred_too = _barred_too(connection, pupil.pupil_id, holder.pupil_id, bars_checked=bars_checked)
    store.move_pupil(connection, from_pupil_id=pupil.pupil_id, to_pupil_id=holder.pupil_id)
    for guardian_id, bar in barred_too:
        store.bar_ties(
            connection,
            pupil_id=holder.pupil_id,
            guardian_id=guardian_id,
            reason=bar.barred_reason or "",
            decision_reference=bar.decision_reference or "",
            now=now,
        )
    _record(
        connection,
        holder.pupil_id,
        "merged",
        evidence=evidence,
        changed_by=changed_by,
        now=now,
        merged_pupil_id=pupil.pupil_id,
    )
    _link_waiting(connection, holder.pupil_id, personal_code, now)
    return holder.pupil_id


def change_civil_status(
    connection: Connection,
    place: Place,
    *,
    name: str | None = None,
    date_of_birth: date | None = None,
    personal_code: str | None = None,
    evidence: str,
    changed_by: str,
    now: datetime,
) -> str:
    """Follow a decision that changes name, birth date or personal code (1789, article 21.7); the pupil's id.

    Only what is given changes. Cards issued before keep what they say and stay tied to the pupil; a corrected card
    comes as a replacement.

    Raises:
        PupilNotFoundError: ``pupil_not_found``.
        IdentityRefusedError: ``personal_code_malformed``, ``personal_code_taken``, ``civil_status_empty``,
            ``civil_status_name``, ``civil_status_birth`` or a text is missing or too long.
    """
    verify_texts(evidence, changed_by)
    pupil = _pupil_at(connection, place)
    changes: dict[str, Any] = {}
    if name is not None and normal_name(name):
        if len(normal_name(name)) > MAX_NAME_CHARACTERS or unseen_letter(name) is not None:
            raise IdentityRefusedError("civil_status_name", limit=MAX_NAME_CHARACTERS)
        changes["name"] = normal_name(name)
    if date_of_birth is not None:
        if not EARLIEST_BIRTH <= date_of_birth <= vietnam_day(now):
            raise IdentityRefusedError("civil_status_birth")
        changes["date_of_birth"] = date_of_birth
    if personal_code is not None:
        holder = _holder_of(connection, personal_code)
        if holder is not None and holder.pupil_id != pupil.pupil_id:
            raise IdentityRefusedError("personal_code_taken")
        changes["personal_code"] = personal_code
    if not changes:
        raise IdentityRefusedError("civil_status_empty")
    store.update_pupils(connection, [{"pupil_id": pupil.pupil_id} | changes])
    _follow_with_own_account(connection, pupil.pupil_id, changes)
    _record(connection, pupil.pupil_id, "civil_status", evidence=evidence, changed_by=changed_by, now=now)
    _link_waiting(connection, pupil.pupil_id, personal_code or pupil.personal_code, now)
    return pupil.pupil_id


def _follow_with_own_account(connection: Connection, pupil_id: str, changes: dict[str, Any]) -> None:
    """Let the pupil's own account bear the name and personal code that the pupil bears now."""
    values = {field: value for field, value in changes.items() if field in {"name", "personal_code"}}
    ties = store.ties_of_pupils(connection, [pupil_id]).get(pupil_id, [])
    own = next((row.guardian for row in ties if row.is_own), None)
    if own is None or not values:
        return
    holders = store.guardians_by_personal_code(connection, [values.get("personal_code", "")]).values()
    if any(holder.guardian_id != own.guardian_id for holder in holders):
        raise IdentityRefusedError("personal_code_taken")
    store.update_guardian(connection, own.guardian_id, values)


def _verify_one_card_a_year(connection: Connection, pupil_ids: tuple[str, str], personal_code: str) -> None:
    """Two cards of one year and school, neither withdrawn, would both be shown as the child's: which one is right?"""
    record_ids = {record_id for found in card_ids_of_pupils(connection, pupil_ids).values() for record_id in found}
    places = [place for pupil_id in pupil_ids for place in places_of_pupil(connection, pupil_id)]
    waiting = waiting_cards(connection, personal_codes=[personal_code], places=places)
    record_ids.update(card.record_id for card in waiting)
    seen: dict[tuple[str, str], str] = {}
    for card in filter(None, (find_card(connection, record_id) for record_id in sorted(record_ids))):
        if card.state in WITHDRAWN:
            continue
        other = seen.setdefault((card.school_code, card.school_year), card.pupil_code)
        if other != card.pupil_code:  # a replacement on its way has the pupil code of the card that it replaces
            raise IdentityRefusedError("merge_two_cards", school_code=card.school_code, school_year=card.school_year)


def _barred_too(
    connection: Connection, moved_id: str, kept_id: str, *, bars_checked: bool
) -> list[tuple[str, store.TieRow]]:
    """Guardians of the two rows who may be a barred one, each with that bar."""
    ties = store.ties_of_pupils(connection, [moved_id, kept_id])
    everybody = [
        (pupil_id, row) for pupil_id in (moved_id, kept_id) for row in ties.get(pupil_id, []) if not row.is_own
    ]
    barred = {row.guardian.guardian_id for _, row in everybody if row.tie.barred_at is not None}
    found = []
    for of_pupil, bar in everybody:
        if bar.tie.barred_at is None:
            continue
        for other_pupil, other in everybody:
            if other.guardian.guardian_id in barred:
                continue
            one, two = bar.guardian, other.guardian
            if is_perhaps_one_person(one.name, one.personal_code, two.name, two.personal_code):
                found.append((two.guardian_id, bar))
            elif (
                not bars_checked
                and of_pupil != other_pupil
                and bar.tie.relation == other.tie.relation
                and None in (one.personal_code, two.personal_code)
            ):
                raise IdentityRefusedError("merge_barred_unclear")
    return found


def _pupil_at(connection: Connection, place: Place) -> KnownPupil:
    pupil = pupils_by_place(connection, [place]).get(place)
    if pupil is None:
        raise PupilNotFoundError
    return pupil


def _holder_of(connection: Connection, personal_code: str) -> KnownPupil | None:
    if not PERSONAL_CODE.fullmatch(personal_code):
        raise IdentityRefusedError("personal_code_malformed")
    return pupils_by_personal_code(connection, [personal_code]).get(personal_code)


def _link_waiting(connection: Connection, pupil_id: str, personal_code: str | None, now: datetime) -> None:
    link_waiting_cards(
        connection,
        personal_codes=[] if personal_code is None else [personal_code],
        places=places_of_pupil(connection, pupil_id),
        now=now,
    )


def _record(
    connection: Connection,
    pupil_id: str,
    kind: str,
    *,
    evidence: str,
    changed_by: str,
    now: datetime,
    merged_pupil_id: str | None = None,
) -> None:
    row = {
        "change_id": str(uuid4()),
        "pupil_id": pupil_id,
        "kind": kind,
        "merged_pupil_id": merged_pupil_id,
        "evidence": evidence.strip(),
        "changed_by": changed_by.strip(),
        "changed_at": now,
    }
    store.insert_rows(connection, identity_changes, [row])


def verify_texts(evidence: str, changed_by: str) -> None:
    """Whoever changes who somebody is says by which paper. Raises ``IdentityRefusedError``."""
    if not evidence.strip() or not changed_by.strip():
        raise IdentityRefusedError("identity_evidence_missing")
    if max(len(evidence), len(changed_by)) > MAX_TEXT_CHARACTERS:
        raise IdentityRefusedError("identity_text_long", limit=MAX_TEXT_CHARACTERS)
