"""What a corrected card says otherwise than the one it replaces, field by field. Pure."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from verifier.record.record import Record

_ALWAYS_DIFFERENT = frozenset({"transcript.record_id", "signers.created_on", "signers.signed_on"})
"""Every new card has its own record id and days; they are no correction."""


class FieldChange(Struct, frozen=True):
    """One value of the record that is not the same on both cards."""

    field: str
    """Path in the record: ``transcript.name``, ``transcript.results.subjects.TO.year``."""
    before: str | None
    """As text; None where the replaced card says nothing."""
    after: str | None


def compare_records(replaced: Record, replacement: Record) -> tuple[FieldChange, ...]:
    """Every field with different values, in the order of the record; lines of subjects are matched by their code."""
    before, after = (dict(_fields(msgspec.to_builtins(record), "")) for record in (replaced, replacement))
    return tuple(
        FieldChange(field, before.get(field), after.get(field))
        for field in dict.fromkeys((*before, *after))
        if field not in _ALWAYS_DIFFERENT and before.get(field) != after.get(field)
    )


def _fields(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        parts = [(str(name), part) for name, part in value.items()]
    elif isinstance(value, list | tuple):
        parts = [(_name_of(part, number), part) for number, part in enumerate(value, start=1)]
    else:
        if value is not None:
            yield path, _text(value)
        return
    for name, part in parts:
        yield from _fields(part, f"{path}.{name}" if path else name)


def _name_of(part: object, number: int) -> str:
    code = part.get("code") if isinstance(part, dict) else None
    return str(number) if code is None else str(code)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
