"""Staff with their roles, accounts and certificates, and how each school signs."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from backend.access.tables import account_tables
from backend.archive.tables import schools
from backend.database.metadata import metadata
from backend.database.moment import Moment

ID_CHARACTERS = 36
"""A UUID in its usual form."""

staff_persons = Table(
    "staff_persons",
    metadata,
    Column("person_id", String(ID_CHARACTERS), primary_key=True),
    Column("personal_code", String(12), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("deactivated_at", Moment),
)
"""One row a person, whatever they do at which school; never deleted, since their signatures stay."""

staff_roles = Table(
    "staff_roles",
    metadata,
    Column("role_id", String(ID_CHARACTERS), primary_key=True),
    Column("person_id", ForeignKey(staff_persons.c.person_id), nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("school_code", ForeignKey(schools.c.code), index=True),
    Column("school_year", String(9)),
    Column("class_group", Text),
    Column("on_behalf", Boolean, nullable=False),
    Column("from_at", Moment, nullable=False),
    Column("until_at", Moment),
    Column("given_by", Text, nullable=False),
    Column("ended_by", Text),
    CheckConstraint("role IN ('homeroom_teacher', 'manager', 'clerk', 'department_officer')", name="role"),
    CheckConstraint(
        "(role = 'department_officer') = (school_code IS NULL) AND (school_code IS NULL) = (school_year IS NULL)",
        name="school",
    ),
    CheckConstraint("(role = 'homeroom_teacher') = (class_group IS NOT NULL)", name="class_group"),
    CheckConstraint("role = 'manager' OR NOT on_behalf", name="on_behalf"),
)
"""What a person may do, where and when; ended, never deleted."""

staff_events = Table(
    "staff_events",
    metadata,
    Column("event_id", String(ID_CHARACTERS), primary_key=True),
    Column("person_id", ForeignKey(staff_persons.c.person_id), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
"""What was done about a person, and by whom; never deleted."""

STAFF_TABLES = account_tables("staff_", owners=staff_persons)

staff_certificates = Table(
    "staff_certificates",
    metadata,
    Column("person_id", ForeignKey(staff_persons.c.person_id), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),  # SHA-256 of the DER, hexadecimal
    Column("certificate", LargeBinary, nullable=False),  # DER
    Column("key_reference", Text, nullable=False),  # where the key is, as desk.key_ring reads it; never the key
    Column("registered_by", Text, nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index(
        "ux_staff_certificates_in_use",
        "person_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""The certificate that a person signs with: one at a time."""

school_signing = Table(
    "school_signing",
    metadata,
    Column("school_code", ForeignKey(schools.c.code), primary_key=True),
    Column("teacher_signature_required", Boolean, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
"""How a school signs; one without a row has its homeroom teachers sign first."""
