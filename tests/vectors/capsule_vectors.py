"""Capsules with what a verifier has to say of each: good ones, and one for every defect.

Origin: made by this script from test keys; the good ones are also read by a second implementation that shares no code
with ours (``tests/verifier/test_formats_by_a_stranger.py``).
"""

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct, field

from tests.vectors import city
from tests.vectors.sample_records import lower_secondary_record, primary_record, upper_secondary_record
from verifier.capsule import CLAIM, Capsule
from verifier.capsule_payload import pack_capsule
from verifier.cose import sign_cose
from verifier.deterministic_cbor import Cbor, encode_cbor, encode_tagged
from verifier.record.record import Record
from verifier.status import status_subject
from verifier.trust import KeyPurpose, kid_of_certificate

PRIMARY, LOWER, UPPER = primary_record(), lower_secondary_record(), upper_secondary_record()
SHOWN = {"genuine", "superseded", "revoked", "undetermined"}
"""Verdicts that show what the capsule says; nothing is shown of what is not proven."""


class CapsuleVector(Struct, frozen=True):
    """One file: what is checked, with which lists, and the answer."""

    name: str
    description: str
    text: str
    verdict: str
    codes: tuple[str, ...] = ()
    record: Record | None = PRIMARY
    now: datetime = city.NOW
    trust: bytes | None = field(default_factory=city.trust_list)
    registry: bytes | None = field(default_factory=city.school_registry)
    status: bytes | None = field(default_factory=city.status_list)

    def to_json(self) -> dict[str, Any]:
        shown = self.verdict in SHOWN and self.record is not None
        return {
            "description": self.description,
            "text": self.text,
            "public_url": city.PUBLIC_URL,
            "now": self.now.isoformat().replace("+00:00", "Z"),
            "anchor": city.ANCHOR,
            "trust_list": _base64url(self.trust),
            "registry": _base64url(self.registry),
            "status_list": _base64url(self.status),
            "school_year_of_status_list": None if self.status is None else city.SCHOOL_YEAR,
            "expected": {
                "verdict": self.verdict,
                "codes": list(self.codes),
                "transcript": msgspec.to_builtins(self.record.transcript) if shown and self.record else None,
            },
        }


def _base64url(data: bytes | None) -> str | None:
    return None if data is None else base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def capsule_of(record: Record = PRIMARY) -> Capsule:
    xml_sha256 = city.hashes_of(f"stands for the XML of {record.transcript.record_id}".encode())
    return Capsule(transcript=record.transcript, issued_at=city.ISSUED_AT, xml_sha256=xml_sha256)


def capsule_vectors() -> Iterator[CapsuleVector]:
    yield from _good()
    yield from _withdrawn()
    yield from _undetermined()
    yield from _untrusted()
    yield from _altered()
    yield from _unreadable_text()
    yield from _unreadable_envelope()
    yield from _unreadable_encoding()
    yield from _unreadable_payload()


def _text(record: Record = PRIMARY) -> str:
    return city.text_of(city.sealed(capsule_of(record)))


def _good() -> Iterator[CapsuleVector]:
    for name, record in (("primary", PRIMARY), ("lower_secondary", LOWER), ("upper_secondary", UPPER)):
        yield CapsuleVector(f"genuine_{name}", "A card in force.", _text(record), "genuine", record=record)
    digits = _text().rpartition("#")[2]
    yield CapsuleVector("genuine_digits_alone", "The digits without the address.", digits, "genuine")
    yield CapsuleVector(
        "genuine_key_ended_after_issue",
        "The key's validity ended between issue and check: what it signed before still counts.",
        _text(),
        "genuine",
        trust=_trust_with(valid_until=city.ISSUED_AT + timedelta(days=1)),
    )
    yield CapsuleVector(
        "genuine_without_registry", "Nobody but the department seals a capsule.", _text(), "genuine", registry=None
    )
    yield CapsuleVector(
        "genuine_key_withdrawn_from_tomorrow",
        "The key will be withdrawn; until then what it sealed stands.",
        _text(),
        "genuine",
        trust=_trust_with(withdrawn_at=city.NOW + timedelta(days=1)),
    )


def _trust_with(**key: Any) -> bytes:
    altered = city.trusted_key(city.CAPSULE, KeyPurpose.CAPSULE, city.CAPSULE_CERTIFICATE, **key)
    return city.trust_list(keys=(altered,))


STALE_STATUS = city.header(
    status_subject(city.SCHOOL_YEAR), lifetime=timedelta(hours=24), issued_at=city.NOW - timedelta(days=3)
)
STALE_TRUST = city.trust_header(issued_at=city.NOW - timedelta(days=120))


def _withdrawn() -> Iterator[CapsuleVector]:
    record_id = PRIMARY.transcript.record_id
    revoked, superseded = city.status_list(revoked=[record_id]), city.status_list(superseded=[record_id])
    yield CapsuleVector("revoked", "The status list names the card as revoked.", _text(), "revoked", status=revoked)
    yield CapsuleVector(
        "superseded", "The status list names the card as superseded.", _text(), "superseded", status=superseded
    )
    yield CapsuleVector(
        "revoked_and_superseded",
        "Named twice: revoked weighs more.",
        _text(),
        "revoked",
        status=city.status_list(revoked=[record_id], superseded=[record_id]),
    )
    yield CapsuleVector(
        "revoked_in_stale_status_list",
        "An expired status list still proves a withdrawal.",
        _text(),
        "revoked",
        status=city.status_list(revoked=[record_id], head=STALE_STATUS),
    )

    yield CapsuleVector(
        "superseded_in_stale_status_list",
        "An expired status list still proves that a card was replaced.",
        _text(),
        "superseded",
        status=city.status_list(superseded=[record_id], head=STALE_STATUS),
    )


def _undetermined() -> Iterator[CapsuleVector]:
    yield CapsuleVector(
        "undetermined_no_lists",
        "Nothing is at hand, so nothing is known and nothing shown.",
        _text(),
        "undetermined",
        ("trust_list_missing",),
        record=None,
        trust=None,
        registry=None,
        status=None,
    )
    yesterday = city.NOW - timedelta(days=1, hours=1)
    yield CapsuleVector(
        "undetermined_lists_of_yesterday",
        "Every list is a day and an hour old: only the status list's 24 hours are over.",
        _text(),
        "undetermined",
        ("sealed_by_department", "status_list_stale"),
        trust=city.trust_list(head=city.trust_header(issued_at=yesterday)),
        registry=city.school_registry(
            head=city.header("school-registry", lifetime=timedelta(days=30), issued_at=yesterday)
        ),
        status=city.status_list(
            head=city.header(status_subject(city.SCHOOL_YEAR), lifetime=timedelta(hours=24), issued_at=yesterday)
        ),
    )
    yield CapsuleVector(
        "undetermined_stale_status_list",
        "An expired status list cannot prove that a card is in force.",
        _text(),
        "undetermined",
        status=city.status_list(head=STALE_STATUS),
    )
    yield CapsuleVector(
        "undetermined_no_status_list", "No status list of the school year.", _text(), "undetermined", status=None
    )
    yield CapsuleVector(
        "undetermined_stale_trust_list",
        "An expired trust list cannot prove that the key is still trusted.",
        _text(),
        "undetermined",
        trust=city.trust_list(head=STALE_TRUST),
    )
    yield CapsuleVector(
        "undetermined_unknown_key_in_stale_trust_list",
        "The key may have been added since the trust list expired; nothing is proven, nothing is shown.",
        city.text_of(city.sealed(capsule_of(), key=city.STRANGER, kid=bytes(8))),
        "undetermined",
        ("key_unknown",),
        record=None,
        trust=city.trust_list(head=STALE_TRUST),
    )
    yield CapsuleVector(
        "undetermined_key_withdrawn_since",
        "The key was withdrawn between issue and check; only the key's own word says that the card is older.",
        _text(),
        "undetermined",
        ("capsule_key_withdrawn_since",),
        trust=_trust_with(withdrawn_at=city.ISSUED_AT + timedelta(seconds=1)),
    )
    yield CapsuleVector(
        "undetermined_issued_after_now",
        "Issued a day after this computer's now: its clock is wrong, or the seal was dated ahead.",
        _text(),
        "undetermined",
        ("capsule_not_yet_issued",),
        now=city.ISSUED_AT - timedelta(days=1),
        status=city.status_list(
            head=city.header(
                status_subject(city.SCHOOL_YEAR),
                lifetime=timedelta(hours=24),
                issued_at=city.ISSUED_AT - timedelta(days=1, hours=2),
            )
        ),
        registry=None,
    )


def _untrusted() -> Iterator[CapsuleVector]:
    stranger = city.certificate(99, "Vectors: stranger")
    yield CapsuleVector(
        "untrusted_unknown_key",
        "Well made, sealed by a key that no list names.",
        city.text_of(city.sealed(capsule_of(), key=city.STRANGER, kid=kid_of_certificate(stranger))),
        "untrusted",
        ("key_unknown",),
    )
    yield CapsuleVector(
        "untrusted_status_key",
        "Sealed by the department's status key, which may not seal capsules.",
        city.text_of(city.sealed(capsule_of(), key=city.STATUS, kid=city.STATUS_KID)),
        "untrusted",
        ("key_unknown",),
    )
    for name, description, code, changes in (
        (
            "key_ended_before_issue",
            "Issued after the key's validity.",
            "key_ended",
            {"valid_until": city.ISSUED_AT - timedelta(seconds=1)},
        ),
        (
            "key_not_yet_valid",
            "Issued before the key's validity.",
            "key_not_yet_valid",
            {"valid_from": city.ISSUED_AT + timedelta(seconds=1)},
        ),
        (
            "key_withdrawn_before_issue",
            "Issued at the moment since when the key is withdrawn.",
            "key_withdrawn",
            {"withdrawn_at": city.ISSUED_AT},
        ),
    ):
        yield CapsuleVector(
            f"untrusted_{name}", description, _text(), "untrusted", (code,), trust=_trust_with(**changes)
        )


def _altered() -> Iterator[CapsuleVector]:
    good = city.sealed(capsule_of())
    better_marks = bytearray(good)
    better_marks[good.index(b"Nguy") + 4] ^= 1
    yield CapsuleVector(
        "altered_payload_byte",
        "One bit of the name flipped.",
        city.text_of(bytes(better_marks)),
        "altered",
        ("cose_signature_invalid",),
    )
    yield CapsuleVector(
        "altered_signature_byte",
        "One bit of the signature flipped.",
        city.text_of(good[:-1] + bytes([good[-1] ^ 1])),
        "altered",
        ("cose_signature_invalid",),
    )
    yield CapsuleVector(
        "altered_signature_of_zeros",
        "A signature of zeros, which careless verifiers accept.",
        city.text_of(good[:-64] + bytes(64)),
        "altered",
        ("cose_signature_invalid",),
    )
    yield CapsuleVector(
        "altered_signature_of_another_card",
        "The signature of another genuine card.",
        city.text_of(good[:-64] + city.sealed(capsule_of(LOWER))[-64:]),
        "altered",
        ("cose_signature_invalid",),
    )
    yield CapsuleVector(
        "altered_signed_by_another_key_under_our_kid",
        "Signed by a stranger who writes our kid.",
        city.text_of(city.sealed(capsule_of(), key=city.STRANGER)),
        "altered",
        ("cose_signature_invalid",),
    )


def _unreadable(name: str, description: str, text: str, code: str) -> CapsuleVector:
    return CapsuleVector(f"unreadable_{name}", description, text, "unreadable", (code,))


def _unreadable_text() -> Iterator[CapsuleVector]:
    good = city.sealed(capsule_of())
    text = city.text_of(good)
    address, _, digits = text.rpartition("#")
    zero_led = str(int.from_bytes(b"\x02" + good))
    for name, description, altered, code in (
        ("no_digits", "An address without a capsule.", f"{address}#", "capsule_text_malformed"),
        ("letters_among_digits", "No number.", f"{address}#{digits}a", "capsule_text_malformed"),
        ("leading_zero_digit", "A number has one spelling.", f"{address}#0{digits}", "capsule_text_malformed"),
        ("arabic_digit", "Digits of another script.", f"{address}#\u0661{digits[1:]}", "capsule_text_malformed"),
        ("leading_byte_not_one", "The number begins with 0x02.", f"{address}#{zero_led}", "capsule_text_malformed"),
        ("path_not_v", "Another page of our address.", f"{city.PUBLIC_URL}/w#{digits}", "capsule_text_malformed"),
        ("address_without_host", "No web address.", f"hocba/v#{digits}", "capsule_text_malformed"),
        ("foreign_origin", "Another address.", f"https://hocba.example.net/v#{digits}", "capsule_foreign_origin"),
        ("foreign_port", "Our host, another port.", f"{city.PUBLIC_URL}:8443/v#{digits}", "capsule_foreign_origin"),
        (
            "user_name_in_address",
            "Our name stands before the @ of another host.",
            f"https://hocba.example@example.net/v#{digits}",
            "capsule_text_malformed",
        ),
        (
            "too_large",
            "331 bytes behind the leading one.",
            city.text_of(bytes(331)),
            "capsule_too_large",
        ),
        ("far_too_large", "Text of 2,000 digits.", f"{address}#{'9' * 2000}", "capsule_too_large"),
        ("empty_capsule", "The leading byte alone.", f"{address}#1", "cbor_malformed"),
    ):
        yield _unreadable(name, description, altered, code)


def _payload(record: Record = PRIMARY) -> list[Cbor]:
    return pack_capsule(capsule_of(record))


def _signed(payload: bytes) -> str:
    """What the department's key would sign if its software made a mistake."""
    return city.text_of(sign_cose(payload, key=city.CAPSULE, kid=city.CAPSULE_KID))


def _unreadable_envelope() -> Iterator[CapsuleVector]:
    good = city.sealed(capsule_of())
    payload = encode_cbor({CLAIM: _payload()})
    signature = good[-64:]
    protected = encode_cbor({1: -7, 4: city.CAPSULE_KID})

    def envelope(*items: Cbor, tag: int = 18) -> bytes:
        return encode_tagged(tag, list(items))

    for name, description, altered, code in (
        ("without_tag", "No tag 18 in front.", good[1:], "cbor_type_unexpected"),
        (
            "tag_of_mac",
            "COSE_Mac0 instead of COSE_Sign1.",
            envelope(protected, {}, payload, signature, tag=17),
            "cbor_type_unexpected",
        ),
        ("three_items", "No signature.", envelope(protected, {}, payload), "cose_malformed"),
        (
            "kid_in_unprotected_header",
            "The kid outside of what is signed.",
            envelope(encode_cbor({1: -7}), {4: city.CAPSULE_KID}, payload, signature),
            "cose_malformed",
        ),
        (
            "algorithm_es384",
            "Another algorithm than ES256.",
            envelope(encode_cbor({1: -35, 4: city.CAPSULE_KID}), {}, payload, signature),
            "cose_malformed",
        ),
        (
            "kid_of_four_bytes",
            "A kid has eight bytes.",
            envelope(encode_cbor({1: -7, 4: city.CAPSULE_KID[:4]}), {}, payload, signature),
            "cose_malformed",
        ),
        (
            "critical_header",
            "A header that we do not know.",
            envelope(encode_cbor({1: -7, 2: [99], 4: city.CAPSULE_KID}), {}, payload, signature),
            "cose_malformed",
        ),
        (
            "detached_payload",
            "Null for a payload.",
            envelope(protected, {}, None, signature),
            "cose_malformed",
        ),
        (
            "signature_in_der",
            "A signature as DER, not r || s.",
            envelope(protected, {}, payload, b"\x30\x44" + signature),
            "cose_malformed",
        ),
    ):
        yield _unreadable(name, description, city.text_of(altered), code)


def _unreadable_encoding() -> Iterator[CapsuleVector]:
    good = city.sealed(capsule_of())
    protected = encode_cbor({1: -7, 4: city.CAPSULE_KID})
    for name, description, altered, code in (
        ("trailing_byte", "A byte behind the end.", good + b"\x00", "cbor_not_deterministic"),
        ("truncated", "The last byte is missing.", good[:-1], "cbor_malformed"),
        (
            "long_form_length",
            "A length of one byte written with two.",
            good.replace(b"\x4d" + protected, b"\x58\x0d" + protected, 1),
            "cbor_not_deterministic",
        ),
        (
            "indefinite_array",
            "An array without a length.",
            b"\xd2\x9f" + good[2:] + b"\xff",
            "cbor_malformed",
        ),
    ):
        yield _unreadable(name, description, city.text_of(altered), code)


def _changed(index: int, value: Cbor, record: Record = PRIMARY) -> str:
    items = _payload(record)
    items[index] = value
    return _signed(encode_cbor({CLAIM: items}))


def _unreadable_payload() -> Iterator[CapsuleVector]:
    items, secondary = _payload(), _payload(LOWER)
    marks, summary = _bytes(items[12]), _bytes(items[10])
    lower_marks, again = _bytes(secondary[12]), _bytes(secondary[13])
    bitmap = items[11]
    if not isinstance(bitmap, int):
        raise TypeError("item 11 is the bitmap")
    malformed, canonical = "capsule_malformed", "capsule_not_canonical"
    for name, description, text, code in (
        ("other_claim", "Claims of another kind.", _signed(encode_cbor({1: "99"})), malformed),
        (
            "second_claim",
            "A claim beside the capsule.",
            _signed(encode_cbor({1: "99", CLAIM: items})),
            malformed,
        ),
        ("version_unknown", "Version 2.", _changed(0, 2), "capsule_version_unknown"),
        ("version_true", "True is not 1.", _changed(0, True), "capsule_version_unknown"),
        ("item_missing", "15 items.", _signed(encode_cbor({CLAIM: items[:-1]})), malformed),
        ("record_id_not_version_4", "A UUID of version 1.", _changed(1, bytes(16)), "record_id_malformed"),
        ("issued_at_overflow", "A moment in the year 10,000.", _changed(2, 253_402_300_800), malformed),
        ("name_empty", "No name.", _changed(3, ""), malformed),
        ("name_decomposed", "A name in Unicode NFD.", _changed(3, "Nguye\u0302\u0303n"), malformed),
        ("name_with_line_break", "A name of two lines.", _changed(3, "Nguyễn\nĐã lên lớp"), malformed),
        ("name_turned_round", "A name with a right-to-left override.", _changed(3, "Nguyễn\u202eA"), malformed),
        ("grade_13", "There is no grade 13.", _changed(7, 13), malformed),
        ("regulation_of_other_level", "Circular 22 for grade 4.", _changed(9, 2), malformed),
        ("results_too_short", "Five bytes of results.", _changed(10, summary[:5]), malformed),
        ("results_level_unknown", "Educational result 5.", _changed(10, b"\x05" + summary[1:]), malformed),
        ("results_flag_unknown", "Promotion 3.", _changed(10, summary[:1] + b"\x03" + summary[2:]), malformed),
        ("results_unused_bits", "The last two bits are set.", _changed(10, summary[:5] + b"\xff"), canonical),
        (
            "results_unused_flag_bits",
            "Bit 7 of the flags is set.",
            _changed(10, summary[:1] + bytes([summary[1] | 128]) + summary[2:]),
            canonical,
        ),
        ("subject_unknown", "A bit for subject 63.", _changed(11, bitmap | 1 << 63), "capsule_subject_unknown"),
        ("marks_missing", "A subject without marks.", _changed(12, marks[:-1]), malformed),
        ("mark_level_unknown", "Achievement level 5.", _changed(12, b"\x5f" + marks[1:]), malformed),
        ("score_11", "A score of 11.", _changed(12, b"\x1b" + marks[1:]), malformed),
        ("mark_104", "A mark of 10.4.", _changed(12, b"\x68" + lower_marks[1:], LOWER), "mark_malformed"),
        ("primary_reexamined", "No re-examination in primary.", _changed(13, b"\x00\x32"), malformed),
        ("reexamination_half", "A number without a mark.", _changed(13, again + b"\x01", LOWER), malformed),
        ("reexamination_of_no_subject", "Of a subject not taken.", _changed(13, b"\x18\x32", LOWER), malformed),
        (
            "reexaminations_out_of_order",
            "Pairs not ascending.",
            _changed(13, b"\x04\x32" + again, LOWER),
            canonical,
        ),
        ("reexamination_without_mark", "A pair that says none.", _changed(13, b"\x04\xff", LOWER), canonical),
        ("own_subject_of_catalogue", "Mathematics once more.", _changed(14, [["TO", b"\x1a"]]), malformed),
        ("own_subject_twice", "The same code twice.", _changed(14, [["VOV", b"\x1f"], ["VOV", b"\x2f"]]), malformed),
        ("own_subject_short", "One byte for a secondary subject.", _changed(14, [["VOV", b"\x5a"]], LOWER), malformed),
        ("hash_of_31_bytes", "No SHA-256.", _changed(15, bytes(31)), malformed),
        ("float_in_payload", "A floating-point grade.", _signed(_with_float(items)), "cbor_type_unexpected"),
    ):
        yield _unreadable(name, description, text, code)


def _bytes(value: Cbor) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("packed results are bytes")
    return value


def _with_float(items: list[Cbor]) -> bytes:
    """Grade 4.0 in half precision, put in behind our encoder's back."""
    year, grade = encode_cbor(items[6]), encode_cbor(items[7])
    return encode_cbor({CLAIM: items}).replace(year + grade, year + b"\xf9\x44\x00", 1)
