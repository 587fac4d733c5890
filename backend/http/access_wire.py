"""What goes over the wire when parents or staff come in. JSON is snake_case, except in WebAuthn's own structures."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from backend.access.claimed_text import MAX_DEVICE_NAME_CHARACTERS
from backend.access.realm import Waiting

ActivationCodeText = Annotated[str, Meta(max_length=40, description="XXXX-XXXX-XXXX, in any spelling")]
PasskeyName = Annotated[
    str, Meta(max_length=MAX_DEVICE_NAME_CHARACTERS, description="What the parent calls the device")
]
PersonalCodeText = Annotated[str, Meta(max_length=20, description="Twelve digits")]
Base64Url = Annotated[str, Meta(max_length=65_536, description="base64url without padding")]


class EnrolmentBegin(Struct, frozen=True, forbid_unknown_fields=True):
    """What a guardian has in hand."""

    activation_code: ActivationCodeText
    personal_code: PersonalCodeText


class LoginBegin(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose passkey is to be asked for."""

    personal_code: PersonalCodeText | None
    """None for the passkey alone: the device offers those that it holds for this site."""


class CeremonyOptions(Struct, frozen=True):
    """Options for ``navigator.credentials`` (WebAuthn Level 3, 5.1.9 and 5.1.10)."""

    public_key: dict[str, Any]


class AttestationAnswer(Struct, frozen=True):
    """``AuthenticatorAttestationResponseJSON``; members that we do not use are ignored."""

    client_data_json: Base64Url = field(name="clientDataJSON")
    attestation_object: Base64Url = field(name="attestationObject")


class RegistrationCredential(Struct, frozen=True):
    """``RegistrationResponseJSON``."""

    id: Base64Url
    raw_id: Base64Url = field(name="rawId")
    type: Annotated[str, Meta(max_length=20)]
    response: AttestationAnswer


class AssertionAnswer(Struct, frozen=True):
    """``AuthenticatorAssertionResponseJSON``."""

    client_data_json: Base64Url = field(name="clientDataJSON")
    authenticator_data: Base64Url = field(name="authenticatorData")
    signature: Base64Url
    user_handle: Base64Url | None = field(name="userHandle", default=None)


class AuthenticationCredential(Struct, frozen=True):
    """``AuthenticationResponseJSON``."""

    id: Base64Url
    raw_id: Base64Url = field(name="rawId")
    type: Annotated[str, Meta(max_length=20)]
    response: AssertionAnswer


class EnrolmentFinish(Struct, frozen=True):
    """The passkey that was made."""

    credential: RegistrationCredential
    name: PasskeyName


class LoginFinish(Struct, frozen=True):
    """The passkey's answer."""

    credential: AuthenticationCredential


class StepUpFinish(Struct, frozen=True):
    """The passkey's answer."""

    credential: AuthenticationCredential


class SteppedUp(Struct, frozen=True):
    """The session goes on under a fresh token, which is in the cookie only."""

    stepped_up_until: datetime


class Confirmation(Struct, frozen=True):
    """The school still has to confirm an enrolment; nothing is shown until then."""

    reason: str
    """``personal_code_unknown``, ``other_guardian_barred`` or ``re_enrolment``."""
    since: datetime


def confirmation_of(waiting: Waiting | None) -> Confirmation | None:
    """What an account waits for, for the page."""
    return None if waiting is None else Confirmation(waiting.reason, waiting.since)


class SessionBegun(Struct, frozen=True):
    """A session has begun; its token is in the cookie only."""

    name: str
    ends_at: datetime
    confirmation: Confirmation | None
