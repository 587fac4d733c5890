"""Which subjects stand on paper, in which order (``paper_rows.json``); the verify page shows them in the same one.

Primary: annex 1 of circular 27. Lower secondary: cards in use. Upper secondary: the programme's compulsory subjects,
then its electives (32/2018 as amended by 13/2022). The school's own subjects come last.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from verifier.record.levels import EducationLevel

_ROWS_FILE = Path(__file__).with_name("paper_rows.json")


class PaperRows(Struct, frozen=True):
    """Rows of one level's form, by subject code."""

    always: tuple[str, ...]
    """Rows that stand there, taken or not."""
    if_taken: tuple[str, ...]

    def in_order(self, taken: Sequence[str]) -> tuple[str, ...]:
        """Codes of all rows of a card with these subjects; those that the form does not know last, as they came."""
        known = self.always + self.if_taken
        rows = (code for code in known if code in self.always or code in taken)
        return (*rows, *(code for code in taken if code not in known))


@cache
def _all_rows() -> dict[EducationLevel, PaperRows]:
    return msgspec.json.decode(_ROWS_FILE.read_bytes(), type=dict[EducationLevel, PaperRows])


def paper_rows(level: EducationLevel) -> PaperRows:
    """The rows of the level's official form."""
    return _all_rows()[level]
