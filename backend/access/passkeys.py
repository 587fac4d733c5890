"""WebAuthn, walled in: the only file that knows the library. Two errors leave it.

A passkey is accepted when all of this holds (WebAuthn Level 3, 7.1 and 7.2; the numbers stand in the code):

1. the answer has the shape of one, within our limits;
2. the client data is of this kind of ceremony, of our origin, not cross-origin and not framed by another site
   (the library looks at neither ``crossOrigin`` nor ``topOrigin``);
3. the challenge is the one that was given out;
4. the authenticator data is for our relying party id, the person was present *and verified* (screen lock);
5. registration: algorithm ES256, EdDSA or RS256, attestation "none" or self attestation;
   login: the signature is the stored key's; the passkey's eligibility for backup never changes.

The signature counter is judged where it is stored (``log_in``), in one statement with its update.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import cbor2
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_authenticator_data,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorData,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from backend.access.errors import AccessRefusedError, AuthenticationRejectedError, RegistrationRejectedError

CHALLENGE_BYTES: Final = 32
USER_HANDLE_BYTES: Final = 32
CEREMONY_SECONDS: Final = 300
"""How long a person may take to find the finger or the code of the phone."""
MAX_CREDENTIAL_ID_BYTES: Final = 1023
"""WebAuthn Level 3, 7.1 step 26."""
MAX_CLIENT_DATA_BYTES: Final = 4_096
"""Browsers write about 200 bytes."""

_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_ATTESTATIONS = {AttestationFormat.NONE, AttestationFormat.PACKED}
"""We ask for none; self attestation is "packed" (5.1.3, step 21). The others only add code that hostile bytes reach."""


class RelyingParty(Struct, frozen=True):
    """Who passkeys are made for."""

    origin: str
    """Scheme, host and port of the city."""
    name: str

    @property
    def id(self) -> str:
        """Relying party id: the host."""
        return urlsplit(self.origin).hostname or ""


class NewPasskey(Struct, frozen=True, kw_only=True):
    """A passkey as its authenticator made it."""

    credential_id: bytes
    public_key: bytes
    """COSE key."""
    sign_count: int
    aaguid: str
    backup_eligible: bool
    backed_up: bool


class StoredPasskey(Struct, frozen=True, kw_only=True):
    """What the signature is checked against."""

    public_key: bytes
    backup_eligible: bool


class Assertion(Struct, frozen=True, kw_only=True):
    """A verified login: facts that the caller still has to judge against what is stored."""

    sign_count: int
    backed_up: bool


class ClaimedPasskey(Struct, frozen=True):
    """Which passkey an answer says it comes from; nothing of it is proved."""

    credential_id: bytes
    user_handle: bytes | None


class _ClientData(Struct, rename="camel"):
    type: str
    challenge: str
    origin: str
    cross_origin: bool = False
    top_origin: str | None = None


def new_challenge() -> bytes:
    """A random challenge."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def creation_options(
    relying_party: RelyingParty,
    *,
    challenge: bytes,
    user_handle: bytes,
    user_name: str,
    excluded_ids: Sequence[bytes] = (),
) -> dict[str, Any]:
    """``PublicKeyCredentialCreationOptionsJSON`` for a new passkey.

    Args:
        relying_party: the city.
        challenge: given out once.
        user_handle: random bytes of the account, never a personal code (14.6.1).
        user_name: what the phone shows beside the passkey.
        excluded_ids: passkeys of the account; a device that holds one of them makes no second one.
    """
    options = generate_registration_options(
        rp_id=relying_party.id,
        rp_name=relying_party.name,
        user_id=user_handle,
        user_name=user_name,
        challenge=challenge,
        timeout=CEREMONY_SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        supported_pub_key_algs=_ALGORITHMS,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in excluded_ids],
    )
    return options_to_json_dict(options)


def request_options(
    relying_party: RelyingParty,
    *,
    challenge: bytes,
    credential_ids: Sequence[bytes],
    lifetime_seconds: int = CEREMONY_SECONDS,
) -> dict[str, Any]:
    """``PublicKeyCredentialRequestOptionsJSON`` for a login, or for the confirmation of a batch.

    Transports are left out on purpose: they would tell a real passkey from a decoy. Without credentials the member is
    left out: an empty list is no list, and some browsers refuse it.
    """
    options = generate_authentication_options(
        rp_id=relying_party.id,
        challenge=challenge,
        timeout=lifetime_seconds * 1000,
        allow_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in credential_ids] or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    made = options_to_json_dict(options)
    return made if credential_ids else {name: value for name, value in made.items() if name != "allowCredentials"}


def verify_registration(
    credential: Mapping[str, Any], *, relying_party: RelyingParty, expected_challenge: bytes
) -> NewPasskey:
    """A new passkey from ``RegistrationResponseJSON``.

    Raises:
        RegistrationRejectedError: with the reason as its code.
    """
    try:
        # Step 1.
        parsed = parse_registration_credential_json(dict(credential))
        # Steps 2 and 3.
        _judge_client_data(
            parsed.response.client_data_json,
            kind="webauthn.create",
            relying_party=relying_party,
            expected_challenge=expected_challenge,
        )
        # Step 4.
        attestation = parse_attestation_object(parsed.response.attestation_object)
        _judge_authenticator_data(attestation.auth_data, relying_party)
        # Step 5, and once more all that the library checks by itself.
        if attestation.fmt not in _ATTESTATIONS:
            raise RegistrationRejectedError("passkey_attestation")  # noqa: TRY301  # one place turns every failure into ours
        verified = verify_registration_response(
            credential=parsed,
            expected_challenge=expected_challenge,
            expected_rp_id=relying_party.id,
            expected_origin=relying_party.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except AccessRefusedError as error:
        raise RegistrationRejectedError(error.reason) from error
    except Exception as error:  # hostile bytes reach many parsers of the library; none of their errors may pass
        raise RegistrationRejectedError("passkey_malformed") from error
    if len(verified.credential_id) > MAX_CREDENTIAL_ID_BYTES or verified.credential_id != parsed.raw_id:
        raise RegistrationRejectedError("passkey_malformed")
    return NewPasskey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        aaguid=verified.aaguid,
        backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        backed_up=verified.credential_backed_up,
    )


def parse_claimed_passkey(
    credential: Mapping[str, Any], *, relying_party: RelyingParty, expected_challenge: bytes
) -> ClaimedPasskey:
    """Everything of a login that can be judged without knowing whose it is: steps 1 to 4.

    Its refusals may say why, since they cannot depend on whether the person exists.

    Raises:
        AuthenticationRejectedError: with the reason as its code.
    """
    try:
        parsed = parse_authentication_credential_json(dict(credential))
        _judge_client_data(
            parsed.response.client_data_json,
            kind="webauthn.get",
            relying_party=relying_party,
            expected_challenge=expected_challenge,
        )
        _judge_authenticator_data(parse_authenticator_data(parsed.response.authenticator_data), relying_party)
    except AccessRefusedError as error:
        raise AuthenticationRejectedError(error.reason) from error
    except Exception as error:  # as in verify_registration
        raise AuthenticationRejectedError("passkey_malformed") from error
    return ClaimedPasskey(parsed.raw_id, parsed.response.user_handle)


def verify_assertion(
    credential: Mapping[str, Any],
    *,
    relying_party: RelyingParty,
    expected_challenge: bytes,
    stored_passkey: StoredPasskey,
) -> Assertion:
    """Step 5 of a login, and once more all the others: the signature is the stored key's.

    Raises:
        AuthenticationRejectedError: it is not.
    """
    try:
        verified = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=expected_challenge,
            expected_rp_id=relying_party.id,
            expected_origin=relying_party.origin,
            credential_public_key=stored_passkey.public_key,
            # Zero lets every count pass here: it is judged where it is stored, in one statement with its update.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # as in verify_registration
        raise AuthenticationRejectedError("passkey_signature") from error
    eligible = verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    if eligible != stored_passkey.backup_eligible:
        raise AuthenticationRejectedError("passkey_backup_changed")
    return Assertion(sign_count=verified.new_sign_count, backed_up=verified.credential_backed_up)


@cache
def decoy_passkey() -> StoredPasskey:
    """A key that nobody holds: what a claimed passkey without an owner is checked against, for equal work."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
    return StoredPasskey(public_key=cbor2.dumps(key), backup_eligible=True)


def _judge_client_data(
    client_data_json: bytes, *, kind: str, relying_party: RelyingParty, expected_challenge: bytes
) -> None:
    if len(client_data_json) > MAX_CLIENT_DATA_BYTES:
        raise AccessRefusedError("passkey_malformed")
    client_data = msgspec.json.decode(client_data_json, type=_ClientData)
    if client_data.type != kind:
        raise AccessRefusedError("passkey_malformed")
    if client_data.origin != relying_party.origin:
        raise AccessRefusedError("passkey_wrong_origin")
    if client_data.cross_origin or client_data.top_origin is not None:
        raise AccessRefusedError("passkey_cross_origin")
    if not hmac.compare_digest(base64url_to_bytes(client_data.challenge), expected_challenge):
        raise AccessRefusedError("passkey_challenge")


def _judge_authenticator_data(data: AuthenticatorData, relying_party: RelyingParty) -> None:
    if data.rp_id_hash != hashlib.sha256(relying_party.id.encode()).digest():
        raise AccessRefusedError("passkey_wrong_site")
    if not (data.flags.up and data.flags.uv):
        raise AccessRefusedError("passkey_user_not_verified")
