"""What may be shared, for how long, and what of it a receiver sees. Pure: no clock, no database, no framework.

1. Whoever may read a pupil's cards may show them to a named receiver for a named purpose, for 1 to 90 days.
2. From the pupil's 7th birthday on, the pupil has to agree as well (Law 91/2025/QH15, article 24): the form records it.
   A link that was made before without asking the child ends on that day.
3. A link opens only as long as its maker may still read the pupil's cards (``people.rules``), has not been revoked, is
   not used up, and has not ended by its time or by wrong passcodes.
4. The receiver sees the card without what it need not show. The address and the personal code are shown where the
   maker allowed each; the rest of what is about the family and the body only with both, since then the signed files,
   which hold everything, may be fetched as well.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, structs

from backend.people.rules import birthday
from backend.sharing.errors import ShareRefusedError
from verifier.record.record import Record
from verifier.vietnam_time import VIETNAM_TIME, vietnam_day

CONSENT_YEARS: Final = 7
"""From this birthday a child's own consent is needed (Law 91/2025/QH15, article 24)."""
MIN_DAYS: Final = 1
MAX_DAYS: Final = 90
"""A move to another school takes weeks; whoever needs the card for longer asks again."""
MIN_PASSCODE_CHARACTERS: Final = 4
"""Guessed five times in its life at most, so four digits are enough to tell over the telephone."""
MAX_PASSCODE_CHARACTERS: Final = 64
"""A sentence at most: told over the telephone, typed by hand."""
MAX_PASSCODE_TRIES: Final = 5
"""Wrong passcodes that a link bears in its whole life."""
MAX_CARDS: Final = 50
"""Twelve years, with their corrections."""
MAX_IN_FORCE: Final = 50
"""Links of one guardian that are open at the same time: far more than anybody oversees."""
MAX_STATED_CHARACTERS: Final = 120
"""Of a name, an organisation, a receiver."""
MAX_PURPOSE_CHARACTERS: Final = 300


class ShareState(StrEnum):
    """Whether a link opens; the first that holds of the reasons why it does not."""

    ACTIVE = "active"
    REVOKED = "revoked"
    ENDED = "ended"
    """Its maker may no longer read the pupil's cards."""
    EXPIRED = "expired"
    LOCKED = "locked"
    """Too many wrong passcodes."""
    USED = "used"
    """It was for one use."""


class ShareTerms(Struct, frozen=True, kw_only=True):
    """What a guardian wishes to share, as it was typed in, and cleaned."""

    receiver: str
    purpose: str
    with_address: bool
    with_personal_code: bool
    days: int
    passcode: str | None
    single_use: bool
    child_consents: bool


class ShareFacts(Struct, frozen=True, kw_only=True):
    """What decides whether a link opens."""

    expires_at: datetime
    revoked_at: datetime | None
    ended_at: datetime | None
    passcode_tries: int
    single_use: bool
    used_at: datetime | None


def verify_terms(terms: ShareTerms, *, pupil_date_of_birth: date, in_force: int, now: datetime) -> None:
    """Refuse what must not be shared like this.

    Args:
        terms: what is wished for.
        pupil_date_of_birth: decides whether the child has to agree.
        in_force: how many links of this guardian are open already.
        now: aware instant of the request.

    Raises:
        ShareRefusedError: with the code of the first thing that is wrong.
    """
    if not terms.receiver:
        raise ShareRefusedError("share_receiver_missing")
    if not terms.purpose:
        raise ShareRefusedError("share_purpose_missing")
    if not MIN_DAYS <= terms.days <= MAX_DAYS:
        raise ShareRefusedError("share_days_refused", least=MIN_DAYS, most=MAX_DAYS)
    if terms.passcode is not None and len(terms.passcode) < MIN_PASSCODE_CHARACTERS:
        raise ShareRefusedError("share_passcode_short", least=MIN_PASSCODE_CHARACTERS)
    if must_child_consent(pupil_date_of_birth, now) and not terms.child_consents:
        raise ShareRefusedError("child_consent_missing", years=CONSENT_YEARS)
    if in_force >= MAX_IN_FORCE:
        raise ShareRefusedError("share_too_many", most=MAX_IN_FORCE)


def must_child_consent(date_of_birth: date, now: datetime) -> bool:
    """Whether the pupil has had the 7th birthday."""
    return vietnam_day(now) >= birthday(date_of_birth, CONSENT_YEARS)


def expiry(terms: ShareTerms, *, pupil_date_of_birth: date, now: datetime) -> datetime:
    """When a link made now ends: at the latest as the child's 7th birthday begins, where the child was not asked."""
    end = now + timedelta(days=terms.days)
    if terms.child_consents:
        return end
    return min(end, datetime.combine(birthday(pupil_date_of_birth, CONSENT_YEARS), time(), tzinfo=VIETNAM_TIME))


def state_of(share: ShareFacts, *, maker_may_read: bool, now: datetime) -> ShareState:
    """Whether a link opens now; the order is the order of who may know what: the maker's own act first."""
    if share.revoked_at is not None:
        return ShareState.REVOKED
    if share.ended_at is not None or not maker_may_read:
        return ShareState.ENDED
    if share.expires_at <= now:
        return ShareState.EXPIRED
    if share.passcode_tries >= MAX_PASSCODE_TRIES:
        return ShareState.LOCKED
    if share.single_use and share.used_at is not None:
        return ShareState.USED
    return ShareState.ACTIVE


def may_fetch_files(*, with_address: bool, with_personal_code: bool) -> bool:
    """Whether the receiver may have the signed PDF and XML: they hold everything."""
    return with_address and with_personal_code


def shown_record(record: Record, *, with_address: bool, with_personal_code: bool) -> Record:
    """The record without what its maker did not allow.

    A place where somebody lives or comes from goes with the address; numbers by which registers know the pupil go with
    the personal code. Ethnicity, body, disability and the names of the family are in the files: they are shown where
    the files may be fetched, and only there.
    """
    if may_fetch_files(with_address=with_address, with_personal_code=with_personal_code):
        return record
    pupil = structs.replace(
        record.pupil,
        ethnicity=None,
        weight_kg=None,
        height_cm=None,
        not_assessed=False,
        father_name=None,
        mother_name=None,
        guardian_name=None,
    )
    if not with_address:
        pupil = structs.replace(pupil, address=None, home_town=None, birthplace=None)
    if not with_personal_code:
        pupil = structs.replace(pupil, personal_code=None, register_number=None)
    return structs.replace(record, pupil=pupil)
