"""What the three lists have in common: CWT claims (RFC 8392) in a COSE_Sign1, a sequence number and a validity.

Checking a list, in this order; the first that fails decides:

1. at most so many bytes, one COSE_Sign1 in our only form, claims 1, 2, 4, 6, -65538 and -65539, no others;
2. the subject (claim 2) is the list that was asked for;
3. the key: for the trust list the one inside it whose thumbprint is the trust anchor, else the trust list's key with
   that kid and purpose;
4. the signature;
5. the key was valid when the list was issued, and is not withdrawn, whenever since; the issuer is the trust list's
   department;
6. the list was not issued after now (this computer's clock is wrong), and is not older than one seen before;
7. the content is what the subject says.

A list that has expired passes: it can still prove that a card is revoked or superseded. ``is_stale`` says so, and no
verdict is ``genuine`` with a stale trust or status list.
"""

from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from msgspec import Struct

from verifier.cose import CoseMessage, CoseSigner, parse_cose, sign_cose
from verifier.deterministic_cbor import Cbor, encode_cbor, parse_cbor
from verifier.errors import ListError, MalformedInputError
from verifier.vietnam_time import EARLIEST_SECOND, LATEST_SECOND, moment_of, unix_seconds_of

CLOCK_TOLERANCE = timedelta(minutes=10)
"""Phones' clocks differ."""
MAX_SEQUENCE = 2**53 - 1
"""What a JavaScript number holds exactly."""
MAX_NAME_CHARACTERS = 250

_ISS, _SUB, _EXP, _IAT, _SEQUENCE, _CONTENT = 1, 2, 4, 6, -65538, -65539
_SECONDS = range(EARLIEST_SECOND, LATEST_SECOND)

_Wire = TypeVar("_Wire", bound=Struct)


class ListHeader(Struct, frozen=True):
    """Who says what, when, and until when."""

    issuer: str
    """Department code."""
    subject: str
    """``trust-list``, ``school-registry`` or ``status-list/<school year>``."""
    sequence: int
    """Raised with every issue of the list."""
    issued_at: datetime
    expires_at: datetime

    def age_seconds(self, now: datetime) -> int:
        return max(0, int((now - self.issued_at).total_seconds()))

    def is_stale(self, now: datetime) -> bool:
        return now > self.expires_at


class UnverifiedList(Struct, frozen=True):
    """A list taken apart. Nothing in it is verified."""

    message: CoseMessage
    header: ListHeader
    content: Cbor


def seal_list(header: ListHeader, content: Cbor, *, key: CoseSigner, kid: bytes) -> bytes:
    """A list's bytes, signed."""
    claims: dict[int | str, Cbor] = {
        _ISS: header.issuer,
        _SUB: header.subject,
        _EXP: unix_seconds_of(header.expires_at),
        _IAT: unix_seconds_of(header.issued_at),
        _SEQUENCE: header.sequence,
        _CONTENT: content,
    }
    return sign_cose(encode_cbor(claims), key=key, kid=kid)


def parse_list(data: bytes, *, expected_subject: str, max_bytes: int) -> UnverifiedList:
    """Steps 1 and 2.

    Raises:
        ListError: ``list_malformed`` with what was wrong, ``list_subject_unexpected``.
    """
    try:
        message = parse_cose(data, max_bytes=max_bytes)
        claims = parse_cbor(message.payload)
        header = _parse_header(claims)
    except MalformedInputError as error:
        raise malformed(expected_subject, error.reason) from error
    if header.subject != expected_subject:
        raise ListError("list_subject_unexpected", list=expected_subject)
    content = claims[_CONTENT] if isinstance(claims, dict) else None
    return UnverifiedList(message=message, header=header, content=content)


def check_moment(header: ListHeader, *, stored_sequence: int | None, now: datetime) -> None:
    """Step 6.

    Raises:
        ListError: ``list_not_yet_issued``, ``list_older_than_seen``.
    """
    if header.issued_at > now + CLOCK_TOLERANCE:
        raise ListError("list_not_yet_issued", list=header.subject)
    if stored_sequence is not None and header.sequence < stored_sequence:
        raise ListError("list_older_than_seen", list=header.subject, sequence=header.sequence, seen=stored_sequence)


def convert_content(content: Cbor, wire: type[_Wire], *, subject: str) -> _Wire:
    """Step 7: the content as the struct that says what is in it. Keys that we do not know are left alone.

    Raises:
        ListError: ``list_malformed``.
    """
    try:
        return msgspec.convert(content, wire, builtin_types=(bytes,), strict=True)
    except msgspec.ValidationError as error:
        raise malformed(subject, "list_content_malformed") from error


def list_moment(unix_seconds: int, *, subject: str) -> datetime:
    """A moment inside a list.

    Raises:
        ListError: ``list_malformed``, outside 2020 to 2200.
    """
    if unix_seconds not in _SECONDS:
        raise malformed(subject, "list_content_malformed")
    return moment_of(unix_seconds)


def malformed(subject: str, cause: str) -> ListError:
    return ListError("list_malformed", list=subject, cause=cause)


def _parse_header(claims: Cbor) -> ListHeader:
    if not isinstance(claims, dict) or set(claims) != {_ISS, _SUB, _EXP, _IAT, _SEQUENCE, _CONTENT}:
        raise MalformedInputError("list_claims_malformed")
    issuer, subject, sequence = claims[_ISS], claims[_SUB], claims[_SEQUENCE]
    if not isinstance(issuer, str) or not isinstance(subject, str) or len(issuer) > MAX_NAME_CHARACTERS:
        raise MalformedInputError("list_claims_malformed")
    if type(sequence) is not int or not 0 <= sequence <= MAX_SEQUENCE:
        raise MalformedInputError("list_claims_malformed")
    issued_at, expires_at = claims[_IAT], claims[_EXP]
    if type(issued_at) is not int or type(expires_at) is not int:
        raise MalformedInputError("list_claims_malformed")
    if issued_at not in _SECONDS or expires_at not in _SECONDS or expires_at < issued_at:
        raise MalformedInputError("list_claims_malformed")
    return ListHeader(
        issuer=issuer,
        subject=subject,
        sequence=sequence,
        issued_at=moment_of(issued_at),
        expires_at=moment_of(expires_at),
    )
