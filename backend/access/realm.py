"""A kind of people with accounts: parents, or staff. The ceremonies are the same for all; what differs stands here."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection

from backend.access.limits import AttemptKind
from backend.access.tables import AccountTables


class AccountOwner(Struct, frozen=True):
    """Whose account it is: a guardian, or a member of staff."""

    owner_id: str
    name: str


class Waiting(Struct, frozen=True):
    """What an account waits for before it shows anything."""

    reason: str
    since: datetime


class Enrolled(Struct, frozen=True, kw_only=True):
    """An owner who has just made the first passkey of a letter."""

    owner: AccountOwner
    claimed_personal_code: str | None
    """What was given where no personal code was known."""
    has_enrolled_before: bool


class Realm(Struct, frozen=True, kw_only=True):
    """The accounts of one kind of people."""

    name: str
    """Takes part in deriving keys, so that no answer of one realm can be compared with one of another."""
    tables: AccountTables
    enrolment: AttemptKind
    login: AttemptKind
    step_up: AttemptKind
    idle_end: timedelta
    absolute_end: timedelta
    find_enrolling: Callable[[Connection, str, str, datetime], AccountOwner | None]
    """Whom an activation code was issued to, if they may enrol now with this personal code; the same work whether
    there is somebody or not."""
    find_owner: Callable[[Connection, str], AccountOwner | None]
    """By id; None for who may not have an account any more."""
    find_by_code: Callable[[Connection, str], str | None]
    """Whose personal code it is, in one statement whether there is somebody or not."""
    is_code_known: Callable[[Connection, str], bool]
    """Whether the personal code of an owner is known already, or is to be taken from them."""
    after_enrolment: Callable[[Connection, Enrolled, datetime], None]
    """What follows from an enrolment, in its transaction."""
    find_waiting: Callable[[Connection, str], Waiting | None]
    """What an owner's account waits for; None when it is open."""
