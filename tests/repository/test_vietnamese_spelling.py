"""People read one spelling in letters, pages and refusals: khóa, not khoá; ký, not kí."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ_BY_PEOPLE = sorted(
    [
        *ROOT.glob("*/messages/vi.json"),
        *ROOT.glob("backend/*/forms/*.typ"),
        *ROOT.glob("backend/*_commands.py"),
        *ROOT.glob("pwa/src/**/vi.ts"),
        ROOT / "verifier/cli.py",
    ]
)
OTHER_SPELLING = re.compile(
    r"\b(?:kho|xo|ho|lo)á\b|\b[ht]u[ỷỳ]\b|\bkí (?:tự|tên|nhận)\b|\b(?:nhật|đăng|chữ) kí\b|\blí do\b|\bxử lí\b",
    re.IGNORECASE,
)
"""Tone marks stand where the pages always had them (hóa, hủy); "lí" and "kì" of the official form stay as they are."""


@pytest.mark.parametrize("path", READ_BY_PEOPLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_one_spelling(path: Path) -> None:
    assert OTHER_SPELLING.findall(path.read_text("utf-8")) == []
