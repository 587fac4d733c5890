"""Lists with what a verifier has to say of each: good ones, and one for every defect."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tests.vectors import city
from verifier.cose import MemorySigner, sign_cose
from verifier.deterministic_cbor import Cbor, encode_cbor
from verifier.signed_list import ListHeader, seal_list
from verifier.status import status_subject
from verifier.trust import KeyPurpose, kid_of_trust_key
from verifier.vietnam_time import unix_seconds_of

TRUST, REGISTRY, STATUS = "trust-list", "school-registry", status_subject(city.SCHOOL_YEAR)

Content = dict[int | str, Cbor]


class ListVector(Struct, frozen=True):
    """One file: the list, what the reader knows, and the answer."""

    name: str
    description: str
    subject: str
    data: bytes
    code: str | None = None
    """None: the list is taken."""
    cause: str | None = None
    stale: bool = False
    stored_sequence: int | None = None
    now: datetime = city.NOW
    trust: bytes = field(default_factory=city.trust_list)

    def to_json(self) -> dict[str, Any]:
        expected: dict[str, Any] = {"accepted": self.code is None}
        if self.code is None:
            expected["stale"] = self.stale
        else:
            expected |= {"code": self.code, "cause": self.cause}
        return {
            "description": self.description,
            "subject": self.subject,
            "list": _base64url(self.data),
            "trust_list": None if self.subject == TRUST else _base64url(self.trust),
            "anchor": city.ANCHOR,
            "stored_sequence": self.stored_sequence,
            "now": self.now.isoformat().replace("+00:00", "Z"),
            "expected": expected,
        }


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def list_vectors() -> Iterator[ListVector]:
    yield from _taken()
    yield from _trust_refused()
    yield from _key_refused()
    yield from _content_refused()
    yield from _claims_refused()
    yield from _registry_refused()


def _taken() -> Iterator[ListVector]:
    for subject, data, name in (
        (TRUST, city.trust_list(), "trust_list"),
        (REGISTRY, city.school_registry(), "school_registry"),
        (STATUS, city.status_list(), "status_list"),
    ):
        yield ListVector(f"taken_{name}", "As published.", subject, data)
        yield ListVector(f"taken_{name}_seen_before", "The one already kept.", subject, data, stored_sequence=7)
        yield ListVector(
            f"refused_{name}_older_than_seen",
            "A list with a higher number was seen before.",
            subject,
            data,
            "list_older_than_seen",
            stored_sequence=8,
        )
        yield ListVector(
            f"refused_{name}_issued_after_now",
            "Issued after this computer's now.",
            subject,
            data,
            "list_not_yet_issued",
            now=datetime(2026, 4, 1, tzinfo=UTC),
        )
        yield ListVector(
            f"refused_{name}_altered",
            "One bit of the content flipped.",
            subject,
            _flip(data),
            "list_signature_invalid",
        )
        yield ListVector(
            f"refused_{name}_trailing_byte",
            "A byte behind the end.",
            subject,
            data + b"\x00",
            "list_malformed",
            "cbor_not_deterministic",
        )
        yield ListVector(
            f"taken_{name}_stale",
            "Expired: kept, for withdrawals, and said to be stale.",
            subject,
            data,
            now=city.NOW + timedelta(days=400),
            stale=True,
        )


def _flip(data: bytes) -> bytes:
    """A bit of a word of the content ("school" stands in every list)."""
    altered = bytearray(data)
    altered[data.rindex(b"chool") + 4] ^= 1
    return bytes(altered)


def _trust_refused() -> Iterator[ListVector]:
    stranger = city.trusted_key(city.STRANGER, KeyPurpose.CAPSULE, city.certificate(99, "Vectors: stranger"))
    good = _trust_content()
    yield ListVector(
        "taken_trust_list_of_later_version",
        "A purpose and a key that this version does not know are left alone.",
        TRUST,
        _sealed_trust({**good, "novelty": 1, "keys": [*_keys(good), {**_key_content(), "purpose": "novelty"}]}),
    )
    other_anchor = {**_keys(good)[0], "cose_key": city.STRANGER.public_key.to_cose_key()}
    other_anchor["kid"] = kid_of_trust_key(city.STRANGER.public_key)
    yield ListVector(
        "refused_trust_list_of_other_anchor",
        "Signed by a trust key that is not the anchor's, and says so itself.",
        TRUST,
        _sealed_trust(
            {**good, "keys": [other_anchor]}, key=city.STRANGER, kid=kid_of_trust_key(city.STRANGER.public_key)
        ),
        "trust_anchor_mismatch",
    )
    yield ListVector(
        "refused_trust_list_signed_by_stranger",
        "The anchor's key stands inside, but did not sign.",
        TRUST,
        _sealed_trust(good, key=city.STRANGER),
        "list_signature_invalid",
    )
    yield ListVector(
        "refused_trust_list_signed_by_capsule_key",
        "Signed by a key of the list that may only seal capsules.",
        TRUST,
        _sealed_trust(good, key=city.CAPSULE, kid=city.CAPSULE_KID),
        "trust_anchor_mismatch",
    )
    keys: tuple[tuple[str, str, Content, str], ...] = (
        ("kid_of_other_certificate", "A kid that is not its certificate's.", {"kid": bytes(8)}, "list_kid_unexpected"),
        ("key_off_curve", "A point that is not on the curve.", {"cose_key": _off_curve()}, "cose_key_malformed"),
        ("key_without_certificate", "No certificate behind the kid.", {"certificate": None}, "list_kid_unexpected"),
        ("key_times_as_text", "Text for a moment.", {"from": "2026-01-01"}, "list_content_malformed"),
        ("key_time_overflow", "A moment in the year 10,000.", {"until": 253_402_300_800}, "list_content_malformed"),
    )
    for name, description, key, cause in keys:
        content: Content = {**good, "keys": [*_keys(good), {**_key_content(), **key}]}
        yield ListVector(
            f"refused_trust_list_{name}", description, TRUST, _sealed_trust(content), "list_malformed", cause
        )
    yield ListVector(
        "taken_trust_list_with_another_key",
        "A second capsule key.",
        TRUST,
        city.trust_list(keys=(city.CAPSULE_KEY, stranger)),
    )


def _key_refused() -> Iterator[ListVector]:
    yield ListVector(
        "refused_status_list_unknown_key",
        "Signed by a key that the trust list does not name.",
        STATUS,
        _sealed_status(_status_content(), key=city.STRANGER, kid=bytes(8)),
        "list_key_unknown",
    )
    yield ListVector(
        "refused_status_list_signed_by_registry_key",
        "Signed by a key that may only sign the registry.",
        STATUS,
        _sealed_status(_status_content(), key=city.REGISTRY, kid=city.REGISTRY_KID),
        "list_key_unknown",
    )
    yield ListVector(
        "refused_status_list_signed_by_stranger_under_our_kid",
        "Signed by a stranger who writes our kid.",
        STATUS,
        city.status_list(key=city.STRANGER),
        "list_signature_invalid",
    )
    yield ListVector(
        "refused_registry_signed_by_stranger_under_our_kid",
        "Signed by a stranger who writes our kid.",
        REGISTRY,
        city.school_registry(key=city.STRANGER),
        "list_signature_invalid",
    )
    yield ListVector(
        "refused_status_list_key_not_yet_valid",
        "Issued before the status key's validity.",
        STATUS,
        city.status_list(
            head=city.header(STATUS, lifetime=timedelta(hours=24), issued_at=datetime(2025, 12, 31, tzinfo=UTC))
        ),
        "list_key_untrusted",
        "key_not_yet_valid",
    )
    # Withdrawn after the list says that it was issued: whoever has the key can write any earlier moment.
    since = city.NOW - timedelta(hours=1)
    stolen = tuple(replace(key, withdrawn_at=since) for key in (city.STATUS_KEY, city.REGISTRY_KEY))
    for subject, data, name in (
        (STATUS, city.status_list(), "status_list"),
        (REGISTRY, city.school_registry(), "registry"),
    ):
        yield ListVector(
            f"refused_{name}_key_withdrawn_since",
            "Dated before the moment since when its key is withdrawn.",
            subject,
            data,
            "list_key_untrusted",
            "key_withdrawn",
            trust=city.trust_list(list_keys=stolen),
        )


def _content_refused() -> Iterator[ListVector]:
    good = _status_content()
    revoked = _bytes(good["revoked"])
    other_year = {**good, "school_year": "2024-2025"}
    yield ListVector(
        "refused_status_list_of_other_year",
        "Last year's list instead of this year's.",
        STATUS,
        _sealed_status(other_year, subject=status_subject("2024-2025")),
        "list_subject_unexpected",
    )
    yield ListVector(
        "refused_registry_in_place_of_status_list",
        "Another list of the same department.",
        STATUS,
        city.school_registry(),
        "list_subject_unexpected",
    )
    yield ListVector(
        "refused_status_list_of_other_department",
        "Issued by a department whose list this is not.",
        STATUS,
        _sealed_status(good, issuer="98"),
        "list_malformed",
        "list_issuer_unexpected",
    )
    yield ListVector(
        "refused_status_list_valid_too_long",
        "Valid for 25 hours.",
        STATUS,
        _sealed_status(good, lifetime=timedelta(hours=25)),
        "list_validity_too_long",
    )
    changes: tuple[tuple[str, str, Content, str | None], ...] = (
        ("year_disagrees", "Another year inside than in the subject.", {"school_year": "2024-2025"}, None),
        ("entry_cut_short", "9 bytes for an entry.", {"revoked": revoked[:-1]}, None),
        (
            "entries_out_of_order",
            "Entries not ascending.",
            {"revoked": bytes([255] * 10) + revoked},
            "list_entries_unordered",
        ),
        ("entry_twice", "An entry twice.", {"revoked": revoked + revoked}, "list_entries_unordered"),
        ("entries_as_text", "Text for bytes.", {"revoked": revoked.hex()}, None),
    )
    for name, description, change, cause in changes:
        yield ListVector(
            f"refused_status_list_{name}",
            description,
            STATUS,
            _sealed_status({**good, **change}),
            "list_malformed",
            cause or "list_content_malformed",
        )


def _claims_refused() -> Iterator[ListVector]:
    claims = _claims(_header(STATUS, timedelta(hours=24)), _status_content())
    for name, description, altered in (
        ("without_expiry", "No claim 4.", {key: value for key, value in claims.items() if key != 4}),
        ("unknown_claim", "A claim that we do not know.", {**claims, 99: 0}),
        ("negative_sequence", "A sequence below zero.", {**claims, -65538: -1}),
        ("expires_before_issue", "Expired before it was issued.", {**claims, 4: 1_600_000_000}),
    ):
        yield ListVector(
            f"refused_status_list_{name}",
            description,
            STATUS,
            sign_cose(encode_cbor(altered), key=city.STATUS, kid=city.STATUS_KID),
            "list_malformed",
            "list_claims_malformed",
        )


def _registry_refused() -> Iterator[ListVector]:
    school: list[Cbor] = ["99000401", "Trường Tiểu học Hoa Mai", []]
    approval: list[Cbor] = [bytes(31), 1_767_225_600, None, "school"]
    unknown_role: list[Cbor] = [bytes(32), 1_767_225_600, None, "teacher"]
    lists: tuple[tuple[str, str, list[Cbor], str], ...] = (
        ("school_twice", "The same code twice.", [school, school], "list_entry_repeated"),
        ("fingerprint_short", "31 bytes of fingerprint.", [[*school[:2], [approval]]], "list_content_malformed"),
        ("role_unknown", "A role that is none.", [[*school[:2], [unknown_role]]], "list_content_malformed"),
        ("school_with_extra_item", "A fourth item.", [[*school, 1]], "list_content_malformed"),
    )
    for name, description, schools, cause in lists:
        content: Content = {"schools": schools}
        data = seal_list(_header(REGISTRY, timedelta(days=30)), content, key=city.REGISTRY, kid=city.REGISTRY_KID)
        yield ListVector(f"refused_registry_{name}", description, REGISTRY, data, "list_malformed", cause)


def _header(subject: str, lifetime: timedelta, issuer: str = city.DEPARTMENT.code) -> ListHeader:
    head = city.header(subject, lifetime=lifetime)
    return ListHeader(issuer, subject, head.sequence, head.issued_at, head.expires_at)


def _claims(header: ListHeader, content: Content) -> Content:
    return {
        1: header.issuer,
        2: header.subject,
        4: unix_seconds_of(header.expires_at),
        6: unix_seconds_of(header.issued_at),
        -65538: header.sequence,
        -65539: content,
    }


def _sealed_trust(content: Content, *, key: MemorySigner = city.TRUST, kid: bytes = city.TRUST_KID) -> bytes:
    return seal_list(city.trust_header(), content, key=key, kid=kid)


def _trust_content() -> Content:
    trust_key: Content = {
        "kid": city.TRUST_KID,
        "purpose": "trust",
        "from": 1_767_225_600,
        "until": 2_082_758_400,
        "cose_key": city.TRUST.public_key.to_cose_key(),
    }
    names: Content = {"code": city.DEPARTMENT.code, "vi": city.DEPARTMENT.vi, "en": city.DEPARTMENT.en}
    return {"department": names, "keys": [trust_key], "roots": [], "departments": []}


def _keys(content: Content) -> list[Content]:
    keys = content["keys"]
    if not isinstance(keys, list):
        raise TypeError("keys are a list")
    return [key for key in keys if isinstance(key, dict)]


def _key_content() -> Content:
    return {
        "kid": city.CAPSULE_KID,
        "purpose": "capsule",
        "from": 1_767_225_600,
        "until": 1_861_920_000,
        "cose_key": city.CAPSULE.public_key.to_cose_key(),
        "certificate": city.CAPSULE_CERTIFICATE,
    }


def _off_curve() -> Content:
    return {1: 2, -1: 1, -2: bytes(31) + b"\x05", -3: bytes(31) + b"\x05"}


def _status_content() -> Content:
    entry = bytes(range(10))
    return {"school_year": city.SCHOOL_YEAR, "revoked": entry, "superseded": b""}


def _sealed_status(
    content: Content,
    *,
    key: MemorySigner = city.STATUS,
    kid: bytes = city.STATUS_KID,
    subject: str = STATUS,
    issuer: str = city.DEPARTMENT.code,
    lifetime: timedelta = timedelta(hours=24),
) -> bytes:
    return seal_list(_header(subject, lifetime, issuer), content, key=key, kid=kid)


def _bytes(value: Cbor) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("entries are bytes")
    return value
