from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors import city
from tests.vectors.sample_records import lower_secondary_record, primary_record, upper_secondary_record
from tests.verifier.strategies import capsules
from verifier.capsule import (
    MAX_CAPSULE_BYTES,
    Capsule,
    capsule_url,
    parse_capsule_text,
    parse_envelope,
    seal_capsule,
    verify_capsule,
)
from verifier.capsule_payload import pack_capsule, unpack_capsule
from verifier.deterministic_cbor import Cbor
from verifier.errors import LimitExceededError, MalformedInputError, UntrustedKeyError, VerifierError
from verifier.record.record import Record
from verifier.record.transcript import Transcript
from verifier.trust import TrustList, verify_trust_list

TRUST = verify_trust_list(city.trust_list(), expected_trust_anchor=city.ANCHOR, now=city.NOW)


def capsule_of(record: Record) -> Capsule:
    return Capsule(transcript=record.transcript, issued_at=city.ISSUED_AT, xml_sha256=bytes(range(32)))


def changed(transcript: Transcript, **fields: object) -> Transcript:
    kept = {name: getattr(transcript, name) for name in transcript.__struct_fields__}
    return Transcript(**{**kept, **fields})


SEALED = city.sealed(capsule_of(primary_record()))


@pytest.mark.parametrize("record", [primary_record(), lower_secondary_record(), upper_secondary_record()])
def test_a_sealed_card_says_what_was_sealed(record: Record) -> None:
    sealed = city.sealed(capsule_of(record))
    text = capsule_url(city.PUBLIC_URL, sealed)
    verified = verify_capsule(parse_capsule_text(text, expected_origin=city.PUBLIC_URL), TRUST, city.NOW)
    assert verified.capsule == capsule_of(record)
    assert verified.key == city.CAPSULE_KEY
    assert verified.doubts == ()


@given(capsules)
def test_packing_loses_nothing(capsule: Capsule) -> None:
    assert unpack_capsule(pack_capsule(capsule)) == capsule


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
@settings(max_examples=500)
def test_every_changed_byte_is_refused(place: int, flip: int) -> None:
    changed_bytes = bytearray(SEALED)
    changed_bytes[place] ^= flip
    with pytest.raises(VerifierError, match=r"malformed|cbor|key_unknown|signature_invalid"):
        verify_capsule(bytes(changed_bytes), TRUST, city.NOW)


@given(st.binary(max_size=MAX_CAPSULE_BYTES))
def test_random_bytes_are_malformed_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(MalformedInputError, match=r"cbor|cose"):
        parse_envelope(data)


@given(st.text(max_size=80))
def test_random_text_is_malformed_and_nothing_worse(text: str) -> None:
    with pytest.raises(MalformedInputError, match=r"capsule"):
        parse_capsule_text(f"https://hocba.example/v#0{text}")


@given(st.binary(min_size=1, max_size=MAX_CAPSULE_BYTES))
def test_text_carries_any_bytes(data: bytes) -> None:
    assert parse_capsule_text(capsule_url("https://hocba.example/", data)) == data


def test_space_around_scanned_text_does_no_harm() -> None:
    text = capsule_url(city.PUBLIC_URL, SEALED)
    assert parse_capsule_text(f" {text}\r\n") == SEALED


@pytest.mark.parametrize(
    ("address", "expected_origin"),
    [
        ("https://hocba.example/v", "https://hocba.example:443"),
        ("https://HOCBA.example/v", "https://hocba.example/"),
        ("http://localhost:8000/v", "http://localhost:8000"),
        ("https://so.example/hocba/v", "https://so.example/hocba"),
        ("https://elsewhere.example/v", None),
    ],
)
def test_an_address_of_the_expected_origin_is_read(address: str, expected_origin: str | None) -> None:
    digits = capsule_url("", SEALED).rpartition("#")[2]
    assert parse_capsule_text(f"{address}#{digits}", expected_origin=expected_origin) == SEALED


@pytest.mark.parametrize("address", ["http://hocba.example/v", "https://hocba.example.evil.example/v"])
def test_an_address_of_another_origin_is_refused(address: str) -> None:
    digits = capsule_url("", SEALED).rpartition("#")[2]
    with pytest.raises(MalformedInputError, match="capsule_foreign_origin"):
        parse_capsule_text(f"{address}#{digits}", expected_origin="https://hocba.example")


@pytest.mark.parametrize("address", ["javascript://hocba.example/v", "https://hocba.example:port/v", "https:///v"])
def test_what_is_no_web_address_is_malformed(address: str) -> None:
    with pytest.raises(MalformedInputError, match="capsule_text_malformed"):
        parse_capsule_text(f"{address}#1", expected_origin="https://hocba.example")


def test_a_capsule_too_large_for_the_qr_is_not_sealed() -> None:
    record = upper_secondary_record()
    long_name = changed(record.transcript, name="Nguyễn " * 20 + "An")
    with pytest.raises(LimitExceededError, match="capsule_too_large"):
        seal_capsule(Capsule(long_name, city.ISSUED_AT, bytes(32)), key=city.CAPSULE, kid=city.CAPSULE_KID)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "Nguye\u0302\u0303n"}, "name"),
        ({"name": " An"}, "name"),
        ({"school_code": ""}, "school_code"),
        ({"grade": 0}, "grade"),
        ({"grade": 6}, "regulation"),
        ({"results": lower_secondary_record().transcript.results}, "results"),
        ({"record_id": "3f2b8c1e-7a54-1d09-9c3e-5b1f0a6d2e87"}, "record_id"),
    ],
)
def test_a_transcript_that_no_card_can_have_is_not_sealed(fields: dict[str, object], field: str) -> None:
    transcript = changed(primary_record().transcript, **fields)
    with pytest.raises(MalformedInputError, match=r"capsule_malformed|record_id_malformed") as caught:
        pack_capsule(Capsule(transcript, city.ISSUED_AT, bytes(32)))
    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    ("place", "value", "field"),
    [
        (1, bytes(15), "record_id"),
        (2, 0, "issued_at"),
        (3, "", "name"),
        (5, "A" * 41, "school_code"),
        (7, True, "grade"),
        (9, 3, "regulation"),
        (12, "marks", "marks"),
        (14, [["XX"]], "own_subjects"),
        (15, bytes(31), "xml_sha256"),
    ],
)
def test_an_array_with_one_item_that_no_card_can_have_is_refused_by_its_name(
    place: int, value: Cbor, field: str
) -> None:
    array = pack_capsule(Capsule(primary_record().transcript, city.ISSUED_AT, bytes(32)))
    array[place] = value
    with pytest.raises(MalformedInputError, match="capsule_malformed") as caught:
        unpack_capsule(array)
    assert caught.value.details["field"] == field


def test_subjects_out_of_the_forms_order_are_not_sealed() -> None:
    transcript = primary_record().transcript
    turned = type(transcript.results)(
        **{
            **{name: getattr(transcript.results, name) for name in transcript.results.__struct_fields__},
            "subjects": transcript.results.subjects[::-1],
        }
    )
    with pytest.raises(MalformedInputError, match="capsule_malformed"):
        pack_capsule(Capsule(changed(transcript, results=turned), city.ISSUED_AT, bytes(32)))


def test_parts_of_a_second_are_left_out_of_the_moment_of_issue() -> None:
    capsule = Capsule(primary_record().transcript, city.ISSUED_AT + timedelta(microseconds=999_999), bytes(32))
    assert unpack_capsule(pack_capsule(capsule)).issued_at == city.ISSUED_AT


def test_a_clock_a_little_slow_is_no_doubt() -> None:
    assert verify_capsule(SEALED, TRUST, city.ISSUED_AT - timedelta(minutes=9)).doubts == ()
    assert verify_capsule(SEALED, TRUST, city.ISSUED_AT - timedelta(minutes=11)).doubts == ("capsule_not_yet_issued",)


def test_two_keys_that_share_a_kid_are_both_tried() -> None:
    stranger = city.trusted_key(city.STRANGER, city.CAPSULE_KEY.purpose, city.CAPSULE_CERTIFICATE)
    trust = TrustList(
        header=TRUST.header, department=TRUST.department, keys=(stranger, city.CAPSULE_KEY), roots=TRUST.roots
    )
    assert verify_capsule(SEALED, trust, city.NOW).key == city.CAPSULE_KEY


def test_a_key_that_the_list_gives_only_as_a_certificate_seals_no_capsule() -> None:
    key = type(city.CAPSULE_KEY)(
        kid=city.CAPSULE_KID,
        purpose=city.CAPSULE_KEY.purpose,
        cose_key=None,
        certificate=city.CAPSULE_CERTIFICATE,
        valid_from=city.CAPSULE_KEY.valid_from,
        valid_until=city.CAPSULE_KEY.valid_until,
    )
    trust = TrustList(header=TRUST.header, department=TRUST.department, keys=(key,), roots=())
    with pytest.raises(UntrustedKeyError, match="key_without_es256"):
        verify_capsule(SEALED, trust, city.NOW)
