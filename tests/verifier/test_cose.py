import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from verifier.cose import (
    CoseMessage,
    Es256Key,
    MemorySigner,
    _signed_bytes,
    es256_key_of,
    parse_cose,
    parse_cose_key,
    sign_cose,
    verify_cose,
)
from verifier.deterministic_cbor import encode_cbor
from verifier.errors import LimitExceededError, MalformedInputError, SignatureInvalidError

KEY = MemorySigner.from_secret_number(20_26)
KID = bytes(range(8))


@given(st.binary(max_size=200))
def test_what_is_signed_verifies(payload: bytes) -> None:
    message = parse_cose(sign_cose(payload, key=KEY, kid=KID), max_bytes=400)
    verify_cose(message, expected_key=KEY.public_key)
    assert (message.payload, message.kid) == (payload, KID)


def test_signing_twice_yields_the_same_bytes() -> None:
    assert sign_cose(b"payload", key=KEY, kid=KID) == sign_cose(b"payload", key=KEY, kid=KID)


def test_memory_signer_follows_rfc_6979() -> None:
    """RFC 6979, appendix A.2.5: P-256, SHA-256, message "sample"."""
    signer = MemorySigner.from_secret_number(0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721)
    expected = (
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    )
    assert signer.sign(b"sample").hex() == expected


def test_thumbprint_is_the_hash_of_the_four_required_labels() -> None:
    """RFC 9679, section 3: the deterministic encoding of kty, crv, x, y; here written out by hand."""
    key = KEY.public_key
    written = b"\xa4\x01\x02\x20\x01\x21\x58\x20" + key.x + b"\x22\x58\x20" + key.y
    assert key.thumbprint() == hashlib.sha256(written).digest()


def test_thumbprint_agrees_with_the_rfcs_example() -> None:
    """RFC 9679, section 6."""
    key = Es256Key(
        x=bytes.fromhex("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"),
        y=bytes.fromhex("1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"),
    )
    assert key.thumbprint().hex() == "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"


def test_another_key_does_not_verify() -> None:
    message = parse_cose(sign_cose(b"payload", key=KEY, kid=KID), max_bytes=400)
    with pytest.raises(SignatureInvalidError, match="cose_signature_invalid"):
        verify_cose(message, expected_key=MemorySigner.from_secret_number(1).public_key)


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64])
def test_a_signature_out_of_range_is_invalid_and_no_crash(signature: bytes) -> None:
    message = parse_cose(sign_cose(b"payload", key=KEY, kid=KID), max_bytes=400)
    forged = CoseMessage(message.protected, message.kid, message.payload, signature)
    with pytest.raises(SignatureInvalidError, match="cose_signature_invalid"):
        verify_cose(forged, expected_key=KEY.public_key)


def test_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(LimitExceededError, match="cbor_too_large"):
        parse_cose(bytes(11), max_bytes=10)


def test_a_kid_of_another_length_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        sign_cose(b"", key=KEY, kid=b"\x01")


def test_a_signer_that_returns_der_is_a_programming_error() -> None:
    class DerSigner:
        def sign(self, message: bytes) -> bytes:
            return b"\x30" + message[:70]

    with pytest.raises(ValueError, match="64 bytes"):
        sign_cose(b"", key=DerSigner(), kid=KID)


def test_another_curve_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="P-256"):
        es256_key_of(ec.generate_private_key(ec.SECP384R1()).public_key())


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {**KEY.public_key.to_cose_key(), 3: -7},
        {**KEY.public_key.to_cose_key(), 1: 3},
        {**KEY.public_key.to_cose_key(), -1: 2},
        {**KEY.public_key.to_cose_key(), -3: True},
        {**KEY.public_key.to_cose_key(), -2: bytes(31)},
        {**KEY.public_key.to_cose_key(), -2: bytes(32)},
    ],
)
def test_what_is_no_p256_key_is_refused(value: object) -> None:
    with pytest.raises(MalformedInputError, match="cose_key_malformed"):
        parse_cose_key(value)


def test_a_key_is_read_back() -> None:
    assert parse_cose_key(KEY.public_key.to_cose_key()) == KEY.public_key


def test_the_short_way_and_the_long_way_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of every length of a payload's head, whole and damaged in each byte of their frame."""
    messages = []
    for length in (0, 1, 23, 24, 100, 255, 256, 300):
        whole = sign_cose(bytes(length), key=KEY, kid=KID)
        messages.append(whole)
        for place in [*range(22), *range(len(whole) - 67, len(whole) - 63)]:
            flipped = (whole[place] ^ flip for flip in (0x01, 0x10, 0x80))
            messages += [whole[:place] + bytes([byte]) + whole[place + 1 :] for byte in flipped]
        messages += [whole[:-1], whole + b"\0", whole[:20], b""]
    short = [outcome_of(message) for message in messages]
    monkeypatch.setattr("verifier.cose._match_short", lambda _data: None)

    assert short == [outcome_of(message) for message in messages]
    assert sum(isinstance(outcome, CoseMessage) for outcome in short) > len(messages) / 4


def outcome_of(message: bytes) -> CoseMessage | str:
    try:
        return parse_cose(message, max_bytes=10_000)
    except MalformedInputError as error:
        return error.reason


@pytest.mark.parametrize("length", [0, 23, 24, 255, 256, 65_535, 65_536])
def test_the_signed_bytes_are_the_standards(length: int) -> None:
    payload = bytes(length)

    assert _signed_bytes(b"\x02" * 13, payload) == encode_cbor(["Signature1", b"\x02" * 13, b"", payload])
