"""A small honest authenticator (CTAP2-like, P-256, attestation "none") and the browser in front of it.

It signs what a real one signs, byte for byte as WebAuthn Level 3 sections 5.8.1, 6.1 and 6.5 lay down, so that the
code under test meets no mock. Dishonest circumstances (a frame, another origin, no screen lock, a clone) are set by
the test as fields.
"""

import copy
import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT = 0x01
USER_VERIFIED = 0x04
BACKUP_ELIGIBLE = 0x08
BACKED_UP = 0x10
ATTESTED_CREDENTIAL = 0x40


@dataclass
class Credential:
    """One passkey inside the authenticator."""

    credential_id: bytes
    private_key: ec.EllipticCurvePrivateKey
    rp_id: str
    user_handle: bytes
    sign_count: int = 0


@dataclass
class SoftwareAuthenticator:
    """A phone with a screen lock."""

    origin: str = "http://localhost:8000"
    user_verified: bool = True
    counts: bool = True
    """Whether it keeps a signature counter; many do not and always say zero."""
    backup_eligible: bool = False
    backed_up: bool = False
    client_data_extra: dict[str, Any] = field(default_factory=dict)
    """Put into the client data: crossOrigin, topOrigin."""
    rp_id: str | None = None
    """What it signs for, when that is not what it was asked for."""
    fixed_id: bytes | None = None
    """The id of its next credential; random when left out."""
    credentials: list[Credential] = field(default_factory=list)

    def create(self, public_key: dict[str, Any]) -> dict[str, Any]:
        """``navigator.credentials.create()``: options in, RegistrationResponseJSON out."""
        private_key = ec.generate_private_key(ec.SECP256R1())
        credential = Credential(
            credential_id=self.fixed_id or secrets.token_bytes(16),
            private_key=private_key,
            rp_id=self.rp_id or public_key["rp"]["id"],
            user_handle=_decode(public_key["user"]["id"]),
            sign_count=1 if self.counts else 0,
        )
        self.credentials.append(credential)
        named = len(credential.credential_id).to_bytes(2) + credential.credential_id
        attested = bytes(16) + named + cose_key_of(credential)
        data = self._authenticator_data(credential, extra_flags=ATTESTED_CREDENTIAL) + attested
        client_data = self._client_data("webauthn.create", public_key["challenge"])
        return {
            "id": _encode(credential.credential_id),
            "rawId": _encode(credential.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": _encode(client_data),
                "attestationObject": _encode(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
                "transports": ["internal"],
            },
        }

    def get(self, public_key: dict[str, Any]) -> dict[str, Any]:
        """``navigator.credentials.get()``: options in, AuthenticationResponseJSON out.

        Raises:
            LookupError: none of the allowed credentials is in here; without a list every one is allowed.
        """
        named = public_key.get("allowCredentials")
        allowed = None if named is None else {_decode(descriptor["id"]) for descriptor in named}
        credential = next(
            (held for held in reversed(self.credentials) if allowed is None or held.credential_id in allowed), None
        )
        if credential is None:
            raise LookupError("no allowed credential is in this authenticator")
        if self.counts:
            credential.sign_count += 1
        data = self._authenticator_data(credential)
        client_data = self._client_data("webauthn.get", public_key["challenge"])
        signature = credential.private_key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": _encode(credential.credential_id),
            "rawId": _encode(credential.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": _encode(client_data),
                "authenticatorData": _encode(data),
                "signature": _encode(signature),
                "userHandle": _encode(credential.user_handle),
            },
        }

    def clone(self) -> "SoftwareAuthenticator":
        """A second device with the same keys and the counter of this moment."""
        twin = copy.copy(self)
        twin.credentials = [copy.copy(credential) for credential in self.credentials]
        return twin

    def _authenticator_data(self, credential: Credential, *, extra_flags: int = 0) -> bytes:
        flags = USER_PRESENT | extra_flags
        flags |= USER_VERIFIED if self.user_verified else 0
        flags |= BACKUP_ELIGIBLE if self.backup_eligible else 0
        flags |= BACKED_UP if self.backed_up else 0
        rp_id_hash = hashlib.sha256((self.rp_id or credential.rp_id).encode()).digest()
        return rp_id_hash + bytes([flags]) + credential.sign_count.to_bytes(4)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        client_data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(client_data | self.client_data_extra, separators=(",", ":")).encode()


def cose_key_of(credential: Credential) -> bytes:
    """The public key as the authenticator gives it out."""
    point = credential.private_key.public_key().public_numbers()
    return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})


def _encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
