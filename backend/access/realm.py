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
    find_enrolling: Callable[[Connection, str, datetime], AccountOwner | None]
    """Who may enrol now with this personal code; the same work whether there is somebody or not."""
    find_owner: Callable[[Connection, str], AccountOwner | None]
    """By id; None for who may not have an account any more."""
