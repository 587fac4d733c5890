"""Which rows below a header are pupils, and which are footers, summaries or the columns' numbers."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from backend.intake.workbook.labels import footer_keys, label_key
from backend.intake.workbook.read_cells import CellRefusedError, reader_of
from backend.intake.workbook.sheet import Cell
from verifier.record.subjects import normalise_name

_INDEX = re.compile(r"\(?(?:[a-zđ]|\d{1,3})\)?", re.IGNORECASE)
_PROOF_OF_A_PUPIL = frozenset({"personal_code", "pupil_code", "date_of_birth", "number", "sex", "given_name"})


def is_index_row(cells: Sequence[Cell]) -> bool:
    """Whether a row only numbers the columns: "A, B, C, 1, 2, 3" or "(1), (2), (3)"."""
    texts = [cell.shown.strip() for cell in cells]
    numbers = [int(text.strip("()")) for text in texts if text.strip("()").isdecimal()]
    in_order = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    return len(cells) >= 3 and in_order and all(_INDEX.fullmatch(text) for text in texts)


def has_proof(cells: Sequence[Cell], targets: Mapping[int, str]) -> bool:
    """Whether the row has a code or a day of birth, as no row of a summary has."""
    return any(targets.get(cell.column) in {"personal_code", "pupil_code", "date_of_birth"} for cell in cells)


def kind_of_row(
    cells: Sequence[Cell], targets: Mapping[int, str], *, name_column: int
) -> Literal["pupil", "nameless", "other"]:
    """A pupil's row, one with results and no name, or a title, a footer, a summary."""
    by_target = {targets[cell.column]: cell for cell in cells if cell.column in targets}
    name = next((cell for cell in cells if cell.column == name_column), None)
    texts = [cell.shown for cell in cells if isinstance(cell.value, str)]
    opens_footer = any(is_footer(text) for text in texts[:2])
    proofs = {target for target in by_target if target in _PROOF_OF_A_PUPIL}
    if opens_footer and not proofs & {"personal_code", "pupil_code", "date_of_birth"}:
        return "other"
    if name is not None and isinstance(name.value, str):
        return "pupil" if proofs or len(by_target) > 1 else "other"
    said = [target for target, cell in by_target.items() if _is_readable(target, cell)]
    return "nameless" if any(":" in target or target in {"personal_code", "pupil_code"} for target in said) else "other"


def _is_readable(target: str, cell: Cell) -> bool:
    """Whether the cell holds what its column asks for; a signature below the table does not."""
    try:
        return reader_of(target, date_1904=False, assessment=None)(cell).value is not None
    except CellRefusedError:
        return False


def is_footer(text: str) -> bool:
    """Whether "Tổng: 35", "Hiệu trưởng" or "Hà Nội, ngày 31 tháng 5 năm 2026"; never a pupil called Tống Văn An."""
    key = label_key(re.split(r"[:(,]", text, maxsplit=1)[0])
    if key in footer_keys() or re.search(r"ngai.{0,12}thang.{0,12}nam", normalise_name(text)):
        return True
    first_words = label_key(" ".join(text.split()[:2]))
    return first_words in footer_keys() - {"tong", "nu"} and ":" in text
