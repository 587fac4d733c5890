"""Batches of signatures that staff authorised, with the evidence, and what each person saw of a card last."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from backend.archive.tables import schools
from backend.database.metadata import metadata
from backend.database.moment import Moment
from backend.desk.tables import ID_CHARACTERS, staff_persons, staff_roles

seen_cards = Table(
    "seen_cards",
    metadata,
    Column("person_id", ForeignKey(staff_persons.c.person_id), primary_key=True),
    Column("record_id", String(ID_CHARACTERS), primary_key=True),
    Column("xml", LargeBinary, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "record_id"),
)
"""What a person saw of a prepared card last, so that they are shown what changed; gone with the prepared card."""

signing_batches = Table(
    "signing_batches",
    metadata,
    Column("batch_id", String(ID_CHARACTERS), primary_key=True),
    Column("person_id", ForeignKey(staff_persons.c.person_id), nullable=False, index=True),
    Column("role_id", ForeignKey(staff_roles.c.role_id), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("school_code", ForeignKey(schools.c.code), nullable=False),
    Column("school_year", String(9), nullable=False),
    Column("class_group", Text),
    Column("on_behalf", Boolean, nullable=False),
    Column("certificate_sha256", LargeBinary, nullable=False),
    Column("key_reference", Text, nullable=False),
    Column("nonce", LargeBinary, nullable=False, unique=True),
    Column("statement", LargeBinary, nullable=False),  # the bytes whose SHA-256 is the challenge
    Column("state", String(10), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("finish_by", Moment),
    Column("credential_id", LargeBinary),
    Column("credential_public_key", LargeBinary),
    Column("backup_eligible", Boolean),
    Column("authenticator_data", LargeBinary),
    Column("client_data", LargeBinary),
    Column("signature", LargeBinary),
    Column("ended_at", Moment),
    Column("ended_reason", String(40)),
    CheckConstraint("purpose IN ('homeroom_teacher', 'manager', 'school')", name="purpose"),
    CheckConstraint("state IN ('begun', 'confirmed', 'done', 'ended')", name="state"),
    CheckConstraint(
        "(confirmed_at IS NULL) = (finish_by IS NULL) AND (confirmed_at IS NULL) = (signature IS NULL)"
        " AND (confirmed_at IS NULL) = (client_data IS NULL) AND (confirmed_at IS NULL) = (authenticator_data IS NULL)"
        " AND (confirmed_at IS NULL) = (credential_id IS NULL)"
        " AND (confirmed_at IS NULL) = (credential_public_key IS NULL)"
        " AND (confirmed_at IS NULL) = (backup_eligible IS NULL)",
        name="evidence_whole",
    ),
    CheckConstraint("state NOT IN ('confirmed', 'done') OR confirmed_at IS NOT NULL", name="confirmed"),
    CheckConstraint("(state IN ('done', 'ended')) = (ended_at IS NOT NULL)", name="ended"),
    Index(None, "state"),
)
"""Authorisations with their evidence (docs/formats/batch-authorisation.md); never deleted."""

signing_batch_cards = Table(
    "signing_batch_cards",
    metadata,
    Column("batch_id", ForeignKey(signing_batches.c.batch_id), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("record_id", String(ID_CHARACTERS), nullable=False),
    Column("xml_sha256", LargeBinary, nullable=False),  # of the bytes that are signed
    Column("state", String(10), nullable=False),
    Column("code", String(60)),  # why it was left out or failed
    Column("details", Text, nullable=False),
    Column("signed_xml_sha256", LargeBinary),
    Column("ended_at", Moment),
    CheckConstraint("state IN ('waiting', 'signed', 'left_out', 'failed')", name="state"),
    CheckConstraint("(state = 'signed') = (signed_xml_sha256 IS NOT NULL)", name="signed_whole"),
    CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
    Index(None, "record_id"),
)

school_keys = Table(
    "school_keys",
    metadata,
    Column("school_code", ForeignKey(schools.c.code), primary_key=True),
    Column("certificate", LargeBinary, nullable=False),  # DER
    Column("key_reference", Text, nullable=False),  # where the key is, never the key
    Column("registered_by", Text, nullable=False),
    Column("registered_at", Moment, nullable=False),
)
"""The organisation key that issues a school's cards here; whether its certificate is approved, the registry says."""
