"""Sentences for people, by stable code, in Vietnamese and English. The browser's page imports the same JSON files."""

from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All sentences of one language by code."""
    return msgspec.json.decode((files(__name__) / f"{language}.json").read_bytes(), type=dict[str, str])


def sentence(code: str, language: Language) -> str:
    """The sentence of a code; the code itself for one that a newer service sent."""
    return catalogue(language).get(code, code)
