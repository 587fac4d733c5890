"""What is known of a member of staff."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from backend.desk.rules import HeldRole, StaffRole


class StaffEventKind(StrEnum):
    """What is done about a person; the values stand in the database."""

    ADDED = "added"
    INVITED = "invited"
    ROLE_GIVEN = "role_given"
    ROLE_ENDED = "role_ended"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    CERTIFICATE = "certificate"
    AUTHORISATION_REFUSED = "authorisation_refused"


class StaffPerson(Struct, frozen=True):
    """A person on some staff. The code is personal data: not for logs or URLs."""

    person_id: str
    personal_code: str
    name: str
    deactivated_at: datetime | None


class StaffCertificate(Struct, frozen=True):
    """The certificate that a person signs with, and where its key is."""

    person_id: str
    fingerprint: str
    """SHA-256 of the DER, hexadecimal."""
    certificate: bytes
    """DER."""
    key_reference: str


class NewRole(Struct, frozen=True, kw_only=True):
    """A role that is to be given."""

    role: StaffRole
    school_code: str | None = None
    school_year: str | None = None
    class_group: str | None = None
    on_behalf: bool = False


class ListedPerson(Struct, frozen=True):
    """A member of a school's staff, as the school sees them."""

    person: StaffPerson
    roles: tuple[HeldRole, ...]
    """At this school, ended ones too."""
    enrolled: bool
    """Whether they have a passkey in force."""
    invited_until: datetime | None
    """When their unused invitation ends."""
