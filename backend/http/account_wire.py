"""What goes over the wire of a parent's own account, and of the enrolments that wait for a school."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from backend.access.add_letter import LetterState
from backend.access.decide_enrolment import Confirmed
from backend.access.keys import passkey_id_of
from backend.access.notices.store import Notice
from backend.access.own_passkeys.store import OwnPasskey
from backend.access.read_account import Account
from backend.access.session import Parent
from backend.access.step_up import stepped_up_until
from backend.access.waiting_enrolments import WaitingEnrolment
from backend.http.access_wire import (
    ActivationCodeText,
    Confirmation,
    PasskeyName,
    PersonalCodeText,
    RegistrationCredential,
    confirmation_of,
)

DecidedBy = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S", description="Who says so, by name")]


class Passkey(Struct, frozen=True):
    """One of the account's passkeys."""

    passkey_id: str
    name: str
    registered_at: datetime
    last_used_at: datetime | None
    backed_up: bool
    """Kept somewhere else too: a lost phone does not lose it."""
    current: bool
    """It opened the session that asks."""


class SessionListed(Struct, frozen=True):
    """A device that is logged in."""

    session_id: str
    device: str
    """Browser and system, such as "Chrome, Android"; empty for what nobody knows."""
    started_at: datetime
    last_seen_at: datetime
    current: bool


class AccountRead(Struct, frozen=True):
    """The reader's own account."""

    name: str
    personal_code_ending: str
    """The last three digits."""
    confirmation: Confirmation | None
    stepped_up_until: datetime | None
    passkeys: list[Passkey]
    sessions: list[SessionListed]
    notices: list[Notice]
    """What was not seen yet, newest first."""


class PasskeyFinish(Struct, frozen=True):
    """One more passkey."""

    credential: RegistrationCredential
    name: PasskeyName


class PasskeyRename(Struct, frozen=True, forbid_unknown_fields=True):
    """A passkey's new name."""

    name: PasskeyName


class LetterHandedIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A later letter of the school."""

    activation_code: ActivationCodeText


class LetterTaken(Struct, frozen=True):
    """What became of a letter."""

    state: LetterState
    """``waiting``: the school confirms first that the two guardians are one person."""


class PersonalCodeAsked(Struct, frozen=True):
    """The school is asked; until it confirms, the earlier code counts."""

    state: Literal["waiting"] = "waiting"


class PersonalCodeChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The personal code that the parent says is theirs."""

    personal_code: PersonalCodeText


class EnrolmentsWaiting(Struct, frozen=True):
    """What waits for the school, oldest first."""

    enrolments: list[WaitingEnrolment]


class EnrolmentDecision(Struct, frozen=True, forbid_unknown_fields=True):
    """Who of the school has looked at the person and their papers."""

    decided_by: DecidedBy


class EnrolmentConfirmed(Struct, frozen=True):
    """What the confirmation came to."""

    state: Confirmed


def passkey_of(own: OwnPasskey, parent: Parent) -> Passkey:
    """A passkey for the page."""
    return Passkey(
        passkey_id=passkey_id_of(own.credential_id),
        name=own.name,
        registered_at=own.registered_at,
        last_used_at=own.last_used_at,
        backed_up=own.backed_up,
        current=own.credential_id == parent.session.credential_id,
    )


def account_of(account: Account, parent: Parent, *, now: datetime) -> AccountRead:
    """An account for the page."""
    return AccountRead(
        name=parent.name,
        personal_code_ending=account.personal_code_ending,
        confirmation=confirmation_of(account.waiting),
        stepped_up_until=stepped_up_until(parent.session, now=now),
        passkeys=[passkey_of(own, parent) for own in account.passkeys],
        sessions=[
            SessionListed(
                session_id=one.session_id,
                device=one.device,
                started_at=one.started_at,
                last_seen_at=one.last_seen_at,
                current=one.session_id == parent.session.session_id,
            )
            for one in account.sessions
        ],
        notices=account.notices,
    )
