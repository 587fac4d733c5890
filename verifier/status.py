"""The status list: which cards of one school year were revoked or replaced, signed afresh every day.

A card is named by the first 10 bytes of SHA-256 of its record id, and the list is fetched whole: who reads it learns
neither ids nor which card somebody checks. Never a hash of signed bytes: an ECDSA signature can be rewritten by anyone
without becoming invalid, and the card would leave the list. ``signed_list`` numbers the steps of the check.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

from verifier.cose import CoseSigner
from verifier.deterministic_cbor import Cbor
from verifier.errors import ListError
from verifier.signed_list import ListHeader, check_moment, convert_content, malformed, parse_list, seal_list
from verifier.trust import KeyPurpose, TrustList, verify_listed

ENTRY_BYTES = 10
"""80 bits: two of a hundred million cards meet with a chance of 1 in 10^8."""
MAX_STATUS_LIST_BYTES = 30_000_000
"""Three million withdrawn cards of one year."""
MAX_VALIDITY = timedelta(hours=24)
"""A withdrawal is known everywhere after a day at the latest."""


class CardState(StrEnum):
    """Whether a card still counts."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    """Thu hồi."""
    SUPERSEDED = "superseded"
    """Thay thế."""


class StatusList(Struct, frozen=True):
    """A status list, read from verified bytes or about to be sealed."""

    header: ListHeader
    school_year: str
    revoked: bytes
    """Entries of 10 bytes, ascending."""
    superseded: bytes

    def state_of(self, record_id: str) -> CardState:
        """State of a card of this school year; revoked weighs more than superseded."""
        entry = status_entry(record_id)
        if _holds(self.revoked, entry):
            return CardState.REVOKED
        return CardState.SUPERSEDED if _holds(self.superseded, entry) else CardState.IN_FORCE


class _WireStatus(Struct, frozen=True):
    school_year: str
    revoked: bytes
    superseded: bytes


def status_subject(school_year: str) -> str:
    return f"status-list/{school_year}"


def status_entry(record_id: str) -> bytes:
    """First 10 bytes of SHA-256 over the record id's 16 bytes."""
    return hashlib.sha256(bytes.fromhex(record_id.replace("-", ""))).digest()[:ENTRY_BYTES]


def pack_entries(record_ids: Iterable[str]) -> bytes:
    """Entries of these cards, ascending, each once."""
    return b"".join(sorted({status_entry(record_id) for record_id in record_ids}))


def seal_status_list(status: StatusList, *, key: CoseSigner, kid: bytes) -> bytes:
    """The list's bytes, signed by a ``status`` key.

    Raises:
        ListError: ``list_validity_too_long``, ``list_malformed``.
    """
    _check(status)
    content: Cbor = {"school_year": status.school_year, "revoked": status.revoked, "superseded": status.superseded}
    return seal_list(status.header, content, key=key, kid=kid)


def verify_status_list(
    data: bytes,
    *,
    trust: TrustList,
    expected_school_year: str,
    stored_sequence: int | None = None,
    now: datetime,
) -> StatusList:
    """Status list out of its bytes, if a ``status`` key of the trust list signed it.

    Raises:
        ListError: ``list_malformed``, ``list_subject_unexpected``, ``list_key_unknown``, ``list_signature_invalid``,
            ``list_key_untrusted``, ``list_not_yet_issued``, ``list_older_than_seen``, ``list_validity_too_long``.
    """
    subject = status_subject(expected_school_year)
    unverified = parse_list(data, expected_subject=subject, max_bytes=MAX_STATUS_LIST_BYTES)
    verify_listed(unverified, trust=trust, purpose=KeyPurpose.STATUS)
    check_moment(unverified.header, stored_sequence=stored_sequence, now=now)
    wire = convert_content(unverified.content, _WireStatus, subject=subject)
    status = StatusList(unverified.header, wire.school_year, wire.revoked, wire.superseded)
    _check(status)
    return status


def _check(status: StatusList) -> None:
    subject = status.header.subject
    if subject != status_subject(status.school_year):
        raise malformed(subject, "list_content_malformed")
    if status.header.expires_at - status.header.issued_at > MAX_VALIDITY:
        raise ListError("list_validity_too_long", list=subject)
    for entries in (status.revoked, status.superseded):
        if len(entries) % ENTRY_BYTES:
            raise malformed(subject, "list_content_malformed")
        pieces = [entries[start : start + ENTRY_BYTES] for start in range(0, len(entries), ENTRY_BYTES)]
        if any(first >= second for first, second in pairwise(pieces)):
            raise malformed(subject, "list_entries_unordered")


def _holds(entries: bytes, entry: bytes) -> bool:
    def at(place: int) -> bytes:
        return entries[place * ENTRY_BYTES : (place + 1) * ENTRY_BYTES]

    count = len(entries) // ENTRY_BYTES
    place = bisect_left(range(count), entry, key=at)
    return place < count and at(place) == entry
