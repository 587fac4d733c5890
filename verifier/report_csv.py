"""The report of ``hocba-verify --report``: one row an input, for a table programme in an office.

Excel reads UTF-8 only behind a byte order mark. Names in a card or of a file are strangers' words: a cell that begins
as a formula does is written with an apostrophe before it, so that no programme runs it (OWASP, "CSV injection").
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from verifier.messages import LANGUAGES, Language, sentence
from verifier.settings import UsageError
from verifier.verdict import LineName, Verdict

COLUMNS = (
    "Tệp / Input",
    "Kết luận / Verdict",
    "Mã kết luận / Verdict code",
    "Nguyên vẹn / Intact",
    "Ai phát hành / Issuer",
    "Còn hiệu lực / Status",
    "Họ tên / Name",
    "Trường / School",
    "Năm học / School year",
    "Mã tra cứu / Record id",
    "Nơi phát hành / Issued by",
    "Mã lý do / Codes",
    "Giải thích",
    "Explanation",
    "Kiểm tra lúc / Checked at",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_FULL_WIDTH = ("＝", "＋", "－", "＠")
"""Some programmes read these as the plain ones."""


class Report:
    """Rows are written as verdicts come: what was checked before an end is kept."""

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file)
        self._rows.writerow(COLUMNS)

    def add(self, name: str, verdict: Verdict) -> None:
        """One input's row."""
        record = verdict.record
        lines = [getattr(verdict, line.value) for line in LineName]
        codes = [code for line in lines for code in line.codes]
        cells = (
            name,
            _in_both(f"verdict_{verdict.verdict}"),
            verdict.verdict.value,
            *(_in_both(f"answer_{line.answer}") for line in lines),
            record.name if record else "",
            (record.school_name or record.school_code) if record else "",
            record.school_year if record else "",
            record.record_id if record else "",
            verdict.issuer.name or "",
            " ".join(codes),
            *(" ".join(sentence(code, language) for code in codes) for language in LANGUAGES),
            verdict.checked_at.isoformat(timespec="seconds"),
        )
        self._rows.writerow(safe_cell(cell) for cell in cells)


@contextmanager
def open_report(path: Path | None) -> Iterator[Report | None]:
    """The report at that path, or none.

    Raises:
        UsageError: it cannot be written, or something else stands there: ``--report *.pdf`` names a card first.
    """
    if path is None:
        yield None
        return
    try:
        if path.is_file() and not _may_replace(path):
            raise UsageError("usage_report_is_no_report", value=str(path))
        file = path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise UsageError("usage_report_unwritable", value=str(path)) from error
    with file:
        yield Report(file)


def safe_cell(text: str) -> str:
    """The same text, never a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS + _FULL_WIDTH) else text


def _may_replace(path: Path) -> bool:
    start = COLUMNS[0].encode("utf-8-sig")
    with path.open("rb") as file:
        return file.read(len(start)) in {start, b""}


def _in_both(code: str) -> str:
    languages: tuple[Language, ...] = LANGUAGES
    return " / ".join(sentence(code, language) for language in languages)
