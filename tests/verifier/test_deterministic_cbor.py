from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.deterministic_cbor import MAX_DEPTH, Cbor, encode_cbor, encode_tagged, parse_cbor, parse_tagged
from verifier.errors import MalformedInputError

keys = st.one_of(st.integers(-70_000, 70_000), st.text(max_size=5))
leaves = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.binary(max_size=9), st.text(max_size=9))
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))


@given(values)
def test_what_is_encoded_is_read_back(value: object) -> None:
    assert parse_cbor(encode_cbor(cast("Cbor", value))) == value


@given(st.lists(values, max_size=4))
def test_what_is_tagged_is_read_back(items: list[object]) -> None:
    data = encode_tagged(18, cast("list[Cbor]", items))
    assert parse_tagged(data, expected_tag=18, max_bytes=len(data)) == items


@given(st.binary(max_size=60))
def test_any_bytes_are_one_value_or_refused(data: bytes) -> None:
    try:
        value = parse_cbor(data)
    except MalformedInputError:
        return
    assert encode_cbor(value) == data


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        pytest.param("", "cbor_malformed", id="nothing"),
        pytest.param("1800", "cbor_not_deterministic", id="long form of zero"),
        pytest.param("0000", "cbor_not_deterministic", id="trailing byte"),
        pytest.param("a220000100", "cbor_not_deterministic", id="keys out of order"),
        pytest.param("81a220000100", "cbor_not_deterministic", id="keys out of order in an array"),
        pytest.param("a100a220000100", "cbor_not_deterministic", id="keys out of order in a map of one"),
        pytest.param("82a2200001008100", "cbor_not_deterministic", id="keys out of order before an array"),
        pytest.param("a201000100", "cbor_malformed", id="key twice"),
        pytest.param("a1f500", "cbor_type_unexpected", id="true as a key"),
        pytest.param("a1f600", "cbor_type_unexpected", id="null as a key"),
        pytest.param("a1800000", "cbor_type_unexpected", id="array as a key"),
        pytest.param("9fff", "cbor_malformed", id="indefinite array"),
        pytest.param("5fff", "cbor_malformed", id="indefinite bytes"),
        pytest.param("62c328", "cbor_malformed", id="text that is no UTF-8"),
        pytest.param("f93c00", "cbor_type_unexpected", id="float"),
        pytest.param("f7", "cbor_type_unexpected", id="undefined"),
        pytest.param("e0", "cbor_type_unexpected", id="simple value"),
        pytest.param("c100", "cbor_malformed", id="date by tag"),
        pytest.param("d82361612b", "cbor_malformed", id="regular expression by tag"),
        pytest.param("d81c80", "cbor_malformed", id="shared value by tag"),
        pytest.param("d99d0800", "cbor_type_unexpected", id="unknown tag"),
        pytest.param("9b0000010000000000", "cbor_malformed", id="array of a trillion"),
        pytest.param("5b0000010000000000", "cbor_malformed", id="bytes of a terabyte"),
        pytest.param("81" * (MAX_DEPTH + 2) + "00", "cbor_malformed", id="too deep"),
    ],
)
def test_refused_encoding(encoded: str, code: str) -> None:
    with pytest.raises(MalformedInputError, match=code):
        parse_cbor(bytes.fromhex(encoded))


@pytest.mark.parametrize("encoded", ["80", "d180", "d200", "d2a0", "d2c100"])
def test_another_tag_or_no_array_is_refused(encoded: str) -> None:
    with pytest.raises(MalformedInputError, match=r"cbor_type_unexpected|cbor_malformed"):
        parse_tagged(bytes.fromhex(encoded), expected_tag=18, max_bytes=10)


def test_keys_out_of_order_are_refused_in_a_tag_too() -> None:
    with pytest.raises(MalformedInputError, match="cbor_not_deterministic"):
        parse_tagged(bytes.fromhex("d281a220000100"), expected_tag=18, max_bytes=100)
