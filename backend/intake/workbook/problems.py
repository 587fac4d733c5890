"""What is doubtful and what is wrong in a workbook, each with the cell it stands in."""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from backend.errors import BackendError
from backend.messages import Sentence, sentence

MAX_PROBLEMS = 200
"""Nobody mends more in one sitting; how many more there are is said."""


class Doubt(StrEnum):
    """Understood, but a person should look."""

    CODE_PADDED = "cell_code_padded"
    CODE_DISAGREES = "cell_code_disagrees"
    PUPIL_CODE_TAKEN = "cell_pupil_code_taken"
    ETH = "cell_eth"
    DATE_SERIAL = "cell_date_serial"
    DATE_MAYBE_SWAPPED = "cell_date_maybe_swapped"
    AGE_UNUSUAL = "cell_age_unusual"
    CODE_IS_NUMBER = "cell_code_is_number"
    PUPIL_LEFT = "cell_pupil_left"
    YEAR_OF_TITLE_DIFFERS = "cell_year_of_title_differs"
    MARK_ROUNDED = "cell_mark_rounded"
    MARK_EXEMPT_LETTER = "cell_mark_exempt_letter"
    MARK_OTHER_KIND = "cell_mark_other_kind"
    SCORE_ZERO = "cell_score_zero"
    PERSONAL_CODE_MISSING = "cell_personal_code_missing"
    NATIONALITY_TAKEN = "cell_nationality_taken"
    JOINED_BY_NAME = "cell_joined_by_name"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_HIDDEN = "column_hidden"
    ROW_HIDDEN = "row_hidden"
    ROW_LEFT_OUT = "row_left_out"
    SHEET_HIDDEN = "sheet_hidden"
    SHEET_LEFT_OUT = "sheet_left_out"
    SHEET_NOT_YEAR_END = "sheet_not_year_end"
    NOT_ASSESSED_UNSAID = "cell_not_assessed_unsaid"
    EXEMPTION_UNSAID = "cell_exemption_unsaid"
    SCHOOLING_OF_NOBODY = "schooling_of_nobody"
    OWN_SUBJECT = "column_own_subject"


class Mistake(StrEnum):
    """Cannot be understood, or not without guessing; nothing of the file is kept."""

    FORMULA_EMPTY = "cell_formula_empty"
    FORMULA_ERROR = "cell_formula_error"
    TOO_LONG = "cell_too_long"
    UNPRINTABLE = "cell_unprintable"
    LEGACY_FONT = "cell_legacy_font"
    CODE_MALFORMED = "cell_code_malformed"
    DATE_MALFORMED = "cell_date_malformed"
    DATE_MONTH_FIRST = "cell_date_month_first"
    SEX_UNKNOWN = "cell_sex_unknown"
    FLAG_UNKNOWN = "cell_flag_unknown"
    NUMBER_MALFORMED = "cell_number_malformed"
    LEVEL_UNKNOWN = "cell_level_unknown"
    MARK_MALFORMED = "cell_mark_malformed"
    MARK_IS_DATE = "cell_mark_is_date"
    MARK_DECIMALS = "cell_mark_decimals"
    SCORE_MALFORMED = "cell_score_malformed"
    VALUE_MISSING = "cell_value_missing"
    COLUMN_MISSING = "column_missing"
    PUPIL_WITHOUT_CODE = "cell_pupil_without_code"
    CODE_TWICE = "cell_code_twice"
    CONTRADICTION = "cell_contradiction"
    PUPIL_AMBIGUOUS = "cell_pupil_ambiguous"
    ROW_WITHOUT_NAME = "row_without_name"
    NAME_SPLIT = "column_name_split"
    COLUMN_TWICE = "column_twice"
    CLASS_UNKNOWN = "class_unknown"
    LEVELS_MIXED = "levels_mixed"
    FACT_MISSING = "fact_missing"
    FACT_MALFORMED = "fact_malformed"
    NO_TABLE = "workbook_no_table"
    NO_PUPIL = "workbook_no_pupil"
    NO_SUBJECT = "workbook_no_subject"
    NO_SUBJECT_COLUMN = "workbook_no_subject_column"
    SCHOOLING_TOO_LONG = "schooling_too_long"
    SUBJECTS_TOO_MANY = "workbook_subjects_too_many"
    CARD_IN_FORCE = "cell_card_in_force"


class Problem(Struct, frozen=True):
    """One doubt or mistake; ``value`` is personal data, for the person at the door and not for logs."""

    code: str
    """A ``Doubt``, a ``Mistake``, or a warning of the circulars' rules (``backend.assessment``)."""
    sheet: str | None
    cell: str | None
    value: str
    details: dict[str, str | int] = {}

    @property
    def sentence(self) -> Sentence:
        """What it is and how to mend it."""
        return sentence(str(self.code), self.details)

    @property
    def place(self) -> str:
        """``sheet!cell`` as Excel writes it."""
        return "!".join(part for part in (self.sheet, self.cell) if part)


class WorkbookUnreadableError(BackendError):
    """The file is no workbook that can be opened within the limits."""

    code: ClassVar[str] = "workbook_unreadable"


class WorkbookRefusedError(BackendError):
    """The workbook cannot be taken as it is; ``problems`` has every reason with its cell. Nothing of it is kept."""

    code: ClassVar[str] = "workbook_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(problems))
