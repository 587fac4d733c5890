"""What goes over the wire of the staff's API."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from backend.desk.rules import StaffRole
from backend.http.access_wire import PersonalCodeText

Words = Annotated[str, Meta(max_length=500)]
SchoolCode = Annotated[str, Meta(max_length=20)]
SchoolYear = Annotated[str, Meta(max_length=20, description="2025-2026")]


class RoleGiven(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A role that is to be given."""

    role: StaffRole
    school_code: SchoolCode | None = None
    """Null for the department's officers only."""
    school_year: SchoolYear | None = None
    class_group: Words | None = None
    """Of a homeroom teacher, as the cards write it."""
    on_behalf: bool = False
    """A manager who signs "KT. HIỆU TRƯỞNG"."""


class PersonInvited(Struct, frozen=True, forbid_unknown_fields=True):
    """A person who comes onto a staff."""

    name: Words
    personal_code: PersonalCodeText
    role: RoleGiven


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """Why something is done."""

    reason: Words


class CertificateGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """With which certificate a person signs."""

    certificate: Annotated[str, Meta(max_length=20_000, description="PEM")]
    key_reference: Words
    """Where the key is, "csc:…": never the key."""


class SigningRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How a school signs."""

    teacher_signature_required: bool
    """Whether the manager signs only what the homeroom teacher has signed."""


class Role(Struct, frozen=True):
    """A role, in force or not."""

    role_id: str
    role: StaffRole
    school_code: str | None
    school_name: str | None
    school_year: str | None
    class_group: str | None
    on_behalf: bool
    from_at: datetime
    until_at: datetime | None
    in_force: bool


class CertificateFacts(Struct, frozen=True):
    """The certificate that a person signs with."""

    fingerprint: str
    """SHA-256 in hexadecimal."""
    subject: str | None
    """Common name."""
    valid_until: datetime


class StaffMe(Struct, frozen=True):
    """Who is logged in, and what for."""

    person_id: str
    name: str
    roles: list[Role]
    """In force only."""
    certificate: CertificateFacts | None
    manages_schools: list[str]
    """Codes of schools whose staff they may see."""
    is_department_officer: bool


class Invitation(Struct, frozen=True):
    """A code to enrol with; it is shown this once."""

    activation_code: str
    expires_at: datetime


class Person(Struct, frozen=True):
    """A member of the staff."""

    person_id: str
    name: str
    roles: list[Role]
    """At the school that was asked for, ended ones too."""
    enrolled: bool
    """Has a passkey."""
    invited_until: datetime | None
    """An unused invitation ends then."""
    deactivated_at: datetime | None


class People(Struct, frozen=True):
    """A school's staff, in the Vietnamese order of names."""

    people: list[Person]


class InvitedPerson(Struct, frozen=True):
    """A person with their new role."""

    person_id: str
    name: str
    role: Role
    invitation: Invitation | None
    """Null for who has a passkey already, or holds roles that are not the inviter's to open."""
