"""A link as it is stored."""

from datetime import datetime

from msgspec import Struct

from backend.sharing.rules import ShareFacts


class Share(Struct, frozen=True, kw_only=True):
    """A link, open or over."""

    share_id: str
    pupil_id: str
    guardian_id: str
    """Who made it, and recorded the child's consent."""
    receiver: str
    purpose: str
    record_ids: tuple[str, ...] | None
    """None: every card of the pupil, those to come too."""
    with_address: bool
    with_personal_code: bool
    passcode_hash: str | None
    passcode_tries: int
    single_use: bool
    child_consent_at: datetime | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    ended_at: datetime | None
    used_at: datetime | None
    opened_count: int
    last_opened_at: datetime | None

    @property
    def facts(self) -> ShareFacts:
        """What decides whether it opens."""
        return ShareFacts(
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            ended_at=self.ended_at,
            passcode_tries=self.passcode_tries,
            single_use=self.single_use,
            used_at=self.used_at,
        )


class ShareView(Struct, frozen=True, kw_only=True):
    """A browser in which a link stands open."""

    view_id: str
    """The hash of its token."""
    share: Share
    name: str
    """Who they said they are."""
    organisation: str | None
    ends_at: datetime
