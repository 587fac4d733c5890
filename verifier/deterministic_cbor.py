"""CBOR with one possible encoding for each value (RFC 8949, section 4.2.1), and the few types our formats use.

Integers, byte strings, text, true, false, null, arrays, and maps with integer or text keys. Everything else (floats,
tags, simple values, indefinite lengths, long forms of short numbers, keys out of order or twice, bytes behind the end)
is refused, so that two readers cannot understand one message differently. The only file of the verifier that
knows cbor2.
"""

import cbor2

from verifier.errors import LimitExceededError, MalformedInputError

Cbor = int | bytes | str | bool | list["Cbor"] | dict[int | str, "Cbor"] | None

MAX_DEPTH = 16
"""Our deepest message, the trust list, has 6."""

_TAGS_WITH_DECODERS = (
    *(0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54),
    *(100, 256, 258, 260, 261, 1004, 43000, 55799),
)
"""Tags that cbor2 would turn into objects (regular expressions, shared references) before we could look at them."""


def _refuse_tag(_value: object, _immutable: object) -> None:
    raise MalformedInputError("cbor_type_unexpected")


_DECODERS = dict.fromkeys(_TAGS_WITH_DECODERS, _refuse_tag)
_LEAVES = frozenset({int, bytes, str, bool, type(None)})


def encode_cbor(value: Cbor) -> bytes:
    return cbor2.dumps(value, canonical=True)


def encode_tagged(tag: int, value: list[Cbor]) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(tag, value), canonical=True)


def parse_cbor(data: bytes) -> Cbor:
    """Value of one deterministically encoded message.

    Raises:
        MalformedInputError: ``cbor_malformed``, ``cbor_not_deterministic``, ``cbor_type_unexpected``.
    """
    value = _load(data)
    ordered = _check_types(value, depth=0)
    if cbor2.dumps(value, canonical=ordered) != data:
        raise MalformedInputError("cbor_not_deterministic")
    return value  # type: ignore[return-value] # _check_types has seen every part


def parse_tagged(data: bytes, *, expected_tag: int, max_bytes: int) -> list[Cbor]:
    """Items of one tagged, deterministically encoded array.

    Raises:
        LimitExceededError: ``cbor_too_large``.
        MalformedInputError: as ``parse_cbor``.
    """
    if len(data) > max_bytes:
        raise LimitExceededError("cbor_too_large", limit=max_bytes)
    tagged = _load(data)
    if not isinstance(tagged, cbor2.CBORTag) or tagged.tag != expected_tag:
        raise MalformedInputError("cbor_type_unexpected")
    # What stands in a tag comes back in its unchangeable form.
    items = _changeable(tagged.value)
    if not isinstance(items, list):
        raise MalformedInputError("cbor_type_unexpected")
    ordered = _check_types(items, depth=1)
    if cbor2.dumps(cbor2.CBORTag(expected_tag, items), canonical=ordered) != data:
        raise MalformedInputError("cbor_not_deterministic")
    return items


def _load(data: bytes) -> object:
    try:
        value: object = cbor2.loads(
            data,
            semantic_decoders=_DECODERS,
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
    except (cbor2.CBORError, ValueError, OverflowError, RecursionError) as error:
        raise MalformedInputError("cbor_malformed") from error
    return value


def _changeable(value: object) -> object:
    if isinstance(value, tuple):
        return [_changeable(item) for item in value]
    if isinstance(value, cbor2.frozendict):
        return {key: _changeable(item) for key, item in value.items()}
    return value


def _check_types(value: object, *, depth: int) -> bool:
    """Only our types; says whether any map has an order of keys to be kept, which costs more to write again."""
    if type(value) in _LEAVES:
        return False
    if depth > MAX_DEPTH:
        raise LimitExceededError("cbor_too_deep", limit=MAX_DEPTH)
    ordered = False
    if type(value) is list:
        for item in value:
            if type(item) not in _LEAVES:
                ordered |= _check_types(item, depth=depth + 1)
        return ordered
    if type(value) is not dict:
        raise MalformedInputError("cbor_type_unexpected")
    for key, item in value.items():
        if type(key) is not int and type(key) is not str:
            raise MalformedInputError("cbor_type_unexpected")
        ordered |= _check_types(item, depth=depth + 1)
    return ordered or len(value) > 1
