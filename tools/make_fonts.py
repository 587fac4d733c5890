#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools>=4.60"]
# ///
"""Make the forms' fonts out of Liberation Serif 2.1.5: ``tools/make_fonts.py FOLDER_OF_LIBERATION_FONTS``.

Half of such a font in a card's PDF is instructions for coarse screens, which paper and today's screens do not use. What
is made has the same outlines, widths and letters without these instructions, kerning and layout tables. The SIL Open
Font License, section 3, wants a changed font to bear another name: "Hocba Serif". Copyright and licence stay in it.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

STYLES = ("Regular", "Bold", "Italic")
FONT_FOLDER = Path(__file__).parents[1] / "backend/issuing/fonts"
FAMILY, FILE_NAME = "Hocba Serif", "HocbaSerif"
KEPT_NAMES = {0, 2, 5, 13, 14}
"""Copyright, style, version, licence and its address; trademark and maker belong to the original alone."""
NO_LAYOUT = ["GSUB", "GPOS", "GDEF", "kern", "FFTM", "gasp"]


def main() -> None:
    """Write one font for every style."""
    source = Path(sys.argv[1])
    for style in STYLES:
        font = TTFont(source / f"LiberationSerif-{style}.ttf", recalcTimestamp=False)
        options = Options(
            hinting=False, layout_features=[], legacy_kern=False, glyph_names=False, name_IDs=["*"], notdef_outline=True
        )
        options.drop_tables += NO_LAYOUT
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=font.getBestCmap())
        subsetter.subset(font)
        rename(font, style)
        target = FONT_FOLDER / f"{FILE_NAME}-{style}.ttf"
        font.save(target)
        print(target, target.stat().st_size)


def rename(font: TTFont, style: str) -> None:
    """Take the reserved names out of every name that a program shows."""
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in KEPT_NAMES]
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    names = {1: FAMILY, 3: f"hocba: {full}", 4: full, 6: f"{FILE_NAME}-{style}"}
    for number, name in names.items():
        for platform, encoding, language in ((1, 0, 0), (3, 1, 0x409)):
            table.setName(name, number, platform, encoding, language)


if __name__ == "__main__":
    main()
