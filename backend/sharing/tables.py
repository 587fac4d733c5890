"""Links that guardians made, which cards each shows, and the browsers in which one stands open."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String, Table

from backend.access.tables import HASH_CHARACTERS
from backend.database.metadata import metadata
from backend.database.moment import Moment
from backend.people.tables import ID_CHARACTERS

shares = Table(
    "shares",
    metadata,
    Column("share_id", String(ID_CHARACTERS), primary_key=True),
    Column("secret_hash", String(HASH_CHARACTERS), unique=True),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), nullable=False, index=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False, index=True),
    Column("receiver", String(120), nullable=False),
    Column("purpose", String(300), nullable=False),
    Column("every_card", Boolean, nullable=False),
    Column("with_address", Boolean, nullable=False),
    Column("with_personal_code", Boolean, nullable=False),
    Column("passcode_hash", String(200)),
    Column("passcode_tries", Integer, nullable=False),
    Column("single_use", Boolean, nullable=False),
    Column("child_consent_at", Moment()),
    Column("created_at", Moment(), nullable=False),
    Column("expires_at", Moment(), nullable=False, index=True),
    Column("revoked_at", Moment()),
    Column("ended_at", Moment()),
    Column("used_at", Moment()),
    Column("opened_count", Integer, nullable=False),
    Column("last_opened_at", Moment()),
    CheckConstraint("(used_at IS NULL) = (opened_count = 0)", name="used_whole"),
    CheckConstraint("opened_count <= 1 OR NOT single_use", name="single_use"),
)
"""One row a link. Its secret is nowhere: only the hash, until the link has been over for a while. The guardian who made
it is the one who recorded the child's consent."""

share_cards = Table(
    "share_cards",
    metadata,
    Column("share_id", ForeignKey("shares.share_id"), primary_key=True),
    Column("record_id", String(ID_CHARACTERS), primary_key=True),
)
"""The cards of a link that does not show every card."""

share_views = Table(
    "share_views",
    metadata,
    Column("token_hash", String(HASH_CHARACTERS), primary_key=True),
    Column("share_id", ForeignKey("shares.share_id"), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("organisation", String(120)),
    Column("opened_at", Moment(), nullable=False),
    Column("ends_at", Moment(), nullable=False, index=True),
)
"""Browsers of receivers: who they said they are, and until when the files may be fetched."""
