"""The capsule: the signed content of a card's QR code, and its way to and from text.

Checking a capsule, in this order; the first that fails decides:

1. the text is ``<origin>/v#<digits>`` or the digits alone, at most ``MAX_TEXT_CHARACTERS``, of the expected origin;
2. the digits are a number that begins with the byte 0x01, and behind it are at most ``MAX_CAPSULE_BYTES``;
3. the bytes are one COSE_Sign1 in our only form;
4. the trust list has a key of purpose ``capsule`` with its kid;
5. the signature is that key's;
6. the payload is ``{-65537: array}`` of a known version, packed in the only possible way;
7. the key was valid when the capsule was issued, and not withdrawn by then;
8. the capsule was issued before now, or this computer's clock is wrong: a doubt, no forgery.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct

from verifier.capsule_payload import Capsule, pack_capsule, unpack_capsule
from verifier.cose import CoseMessage, CoseSigner, parse_cose, sign_cose, verify_cose
from verifier.deterministic_cbor import Cbor, encode_cbor, parse_cbor
from verifier.errors import LimitExceededError, MalformedInputError, SignatureInvalidError, UntrustedKeyError
from verifier.trust import KeyPurpose, TrustedKey, TrustList

__all__ = [
    "MAX_CAPSULE_BYTES",
    "Capsule",
    "CapsuleSigner",
    "SealedCapsule",
    "capsule_url",
    "parse_capsule_text",
    "parse_envelope",
    "seal_capsule",
    "verify_capsule",
    "verify_envelope",
]

CapsuleSigner = CoseSigner
"""The department's capsule key."""

CLAIM = -65537
"""Private claim of the CWT (RFC 8392, section 9.1.1: below -65536)."""
_CLAIM_START = encode_cbor({CLAIM: None})[:-1]
"""All of the payload but the array: a map of one entry, and its key."""
MAX_CAPSULE_BYTES = 330
"""QR version 14-M holds them; a denser code is not read by cheap phones."""
MAX_TEXT_CHARACTERS = 1_200
"""330 bytes are 798 digits; the rest is for the address."""
CLOCK_TOLERANCE = timedelta(minutes=10)
"""Phones' clocks differ."""

_LEADING_BYTE = b"\x01"
"""Keeps the capsule's own leading zeros when it becomes a number."""
_DIGITS = re.compile(r"[1-9][0-9]*", re.ASCII)
_DEFAULT_PORTS = {"https": 443, "http": 80}


class SealedCapsule(Struct, frozen=True):
    """A capsule whose seal is verified."""

    capsule: Capsule
    key: TrustedKey
    """The department's key that sealed it."""
    doubts: tuple[str, ...]
    """Codes of what keeps the check from concluding: ``capsule_not_yet_issued``. Empty for an honest clock."""


def seal_capsule(capsule: Capsule, *, key: CapsuleSigner, kid: bytes) -> bytes:
    """The capsule's bytes, signed; ``kid`` is the first 8 bytes of SHA-256 of the sealing certificate's DER.

    Raises:
        LimitExceededError: ``capsule_too_large`` with its size: a longer name or more subjects than the QR can hold.
        MalformedInputError: ``capsule_malformed`` with the field, for a transcript that no card can have.
    """
    sealed = sign_cose(encode_cbor({CLAIM: pack_capsule(capsule)}), key=key, kid=kid)
    if len(sealed) > MAX_CAPSULE_BYTES:
        raise LimitExceededError("capsule_too_large", limit=MAX_CAPSULE_BYTES, size=len(sealed))
    return sealed


def capsule_url(public_url: str, cose: bytes) -> str:
    """What the QR says. Digits, because a QR packs them best and any camera opens the address."""
    return f"{public_url.rstrip('/')}/v#{int.from_bytes(_LEADING_BYTE + cose)}"


def parse_capsule_text(text: str, *, expected_origin: str | None = None) -> bytes:
    """Capsule bytes out of a QR's text, or of its digits alone (steps 1 and 2).

    ``expected_origin`` is the public URL that capsules of this city carry; None accepts every address.

    Raises:
        LimitExceededError: ``capsule_too_large``.
        MalformedInputError: ``capsule_text_malformed``; ``capsule_foreign_origin`` for another city's address, or one
            that imitates it.
    """
    stripped = text.strip()
    if len(stripped) > MAX_TEXT_CHARACTERS:
        raise LimitExceededError("capsule_too_large", limit=MAX_TEXT_CHARACTERS)
    address, separator, digits = stripped.rpartition("#")
    if not _DIGITS.fullmatch(digits):
        raise MalformedInputError("capsule_text_malformed")
    if separator:
        _check_address(address, expected_origin)
    number = int(digits)
    packed = number.to_bytes((number.bit_length() + 7) // 8)
    if not packed.startswith(_LEADING_BYTE):
        raise MalformedInputError("capsule_text_malformed")
    if len(packed) - 1 > MAX_CAPSULE_BYTES:
        raise LimitExceededError("capsule_too_large", limit=MAX_CAPSULE_BYTES)
    return packed[1:]


def parse_envelope(cose: bytes) -> CoseMessage:
    """Step 3 alone, for when there is no trust list: is this a capsule at all? Nothing in it is verified.

    Raises:
        MalformedInputError: ``cose_malformed``, ``cbor_…``.
    """
    return parse_cose(cose, max_bytes=MAX_CAPSULE_BYTES)


def verify_capsule(cose: bytes, trust: TrustList, now: datetime) -> SealedCapsule:
    """Steps 3 to 8.

    Raises:
        MalformedInputError: no capsule, or one of a version we do not know.
        UntrustedKeyError: ``key_unknown``, ``key_not_yet_valid``, ``key_ended``, ``key_withdrawn``.
        SignatureInvalidError: ``cose_signature_invalid``.
    """
    return verify_envelope(parse_envelope(cose), trust, now)


def verify_envelope(message: CoseMessage, trust: TrustList, now: datetime) -> SealedCapsule:
    """Steps 4 to 8, as ``verify_capsule``."""
    key = _verify_signature(message, trust)
    capsule = unpack_capsule(_parse_claim(message.payload))
    key.check_at(capsule.issued_at)
    early = capsule.issued_at > now + CLOCK_TOLERANCE
    return SealedCapsule(capsule=capsule, key=key, doubts=("capsule_not_yet_issued",) if early else ())


def _parse_claim(payload: bytes) -> Cbor:
    """The array of ``{-65537: array}``, whose start can be written in one way only."""
    if payload.startswith(_CLAIM_START):
        return parse_cbor(payload[len(_CLAIM_START) :])
    parse_cbor(payload)  # knows better what is wrong with what is no CBOR of ours
    raise MalformedInputError("capsule_malformed", field="claims")


def _verify_signature(message: CoseMessage, trust: TrustList) -> TrustedKey:
    """Key of the list that made the signature. Kids are short, so several keys may share one."""
    candidates = trust.find_keys(message.kid, KeyPurpose.CAPSULE)
    if not candidates:
        raise UntrustedKeyError("key_unknown", kid=message.kid.hex())
    failure: SignatureInvalidError | None = None
    for candidate in candidates:
        try:
            verify_cose(message, expected_key=candidate.es256_key())
        except SignatureInvalidError as error:
            failure = error
        else:
            return candidate
    raise SignatureInvalidError("cose_signature_invalid") from failure


@lru_cache(maxsize=64)
def _check_address(address: str, expected_origin: str | None) -> None:
    """What stands before the #: of a city's cards it is always the same, and nobody's data."""
    origin = _origin(address)
    if origin is None or not urlsplit(address).path.endswith("/v"):
        raise MalformedInputError("capsule_text_malformed")
    if expected_origin is not None and origin != _origin(expected_origin):
        raise MalformedInputError("capsule_foreign_origin")


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port (RFC 6454), or None for what is no web address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    return parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme]
