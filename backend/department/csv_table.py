"""Tables that people send as CSV: UTF-8, comma or semicolon, headers in either language; mistakes name their row."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from backend.errors import BackendError

MAX_TABLE_BYTES: Final = 20_000_000
MAX_ROWS: Final = 50_000


class TableRefusedError(BackendError):
    """The table cannot be read; ``details`` have the row as a spreadsheet counts it, and the field."""

    code: ClassVar[str] = "table_refused"


def read_csv_table(
    data: bytes, *, fields: Mapping[str, str], required: frozenset[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows that are not empty, with their number in the file; values trimmed, in NFC.

    Args:
        data: the file's bytes.
        fields: field by header, in small letters.
        required: fields whose column has to be there.

    Raises:
        TableRefusedError: ``table_too_long``, ``table_not_utf8``, ``table_header_unknown``, ``table_header_twice``,
            ``table_header_missing``, ``table_row_malformed``.
    """
    if len(data) > MAX_TABLE_BYTES:
        raise TableRefusedError("table_too_long", limit=MAX_TABLE_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefusedError("table_not_utf8") from error
    first = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    columns: list[str] | None = None
    try:
        for row in rows:
            values = [unicodedata.normalize("NFC", value).strip() for value in row]
            if not any(values):
                continue
            if columns is None:
                columns = _columns(values, fields, required)
                continue
            if rows.line_num > MAX_ROWS:
                raise TableRefusedError("table_too_long", limit=MAX_ROWS)
            if len(values) > len(columns):
                raise TableRefusedError("table_row_malformed", row=rows.line_num)
            yield rows.line_num, dict(zip(columns, values, strict=False))
    except csv.Error as error:
        raise TableRefusedError("table_row_malformed", row=rows.line_num) from error
    if columns is None:
        raise TableRefusedError("table_header_missing", field=min(required))


def _columns(headers: list[str], fields: Mapping[str, str], required: frozenset[str]) -> list[str]:
    columns = []
    for header in headers:
        field = fields.get(" ".join(header.casefold().split()))
        if field is None:
            raise TableRefusedError("table_header_unknown", header=header[:60])
        if field in columns:
            raise TableRefusedError("table_header_twice", field=field)
        columns.append(field)
    for field in sorted(required - set(columns)):
        raise TableRefusedError("table_header_missing", field=field)
    return columns
