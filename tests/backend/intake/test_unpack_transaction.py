import base64
import gzip
import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.intake.errors import BatchRefusedError, BatchTooLargeError
from backend.intake.unpack_transaction import MAX_WIRE_BYTES, BatchKind, unpack_batch
from backend.messages import catalogue

LIST = '<DANH_SACH_HOC_BA id="dataDanhSach"><HOC_BA><X a="1">Ngữ văn \\ "hay"</X></HOC_BA></DANH_SACH_HOC_BA>'.encode()


def pack(xml: bytes, *, length: int | None = None) -> bytes:
    """The ministry's wrapping, written from the specification and not with the code under test."""
    prefix = (len(xml) if length is None else length).to_bytes(4, "little")
    return base64.b64encode(prefix + gzip.compress(xml, mtime=0))


def test_transaction_is_unpacked_to_the_byte() -> None:
    batch = unpack_batch(pack(LIST))
    assert (batch.kind, batch.xml) == (BatchKind.TRANSACTION, LIST)


def test_base64_in_lines_is_taken() -> None:
    text = pack(LIST)
    lines = b"\r\n".join(text[start : start + 76] for start in range(0, len(text), 76)) + b"\n"
    assert unpack_batch(lines).xml == LIST


def test_escaped_quotes_are_undone_exactly() -> None:
    assert unpack_batch(pack(LIST.replace(b'"', b'\\"'))).xml == LIST


def test_backslash_before_a_quote_in_an_unescaped_text_is_left_alone() -> None:
    xml = b'<DANH_SACH_HOC_BA id="a"><HOC_BA>C:\\"x\\"</HOC_BA></DANH_SACH_HOC_BA>'
    assert unpack_batch(pack(xml)).xml == xml
    single_quotes = xml.replace(b'"a"', b"'a'")
    assert unpack_batch(pack(single_quotes)).xml == single_quotes


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (LIST, BatchKind.LIST),
        (b"\xef\xbb\xbf" + LIST, BatchKind.LIST),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n' + LIST, BatchKind.LIST),
        (b"<HOC_BA><X/></HOC_BA>", BatchKind.CARD),
        (b'\n<?xml version="1.0"?>\n<HOC_BA a="b"/>', BatchKind.CARD),
    ],
)
def test_plain_xml_is_taken_as_it_is(data: bytes, kind: BatchKind) -> None:
    batch = unpack_batch(data)
    assert (batch.kind, batch.xml) == (kind, data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "batch_empty"),
        (b" \r\n", "batch_empty"),
        (b"%PDF-1.7 not at all", "batch_not_base64"),
        (pack(LIST)[:-1], "batch_not_base64"),
        ("SGVsbG8gd29ybGQ√".encode(), "batch_not_base64"),
        (b"AAAA", "batch_truncated"),
        (base64.b64encode(base64.b64decode(pack(LIST))[:-20]), "batch_truncated"),
        (base64.b64encode(b"\x05\x00\x00\x00hello, not gzip"), "batch_damaged"),
        (base64.b64encode(base64.b64decode(pack(LIST))[:-8] + b"12345678"), "batch_damaged"),
        (base64.b64encode(base64.b64decode(pack(LIST)) + b"more"), "batch_damaged"),
        (base64.b64encode(base64.b64decode(pack(LIST)) + gzip.compress(b"more")), "batch_damaged"),
        (pack(LIST, length=len(LIST) - 1), "batch_length_wrong"),
        (pack(LIST, length=len(LIST) + 1), "batch_length_wrong"),
        (pack(b"no xml in here"), "batch_not_xml"),
        (pack(b""), "batch_not_xml"),
    ],
)
def test_defect_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(BatchRefusedError, match=code):
        unpack_batch(data)
    assert code in catalogue("en")


def test_too_much_on_the_wire_is_refused_unread() -> None:
    with pytest.raises(BatchTooLargeError, match="batch_too_large"):
        unpack_batch(b"A" * (MAX_WIRE_BYTES + 1))


def test_claim_of_too_much_is_refused_unread() -> None:
    with pytest.raises(BatchTooLargeError, match="batch_too_large_unpacked"):
        unpack_batch(pack(LIST, length=2**32 - 1))


def test_gzip_bomb_takes_no_more_memory_than_it_claims() -> None:
    bomb = pack(bytes(200_000_000), length=1000)
    tracemalloc.start()
    with pytest.raises(BatchRefusedError, match="batch_length_wrong"):
        unpack_batch(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * len(bomb)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_batch_or_a_refusal(data: bytes) -> None:
    try:
        unpack_batch(data)
    except BatchRefusedError:
        return


@given(st.text(max_size=200).map(lambda text: f'<A x="{len(text)}">{text}</A>'.encode(errors="ignore")), st.booleans())
def test_what_was_packed_comes_out(xml: bytes, escaped: bool) -> None:  # noqa: FBT001  # Hypothesis passes by position
    sent = xml.replace(b'"', b'\\"') if escaped else xml
    assert unpack_batch(pack(sent)).xml == xml


def test_flipped_bits_never_unpack_to_something_else() -> None:
    packed = base64.b64decode(pack(LIST))
    chance = random.Random(2088)  # noqa: S311  # reproducible damage, no secret
    for _ in range(500):
        damaged = bytearray(packed)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        try:
            assert unpack_batch(base64.b64encode(damaged)).xml == LIST  # header fields such as the time may change
        except BatchRefusedError:
            continue
