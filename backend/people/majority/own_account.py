"""Tie a pupil to themselves, so that a letter can be written and an account of their own opens.

The school does it, for whoever it wants to hand a letter to, some months before the 18th birthday at the earliest; what
the account shows is for ``people.rules``: nothing before that day.
"""

from datetime import datetime
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import Connection

from backend.people import store
from backend.people.errors import OwnAccountRefusedError
from backend.people.identity import PupilNotFoundError, verify_texts
from backend.people.majority import store as majority_store
from backend.people.majority.tables import own_accounts
from backend.people.matching.store import Place, pupils_by_place
from backend.people.rules import OWN_ACCOUNT_AHEAD, OWN_RELATION, is_nearly_of_age, newest_birth_date_of_age
from backend.people.tables import guardians, guardianships
from verifier.vietnam_time import vietnam_day


class OwnAccount(Struct, frozen=True):
    """A pupil who is tied to themselves."""

    pupil_id: str
    guardian_id: str
    """The same person as somebody who logs in."""


def open_own_account(
    connection: Connection, place: Place, *, evidence: str, opened_by: str, now: datetime
) -> OwnAccount:
    """For one pupil who is 18 or soon will be; twice is once.

    Raises:
        PupilNotFoundError: the school knows nobody under this code.
        OwnAccountRefusedError: ``own_account_under_age``, ``own_account_other_name`` (the register knows the personal
            code as another person's), ``own_account_of_guardian`` (as that of this pupil's parent).
        IdentityRefusedError: a text is missing or too long.
    """
    verify_texts(evidence, opened_by)
    known = pupils_by_place(connection, [place]).get(place)
    if known is None:
        raise PupilNotFoundError
    pupil = majority_store.find_pupil(connection, known.pupil_id)
    return _open(connection, pupil, evidence=evidence, opened_by=opened_by, now=now)


def open_own_accounts(
    connection: Connection, school_code: str, *, evidence: str, opened_by: str, now: datetime
) -> tuple[list[OwnAccount], list[str]]:
    """For every such pupil of a school who has none; also the pupil codes of those who have to be looked at.

    Raises:
        IdentityRefusedError: a text is missing or too long.
    """
    verify_texts(evidence, opened_by)
    last_day = newest_birth_date_of_age(now + OWN_ACCOUNT_AHEAD)
    opened, doubtful = [], []
    for pupil in majority_store.pupils_born_until(connection, school_code, last_day=last_day):
        try:
            opened.append(_open(connection, pupil, evidence=evidence, opened_by=opened_by, now=now))
        except OwnAccountRefusedError:
            doubtful.append(pupil.pupil_code)
    return opened, doubtful


def _open(
    connection: Connection, pupil: majority_store.AdultToBe, *, evidence: str, opened_by: str, now: datetime
) -> OwnAccount:
    if not is_nearly_of_age(pupil.date_of_birth, now=now):
        raise OwnAccountRefusedError("own_account_under_age")
    ties = store.ties_of_pupils(connection, [pupil.pupil_id]).get(pupil.pupil_id, [])
    own = next((row for row in ties if row.is_own), None)
    if own is not None:
        return OwnAccount(pupil.pupil_id, own.guardian.guardian_id)
    guardian_id = _person(connection, pupil, ties, now)
    guardianship_id = str(uuid4())
    tie = {
        "guardianship_id": guardianship_id,
        "pupil_id": pupil.pupil_id,
        "guardian_id": guardian_id,
        "relation": OWN_RELATION,
        "valid_from": vietnam_day(now),
    }
    store.insert_rows(connection, guardianships, [tie])
    paper = {"guardianship_id": guardianship_id, "evidence": evidence, "opened_by": opened_by, "opened_at": now}
    store.insert_rows(connection, own_accounts, [paper])
    return OwnAccount(pupil.pupil_id, guardian_id)


def _person(connection: Connection, pupil: majority_store.AdultToBe, ties: list[store.TieRow], now: datetime) -> str:
    """The pupil's row among those who log in; there is one already where the pupil is a parent too."""
    known = None
    if pupil.personal_code is not None:
        known = store.find_guardian_by_personal_code(connection, pupil.personal_code)
    if known is not None:
        if any(row.guardian.guardian_id == known.guardian_id for row in ties):
            raise OwnAccountRefusedError("own_account_of_guardian")
        if known.name.casefold() != pupil.name.casefold():
            raise OwnAccountRefusedError("own_account_other_name")
        return known.guardian_id
    guardian_id = str(uuid4())
    person = {
        "guardian_id": guardian_id,
        "name": pupil.name,
        "personal_code": pupil.personal_code,
        "registered_at": now,
    }
    store.insert_rows(connection, guardians, [person])
    return guardian_id
