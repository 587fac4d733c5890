"""What a school tells of its pupils and their guardians."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from backend.assessment.check_text import wrong_letters
from backend.people.errors import RosterRefusedError

PERSONAL_CODE = re.compile(r"[0-9]{12}", re.ASCII)
"""Twelve digits and no check digit; an unknown province part is no error (children born abroad, demo cities)."""
_TEMPORARY_CODE = re.compile(r"TAM-\S{1,36}")
_OTHER_ID = re.compile(r"\S.{0,39}")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of letters that are not seen, or seen differently everywhere."""
MAX_GUARDIANS = 20
"""Parents, step-parents, grandparents, an institution: no honest pupil has more."""


MAX_NAME_CHARACTERS = 200
_MAX_CHARACTERS = {
    "name": MAX_NAME_CHARACTERS,
    "school_code": 20,
    "school_name": 300,
    "pupil_code": 40,
    "class_group": 40,
}
"""What the register has room for."""
EARLIEST_BIRTH = date(1900, 1, 1)
"""Nobody who was born before goes to school: a mistyped year."""


class Relation(StrEnum):
    """What the guardian is to the pupil."""

    MOTHER = "mother"
    FATHER = "father"
    GUARDIAN = "guardian"


class AlternativeIdType(StrEnum):
    """What stands in for a personal code: foreign pupils, children newly returned, births not registered yet."""

    PASSPORT = "passport"
    FOREIGNER_EID = "foreigner_eid"
    TEMPORARY = "temporary"
    """``TAM-…``: made up by a school until the real code comes; means nothing outside that school."""


class PendingReason(StrEnum):
    """Why a pupil's year is not closed yet."""

    SUPPLEMENTARY_LESSONS = "supplementary_lessons"
    """Primary: guided and assessed again over the summer (circular 27, article 11)."""
    REEXAMINATION = "reexamination"
    """Secondary: subjects examined again (circular 22, article 14)."""
    SUMMER_TRAINING = "summer_training"
    """Secondary: training result not passed, trains over the summer (circular 22, article 13)."""


class AlternativeId(Struct, frozen=True):
    """An identity other than the personal code."""

    type: AlternativeIdType
    value: str


class PendingAssessment(Struct, frozen=True):
    """A year left open for a supplementary assessment."""

    reason: PendingReason
    until: date
    """Last day by which the school closes the year."""


class GuardianEntry(Struct, frozen=True, kw_only=True):
    """One guardian of one pupil."""

    name: str
    relation: Relation
    personal_code: str | None
    """None until the guardian has given it; who then enrols in this name waits for the school's confirmation."""
    valid_from: date | None = None
    """None: from the day of registration."""
    valid_until: date | None = None


class PupilEntry(Struct, frozen=True, kw_only=True):
    """One pupil as the school knows them today."""

    name: str
    date_of_birth: date
    school_code: str
    school_name: str
    pupil_code: str
    """Mã học sinh: the school's own code."""
    class_group: str
    personal_code: str | None
    alternative_id: AlternativeId | None = None
    pending: PendingAssessment | None = None
    guardians: tuple[GuardianEntry, ...] = ()


def normal_name(name: str) -> str:
    """A name in NFC with single spaces: what is stored and compared."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def verify_roster(entries: Sequence[PupilEntry], *, today: date) -> None:
    """Refuse a roster with an entry that cannot be true; nothing of it is then taken.

    Args:
        entries: the roster.
        today: the day in Vietnam; nobody is born after it.

    Raises:
        RosterRefusedError: ``details`` name the row (from 1) and the field, never the value.
    """
    for row, entry in enumerate(entries, start=1):
        _verify_code(entry.personal_code, row, "personal_code")
        _verify_alternative(entry.alternative_id, row)
        for field in ("name", "school_code", "pupil_code"):
            if not getattr(entry, field).strip():
                raise RosterRefusedError("roster_field_empty", row=row, field=field)
        for field, limit in _MAX_CHARACTERS.items():
            _verify_printable(getattr(entry, field), row, field, limit=limit)
        if not EARLIEST_BIRTH <= entry.date_of_birth <= today:
            raise RosterRefusedError("roster_birth_impossible", row=row)
        if len(entry.guardians) > MAX_GUARDIANS:
            raise RosterRefusedError("roster_too_many_guardians", row=row, limit=MAX_GUARDIANS)
        for guardian in entry.guardians:
            _verify_code(guardian.personal_code, row, "guardian.personal_code")
            if not guardian.name.strip():
                raise RosterRefusedError("roster_field_empty", row=row, field="guardian.name")
            _verify_printable(guardian.name, row, "guardian.name", limit=MAX_NAME_CHARACTERS)
        codes = [guardian.personal_code for guardian in entry.guardians if guardian.personal_code]
        if len(set(codes)) < len(codes) or entry.personal_code in codes:
            raise RosterRefusedError("roster_code_twice", row=row, field="guardian.personal_code")


def doubtful_letters(entry: PupilEntry) -> tuple[str, ...]:
    """Codes of what in the names only looks like Vietnamese: a Western Đ, the encodings of the years before Unicode."""
    names = (entry.name, *(guardian.name for guardian in entry.guardians))
    return tuple(dict.fromkeys(code for name in names for code in wrong_letters(name)))


def unseen_letter(text: str) -> str | None:
    """The first letter that nobody sees, as ``U+200B``."""
    found = next((letter for letter in text if unicodedata.category(letter) in _UNSEEN), None)
    return None if found is None else f"U+{ord(found):04X}"


def _verify_printable(text: str, row: int, field: str, *, limit: int) -> None:
    """Letters that nobody sees make two equal names different, and a name read in another order than it has."""
    if len(normal_name(text)) > limit:
        raise RosterRefusedError("roster_text_long", row=row, field=field, limit=limit)
    unseen = unseen_letter(text)
    if unseen is not None:
        raise RosterRefusedError("roster_letter_unseen", row=row, field=field, letter=unseen)


def _verify_code(code: str | None, row: int, field: str) -> None:
    if code is not None and not PERSONAL_CODE.fullmatch(code):
        raise RosterRefusedError("roster_code_malformed", row=row, field=field)


def _verify_alternative(alternative: AlternativeId | None, row: int) -> None:
    if alternative is None:
        return
    pattern = _TEMPORARY_CODE if alternative.type is AlternativeIdType.TEMPORARY else _OTHER_ID
    if not pattern.fullmatch(alternative.value):
        raise RosterRefusedError("roster_alternative_id_malformed", row=row)
