"""One cell's value by what its column asks for: the understood value in its one form, a doubt, or a mistake.

Nothing is guessed: a value that could mean two things is a mistake that says how to write it, and every value that is
not what stands in the cell letter by letter carries a doubt.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from backend.intake.workbook.open_workbook import EMPTY_FORMULA
from backend.intake.workbook.problems import Doubt, Mistake
from backend.intake.workbook.sheet import Cell
from verifier.errors import MalformedInputError
from verifier.record.field_reader import MAX_ABSENCES, MAX_CODE_CHARACTERS, MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel
from verifier.record.marks import EXEMPT, MET, NOT_MET, parse_mark
from verifier.record.scales import (
    ACHIEVEMENT_LEVELS,
    EDUCATIONAL_RESULTS,
    OVERALL_LEVELS,
    QUALITY_LEVELS,
    Scale,
    parse_level,
)
from verifier.record.subjects import normalise_name

Value = str | int | bool | date | AchievementLevel | QualityLevel | EducationalResult | OverallLevel

FIRST_YEAR, LAST_YEAR = 1950, 2050
"""Evening classes have grown-up pupils."""

NOT_ASSESSED = "KĐG"
"""A subject in which a disabled pupil on an individual plan is not assessed: the card has the subject and no result."""

_NOT_ASSESSED = frozenset({"kdg", "khong danh gia"})
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_EXCEL_ESCAPE = re.compile(r"_x000[dD]_")
_PRINTED_DATE = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00:00)?", re.ASCII)
_WRITTEN_DATE = re.compile(r"(?:ngai )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})", re.ASCII)
_DECIMAL = re.compile(r"\d{1,4}(?:[.,]\d{1,4})?", re.ASCII)
_DECIMALS_SHOWN = re.compile(r"0(?:\.(0+))?(?:_\))?", re.ASCII)
_FORMULA_ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NAME?", "#NUM!", "#NULL!")
_YES = frozenset({"x", "co", "dat", "1", "true", "v", "✓", "✔", "duoc", "duoclenlop", "hoanthanh", "len lop"})
_NO = frozenset({"khong", "0", "false", "chua", "k", "chua hoan thanh", "khong duoc len lop", "o lai lop"})
_ATTENDS = frozenset({"", "dang hoc", "hien dang hoc", "dh", "chuien den", "chuien den ki 1", "chuien den ki 2"})
_BLANKS = frozenset({"-", "–", "—", "/"})
_PERSONAL_CODE_DIGITS = 12
_LAST_PROVINCE = 96
"""Provinces of personal codes are 001 to 096; a birth registered abroad begins with a country's number, and no zero."""


class Understood(NamedTuple):
    """What a cell says; ``value`` None for a cell that says nothing."""

    value: Value | None
    doubt: Doubt | None = None


class CellRefusedError(Exception):
    """The cell's value cannot be used; never leaves this package."""

    def __init__(self, code: Mistake, **details: str | int) -> None:
        self.code = code
        self.details = details
        super().__init__(code)


def clean_text(cell: Cell) -> str:
    """The cell's text in NFC, without characters that nobody sees; line breaks stay.

    Raises:
        CellRefusedError: a formula without a result, a font that is no Unicode, letters that turn the text round.
    """
    if cell.value == EMPTY_FORMULA:
        raise CellRefusedError(Mistake.FORMULA_EMPTY)
    text = cell.shown
    if text.strip() in _FORMULA_ERRORS:
        raise CellRefusedError(Mistake.FORMULA_ERROR)
    if cell.legacy_font is not None and not text.isascii():
        raise CellRefusedError(Mistake.LEGACY_FONT, font=cell.legacy_font)
    text = _EXCEL_ESCAPE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    text = _INVISIBLE.sub("", text)
    if _DIRECTION.search(text) or _CONTROLS.search(text):
        raise CellRefusedError(Mistake.UNPRINTABLE)
    text = unicodedata.normalize("NFC", text).strip().removeprefix("'")
    return "" if text in _BLANKS else text


def read_line(cell: Cell, *, limit: int = MAX_NAME_CHARACTERS) -> Understood:
    """Words on one line; Latin Eth becomes Đ with a doubt."""
    return _text(" ".join(clean_text(cell).split()), limit)


def read_remark(cell: Cell) -> Understood:
    """A remark; its line breaks stay."""
    return _text(clean_text(cell), MAX_TEXT_CHARACTERS)


def read_code(cell: Cell) -> Understood:
    """A school's code, as it is written."""
    return read_line(cell, limit=MAX_CODE_CHARACTERS)


def read_personal_code(cell: Cell) -> Understood:
    """Twelve digits. A spreadsheet that took the code for a number has lost its zeros; they are offered back."""
    digits = re.sub(r"[\s.'-]", "", clean_text(cell))
    if not digits:
        return Understood(None)
    if not re.fullmatch(r"\d{9,12}", digits, re.ASCII):
        raise CellRefusedError(Mistake.CODE_MALFORMED)
    padded = digits.zfill(_PERSONAL_CODE_DIGITS)
    if len(digits) == _PERSONAL_CODE_DIGITS:
        return Understood(digits)
    if not 1 <= int(padded[:3]) <= _LAST_PROVINCE or len(digits) < _PERSONAL_CODE_DIGITS - 2:
        raise CellRefusedError(Mistake.CODE_MALFORMED)
    return Understood(padded, Doubt.CODE_PADDED)


def read_pupil_code(cell: Cell) -> Understood:
    """The school's code of a pupil; one that the spreadsheet keeps as a number may have lost its zeros."""
    read = read_code(cell)
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return Understood(read.value, Doubt.CODE_IS_NUMBER) if is_number else read


def read_status(cell: Cell) -> Understood:
    """Whether the pupil attends the school, in its own words."""
    read = read_line(cell)
    attends = normalise_name(str(read.value or "")) in _ATTENDS
    return read if attends else Understood(read.value, Doubt.PUPIL_LEFT)


def read_date(cell: Cell, *, date_1904: bool) -> Understood:
    """A day: a date cell, a serial number, or text with the day first."""
    if isinstance(cell.value, date):
        return Understood(_within_lifetimes(cell.value))
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        epoch = date(1904, 1, 1) if date_1904 else date(1899, 12, 30)
        if not 0 < cell.value < 100_000 or cell.value != int(cell.value):
            raise CellRefusedError(Mistake.DATE_MALFORMED)
        return Understood(_within_lifetimes(epoch + timedelta(days=int(cell.value))), Doubt.DATE_SERIAL)
    text = clean_text(cell)
    if not text:
        return Understood(None)
    iso = _ISO_DATE.fullmatch(text)
    printed = _PRINTED_DATE.fullmatch(text) or _WRITTEN_DATE.fullmatch(normalise_name(text))
    if iso is not None:
        year, month, day = (int(part) for part in iso.groups())
    elif printed is not None:
        day, month, year = (int(part) for part in printed.groups())
    elif re.fullmatch(r"\d{5}", text, re.ASCII):
        return read_date(Cell(cell.row, cell.column, int(text)), date_1904=date_1904)
    else:
        raise CellRefusedError(Mistake.DATE_MALFORMED)
    if month > 12 >= day >= 1:
        raise CellRefusedError(Mistake.DATE_MONTH_FIRST)
    try:
        return Understood(_within_lifetimes(date(year, month, day)))
    except ValueError as error:
        raise CellRefusedError(Mistake.DATE_MALFORMED) from error


def read_sex(cell: Cell) -> Understood:
    """Sex as the XML writes it: "Nam" or "Nữ"."""
    words = {"nam": "Nam", "nu": "Nữ", "": None}
    key = normalise_name(clean_text(cell))
    if key not in words:
        raise CellRefusedError(Mistake.SEX_UNKNOWN)
    return Understood(words[key])


def read_flag(cell: Cell) -> Understood:
    """Yes or no, or a cross."""
    key = normalise_name(clean_text(cell))
    if not key:
        return Understood(None)
    if key in _YES or key.replace(" ", "") in _YES:
        return Understood(value=True)
    if key in _NO:
        return Understood(value=False)
    raise CellRefusedError(Mistake.FLAG_UNKNOWN)


def read_count(cell: Cell) -> Understood:
    """A number of sessions."""
    number = _number(cell)
    if number is None:
        return Understood(None)
    if number != number.to_integral_value() or not 0 <= number <= MAX_ABSENCES:
        raise CellRefusedError(Mistake.NUMBER_MALFORMED)
    return Understood(int(number))


def read_measure(cell: Cell) -> Understood:
    """Weight or height as written, with a dot."""
    number = _number(cell)
    if number is None:
        return Understood(None)
    if not 0 < number < 300:
        raise CellRefusedError(Mistake.NUMBER_MALFORMED)
    return Understood(f"{number.normalize():f}")


def read_mark(cell: Cell, *, assessment: str | None) -> Understood:
    """A mark of a secondary subject; see ``verifier.record.marks``."""
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        return _mark_of_number(cell, assessment)
    text = clean_text(cell)
    if isinstance(cell.value, date):
        raise CellRefusedError(Mistake.MARK_IS_DATE)
    if not text:
        return Understood(None)
    exempt = normalise_name(text)
    if exempt in _NOT_ASSESSED:
        return Understood(NOT_ASSESSED)
    if exempt in {"k", "x", "mien", "m"}:
        return Understood(EXEMPT, Doubt.MARK_EXEMPT_LETTER if exempt in {"k", "x"} else None)
    words = {"đ": MET, "đạt": MET, "cđ": NOT_MET, "chưa đạt": NOT_MET}
    word = words.get(" ".join(_without_eth(text).casefold().split()))
    if re.fullmatch(r"\d{1,2}[.,]\d{2,4}", text, re.ASCII) and text.rstrip("0")[-2:-1].isdigit():
        raise CellRefusedError(Mistake.MARK_DECIMALS)
    try:
        mark = word or parse_mark(text, field="mark", comma_allowed=True)
    except MalformedInputError as error:
        raise CellRefusedError(Mistake.MARK_MALFORMED) from error
    return Understood(mark, _mark_doubt(mark, assessment))


def read_score(cell: Cell) -> Understood:
    """A primary test's score: 0 to 10, whole (circular 27, article 7.1d)."""
    if normalise_name(clean_text(cell)) in _NOT_ASSESSED:
        return Understood(NOT_ASSESSED)
    number = _number(cell, Mistake.SCORE_MALFORMED)
    if number is None:
        return Understood(None)
    if number != number.to_integral_value() or not 0 <= number <= 10:
        raise CellRefusedError(Mistake.SCORE_MALFORMED)
    return Understood(int(number), Doubt.SCORE_ZERO if number == 0 else None)


def read_level(cell: Cell, scale: Mapping[str, Scale], *, exempt: Scale | None = None) -> Understood:
    """A level as a letter or in full; K and X are an exemption only where the scale has no K."""
    text = clean_text(cell)
    if not text:
        return Understood(None)
    if exempt is not None and normalise_name(text) in _NOT_ASSESSED:
        return Understood(NOT_ASSESSED)
    if exempt is not None and text.casefold() in {"k", "x"}:
        return Understood(exempt, Doubt.MARK_EXEMPT_LETTER)
    try:
        return Understood(parse_level(" ".join(_without_eth(text).split()), scale, field="level"))
    except MalformedInputError as error:
        allowed = ", ".join(dict.fromkeys(level.value for level in scale.values()))
        raise CellRefusedError(Mistake.LEVEL_UNKNOWN, allowed=allowed) from error


def reader_of(target: str, *, date_1904: bool, assessment: str | None) -> Callable[[Cell], Understood]:
    """How the cells of a column with that target are read."""
    kind, _, rest = target.partition(":")
    part = rest.rpartition(":")[2]
    if kind in {"subject", "own"} and part in _SECONDARY_MARKS:
        return lambda cell: read_mark(cell, assessment=assessment)
    if kind in {"subject", "own"}:
        return _SUBJECT_READERS[part]
    if kind in _LEVEL_READERS:
        return _LEVEL_READERS[kind]
    if kind in {"date_of_birth", "results_until"}:
        return lambda cell: read_date(cell, date_1904=date_1904)
    return _FIELD_READERS.get(kind, read_line)


_SECONDARY_MARKS = frozenset({"semester_1", "semester_2", "year", "reexamination"})
_SUBJECT_READERS: Mapping[str, Callable[[Cell], Understood]] = {
    "level": lambda cell: read_level(cell, ACHIEVEMENT_LEVELS, exempt=AchievementLevel.EXEMPT),
    "score": read_score,
    "remark": read_remark,
    "exemption": read_remark,
    "teacher": read_line,
}
_LEVEL_READERS: Mapping[str, Callable[[Cell], Understood]] = {
    "quality": lambda cell: read_level(cell, QUALITY_LEVELS),
    "competence": lambda cell: read_level(cell, QUALITY_LEVELS),
    "learning": lambda cell: read_level(cell, OVERALL_LEVELS),
    "training": lambda cell: read_level(cell, OVERALL_LEVELS),
    "educational_result": lambda cell: read_level(cell, EDUCATIONAL_RESULTS),
}
_FIELD_READERS: Mapping[str, Callable[[Cell], Understood]] = {
    "personal_code": read_personal_code,
    "pupil_code": read_pupil_code,
    "status": read_status,
    "register_number": read_code,
    "sex": read_sex,
    "weight_kg": read_measure,
    "height_cm": read_measure,
    **dict.fromkeys(("absences", "absences_excused", "absences_unexcused"), read_count),
    **dict.fromkeys(
        (
            "female",
            "promoted",
            "not_promoted",
            "not_assessed",
            "class_programme_completed",
            "primary_programme_completed",
            "programme_completed",
        ),
        read_flag,
    ),
    **dict.fromkeys(
        (
            "homeroom_remark",
            "qualities_remark",
            "general_remark",
            "specific_remark",
            "completion",
            "promotion",
            "commendation",
            "commendation_ad_hoc",
            "competitions",
            "certificates",
            "summer_training",
        ),
        read_remark,
    ),
}


def _text(text: str, limit: int) -> Understood:
    if len(text) > limit:
        raise CellRefusedError(Mistake.TOO_LONG, limit=limit)
    mended = _without_eth(text)
    return Understood(mended or None, Doubt.ETH if mended != text else None)


def _without_eth(text: str) -> str:
    """Western keyboards type Ð and ð, which look the same."""
    return text.replace("Ð", "Đ").replace("ð", "đ")


def _within_lifetimes(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellRefusedError(Mistake.DATE_MALFORMED)
    return day


def _number(cell: Cell, mistake: Mistake = Mistake.NUMBER_MALFORMED) -> Decimal | None:
    text = clean_text(cell)
    if not text:
        return None
    if isinstance(cell.value, bool | date) or not _DECIMAL.fullmatch(text):
        raise CellRefusedError(mistake)
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise CellRefusedError(mistake) from error


def _mark_of_number(cell: Cell, assessment: str | None) -> Understood:
    """A number as Excel shows it: 15 digits of the binary fraction, rounded where the cell's format rounds."""
    number = Decimal(cell.shown)
    if not number.is_finite() or not 0 <= number <= 10:
        raise CellRefusedError(Mistake.MARK_MALFORMED)
    rounded = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    shown = _DECIMALS_SHOWN.fullmatch(cell.number_format)
    decimals = None if shown is None else len(shown[1] or "")
    if rounded != number:
        if decimals != 1:
            raise CellRefusedError(Mistake.MARK_DECIMALS)
        return Understood(str(rounded), Doubt.MARK_ROUNDED)
    if decimals == 0 and number != number.to_integral_value():
        raise CellRefusedError(Mistake.MARK_DECIMALS)  # the school sees 8 where 8.4 is stored
    return Understood(str(rounded), _mark_doubt(str(rounded), assessment))


def _mark_doubt(mark: str, assessment: str | None) -> Doubt | None:
    """A subject assessed by remarks has no numbers, a scored one no Đ (circular 22, article 5)."""
    is_word = mark in {MET, NOT_MET}
    if assessment is None or mark == EXEMPT:
        return None
    return Doubt.MARK_OTHER_KIND if is_word != (assessment == "remark") else None
