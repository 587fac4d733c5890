"""Activation letters of a school: a code for each guardian who may read a card and has no passkey yet.

A pupil who is 18 or soon will be gets one as well, for an account of their own.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from backend.access.context import Access
from backend.access.errors import GuardianMayNotEnrolError
from backend.access.issue_activation_code import issue_activation_code
from backend.access.store import has_passkey
from backend.department.csv_table import TableRefusedError
from backend.department.store import SchoolGuardian, guardians_of_school
from backend.people.names import SortKey, vietnamese_sort_key
from backend.people.readable import guarded_pupils
from backend.people.roster import normal_name
from backend.people.rules import OWN_RELATION, is_of_age, majority_day

MAX_LETTERS: Final = 5_000
"""Of one file: the largest school has some 4,000 guardians. 2,000 letters take 9 s of a core and 500 MB."""
_NUMBER = re.compile(r"\d+")


class LetterChild(Struct, frozen=True):
    """A pupil of the school whom the letter is about."""

    name: str
    class_group: str


class ParentLetter(Struct, frozen=True, kw_only=True):
    """What stands on one letter. The code is nowhere else."""

    class_group: str
    child: str
    guardian: str
    activation_code: str
    expires_at: datetime
    relation: str
    """What the guardian is to ``child``; ``self`` for the pupil."""
    children: tuple[LetterChild, ...]
    """All of the guardian's at this school, ``child`` first."""
    code_known: bool
    """Whether the school has the guardian's personal code; else the enrolment waits until the school confirms it."""
    own_from: date | None = None
    """Of a pupil who is not 18 yet: the first day on which the account shows something."""


def write_letters(
    access: Access,
    *,
    school_code: str,
    class_group: str | None = None,
    pupil_code: str | None = None,
    guardian: str | None = None,
    only_own: bool = False,
    now: datetime,
) -> list[ParentLetter]:
    """Letters by class and child, in the Vietnamese order of names; a guardian of several children gets one.

    Earlier codes that nobody used end.

    Args:
        access: the parents' accounts.
        school_code: whose pupils.
        class_group: only of this class.
        pupil_code: only of this pupil, and for guardians who have a passkey too: one was lost with a phone.
        guardian: only of this name, as in the roster.
        only_own: only to pupils, for accounts of their own.
        now: the moment.

    Raises:
        TableRefusedError: ``letters_too_many``; no code was made.
    """
    with access.database.read() as connection:
        rows = _in_order(connection, guardians_of_school(connection, school_code), now=now)
        enrolled = {
            guardian_id
            for guardian_id in {row.guardian_id for row in rows}
            if has_passkey(connection, access.realm.tables, owner_id=guardian_id)
        }
    children: dict[str, list[SchoolGuardian]] = {}
    for row in rows:
        children.setdefault(row.guardian_id, []).append(row)
    left_out = set() if pupil_code else enrolled
    chosen: dict[str, SchoolGuardian] = {}
    for row in rows:
        if only_own and row.relation != OWN_RELATION:
            continue
        meant = guardian is None or row.guardian.casefold() == normal_name(guardian).casefold()
        if meant and class_group in {None, row.class_group} and pupil_code in {None, row.pupil_code}:
            chosen.setdefault(row.guardian_id, row)
    first = [row for row in chosen.values() if row.guardian_id not in left_out]
    if len(first) > MAX_LETTERS:
        raise TableRefusedError("letters_too_many", limit=MAX_LETTERS)
    letters = (_letter(access, row, [row, *children[row.guardian_id]], now=now) for row in first)
    return [letter for letter in letters if letter is not None]


def _letter(access: Access, row: SchoolGuardian, ties: list[SchoolGuardian], *, now: datetime) -> ParentLetter | None:
    """None for who may not enrol after all."""
    try:
        code = issue_activation_code(access, guardian_id=row.guardian_id, now=now)
    except GuardianMayNotEnrolError:
        return None
    by_pupil = {tie.pupil_id: LetterChild(tie.child, tie.class_group) for tie in ties}
    is_early = row.relation == OWN_RELATION and not is_of_age(row.date_of_birth, now=now)
    return ParentLetter(
        class_group=row.class_group,
        child=row.child,
        guardian=row.guardian,
        activation_code=code.code,
        expires_at=code.expires_at,
        relation=row.relation,
        children=tuple(by_pupil.values()),
        code_known=row.personal_code is not None,
        own_from=majority_day(row.date_of_birth) if is_early else None,
    )


def _in_order(connection: Connection, rows: Sequence[SchoolGuardian], *, now: datetime) -> list[SchoolGuardian]:
    """Those who may read that pupil's cards once they have enrolled, by class and name."""
    readable = {
        guardian_id: {pupil.pupil_id for pupil in guarded_pupils(connection, guardian_id=guardian_id, now=now)}
        for guardian_id in {row.guardian_id for row in rows}
    }
    return sorted((row for row in rows if row.pupil_id in readable[row.guardian_id]), key=_place)


def _place(row: SchoolGuardian) -> tuple[list[tuple[int, str]], SortKey, str, SortKey]:
    """Class 4A before 10A, then by name; two pupils of one name keep their guardians together."""
    child, guardian = vietnamese_sort_key(row.child), vietnamese_sort_key(row.guardian)
    return class_order(row.class_group), child, row.pupil_code, guardian


def class_order(class_group: str) -> list[tuple[int, str]]:
    """Key for ``sorted``: numbers in a class's name count as numbers."""
    numbers = _NUMBER.findall(class_group)
    words = _NUMBER.split(class_group.casefold())
    return [(-1, words[0]), *((int(number), word) for number, word in zip(numbers, words[1:], strict=True))]
