"""The letters of a card: what only looks like Vietnamese is found and named, never repaired.

* Eth (``Ð``, ``ð``), typed by Western keyboards for ``Đ``, ``đ``: nobody sees the difference, every search does.
* TCVN3 (fonts named .Vn…) and VNI: text of the years before Unicode whose bytes were taken for Western letters, such as
  "NguyÔn" or "Nguyeãn" for Nguyễn.

Vietnamese in Unicode never has these combinations, but some foreign name may: they are a warning, not a refusal. A day
and month that are swapped show when the month is above 12, and are refused when the date is read.
"""

import re
import unicodedata
from collections.abc import Iterator

from lxml import etree

from backend.assessment.card_warning import CardWarning

_ETH = re.compile("[Ðð]")
_TCVN3 = re.compile(
    # symbols where letters belong: § is Đ, ® is đ, ¨ is ă, © is â, ª is ê, « is ô, ¬ is ơ, a soft hyphen is ư, …
    "[§®](?=[a-zÆ-ÿµ-¾¨©ª«¬\xad])|(?<=[A-Za-z])[µ¶·¸¹»¼½¾¨©ª«¬\xad×÷]|[¨©ª«¬\xad](?=[a-z])"
    # and capitals inside of a word: Ô is ễ, Ç is ầ, ×, Ø, …
    "|(?<=[a-z])[À-ÏÑ-ÖØ-Þ](?=[a-z]|\\b)"
    # ï is ù and stands behind a consonant, where French never has it; Ngäc is Ngọc, Quúnh is Quỳnh
    "|(?<=[bcdghklmnprstvxBCDGHKLMNPRSTVX])ï|\\b[Nn]gä|[Qq]uúnh"
)
_VNI = re.compile(
    # a vowel, then its marks as a letter of their own: aâ, aå, aä are â, ẩ, ậ; eã is ễ; uù is ú; ñ is đ; öù is ứ
    "a[âáàåãäêéèúùøûõ]|e[âáàåãäùøûõ]|o[âåäùøûõ]|[uyöô][ùøûõï]|öô|\\bñ(?=[aeiouyöôìíòóæ])"
    # ï alone may be French (Anaïs, Loïc, stoïcien); with these endings or twice in one text it is not
    "|phaïm|aï(?=(?:n[gh]|ch?|[ioy])\\b)|\\b[^\\Wl]{1,3}oïc\\b|[aeo]ï.*[aeo]ï",
    re.IGNORECASE,
)
_SIGNS = {"eth_letter": _ETH, "legacy_encoding_tcvn3": _TCVN3, "legacy_encoding_vni": _VNI}


def wrong_letters(text: str) -> list[str]:
    """Codes of what in a text only looks like Vietnamese."""
    composed = unicodedata.normalize("NFC", text)
    return [code for code, sign in _SIGNS.items() if sign.search(composed)]


def check_text(data_element: etree._Element) -> Iterator[CardWarning]:
    """One warning for each kind of wrong letter and each element's name, in the card's order.

    ``data_element`` is the ``DU_LIEU_HOC_BA`` that was signed; signatures inside it are left out. A warning never
    quotes the text, which may be a name.
    """
    seen = set()
    for element in data_element.iter("{}*"):
        for code in wrong_letters(element.text or ""):
            found = (code, str(element.tag))
            if found not in seen:
                seen.add(found)
                yield CardWarning(code=code, field=str(element.tag))
