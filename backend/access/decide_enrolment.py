"""A school confirms or refuses what waits for it.

Confirming writes what the guardian said into the register: a personal code that was not known, or that two guardians
are one person. A code that another person holds is never written; where that person bears the same name, as in a
roster, the two are one. Refusing ends the passkeys and sessions of the enrolment. Each is one transaction.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from backend.access import store
from backend.access.context import Access
from backend.access.errors import EnrolmentNotFoundError, EnrolmentRefusedError
from backend.access.notices.store import NoticeKind, add_notices
from backend.access.waiting_enrolments import find_waiting_enrolment
from backend.people.confirmations.rules import HIDES_EVERYTHING, ConfirmationReason
from backend.people.confirmations.store import Confirmation, Decision, decide
from backend.people.majority.two_guardians import are_pupil_and_other
from backend.people.readable import guarded_pupils
from backend.people.rules import is_perhaps_one_person
from backend.people.store import (
    Guardian,
    bar_ties,
    find_guardian,
    find_guardian_by_personal_code,
    move_ties,
    ties_of_pupils,
    update_guardian,
)
from backend.typed_text import one_line


class Confirmed(StrEnum):
    """What a confirmation came to."""

    OPENED = "opened"
    """The guardian sees what they may."""
    MERGED = "merged"
    """Two guardians of the register are one person now, who goes on with the account that has the personal code."""
    CODE_WRITTEN = "code_written"
    """The guardian's personal code is another one from now on."""


def confirm_enrolment(
    access: Access, *, enrolment_id: str, school_code: str | None, confirmed_by: str, now: datetime
) -> Confirmed:
    """The school has seen who it is.

    Args:
        access: parents' accounts.
        enrolment_id: what waits.
        school_code: whose pupils it has to concern; None for the department.
        confirmed_by: who says so.
        now: moment of the confirmation.

    Raises:
        EnrolmentNotFoundError: nothing waits under this id for this school.
        EnrolmentRefusedError: ``personal_code_of_another``: the register knows the code as somebody else's;
            ``guardian_has_other_code``: a roster has named another one meanwhile.
    """
    with access.database.write() as connection:
        waiting = find_waiting_enrolment(connection, enrolment_id, school_code=school_code, now=now)
        _decide(connection, waiting, Decision.CONFIRMED, by=confirmed_by, now=now)
        if waiting.reason is ConfirmationReason.ANOTHER_CHILD:
            return _add_children(access, connection, waiting, now=now)
        if waiting.reason is ConfirmationReason.PERSONAL_CODE_CHANGE:
            _write_code(connection, waiting)
            _tell(connection, waiting.guardian_id, NoticeKind.PERSONAL_CODE_CHANGED, of=waiting.guardian_id, now=now)
            return Confirmed.CODE_WRITTEN
        if waiting.reason is ConfirmationReason.PERSONAL_CODE_UNKNOWN:
            holder = _same_person_elsewhere(connection, waiting)
            if holder is not None:
                _merge(access, connection, waiting.guardian_id, into=holder, now=now)
                return Confirmed.MERGED
            _write_code(connection, waiting)
        _tell(connection, waiting.guardian_id, NoticeKind.ENROLMENT_CONFIRMED, of=waiting.guardian_id, now=now)
    return Confirmed.OPENED


def refuse_enrolment(
    access: Access, *, enrolment_id: str, school_code: str | None, refused_by: str, now: datetime
) -> None:
    """The school knows nothing of it, or knows better.

    Raises:
        EnrolmentNotFoundError: nothing waits under this id for this school.
    """
    with access.database.write() as connection:
        waiting = find_waiting_enrolment(connection, enrolment_id, school_code=school_code, now=now)
        _decide(connection, waiting, Decision.REFUSED, by=refused_by, now=now)
        if waiting.reason in HIDES_EVERYTHING:
            _end(access, connection, waiting.guardian_id, store.EndedReason.REFUSED, now=now)
        elif waiting.account_id is not None:
            _tell(connection, waiting.account_id, NoticeKind.LETTER_REFUSED, of=waiting.guardian_id, now=now)
        else:
            _tell(connection, waiting.guardian_id, NoticeKind.PERSONAL_CODE_REFUSED, of=waiting.guardian_id, now=now)


def _decide(connection: Connection, waiting: Confirmation, decision: Decision, *, by: str, now: datetime) -> None:
    if not decide(connection, waiting.enrolment_id, decision, by=one_line(by), now=now):
        raise EnrolmentNotFoundError


def _same_person_elsewhere(connection: Connection, waiting: Confirmation) -> Guardian | None:
    """Who else holds the claimed personal code, if they bear the guardian's name."""
    holder = find_guardian_by_personal_code(connection, waiting.claimed_personal_code or "")
    guardian = find_guardian(connection, waiting.guardian_id)
    if holder is None or guardian is None or holder.guardian_id == guardian.guardian_id:
        return None
    one_name = holder.name.casefold() == guardian.name.casefold()
    return holder if one_name and not are_pupil_and_other(connection, holder, guardian) else None


def _write_code(connection: Connection, waiting: Confirmation) -> None:
    code = waiting.claimed_personal_code or ""
    guardian = find_guardian(connection, waiting.guardian_id)
    known = None if guardian is None else guardian.personal_code
    if waiting.reason is ConfirmationReason.PERSONAL_CODE_UNKNOWN and known not in {None, code}:
        raise EnrolmentRefusedError("guardian_has_other_code")
    holder = find_guardian_by_personal_code(connection, code)
    if holder is not None and holder.guardian_id != waiting.guardian_id:
        raise EnrolmentRefusedError("personal_code_of_another")
    update_guardian(connection, waiting.guardian_id, {"personal_code": code})


def _add_children(access: Access, connection: Connection, waiting: Confirmation, *, now: datetime) -> Confirmed:
    letter = find_guardian(connection, waiting.guardian_id)
    account = find_guardian(connection, waiting.account_id or "")
    if letter is None or account is None:  # rows of guardians are never deleted
        raise EnrolmentNotFoundError
    # The register may have learnt meanwhile who it is.
    if letter.personal_code is not None or are_pupil_and_other(connection, letter, account):
        raise EnrolmentRefusedError("personal_code_of_another")
    _merge(access, connection, letter.guardian_id, into=account, now=now)
    return Confirmed.MERGED


def _merge(access: Access, connection: Connection, guardian_id: str, *, into: Guardian, now: datetime) -> None:
    """Let one guardian have another's pupils. A bar on whoever may be that person holds for them as well."""
    pupils = guarded_pupils(connection, guardian_id=guardian_id, now=now)
    move_ties(connection, from_guardian_id=guardian_id, to_guardian_id=into.guardian_id)
    for pupil_id, ties in ties_of_pupils(connection, [pupil.pupil_id for pupil in pupils]).items():
        for bar in ties:
            other = bar.guardian
            if bar.tie.barred_at is None or not is_perhaps_one_person(
                other.name, other.personal_code, into.name, into.personal_code
            ):
                continue
            bar_ties(
                connection,
                pupil_id=pupil_id,
                guardian_id=into.guardian_id,
                reason=bar.barred_reason or "",
                decision_reference=bar.decision_reference or "",
                now=now,
            )
    _end(access, connection, guardian_id, store.EndedReason.MERGED, now=now)
    for pupil in pupils:
        add_notices(connection, [into.guardian_id], NoticeKind.CHILD_ADDED, name=pupil.name, now=now)


def _end(access: Access, connection: Connection, guardian_id: str, reason: store.EndedReason, *, now: datetime) -> None:
    store.end_passkeys(connection, access.realm.tables, owner_id=guardian_id, reason=reason, now=now)


def _tell(connection: Connection, guardian_id: str, kind: NoticeKind, *, of: str, now: datetime) -> None:
    named = find_guardian(connection, of)
    add_notices(connection, [guardian_id], kind, name="" if named is None else named.name, now=now)
