"""The department's schools as a table: code and name."""

import re
import unicodedata
from typing import Final

from msgspec import Struct

from backend.department.csv_table import TableRefusedError, read_csv_table

SCHOOL_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,19}", re.ASCII)
MAX_NAME_CHARACTERS: Final = 300
_FIELDS: Final = {"code": "code", "mã trường": "code", "name": "name", "tên trường": "name"}


class ListedSchool(Struct, frozen=True):
    """A school to add."""

    code: str
    name: str


def read_school_list(data: bytes) -> list[ListedSchool]:
    """Schools out of a CSV with the columns ``code`` and ``name``.

    Raises:
        TableRefusedError: see ``read_csv_table`` and ``check_school``; ``school_twice``.
    """
    found: dict[str, ListedSchool] = {}
    for row, values in read_csv_table(data, fields=_FIELDS, required=frozenset({"code", "name"})):
        school = check_school(values.get("code", ""), values.get("name", ""), row=row)
        if school.code in found:
            raise TableRefusedError("school_twice", row=row, school_code=school.code)
        found[school.code] = school
    return list(found.values())


def check_school(code: str, name: str, *, row: int = 1) -> ListedSchool:
    """Raises ``TableRefusedError``: ``school_code_malformed``, ``school_name_malformed``."""
    normal = " ".join(unicodedata.normalize("NFC", name).split())
    if not SCHOOL_CODE.fullmatch(code):
        raise TableRefusedError("school_code_malformed", row=row)
    if not normal or len(normal) > MAX_NAME_CHARACTERS or any(unicodedata.category(sign)[0] == "C" for sign in normal):
        raise TableRefusedError("school_name_malformed", row=row, limit=MAX_NAME_CHARACTERS)
    return ListedSchool(code, normal)
