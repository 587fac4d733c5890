"""What a page lets one type is what the service takes: where they differ, only who fills everything in finds out."""

import re
from pathlib import Path

import pytest

from backend.access.claimed_text import MAX_DEVICE_NAME_CHARACTERS
from backend.rights.said_text import MAX_FIELD_CHARACTERS, MAX_TEXT_CHARACTERS
from backend.sharing.history.report_look import MAX_REPORT_CHARACTERS
from backend.sharing.rules import (
    MAX_DAYS,
    MAX_PASSCODE_CHARACTERS,
    MAX_PURPOSE_CHARACTERS,
    MAX_STATED_CHARACTERS,
    MIN_DAYS,
    MIN_PASSCODE_CHARACTERS,
)

PAGES = Path(__file__).parents[2] / "pwa" / "src"


@pytest.mark.parametrize(
    ("file", "written", "figures"),
    [
        ("account/RenameForm.tsx", r"MAX_CHARACTERS = (\d+);", [MAX_DEVICE_NAME_CHARACTERS]),
        ("history/LookEntry.tsx", r"MAX_REPORT = (\d+);", [MAX_REPORT_CHARACTERS]),
        ("requests/NewRequest.tsx", r"MAX_TEXT = (\d+);", [MAX_TEXT_CHARACTERS]),
        ("requests/NewRequest.tsx", r"MAX_FIELD = (\d+);", [MAX_FIELD_CHARACTERS]),
        (
            "share/draft.ts",
            r"receiver: (\d+), purpose: (\d+), passcode: (\d+), leastPasscode: (\d+)",
            [MAX_STATED_CHARACTERS, MAX_PURPOSE_CHARACTERS, MAX_PASSCODE_CHARACTERS, MIN_PASSCODE_CHARACTERS],
        ),
        ("share/draft.ts", r"DAYS = \[(\d+),.* (\d+)\]", [MIN_DAYS, MAX_DAYS]),
    ],
)
def test_a_page_has_the_limit_of_the_service(file: str, written: str, figures: list[int]) -> None:
    found = re.search(written, (PAGES / file).read_text(encoding="utf-8").replace("_000", "000"))
    assert found is not None
    assert [int(figure) for figure in found.groups()] == figures
