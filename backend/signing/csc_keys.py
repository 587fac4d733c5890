"""People's keys at a remote signing service (CSC API v2).

1. ``credentials/info``: the certificate, and whether key and certificate may be used (11.5);
2. ``credentials/authorize`` over the very hashes: the service asks the key's owner in a way of its own, and gives
   signature activation data for these hashes and nothing else (11.7; SCAL 2, EN 419 241-1). We know no PIN and no
   one-time password and ask for none: a credential that wants one from us is refused;
3. ``signatures/signHash`` with that data (11.11), and every signature is verified with the certificate here.

One authorisation covers at most ``multisign`` hashes, by the service's own word; more of them take several.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Sequence
from typing import Self

from cryptography import x509
from msgspec import Struct

from backend.signing.certified_key import der_signature, key_kind, signature_matches
from backend.signing.csc_service import CscService
from backend.signing.errors import KeyRefusedError, KeyUnavailableError, SigningError
from backend.signing.keys import verify_hashes

SHA256_OID = "2.16.840.1.101.3.4.2.1"
ALGORITHM_OIDS = {
    "rsa": ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"),
    "p256": ("1.2.840.10045.4.3.2", "1.2.840.10045.2.1"),
}
"""What ``signAlgo`` may be, by kind of key: with SHA-256 in its name, or the key's own beside ``hashAlgorithmOID``."""
MAX_HASHES_AT_ONCE = 1_000
"""However much more a service would take."""
MAX_CERTIFICATES = 10
CONFIRMED_BY_SERVICE = "implicit"
"""Authorisation mode in which the service asks the owner itself (8.2)."""
HASHES_AUTHORISED = "2"


class _Key(Struct):
    status: str
    algo: tuple[str, ...]


class _Certificates(Struct):
    certificates: tuple[str, ...]
    status: str = "valid"


class _Authorisation(Struct):
    mode: str


class _Credential(Struct, rename={"scal": "SCAL"}):
    key: _Key
    cert: _Certificates
    auth: _Authorisation
    multisign: int
    scal: str = "1"


class _Activation(Struct, rename={"sad": "SAD"}):
    sad: str


class _Signatures(Struct):
    signatures: tuple[str, ...]


class CscKey:
    """A ``PersonKey`` at a remote signing service. May be shared by threads."""

    def __init__(
        self,
        service: CscService,
        credential_id: str,
        *,
        certificates: Sequence[x509.Certificate],
        sign_algorithm: str,
        hashes_at_once: int,
    ) -> None:
        """See ``open``, which asks the service for all of this."""
        self.certificate, *chain = certificates
        self.chain = tuple(chain)
        self._service = service
        self._credential_id = credential_id
        self._sign_algorithm = sign_algorithm
        self.hashes_at_once = hashes_at_once

    @classmethod
    def open(cls, service: CscService, credential_id: str) -> Self:
        """Ask the service for the credential.

        Raises:
            KeyRefusedError: no such credential, or one that may not be used here.
            KeyUnavailableError: the service gives no usable answer.
        """
        body = {"credentialID": credential_id, "certificates": "chain", "certInfo": True, "authInfo": True}
        credential = service.ask("credentials/info", body, _Credential)
        certificates = _read_certificates(credential.cert.certificates)
        if credential.key.status != "enabled" or credential.cert.status != "valid":
            raise KeyRefusedError("remote_credential_disabled")
        if credential.auth.mode != CONFIRMED_BY_SERVICE:
            raise KeyRefusedError("remote_mode_unsupported")
        if credential.scal != HASHES_AUTHORISED:
            raise KeyRefusedError("remote_hashes_not_authorised")
        allowed = ALGORITHM_OIDS[key_kind(certificates[0].public_key())]
        sign_algorithm = next((oid for oid in allowed if oid in credential.key.algo), None)
        if sign_algorithm is None:
            raise KeyRefusedError("remote_algorithm_unsupported")
        return cls(
            service,
            credential_id,
            certificates=certificates,
            sign_algorithm=sign_algorithm,
            hashes_at_once=min(max(credential.multisign, 1), MAX_HASHES_AT_ONCE),
        )

    def sign(self, data: bytes) -> bytes:
        """See ``SigningKey.sign``; the owner is asked for this one signature."""
        return self.sign_hashes([hashlib.sha256(data).digest()])[0]

    def sign_hashes(self, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
        """See ``PersonKey.sign_hashes``.

        Raises:
            KeyOwnerRefusedError: the owner said no, or nothing while the service waited.
            KeyRefusedError: the service says no.
            KeyUnavailableError: no usable answer; who confirmed has to confirm again.
        """
        return tuple(
            signature for part in _parts(verify_hashes(hashes), self.hashes_at_once) for signature in self._sign(part)
        )

    def _sign(self, hashes: Sequence[bytes]) -> Iterator[bytes]:
        encoded = [base64.b64encode(digest).decode() for digest in hashes]
        common = {"credentialID": self._credential_id, "hashes": encoded, "hashAlgorithmOID": SHA256_OID}
        activation = self._service.ask_owner(
            "credentials/authorize", {**common, "numSignatures": len(encoded)}, _Activation
        )
        body = {**common, "SAD": activation.sad, "signAlgo": self._sign_algorithm, "operationMode": "S"}
        signatures = self._service.ask("signatures/signHash", body, _Signatures).signatures
        if len(signatures) != len(hashes):
            raise KeyUnavailableError("remote_answer_malformed")
        for signature, digest in zip(signatures, hashes, strict=True):
            yield self._verified(signature, digest)

    def _verified(self, encoded: str, digest: bytes) -> bytes:
        """In the form of ``SigningKey``: services give an ECDSA signature as DER, or as r and s side by side."""
        try:
            signature = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise KeyUnavailableError("remote_answer_malformed") from error
        if signature_matches(self.certificate, signature, digest):
            return signature
        if key_kind(self.certificate.public_key()) == "p256":
            signature = der_signature(signature)
            if signature_matches(self.certificate, signature, digest):
                return signature
        raise SigningError("signature_value_malformed")


def _parts(hashes: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(hashes), size):
        yield hashes[start : start + size]


def _read_certificates(encoded: Sequence[str]) -> list[x509.Certificate]:
    if not 1 <= len(encoded) <= MAX_CERTIFICATES:
        raise KeyUnavailableError("remote_answer_malformed")
    try:
        return [x509.load_der_x509_certificate(base64.b64decode(one)) for one in encoded]
    except (binascii.Error, ValueError) as error:
        raise KeyUnavailableError("remote_answer_malformed") from error
