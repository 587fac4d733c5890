"""Sentences for people by stable code, Vietnamese first; the verifier's own codes are looked up in its catalogue."""

from collections.abc import Mapping, Sequence
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
    """What to say to a person about ``code``; a code without a sentence of its own gets the general one.

    A ``field`` that is an element of the record's XML is called by its words on the form. A detail that is itself a
    ``Sentence`` is said in the language of the sentence around it.
    """
    return Sentence(**{language: _say(language, code, details or {}) for language in LANGUAGES})


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All sentences of the service in one language, the verifier's included."""
    merged: dict[str, str] = {}
    for package in ("verifier", "backend"):
        path = files(package) / "messages" / f"{language}.json"
        merged |= msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    return merged


def words_of_field(field: str) -> Sentence | None:
    """What the form calls an element of the record's XML; None for an element that no sentence speaks of."""
    words = _field_words().get(field)
    return None if words is None else Sentence(vi=words["vi"], en=words["en"])


def enumeration(parts: Sequence[Sentence]) -> Sentence:
    """Several things in one sentence: "a, b and c"."""
    return _joined(parts, {"vi": "và", "en": "and"})


def alternatives(parts: Sequence[Sentence]) -> Sentence:
    """One of several things: "a, b or c"."""
    return _joined(parts, {"vi": "hoặc", "en": "or"})


def _joined(parts: Sequence[Sentence], last_word: Mapping[Language, str]) -> Sentence:
    def said(language: Language) -> str:
        *first, last = [_in(language, part) for part in parts]
        return f"{', '.join(first)} {last_word[language]} {last}" if first else last

    return Sentence(vi=said("vi"), en=said("en"))


def _in(language: Language, said: Sentence) -> str:
    return said.vi if language == "vi" else said.en


def _say(language: Language, code: str, given: Mapping[str, object]) -> str:
    details = {name: _in(language, value) if isinstance(value, Sentence) else value for name, value in given.items()}
    words = _field_words().get(str(details.get("field")))
    if words is None:
        return _pattern(language, code).format_map(_Details(details))
    said = _pattern(language, code).format_map(_Details({**details, "field": words[language]}))
    return said[:1].upper() + said[1:]


@cache
def _field_words() -> Mapping[str, Mapping[Language, str]]:
    """Words of the form for elements of the XML that sentences speak of."""
    path = files("backend") / "messages" / "fields.json"
    return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[Language, str]])


def _pattern(language: Language, code: str) -> str:
    sentences = catalogue(language)
    return sentences.get(code, sentences[_UNKNOWN])


class _Details(dict[str, object]):
    """A sentence that asks for a detail nobody gave is still said."""

    def __missing__(self, key: str) -> str:
        return "…"
