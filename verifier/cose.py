"""COSE_Sign1 with ES256 (RFC 9052, section 4.2; RFC 9053, section 2.1): the envelope of capsules and lists.

Exactly one form is written and read: tag 18, protected header ``{1: -7, 4: kid}``, empty unprotected header, payload
inside, 64 bytes of signature ``r || s``. A verifier of other forms would only give an attacker a choice.
"""

import hashlib
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from msgspec import Struct

from verifier.deterministic_cbor import Cbor, encode_cbor, encode_tagged, parse_cbor, parse_tagged
from verifier.errors import MalformedInputError, SignatureInvalidError

KID_BYTES = 8
"""A key is named by the first 8 bytes of a SHA-256: of its certificate's DER, or of its thumbprint's input."""

_ALGORITHM = ec.ECDSA(hashes.SHA256())
_SIGN1_TAG = 18
_ALG, _KID, _ES256 = 1, 4, -7
_KTY, _CRV, _X, _Y, _EC2, _P256 = 1, -1, -2, -3, 2, 1
_COORDINATE_BYTES = 32
_SIGNATURE_BYTES = 64
_SIGN1_ITEMS = 4

# The bytes of the one form, for messages whose payload is short (RFC 8949, section 3: types and lengths).
_SHORT_BEFORE_KID = bytes.fromhex("d2 84 4d a2 01 26 04 48")
"""Tag 18, array of 4, 13 bytes of protected header: map of 2, 1: -7, 4: 8 bytes."""
_SHORT_BEHIND_KID = b"\xa0"
_PROTECTED_AT = 3
_KID_AT = len(_SHORT_BEFORE_KID)
_KID_ENDS_AT = _KID_AT + KID_BYTES
_PAYLOAD_AT = _KID_ENDS_AT + len(_SHORT_BEHIND_KID)
_SIGNATURE_HEAD = bytes([0x58, _SIGNATURE_BYTES])
_BEHIND_PAYLOAD = len(_SIGNATURE_HEAD) + _SIGNATURE_BYTES
_SIGNATURE_1 = b"\x84\x6aSignature1"
_BYTES_TYPE = 0x40
_ONE_BYTE_LENGTH, _TWO_BYTE_LENGTH = 24, 256
"""The first length that is written in one byte, in two bytes, behind the type."""
_LONGEST_SHORT = 65_535


class CoseSigner(Protocol):
    """A P-256 key that signs, wherever it is kept (file, HSM)."""

    def sign(self, message: bytes) -> bytes:
        """ES256 over ``message``: ECDSA with SHA-256, ``r || s``, 64 bytes."""


class Es256Key(Struct, frozen=True):
    """A P-256 public key: affine coordinates, 32 bytes each."""

    x: bytes
    y: bytes

    def to_cose_key(self) -> dict[int | str, Cbor]:
        return {_KTY: _EC2, _CRV: _P256, _X: self.x, _Y: self.y}

    def thumbprint(self) -> bytes:
        """SHA-256 COSE Key Thumbprint (RFC 9679, section 5)."""
        return hashlib.sha256(encode_cbor(self.to_cose_key())).digest()

    def to_public_key(self) -> ec.EllipticCurvePublicKey:
        """Raises ``MalformedInputError`` (``cose_key_malformed``) when the point is not on the curve."""
        return _load_key(self.x, self.y)


@lru_cache(maxsize=64)
def _load_key(x: bytes, y: bytes) -> ec.EllipticCurvePublicKey:
    """Cards are sealed by a few keys; checking that a point is on the curve costs a quarter of a verification."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError as error:
        raise MalformedInputError("cose_key_malformed") from error


def es256_key_of(public_key: ec.EllipticCurvePublicKey) -> Es256Key:
    """Our form of a P-256 public key; another curve is a programming error."""
    if not isinstance(public_key.curve, ec.SECP256R1):
        raise TypeError("ES256 needs a P-256 key")
    numbers = public_key.public_numbers()
    return Es256Key(numbers.x.to_bytes(_COORDINATE_BYTES), numbers.y.to_bytes(_COORDINATE_BYTES))


def parse_cose_key(value: object) -> Es256Key:
    """Public key out of a COSE_Key map with exactly the four labels of a P-256 key, ``y`` in full.

    Raises:
        MalformedInputError: ``cose_key_malformed``.
    """
    if not isinstance(value, dict) or set(value) != {_KTY, _CRV, _X, _Y}:
        raise MalformedInputError("cose_key_malformed")
    x, y = value[_X], value[_Y]
    if value[_KTY] != _EC2 or value[_CRV] != _P256 or not isinstance(x, bytes) or not isinstance(y, bytes):
        raise MalformedInputError("cose_key_malformed")
    if len(x) != _COORDINATE_BYTES or len(y) != _COORDINATE_BYTES:
        raise MalformedInputError("cose_key_malformed")
    key = Es256Key(x, y)
    key.to_public_key()
    return key


class MemorySigner:
    """A P-256 key in this process's memory: demo cities and test vectors.

    Signs deterministically (RFC 6979), so that a vector rebuilt is the same byte for byte.
    """

    def __init__(self, private_key: ec.EllipticCurvePrivateKey) -> None:
        self._private_key = private_key
        self.public_key = es256_key_of(private_key.public_key())

    @classmethod
    def from_secret_number(cls, number: int) -> "MemorySigner":
        """Key of a known number: test vectors only."""
        return cls(ec.derive_private_key(number, ec.SECP256R1()))

    def sign(self, message: bytes) -> bytes:
        der = self._private_key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(der)
        return r.to_bytes(_COORDINATE_BYTES) + s.to_bytes(_COORDINATE_BYTES)


class CoseMessage(Struct, frozen=True):
    """A COSE_Sign1 taken apart. Nothing in it is verified."""

    protected: bytes
    kid: bytes
    payload: bytes
    signature: bytes


def sign_cose(payload: bytes, *, key: CoseSigner, kid: bytes) -> bytes:
    """The signed message, deterministically encoded."""
    if len(kid) != KID_BYTES:
        raise ValueError("a kid has 8 bytes")
    protected = encode_cbor({_ALG: _ES256, _KID: kid})
    signature = key.sign(_signed_bytes(protected, payload))
    if len(signature) != _SIGNATURE_BYTES:
        raise ValueError("a signer returns r || s, 64 bytes")
    return encode_tagged(_SIGN1_TAG, [protected, {}, payload, signature])


def parse_cose(data: bytes, *, max_bytes: int) -> CoseMessage:
    """Take a message apart.

    Raises:
        LimitExceededError: ``cbor_too_large``.
        MalformedInputError: ``cose_malformed`` or one of ``deterministic_cbor``'s codes.
    """
    if len(data) <= max_bytes and (message := _match_short(data)) is not None:
        return message
    items = parse_tagged(data, expected_tag=_SIGN1_TAG, max_bytes=max_bytes)
    if len(items) != _SIGN1_ITEMS:
        raise MalformedInputError("cose_malformed")
    protected, unprotected, payload, signature = items
    if not isinstance(protected, bytes) or not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise MalformedInputError("cose_malformed")
    if unprotected != {} or len(signature) != _SIGNATURE_BYTES:
        raise MalformedInputError("cose_malformed")
    header = parse_cbor(protected)
    if not isinstance(header, dict) or set(header) != {_ALG, _KID} or header[_ALG] != _ES256:
        raise MalformedInputError("cose_malformed")
    kid = header[_KID]
    if not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        raise MalformedInputError("cose_malformed")
    return CoseMessage(protected=protected, kid=kid, payload=payload, signature=signature)


def _match_short(data: bytes) -> CoseMessage | None:
    """A capsule-sized message by its bytes: since each value has one encoding, everything but kid, payload and
    signature stands where it always stands. What does not match is read, or refused with its reason, by the long way.
    """
    if not data.startswith(_SHORT_BEFORE_KID) or data[_KID_ENDS_AT:_PAYLOAD_AT] != _SHORT_BEHIND_KID:
        return None
    head, payload = data[_PAYLOAD_AT : _PAYLOAD_AT + 2], data[_PAYLOAD_AT + 2 : -_BEHIND_PAYLOAD]
    if len(payload) < _ONE_BYTE_LENGTH:  # its length is written in one byte less
        return None
    if len(payload) >= _TWO_BYTE_LENGTH:
        head, payload = head + payload[:1], payload[1:]
    if head != _bytes_head(len(payload)) or data[-_BEHIND_PAYLOAD:-_SIGNATURE_BYTES] != _SIGNATURE_HEAD:
        return None
    return CoseMessage(
        protected=data[_PROTECTED_AT:_KID_ENDS_AT],
        kid=data[_KID_AT:_KID_ENDS_AT],
        payload=payload,
        signature=data[-_SIGNATURE_BYTES:],
    )


def _bytes_head(length: int) -> bytes:
    """Type and length before a byte string of up to 65,535 bytes (RFC 8949, section 3)."""
    if length < _ONE_BYTE_LENGTH:
        return bytes([_BYTES_TYPE + length])
    if length < _TWO_BYTE_LENGTH:
        return bytes([_BYTES_TYPE + 24, length])
    return bytes([_BYTES_TYPE + 25]) + length.to_bytes(2)


def verify_cose(message: CoseMessage, *, expected_key: Es256Key) -> None:
    """Check the signature.

    Raises:
        SignatureInvalidError: ``cose_signature_invalid``.
    """
    r = int.from_bytes(message.signature[:_COORDINATE_BYTES])
    s = int.from_bytes(message.signature[_COORDINATE_BYTES:])
    try:
        expected_key.to_public_key().verify(
            encode_dss_signature(r, s),
            _signed_bytes(message.protected, message.payload),
            _ALGORITHM,
        )
    except InvalidSignature as error:
        raise SignatureInvalidError("cose_signature_invalid") from error


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure of RFC 9052, section 4.4: ``["Signature1", protected, b"", payload]``."""
    if len(payload) > _LONGEST_SHORT:
        return encode_cbor(["Signature1", protected, b"", payload])
    return b"".join((_SIGNATURE_1, _bytes_head(len(protected)), protected, b"\x40", _bytes_head(len(payload)), payload))
