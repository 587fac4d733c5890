"""Text that the form's fonts can print, and what is done with the rest.

A page with a missing glyph is no PDF/A, and a page that silently drops a letter of a name is a false page. So:

1. text is printed in NFC, with white space collapsed; formatting characters nobody sees (zero-width spaces, soft
   hyphens, directional marks) are left out, which also keeps a name from being shown in another order than it has;
2. a name, address or title with a letter that the fonts lack is refused;
3. words of more than 16 letters, which Vietnamese has none of, may be broken anywhere, so that no cell runs over;
4. in free remarks such a letter (mostly an emoji) is printed as a hollow square; the signed XML keeps it.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from struct import unpack_from

from backend.issuing.errors import NotPrintableError

FONT_FOLDER = Path(__file__).with_name("fonts")
SUBSTITUTE = "□"
_ENDLESS_WORD = re.compile(r"\S{17,}")
_LETTERS_A_PIECE = 6
_MAY_BREAK_HERE = "\u200b"


def printable_line(text: str, *, field: str) -> str:
    """One line of text as it is printed; raise ``NotPrintableError`` for a letter that the fonts lack."""
    line = " ".join(_visible(text).split())
    for letter in line:
        if not _has_glyph(letter):
            raise NotPrintableError("letter_not_printable", field=field, letter=f"U+{ord(letter):04X}")
    return _breakable(line)


def printable_remark(text: str) -> str:
    """Free text as it is printed, with its line breaks."""
    lines = [" ".join(line.split()) for line in _visible(text).splitlines()]
    shown: list[str] = []
    for letter in "\n".join(line for line in lines if line):
        printed = letter if letter == "\n" or _has_glyph(letter) else SUBSTITUTE
        if printed != SUBSTITUTE or shown[-1:] != [SUBSTITUTE]:
            shown.append(printed)
    return _breakable("".join(shown))


def _breakable(text: str) -> str:
    def in_pieces(word: re.Match[str]) -> str:
        letters = word[0]
        starts = range(0, len(letters), _LETTERS_A_PIECE)
        return _MAY_BREAK_HERE.join(letters[start : start + _LETTERS_A_PIECE] for start in starts)

    return _ENDLESS_WORD.sub(in_pieces, text)


def _visible(text: str) -> str:
    normalised = unicodedata.normalize("NFC", text)
    return "".join(letter for letter in normalised if unicodedata.category(letter) != "Cf")


def _has_glyph(letter: str) -> bool:
    return ord(letter) in covered_code_points()


@cache
def covered_code_points() -> frozenset[int]:
    """Code points that every font of the form has a glyph for."""
    coverages = [_read_coverage(path.read_bytes()) for path in sorted(FONT_FOLDER.glob("*.ttf"))]
    return frozenset.intersection(*coverages)


def _read_coverage(font: bytes) -> frozenset[int]:
    """Code points of a TrueType font's Unicode ``cmap`` of format 4 (OpenType, "cmap"), the one our fonts have."""
    for position in range(unpack_from(">H", font, 4)[0]):
        tag, _, table, _ = unpack_from(">4sLLL", font, 12 + 16 * position)
        if tag == b"cmap":
            return _read_cmap(font, table)
    raise NotPrintableError("font_unreadable")


def _read_cmap(font: bytes, table: int) -> frozenset[int]:
    for position in range(unpack_from(">H", font, table + 2)[0]):
        platform, encoding, offset = unpack_from(">HHL", font, table + 4 + 8 * position)
        if (platform, encoding) == (3, 1) and unpack_from(">H", font, table + offset)[0] == 4:
            return _read_segments(font, table + offset)
    raise NotPrintableError("font_unreadable")


def _read_segments(font: bytes, start: int) -> frozenset[int]:
    """A segment maps its code points by adding a delta, or through an array of glyphs; glyph 0 is none."""
    count = unpack_from(">H", font, start + 6)[0] // 2
    ends_at = start + 14
    starts_at = ends_at + 2 * count + 2
    deltas_at, ranges_at = starts_at + 2 * count, starts_at + 4 * count
    covered = set()
    for segment in range(count):
        first, last, delta, offset = (
            unpack_from(">H", font, base + 2 * segment)[0] for base in (starts_at, ends_at, deltas_at, ranges_at)
        )
        for code in range(first, last + 1):
            glyph = code
            if offset:
                glyph = unpack_from(">H", font, ranges_at + 2 * segment + offset + 2 * (code - first))[0]
                if not glyph:
                    continue
            if (glyph + delta) % 65536:
                covered.add(code)
    return frozenset(covered)
