"""Sentences for people by stable code, Vietnamese first; the verifier's own codes are looked up in its catalogue."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

Language = Literal["vi", "en"]

LANGUAGES: tuple[Language, ...] = ("vi", "en")
_UNKNOWN = "unexpected_error"


class Sentence(msgspec.Struct, frozen=True):
    """The same thing said in both languages."""

    vi: str
    en: str

    def items(self) -> tuple[tuple[Language, str], ...]:
        """Both, with their language."""
        return (("vi", self.vi), ("en", self.en))


def sentence(code: str, details: Mapping[str, object] | None = None) -> Sentence:
    """What to say to a person about ``code``; a code without a sentence of its own gets the general one."""
    values = _Details(details or {})
    return Sentence(**{language: _pattern(language, code).format_map(values) for language in LANGUAGES})


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All sentences of the service in one language, the verifier's included."""
    merged: dict[str, str] = {}
    for package in ("verifier", "backend"):
        path = files(package) / "messages" / f"{language}.json"
        merged |= msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    return merged


def _pattern(language: Language, code: str) -> str:
    sentences = catalogue(language)
    return sentences.get(code, sentences[_UNKNOWN])


class _Details(dict[str, object]):
    """A sentence that asks for a detail nobody gave is still said."""

    def __missing__(self, key: str) -> str:
        return "…"
