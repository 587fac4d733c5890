"""Working days in Vietnam; the one file that knows ``holidays``, which has days by the moon and the decreed ones."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def is_working_day(day: date) -> bool:
    """Whether offices work: no weekend and no public holiday, with the days off and Saturdays made up for them.

    What the law itself fixes is known for every year: the holidays, Tet and the Hung kings' day by the moon, and the
    working day off instead of a holiday on a weekend. What the government decides for one year is known once the
    library's release has it: days exchanged, and which neighbour of 2 September is the second day off.
    """
    return _calendar(day.year).is_working_day(day)


@cache
def _calendar(year: int) -> "HolidayBase":
    """Made whole before anybody asks: the library's own filling is not for several threads."""
    from holidays import country_holidays  # noqa: PLC0415  # 0.2 s and 19 MB, which few processes need

    return country_holidays("VN", years=year, expand=False)
