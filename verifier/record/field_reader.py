"""Values out of one XML element, each asked for by name, bounded and typed.

Values are brought to Unicode NFC and stripped; an element without a visible letter counts as absent (2088, II.1.3
leaves null out). Elements that nobody asks for may stand there as often as they like. The signed bytes themselves are
never touched.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from lxml import etree

from verifier.errors import LimitExceededError, MalformedInputError
from verifier.record.scales import Scale, parse_level

MAX_CODE_CHARACTERS = 40
"""Codes and numbers; the sector database has at most 36 (the record id)."""
MAX_NAME_CHARACTERS = 250
"""Names, places, addresses (sector database: 250)."""
MAX_TEXT_CHARACTERS = 4_000
"""Remarks (sector database: 2,000)."""
MAX_ABSENCES = 500
"""Sessions a year; a year has some 350 with two sessions a day."""

# Letters that turn the reading direction round: what a person sees would not be what was signed.
_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS_BUT_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?)?", re.ASCII)
_PRINTED_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_WHOLE_NUMBER = re.compile(r"(\d{1,6})(?:\.0{1,4})?", re.ASCII)
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_MONTHS, _LONGEST_MONTH = 12, 31
_EARLIEST_YEAR = 1900
_LATEST_YEAR = 2200


class FieldReader:
    """Reads the simple children of one element.

    Raises:
        MalformedInputError: from every method, with a code, the field's element name and, in a table, the row.
    """

    def __init__(self, element: etree._Element, *, row: int | None = None) -> None:
        self.element = element
        self._where: dict[str, int] = {} if row is None else {"row": row}
        self._children: dict[str, etree._Element] = {}
        self._repeated: set[str] = set()
        for child in element:
            name = str(child.tag)
            if name in self._children:
                self._repeated.add(name)
            self._children[name] = child

    def fail(self, code: str, field: str) -> MalformedInputError:
        return MalformedInputError(code, field=field, **self._where)

    def optional_text(self, field: str, *, max_characters: int = MAX_NAME_CHARACTERS) -> str | None:
        child = self._children.get(field)
        if child is None:
            return None
        if field in self._repeated:
            raise self.fail("field_repeated", field)
        if len(child):
            raise self.fail("field_malformed", field)
        value = unicodedata.normalize("NFC", (child.text or "").strip())
        if len(value) > max_characters:
            raise LimitExceededError("field_too_long", field=field, limit=max_characters, **self._where)
        if _DIRECTION_CONTROLS.search(value) or _CONTROLS_BUT_LINES.search(value):
            raise self.fail("field_malformed", field)
        return value if any(not _is_invisible(letter) for letter in value) else None

    def text(self, field: str, *, max_characters: int = MAX_NAME_CHARACTERS) -> str:
        value = self.optional_text(field, max_characters=max_characters)
        if value is None:
            raise self.fail("field_missing", field)
        return value

    def code(self, field: str) -> str:
        return self.text(field, max_characters=MAX_CODE_CHARACTERS)

    def optional_code(self, field: str) -> str | None:
        return self.optional_text(field, max_characters=MAX_CODE_CHARACTERS)

    def remark(self, field: str) -> str | None:
        return self.optional_text(field, max_characters=MAX_TEXT_CHARACTERS)

    def optional_flag(self, field: str) -> bool | None:
        value = self.optional_code(field)
        if value is None:
            return None
        flag = _BOOLEANS.get(value.lower())
        if flag is None:
            raise self.fail("field_malformed", field)
        return flag

    def optional_count(self, field: str, *, maximum: int = MAX_ABSENCES) -> int | None:
        """A whole number; 2088, II.1.3 allows "2.0000" for 2."""
        value = self.optional_code(field)
        if value is None:
            return None
        number = _WHOLE_NUMBER.fullmatch(value)
        if number is None or int(number[1]) > maximum:
            raise self.fail("field_malformed", field)
        return int(number[1])

    def optional_level(self, field: str, scale: Mapping[str, Scale]) -> Scale | None:
        value = self.optional_code(field)
        if value is None:
            return None
        try:
            return parse_level(value, scale, field=field)
        except MalformedInputError as error:
            raise self.fail(error.reason, field) from error

    def day(self, field: str) -> date:
        """A day: ``2017-05-17``, a time stamp of that day, or ``17/05/2017`` as in the ministry's sample."""
        value = self.optional_day(field)
        if value is None:
            raise self.fail("field_missing", field)
        return value

    def optional_day(self, field: str) -> date | None:
        value = self.optional_code(field)
        if value is None:
            return None
        iso = _ISO_DATE.fullmatch(value)
        printed = _PRINTED_DATE.fullmatch(value)
        if iso is not None:
            year, month, day = (int(part) for part in iso.groups())
        elif printed is not None:
            day, month, year = (int(part) for part in printed.groups())
        else:
            raise self.fail("field_malformed", field)
        if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
            raise self.fail("field_malformed", field)
        try:
            return date(year, month, day)
        except ValueError as error:
            swapped = _MONTHS < month <= _LONGEST_MONTH and 1 <= day <= _MONTHS
            raise self.fail("date_day_month_swapped" if swapped else "field_malformed", field) from error


def _is_invisible(letter: str) -> bool:
    """White space, or a formatting character such as a zero-width space."""
    return letter.isspace() or unicodedata.category(letter) == "Cf"
