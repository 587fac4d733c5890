"""How often something may be tried, per code, per network address and by everybody together.

The figures leave room for honest crowds: a school hands out letters to a thousand parents behind one Wi-Fi, a mobile
network shows thousands of phones under one address, and on the evening of issue 50 parents a second arrive. A passkey
cannot be guessed, so the limits protect the machine more than the account; what can be guessed, the activation code,
has five tries for its whole life besides.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

WINDOW_SECONDS = 600
MAX_PASSKEYS: Final = 10
"""Phones, tablets and computers of one person. Each login names so many, real or made up (``decoys``)."""


class AttemptKind(StrEnum):
    """What is tried."""

    ENROLMENT = "enrolment"
    LOGIN = "login"
    STEP_UP = "step_up"
    """A parent shows the passkey again inside a session."""
    STAFF_ENROLMENT = "staff_enrolment"
    STAFF_LOGIN = "staff_login"
    STAFF_STEP_UP = "staff_step_up"
    AUTHORISATION = "authorisation"
    """A member of staff confirms a batch of signatures."""
    INTAKE = "intake"
    EXPORT = "export"
    """A parent takes everything along: the most work that one request can ask for."""
    SHARE = "share"
    """A receiver opens a link, or fetches a file of one."""


class Limit(Struct, frozen=True):
    """Most attempts in a window of ten minutes."""

    per_code: int
    """With one personal code or token, hashed."""
    per_address: int
    """From one IPv4 address or one IPv6 /64."""
    overall: int


Limits = Mapping[AttemptKind, Limit]

LIMITS: Limits = {
    AttemptKind.ENROLMENT: Limit(per_code=20, per_address=1_000, overall=20_000),
    AttemptKind.LOGIN: Limit(per_code=30, per_address=3_000, overall=60_000),
    AttemptKind.STEP_UP: Limit(per_code=30, per_address=3_000, overall=60_000),
    # A whole school's staff behind one address, on the day that invitations are handed out.
    AttemptKind.STAFF_ENROLMENT: Limit(per_code=20, per_address=500, overall=5_000),
    AttemptKind.STAFF_LOGIN: Limit(per_code=30, per_address=1_000, overall=20_000),
    AttemptKind.STAFF_STEP_UP: Limit(per_code=30, per_address=1_000, overall=20_000),
    AttemptKind.AUTHORISATION: Limit(per_code=30, per_address=500, overall=20_000),
    AttemptKind.INTAKE: Limit(per_code=300, per_address=600, overall=6_000),
    # A download that broke off is tried again; hundreds of cards are read and packed each time.
    AttemptKind.EXPORT: Limit(per_code=6, per_address=600, overall=3_000),
    # An admission desk opens hundreds of links in a morning; a link is sent to one receiver. The secret cannot be
    # guessed, and its passcode has five tries for its whole life.
    AttemptKind.SHARE: Limit(per_code=60, per_address=1_000, overall=20_000),
}
