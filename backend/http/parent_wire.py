"""What goes over the wire of a parent's children and their cards."""

from datetime import date, datetime

from msgspec import Raw, Struct

from backend.archive.compare_records import FieldChange
from backend.archive.rules import CardState
from backend.assessment.explanation import Explanation
from backend.http.access_wire import Confirmation
from backend.messages import Sentence
from verifier.record.levels import EducationLevel
from verifier.record.record import Record
from verifier.verdict import SignatureReport


class Pending(Struct, frozen=True):
    """A year whose card waits: for a supplementary assessment, or for the pupil's personal code."""

    until: date
    reason: str
    """``supplementary_lessons``, ``reexamination``, ``summer_training`` or ``personal_code``."""
    overdue: bool
    """The day has passed and there is no card yet."""


class CardSummary(Struct, frozen=True):
    """One card in a list."""

    record_id: str
    school_year: str
    grade: int
    class_group: str
    school_name: str
    level: EducationLevel
    state: CardState
    """``issued``, ``superseded`` or ``revoked``."""
    issued_at: datetime


class ComesOfAge(Struct, frozen=True):
    """The 18th birthday of a reader's child, and whether the child can take over."""

    name: str
    day: date
    has_own_account: bool
    """The pupil has made a passkey of their own."""


class ChildSummary(Struct, frozen=True):
    """One child with their cards, newest year first."""

    pupil_id: str
    own: bool
    """The reader is this pupil, of age."""
    name: str
    class_group: str
    school_name: str
    pending: Pending | None
    comes_of_age: ComesOfAge | None
    """Said in the weeks before the 18th birthday, after which the reader needs the pupil's consent."""
    cards: list[CardSummary]


class Me(Struct, frozen=True):
    """Who is logged in and what they may see today."""

    name: str
    confirmation: Confirmation | None
    """What the account waits for; there are no children until then."""
    children: list[ChildSummary]
    grown: list[ComesOfAge]
    """Children of age who have not agreed that the reader reads on."""
    own_from: date | None
    """The reader is a pupil who is not 18 yet: from that day on their own cards are here."""


class ToDo(Struct, frozen=True):
    """What a pupil has to do over the summer to move up."""

    code: str
    """``supplementary_lessons``, ``reexamination`` or ``summer_training``."""
    sentence: Sentence
    regulation: str
    article: str
    until: date
    """Last day, in Vietnam, by which the school closes the pupil's year."""


class Card(Struct, frozen=True):
    """One card whole, for a parent."""

    record: Record
    state: CardState
    issued_at: datetime
    signatures: list[SignatureReport]
    replaces: str | None
    """Record id of the card that this one has replaced; None also when this reader may not read that one."""
    replaced_by: str | None
    """Record id of the card that has replaced this one; None also when this reader may not read that one."""
    changes: list[FieldChange]
    """What differs between the replaced card and the one in its place, field by field; empty without such a pair."""
    explanations: list[Explanation]
    """Why the results are what they are, and what stood in the way of the better ones, with the circular's article."""
    to_do: list[ToDo]
    """What is still to be done over the summer; empty once the year is closed."""


class EncodedCard(Struct, frozen=True):
    """A ``Card`` whose parts from the kept page are encoded already."""

    record: Raw
    state: CardState
    issued_at: datetime
    signatures: Raw
    replaces: str | None
    replaced_by: str | None
    changes: list[FieldChange]
    explanations: Raw
    to_do: list[ToDo]
