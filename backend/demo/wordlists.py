"""The word lists that names, places and remarks are drawn from, read once."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

_FOLDER = Path(__file__).with_name("data")


@cache
def wordlist(name: Literal["names", "places", "remarks_primary", "remarks_secondary"]) -> dict[str, Any]:
    """One file of ``backend/demo/data``."""
    words: dict[str, Any] = msgspec.json.decode((_FOLDER / f"{name}.json").read_bytes())
    return words
