"""What people type for other people to read: in Unicode NFC, and without letters that nobody sees.

Such letters steer a terminal, turn words round, or make two equal names different (Unicode's categories C and Z but for
the space). Where they have to be refused instead, because a register must not change what a school says, see
``people.roster``.
"""

import unicodedata


def one_line(typed: str) -> str:
    """In one line with single spaces; empty when nothing is left."""
    return " ".join(lines(typed).split())


def lines(typed: str) -> str:
    """With its line ends, every other white space a plain space; empty when nothing is left."""
    plain = (_plain(letter) for letter in typed.replace("\r\n", "\n"))
    return unicodedata.normalize("NFC", "".join(plain)).strip()


def _plain(letter: str) -> str:
    if letter == "\n" or letter.isprintable():
        return letter
    return " " if letter.isspace() else ""
