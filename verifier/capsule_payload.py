"""The capsule's content as one CBOR array: a transcript packed so that a cheap phone can read it from paper.

``docs/formats/capsule.md`` describes every item. Packing has one possible result for each capsule, and unpacking
accepts nothing else: each of its steps can be undone in one way only, which tests hold against ``pack_capsule``.
"""

import hashlib
import re
import unicodedata
from datetime import date, datetime, timedelta

from msgspec import Struct

from verifier.capsule_results import PackedResults, pack_results, unpack_results
from verifier.deterministic_cbor import Cbor
from verifier.errors import MalformedInputError
from verifier.record.field_reader import MAX_CODE_CHARACTERS, MAX_NAME_CHARACTERS
from verifier.record.levels import EducationLevel, Regulation, level_of_grade
from verifier.record.parse_xml import parse_record_id
from verifier.record.transcript import PrimaryResults, Transcript
from verifier.vietnam_time import EARLIEST_SECOND, LATEST_SECOND, moment_of, unix_seconds_of

VERSION = 1

_ITEMS = 16
_SHA256_BYTES = hashlib.sha256().digest_size
_FIRST_DAY = date(1970, 1, 1)
_DAYS = range((date(1900, 1, 1) - _FIRST_DAY).days, (date(2200, 1, 1) - _FIRST_DAY).days)
_YEARS = range(2000, 2200)
_GRADES = range(1, 13)
_REGULATIONS = {1: Regulation.CIRCULAR_27, 2: Regulation.CIRCULAR_22}
_REGULATION_NUMBERS = {regulation: number for number, regulation in _REGULATIONS.items()}
_MAX_OWN_SUBJECTS = 40
# Line ends, other controls and letters that turn the reading direction round: never in a name or code.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Capsule(Struct, frozen=True):
    """What the QR of a card says."""

    transcript: Transcript
    issued_at: datetime
    """When the department sealed it; whole seconds."""
    xml_sha256: bytes
    """Of the signed XML's exact bytes."""


def pack_capsule(capsule: Capsule) -> list[Cbor]:
    """The array of a capsule.

    Raises:
        MalformedInputError: ``capsule_malformed`` with the field, for a transcript that no card can have.
    """
    transcript = capsule.transcript
    parse_record_id(transcript.record_id, field="record_id")
    _text(transcript.name, MAX_NAME_CHARACTERS, "name")
    _text(transcript.school_code, MAX_CODE_CHARACTERS, "school_code")
    _text(transcript.class_group, MAX_CODE_CHARACTERS, "class_group")
    _integer(transcript.grade, _GRADES, "grade")
    _check_parts(capsule)
    results = pack_results(transcript.results, grade=transcript.grade)
    _own_subjects([[code, marks] for code, marks in results.own_subjects])
    return [
        VERSION,
        bytes.fromhex(transcript.record_id.replace("-", "")),
        unix_seconds_of(capsule.issued_at),
        transcript.name,
        (transcript.date_of_birth - _FIRST_DAY).days,
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


def unpack_capsule(value: object) -> Capsule:
    """Capsule out of its array.

    Raises:
        MalformedInputError: ``capsule_version_unknown``; ``capsule_malformed`` with the field;
            ``capsule_subject_unknown``; ``mark_malformed``; ``capsule_not_canonical``.
    """
    if not isinstance(value, list) or not value:
        raise _malformed("capsule")
    items: list[Cbor] = value
    version = items[0]
    if type(version) is not int or version != VERSION:
        raise MalformedInputError("capsule_version_unknown")
    if len(items) != _ITEMS:
        raise _malformed("capsule")
    capsule = Capsule(
        transcript=_unpack_transcript(items),
        issued_at=moment_of(_integer(items[2], range(EARLIEST_SECOND, LATEST_SECOND), "issued_at")),
        xml_sha256=_bytes(items[15], "xml_sha256"),
    )
    _check_parts(capsule)
    return capsule


def _unpack_transcript(items: list[Cbor]) -> Transcript:
    grade = _integer(items[7], _GRADES, "grade")
    first_year = _integer(items[6], _YEARS, "school_year")
    primary = level_of_grade(grade) == EducationLevel.PRIMARY
    packed = PackedResults(
        summary=_bytes(items[10], "results"),
        bitmap=_integer(items[11], range(1 << 64), "bitmap"),
        marks=_bytes(items[12], "marks"),
        reexaminations=_bytes(items[13], "reexaminations"),
        own_subjects=_own_subjects(items[14]),
    )
    return Transcript(
        record_id=_record_id(_bytes(items[1], "record_id")),
        name=_text(items[3], MAX_NAME_CHARACTERS, "name"),
        date_of_birth=_FIRST_DAY + timedelta(days=_integer(items[4], _DAYS, "date_of_birth")),
        school_code=_text(items[5], MAX_CODE_CHARACTERS, "school_code"),
        school_year=f"{first_year}-{first_year + 1}",
        grade=grade,
        class_group=_text(items[8], MAX_CODE_CHARACTERS, "class_group"),
        regulation=_REGULATIONS[_integer(items[9], range(1, 3), "regulation")],
        results=unpack_results(packed, grade=grade, primary=primary),
    )


def _check_parts(capsule: Capsule) -> None:
    """What packing and unpacking ask alike of a capsule whose values are each in order."""
    transcript = capsule.transcript
    of_primary = level_of_grade(transcript.grade) == EducationLevel.PRIMARY
    if of_primary != (transcript.regulation == Regulation.CIRCULAR_27):
        raise _malformed("regulation")
    if of_primary != isinstance(transcript.results, PrimaryResults):
        raise _malformed("results")
    if len(capsule.xml_sha256) != _SHA256_BYTES:
        raise _malformed("xml_sha256")


def _own_subjects(value: Cbor) -> tuple[tuple[str, bytes], ...]:
    if not isinstance(value, list) or len(value) > _MAX_OWN_SUBJECTS:
        raise _malformed("own_subjects")
    subjects = []
    for item in value:
        if not isinstance(item, list) or len(item) != 2:
            raise _malformed("own_subjects")
        code = _text(item[0], MAX_CODE_CHARACTERS, "own_subjects")
        subjects.append((code, _bytes(item[1], "own_subjects")))
    return tuple(subjects)


def _record_id(value: bytes) -> str:
    if len(value) != 16:
        raise _malformed("record_id")
    digits = value.hex()
    text = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    return parse_record_id(text, field="record_id")


def _integer(value: Cbor, allowed: range, field: str) -> int:
    if type(value) is not int or value not in allowed:
        raise _malformed(field)
    return value


def _bytes(value: Cbor, field: str) -> bytes:
    if not isinstance(value, bytes):
        raise _malformed(field)
    return value


def _text(value: Cbor, max_characters: int, field: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= max_characters:
        raise _malformed(field)
    if value.isascii() and value.isalnum():  # most codes and classes
        return value
    if not unicodedata.is_normalized("NFC", value) or value != value.strip() or _UNPRINTABLE.search(value):
        raise _malformed(field)
    return value


def _malformed(field: str) -> MalformedInputError:
    return MalformedInputError("capsule_malformed", field=field)
