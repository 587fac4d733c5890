"""Lists of people in the Vietnamese order: given name, then family name, then middle names.

The order of letters is CLDR's ``vi`` collation: a ă â b c d đ e ê … o ô ơ … u ư …; tones decide only between names
whose letters are all equal, in the order level, falling, asking, tumbling, rising, heavy, and it does not matter on
which vowel of a word the tone is written (Hoà, Hòa). The given name is the last word of a Vietnamese name; a name of
one word is a given name without a family.
"""

import unicodedata

_TONES = {"̀": 1, "̉": 2, "̃": 3, "́": 4, "̣": 5}
"""Combining marks that are tones, in the order of the collation; no mark sorts first."""
_LETTER_MARKS = {"̆": 1, "̂": 2, "̛": 3}
"""Combining marks that make another letter: breve (ă), circumflex (â ê ô), horn (ơ ư)."""
_STROKED_D = str.maketrans({"đ": "d̂", "ð": "d̂"})
"""Đ does not decompose; for sorting it is a d with a letter mark. Eth is a common wrong letter for it."""

_Collation = tuple[tuple[tuple[int, int], ...], tuple[int, ...]]
"""Letters first, then a tone for each word: two levels of the collation."""
SortKey = tuple[_Collation, _Collation, _Collation, str]


def vietnamese_sort_key(name: str) -> SortKey:
    """Key for ``sorted``: given name, family name, middle names, at last the name itself."""
    words = name.split()
    given = words[-1] if words else ""
    family = words[0] if len(words) > 1 else ""
    middle = " ".join(words[1:-1])
    return _collate(given), _collate(family), _collate(middle), name


def _collate(text: str) -> _Collation:
    letters: list[tuple[int, int]] = []
    tones = [0]
    for sign in unicodedata.normalize("NFD", text.casefold().translate(_STROKED_D)):
        if sign in _TONES:
            tones[-1] = _TONES[sign]
        elif sign in _LETTER_MARKS and letters:
            letters[-1] = (letters[-1][0], _LETTER_MARKS[sign])
        elif not unicodedata.combining(sign):
            letters.append((ord(sign), 0))
            if sign == " ":
                tones.append(0)
    return tuple(letters), tuple(tones)
