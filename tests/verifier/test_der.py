import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from verifier.der import (
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    DerError,
    children,
    decode,
    encode,
    encode_integer,
    encode_oid,
    encode_set,
    split,
)


@given(st.integers(min_value=0, max_value=1 << 200))
def test_numbers_are_written_as_others_write_them(value: int) -> None:
    assert encode_integer(value) == core.Integer(value).dump()


@given(st.binary(max_size=70_000))
def test_lengths_are_written_and_read_as_others_do(value: bytes) -> None:
    written = encode(OCTET_STRING, value)
    assert written == core.OctetString(value).dump()
    assert decode(written, OCTET_STRING) == value


@pytest.mark.parametrize(
    "dotted", ["2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.9.16.2.47", "2.999.3161", "1.3.14.3.2.26"]
)
def test_identifiers_are_written_as_others_write_them(dotted: str) -> None:
    assert encode_oid(dotted) == core.ObjectIdentifier(dotted).dump()


@given(st.lists(st.binary(max_size=40)))
def test_sets_are_ordered_and_values_come_back(values: list[bytes]) -> None:
    elements = [encode(OCTET_STRING, value) for value in values]
    assert [one.der for one in split(b"".join(elements))] == elements
    assert [one.content for one in children(encode_set(*elements), 0x31)] == [
        decode(one, OCTET_STRING) for one in sorted(elements)
    ]


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"\x02",
        b"\x02\x02\x01",
        b"\x02\x01\x01\x00",
        b"\x02\x81\x01\x01",
        b"\x02\x82\x00\x81" + bytes(129),
        b"\x02\x80\x01\x00\x00",
        b"\x02\x85\x00\x00\x00\x00\x01\x01",
        b"\x1f\x01\x00",
        b"\x04\x01\x00",
    ],
)
def test_what_is_not_this_value_in_der_is_refused(der: bytes) -> None:
    with pytest.raises(DerError):
        decode(der, INTEGER)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read = children(data, SEQUENCE)
    except DerError:
        return
    assert encode(SEQUENCE, *(one.der for one in read)) == data
