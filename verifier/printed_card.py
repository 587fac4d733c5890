"""The deep check of a PDF: every value of the XML that the form prints stands, in the form's order, in the page's text.

A seal proves that nobody changed the page, and not that the right page was sealed. ``docs/formats/pdf.md`` lists what
is compared and what is not. The page's text comes in pieces (``pdf_pages``); a *run* is what stands in one cell or
line of the form, so it has to be the letters of whole pieces, one or more: "8" is not found in "8,5".

1. Pieces are compared without white space, dashes, case and letters that are not Latin; the footers' record ids have to
   be this card's, and are left out.
2. Runs of one group follow each other with nothing between: a subject and its marks, a label and its value.
3. Groups follow each other in the form's order, whatever stands between; behind a row of marks no further mark may
   stand.
4. Remarks stand behind their row, beside or below the table. They and other long lines may go on on the next page.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from verifier.errors import SignatureInvalidError
from verifier.printed_form import Group, printed_groups
from verifier.record.printed_words import ACHIEVEMENT, OVERALL, QUALITY
from verifier.record.record import Record

LONG_RUN_LETTERS = 40
"""A line of the form may go on on the next page; a mark, a name or a level may not."""

_FOOTER = re.compile(r"Mã tra cứu: *([0-9a-f-]{36}) *Trang *\d+/\d+\Z")
_MARK = re.compile(r"\d{1,2}(,\d)?|cđ|đ|m")


def require_same_page(pages: Sequence[Sequence[str]], record: Record) -> None:
    """Compare the pages' text with the record that the XML's signatures cover.

    Raises:
        SignatureInvalidError: ``page_says_otherwise``; ``details["place"]`` names the part of the form.
    """
    page = _Page(pages, record.transcript.record_id)
    groups = list(printed_groups(record))
    for number, group in enumerate(groups):
        page.find(group, followed_by=_followers(groups[number:]))


class _Piece(Struct, frozen=True):
    """One piece as it is compared."""

    letters: str
    page: int


class _Page:
    """The pieces of all pages, read from the front to the back."""

    def __init__(self, pages: Sequence[Sequence[str]], record_id: str) -> None:
        self._pieces: list[_Piece] = []
        for number, pieces in enumerate(pages):
            footer = _FOOTER.search("".join(pieces))
            if footer is not None and footer[1] != record_id:
                raise SignatureInvalidError("page_says_otherwise", place="footer")
            kept = _without_footer(pieces, 0 if footer is None else len(footer[0]))
            self._pieces += [_Piece(letters, number) for piece in kept if (letters := compared(piece))]
        self._next = 0

    def find(self, group: Group, *, followed_by: frozenset[str]) -> None:
        """Find a group behind the last one; ``followed_by`` is what may stand behind it, though it look like a mark."""
        runs = [letters for run in group.runs if (letters := compared(run))]
        for start in range(self._next, len(self._pieces)):
            end = self._match(runs, start, free=group.free)
            if end is not None and (group.remark is None or not self._mark_follows(end, followed_by)):
                self._next = self._next if group.free else end
                return
        raise SignatureInvalidError("page_says_otherwise", place=group.place)

    def _match(self, runs: Iterable[str], start: int, *, free: bool) -> int | None:
        """Where the runs end if they stand at ``start``, else None."""
        position: int | None = start
        for run in runs:
            if position is not None:
                over_pages = free or len(run) >= LONG_RUN_LETTERS
                position = self._match_run(run, position, over_pages=over_pages, failed=set())
        return position

    def _match_run(self, run: str, position: int, *, over_pages: bool, failed: set[tuple[int, int]]) -> int | None:
        """Where a run ends that begins at ``position``; ``failed`` is where rests of it were looked for already."""
        begin = position
        while run and position < len(self._pieces) and run.startswith(self._pieces[position].letters):
            run = run.removeprefix(self._pieces[position].letters)
            position += 1
        if not run:
            return position
        if not over_pages or position == begin or (len(run), position) in failed:
            return None
        failed.add((len(run), position))
        page = self._pieces[position - 1].page + 1
        for following in range(position, len(self._pieces)):
            if self._pieces[following].page == page:
                end = self._match_run(run, following, over_pages=True, failed=failed)
                if end is not None:
                    return end
        return None

    def _mark_follows(self, position: int, followed_by: frozenset[str]) -> bool:
        if position == len(self._pieces):
            return False
        letters = self._pieces[position].letters
        is_mark = _MARK.fullmatch(letters) is not None or letters in _LEVELS
        return is_mark and not any(run.startswith(letters) for run in followed_by)


def _followers(groups: Sequence[Group]) -> frozenset[str]:
    """What may stand behind the first of these: its remark, further remarks, and the beginning of the next row."""
    first, *others = groups
    found = [compared(first.remark or "")]
    for group in others:
        found += [letters for run in group.runs if (letters := compared(run))][:1]
        if not group.free:
            break
    return frozenset(found)


def compared(text: str) -> str:
    """The letters of a text that are compared: Latin letters and digits, with comma and point, in small letters."""
    normalised = unicodedata.normalize("NFC", text).casefold()
    return "".join(letter for letter in normalised if letter in ",." or (letter.isalnum() and _is_latin(letter)))


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff"


def _without_footer(pieces: Sequence[str], footer_letters: int) -> Iterator[str]:
    """The pieces of a page without its last letters."""
    left = sum(map(len, pieces)) - footer_letters
    for piece in pieces:
        if left <= 0:
            return
        yield piece[:left]
        left -= len(piece)


_LEVELS = frozenset(compared(level) for levels in (ACHIEVEMENT, OVERALL, QUALITY) for level in levels.values())
