"""The capsule's content as one CBOR array: a transcript packed so that a cheap phone can read it from paper.

``docs/formats/capsule.md`` describes every item. Packing has one possible result for each capsule, and unpacking
accepts nothing else: each of its steps can be undone in one way only, which tests hold against ``pack_capsule``.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from verifier.capsule_results import PackedResults, pack_results, unpack_results
from verifier.deterministic_cbor import Cbor
from verifier.errors import MalformedInputError
from verifier.record.field_reader import MAX_CODE_CHARACTERS, MAX_NAME_CHARACTERS
from verifier.record.levels import EducationLevel, Regulation, level_of_grade
from verifier.record.parse_xml import parse_record_id
from verifier.record.transcript import PrimaryResults, Transcript
from verifier.vietnam_time import EARLIEST_SECOND, LATEST_SECOND, moment_of, unix_seconds_of

VERSION = 1

_DAY_ZERO = date(1970, 1, 1).toordinal()
_REGULATIONS = {1: Regulation.CIRCULAR_27, 2: Regulation.CIRCULAR_22}
_REGULATION_NUMBERS = {regulation: number for number, regulation in _REGULATIONS.items()}
_MAX_OWN_SUBJECTS = 40
# Line ends, other controls and letters that turn the reading direction round: never in a name or code.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_PRIMARY, _OF_PRIMARY = EducationLevel.PRIMARY, Regulation.CIRCULAR_27
_PLACE = re.compile(r"\$\[([0-9]+)\]")
"""The item's number in msgspec's sentence of what is wrong."""

_Code = Annotated[str, Meta(min_length=1, max_length=MAX_CODE_CHARACTERS)]


class Capsule(Struct, frozen=True):
    """What the QR of a card says."""

    transcript: Transcript
    issued_at: datetime
    """When the department sealed it; whole seconds."""
    xml_sha256: bytes
    """Of the signed XML's exact bytes."""


class _Items(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The array, item for item: what any capsule has to keep to before anything is made of it."""

    version: int
    record_id: Annotated[bytes, Meta(min_length=16, max_length=16)]
    issued_at: Annotated[int, Meta(ge=EARLIEST_SECOND, lt=LATEST_SECOND)]
    name: Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS)]
    date_of_birth: Annotated[
        int, Meta(ge=date(1900, 1, 1).toordinal() - _DAY_ZERO, lt=date(2200, 1, 1).toordinal() - _DAY_ZERO)
    ]
    school_code: _Code
    school_year: Annotated[int, Meta(ge=2000, lt=2200)]
    grade: Annotated[int, Meta(ge=1, le=12)]
    class_group: _Code
    regulation: Annotated[int, Meta(ge=min(_REGULATIONS), le=max(_REGULATIONS))]
    results: bytes
    bitmap: Annotated[int, Meta(ge=0)]
    marks: bytes
    reexaminations: bytes
    own_subjects: Annotated[tuple[tuple[_Code, bytes], ...], Meta(max_length=_MAX_OWN_SUBJECTS)]
    xml_sha256: Annotated[bytes, Meta(min_length=32, max_length=32)]


def pack_capsule(capsule: Capsule) -> list[Cbor]:
    """The array of a capsule.

    Raises:
        MalformedInputError: ``capsule_malformed`` with the field, for a transcript that no card can have.
    """
    transcript = capsule.transcript
    parse_record_id(transcript.record_id, field="record_id")
    primary = _is_primary(transcript.grade, transcript.regulation)
    if primary != isinstance(transcript.results, PrimaryResults):
        raise _malformed("results")
    results = pack_results(transcript.results, grade=transcript.grade)
    array: list[Cbor] = [
        VERSION,
        bytes.fromhex(transcript.record_id.replace("-", "")),
        unix_seconds_of(capsule.issued_at),
        transcript.name,
        transcript.date_of_birth.toordinal() - _DAY_ZERO,
        transcript.school_code,
        int(transcript.school_year[:4]),
        transcript.grade,
        transcript.class_group,
        _REGULATION_NUMBERS[transcript.regulation],
        results.summary,
        results.bitmap,
        results.marks,
        results.reexaminations,
        [[code, marks] for code, marks in results.own_subjects],
        capsule.xml_sha256,
    ]
    _read_items(array)
    return array


def unpack_capsule(value: object) -> Capsule:
    """Capsule out of its array.

    Raises:
        MalformedInputError: ``capsule_version_unknown``; ``capsule_malformed`` with the field;
            ``capsule_subject_unknown``; ``mark_malformed``; ``capsule_not_canonical``.
    """
    items = _read_items(value)
    regulation = _REGULATIONS[items.regulation]
    primary = _is_primary(items.grade, regulation)
    packed = PackedResults(items.results, items.bitmap, items.marks, items.reexaminations, items.own_subjects)
    transcript = Transcript(
        record_id=_record_id(items.record_id),
        name=items.name,
        date_of_birth=date.fromordinal(_DAY_ZERO + items.date_of_birth),
        school_code=items.school_code,
        school_year=f"{items.school_year}-{items.school_year + 1}",
        grade=items.grade,
        class_group=items.class_group,
        regulation=regulation,
        results=unpack_results(packed, grade=items.grade, primary=primary),
    )
    return Capsule(transcript, issued_at=moment_of(items.issued_at), xml_sha256=items.xml_sha256)


def _read_items(value: object) -> _Items:
    """What packing and unpacking ask alike of the array."""
    if not isinstance(value, list) or not value:
        raise _malformed("capsule")
    if type(value[0]) is not int or value[0] != VERSION:
        raise MalformedInputError("capsule_version_unknown")
    try:
        items = msgspec.convert(value, _Items, builtin_types=(bytes,), strict=True)
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        raise _malformed(_Items.__struct_fields__[int(place[1])] if place else "capsule") from error
    _check_text(items.name, "name")
    _check_text(items.school_code, "school_code")
    _check_text(items.class_group, "class_group")
    for code, _ in items.own_subjects:
        _check_text(code, "own_subjects")
    return items


def _is_primary(grade: int, regulation: Regulation) -> bool:
    """Whether it is a card of primary school, where another circular holds than in the grades above."""
    primary = level_of_grade(grade) is _PRIMARY
    if primary != (regulation is _OF_PRIMARY):
        raise _malformed("regulation")
    return primary


def _record_id(value: bytes) -> str:
    if value[6] >> 4 != 4 or value[8] >> 6 != 2:  # UUID version 4 (RFC 9562, section 5.4)
        raise MalformedInputError("record_id_malformed", field="record_id")
    digits = value.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _check_text(value: str, field: str) -> None:
    if value.isascii() and value.isalnum():  # most codes and classes
        return
    if not unicodedata.is_normalized("NFC", value) or value != value.strip() or _UNPRINTABLE.search(value):
        raise _malformed(field)


def _malformed(field: str) -> MalformedInputError:
    return MalformedInputError("capsule_malformed", field=field)
