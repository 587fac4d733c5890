"""WebAuthn Level 3's own test vectors: what our policy allows is taken, everything else is refused by its code."""

import base64

import pytest

from backend.access.errors import AuthenticationRejectedError, RegistrationRejectedError
from backend.access.passkeys import (
    RelyingParty,
    StoredPasskey,
    parse_claimed_passkey,
    verify_assertion,
    verify_registration,
)
from tests.backend.access.webauthn_vectors import ORIGIN, Vector, derive_vector

RELYING_PARTY = RelyingParty(ORIGIN, "W3C")
NOT_VERIFIED = "passkey_user_not_verified"
FRAMED = "passkey_cross_origin"
TAKEN = None

VECTORS = {
    "none.ES256": derive_vector("none.ES256"),
    "packed-self.ES256": derive_vector("packed-self.ES256"),
    "none.ES256.crossOrigin": derive_vector("none.ES256.crossOrigin", cross_origin=True),
    "none.ES256.topOrigin": derive_vector("none.ES256.topOrigin", cross_origin=True, top=True),
    "none.ES256.long-credential-id": derive_vector("none.ES256.long-credential-id", credential_id_bytes=1023),
    "packed.ES512": derive_vector("packed.ES512", challenge_bytes=128),
} | {
    name: derive_vector(name)
    for name in (
        "packed.ES256",
        "packed.ES384",
        "packed.RS256",
        "packed.EdDSA",
        "packed.Ed448",
        "tpm.ES256",
        "android-key.ES256",
        "apple.ES256",
        "fido-u2f.ES256",
    )
}
# What becomes of the registration, and of the authentication.
OUTCOMES = {
    "none.ES256": (NOT_VERIFIED, NOT_VERIFIED),
    "packed-self.ES256": (TAKEN, NOT_VERIFIED),
    "none.ES256.crossOrigin": (FRAMED, FRAMED),
    "none.ES256.topOrigin": (FRAMED, FRAMED),
    "none.ES256.long-credential-id": (NOT_VERIFIED, TAKEN),
    "packed.ES256": (TAKEN, TAKEN),
    "packed.ES384": (NOT_VERIFIED, "passkey_signature"),
    "packed.ES512": ("passkey_malformed", NOT_VERIFIED),
    "packed.RS256": (TAKEN, NOT_VERIFIED),
    "packed.EdDSA": (NOT_VERIFIED, NOT_VERIFIED),
    "packed.Ed448": (NOT_VERIFIED, "passkey_signature"),
    "tpm.ES256": ("passkey_attestation", TAKEN),
    "android-key.ES256": ("passkey_attestation", NOT_VERIFIED),
    "apple.ES256": (NOT_VERIFIED, NOT_VERIFIED),
    "fido-u2f.ES256": (NOT_VERIFIED, NOT_VERIFIED),
}


def test_what_is_derived_is_what_the_standard_prints() -> None:
    printed = VECTORS["none.ES256"].authentication
    assert printed.challenge.hex() == "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408"
    # The signature is deterministic, over the authenticator data and the client data: all of them are the printed ones.
    assert _bytes(printed.credential["response"]["signature"]).hex() == (
        "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd38"
        "0221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87"
    )
    assert _bytes(VECTORS["none.ES256"].registration.credential["id"]).hex() == (
        "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4"
    )
    assert _bytes(VECTORS["packed-self.ES256"].registration.credential["id"]).hex() == (
        "455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58c"
    )
    assert VECTORS["none.ES256.topOrigin"].registration.challenge.hex() == (
        "4e1f4c6198699e33c14f192153f49d7e0e8e3577d5ac416c5f3adc92a41f27e5"
    )


@pytest.mark.parametrize("name", VECTORS)
def test_registration(name: str) -> None:
    assert _register(VECTORS[name]) == OUTCOMES[name][0]


@pytest.mark.parametrize("name", VECTORS)
def test_authentication(name: str) -> None:
    assert _authenticate(VECTORS[name]) == OUTCOMES[name][1]


def _register(vector: Vector) -> str | None:
    ceremony = vector.registration
    try:
        made = verify_registration(
            ceremony.credential, relying_party=RELYING_PARTY, expected_challenge=ceremony.challenge
        )
    except RegistrationRejectedError as error:
        return error.reason
    assert (made.public_key, made.backup_eligible) == (vector.public_key, vector.backup_eligible)
    return TAKEN


def _authenticate(vector: Vector) -> str | None:
    ceremony = vector.authentication
    stored = StoredPasskey(public_key=vector.public_key, backup_eligible=vector.backup_eligible)
    try:
        parse_claimed_passkey(ceremony.credential, relying_party=RELYING_PARTY, expected_challenge=ceremony.challenge)
        verify_assertion(
            ceremony.credential,
            relying_party=RELYING_PARTY,
            expected_challenge=ceremony.challenge,
            stored_passkey=stored,
        )
    except AuthenticationRejectedError as error:
        return error.reason
    return TAKEN


def _bytes(base64url: str) -> bytes:
    return base64.urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))
