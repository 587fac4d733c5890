"""What a person confirms with one touch: the statement, its bytes, and the challenge that the passkey signs.

The format is docs/formats/batch-authorisation.md: whoever has the evidence can check it without this code. One
statement has one encoding (deterministic CBOR), so two readers cannot understand one differently.
"""

import hashlib
from typing import Final
from uuid import UUID

from msgspec import Struct

from backend.desk.rules import Purpose
from verifier.deterministic_cbor import encode_cbor

TAG: Final = "hocba batch signature v1"
"""Stands first, so that no other message of ours or of anybody's has the same bytes."""
NONCE_BYTES: Final = 32
MAX_BATCH_CARDS: Final = 2_000
"""More than a school of the country's largest has in one year."""


class CardToSign(Struct, frozen=True, order=True):
    """One card of the list."""

    record_id: str
    xml_sha256: bytes
    """SHA-256 of the card's bytes to which the signature is added."""


class Statement(Struct, frozen=True, kw_only=True):
    """Who authorises which signatures, with which certificate, as what."""

    nonce: bytes
    person_id: str
    certificate_sha256: bytes
    purpose: Purpose
    on_behalf: bool
    """A manager signs "KT. HIỆU TRƯỞNG"."""
    school_code: str
    school_year: str
    cards: tuple[CardToSign, ...]
    """Each card once; their order does not matter."""


def encode_statement(statement: Statement) -> bytes:
    """The statement's one encoding."""
    return encode_cbor(
        [
            TAG,
            statement.nonce,
            UUID(statement.person_id).bytes,
            statement.certificate_sha256,
            [statement.purpose.value, statement.on_behalf, statement.school_code, statement.school_year],
            [[UUID(card.record_id).bytes, card.xml_sha256] for card in sorted(statement.cards)],
        ]
    )


def challenge_of(statement: bytes) -> bytes:
    """The WebAuthn challenge: SHA-256 of the statement's bytes."""
    return hashlib.sha256(statement).digest()
