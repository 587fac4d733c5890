"""Personal codes of people who do not exist: 12 digits as of Law on Identification 2023, article 12.

``PPP G YY RRRRRR``: province part 999 is given to nobody, G says century and sex, YY the year of birth. The last six
digits are unique in the city, so no two people share a code whatever their sex and age.
"""

from enum import IntEnum
from typing import Literal

from backend.demo.streams import shuffled_serial

Sex = Literal["Nam", "Nữ"]

PROVINCE = "999"
MAX_PUPILS = 200_000
"""Two guardians a pupil and a thousand staff schools fit beside them into six digits."""


class SerialRange(IntEnum):
    """Where the serials of each kind of person begin."""

    PUPILS = 0
    GUARDIANS = 200_000
    STAFF = 800_000


GUARDIANS_PER_FAMILY = 3


def pupil_code(seed: int, number: int, *, sex: Sex, birth_year: int) -> str:
    """Personal code of pupil ``number``."""
    return _code(seed, SerialRange.PUPILS + number, sex=sex, birth_year=birth_year)


def guardian_code(seed: int, family: int, place: int, *, sex: Sex, birth_year: int) -> str:
    """Personal code of the guardian at ``place`` (0 to 2) of the family that pupil ``family`` is the first of."""
    serial = SerialRange.GUARDIANS + family * GUARDIANS_PER_FAMILY + place
    return _code(seed, serial, sex=sex, birth_year=birth_year)


def staff_code(seed: int, school: int, place: int, *, sex: Sex, birth_year: int) -> str:
    """Personal code of the member of staff at ``place`` (0 to 99) of the school with this ordinal."""
    return _code(seed, SerialRange.STAFF + school * 100 + place, sex=sex, birth_year=birth_year)


def _code(seed: int, serial: int, *, sex: Sex, birth_year: int) -> str:
    century_and_sex = (birth_year // 100 - 19) * 2 + (sex == "Nữ")
    return f"{PROVINCE}{century_and_sex}{birth_year % 100:02d}{shuffled_serial(seed, serial):06d}"
