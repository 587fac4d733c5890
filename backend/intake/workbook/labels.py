"""What a header's words mean: which field of a card a column is, whatever the school's way of writing it.

Two spellings are one label when they have the same letters and digits without tone marks, case, spaces and
punctuation, with i for y ("Học kỳ I", "HỌC KÌ I"). A label that is not in ``aliases.json`` is never guessed.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from verifier.record.subjects import SubjectCatalogue, catalogue_of_grade, normalise_name

School = Literal["primary", "secondary"]

NOT_USED = "not_used"
"""Target of a column that is understood and has no place on a card."""

MAX_LABEL_CHARACTERS = 120

_NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")
_SUBJECT_TITLES = ("", "Môn ", "Môn học ")
_GRADE_OF = {"primary": 1, "secondary": 6}
_OWN_CODE_CHARACTERS = range(4, 13)
"""The ministry's codes have at most three letters (decision 0007), so a longer one is never one of them."""
_OWN_CODE_LETTERS = 7


class Period(StrEnum):
    """What a whole sheet is about."""

    SEMESTER_1 = "semester_1"
    SEMESTER_2 = "semester_2"
    YEAR = "year"
    SUMMER = "summer"
    """After re-examination and training in the summer holidays."""
    MID_TERM = "mid_term"
    """Of no use for a card, which holds results of semesters and years."""


class Surroundings(Struct, frozen=True):
    """What a column's own header does not say: level, and the sheet's subject and period."""

    school: School
    subject: str | None = None
    period: Period | None = None


class _Aliases(Struct, frozen=True):
    facts: dict[str, list[str]]
    fields: dict[str, list[str]]
    schooling: dict[str, list[str]]
    qualities: dict[str, list[str]]
    competences: dict[str, list[str]]
    ability_groups: dict[str, list[str]]
    results: dict[str, list[str]]
    result_parts: dict[str, list[str]]
    subject_parts: dict[School, dict[str, list[str]]]
    subjects: dict[School, dict[str, list[str]]]
    languages: list[str]
    not_used: list[str]
    footers: list[str]


@lru_cache(maxsize=20_000)
def label_key(text: str) -> str:
    """Letters and digits of a label; equal keys are equal labels. What is too long for a label has none."""
    if len(text) > MAX_LABEL_CHARACTERS:
        return ""
    return _NOT_ALPHANUMERIC.sub("", normalise_name(text))


@cache
def aliases() -> _Aliases:
    """The alias lists as they are written."""
    content = Path(__file__).with_name("aliases.json").read_bytes()
    return msgspec.json.decode(content, type=_Aliases)


@cache
def fields_by_label() -> Mapping[str, str]:
    """Field of every label that stands alone."""
    return _keys(aliases().fields)


@cache
def facts_by_label() -> Mapping[str, str]:
    """Fact of every label of a cover sheet."""
    return _keys(aliases().facts)


@cache
def schooling_by_label() -> Mapping[str, str]:
    """What a label of the study process asks for."""
    return _keys(aliases().schooling)


@cache
def footer_keys() -> frozenset[str]:
    """Words that open a row below a table."""
    return frozenset(label_key(word) for word in aliases().footers)


@cache
def _not_used_keys() -> frozenset[str]:
    return frozenset(label_key(word) for word in aliases().not_used)


@cache
def subjects_by_label(school: School) -> Mapping[str, str]:
    """Subject code of every name and abbreviation, the catalogue's own names included."""
    names = {subject.code: [subject.vi] for subject in catalogue(school).subjects}
    for code, words in aliases().subjects[school].items():
        names[code] = [*names[code], *words]
    for number, code in (("1", "NN1"), ("2", "NN2")):
        if code in names:
            names[code] += [f"Ngoại ngữ {number} {language}" for language in aliases().languages]
    with_title = {code: [title + name for title in _SUBJECT_TITLES for name in found] for code, found in names.items()}
    return _keys(with_title)


def subject_name(code: str, label: str, school: School) -> str:
    """The subject's name for the card; of a foreign language the header may say which one it is."""
    subject = catalogue(school).by_code(code)
    name = code if subject is None else subject.vi
    language = next((word for word in aliases().languages if label_key(word) in label_key(label)), None)
    return f"{name} ({language})" if language is not None and code in {"NN1", "NN2"} else name


@cache
def parts_by_label(school: School) -> Mapping[str, str]:
    """What of a subject a label asks for."""
    return _keys(aliases().subject_parts[school])


@cache
def _groups() -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
    found = aliases()
    return _keys(found.results), _keys(found.result_parts), _keys(found.ability_groups)


def catalogue(school: School) -> SubjectCatalogue:
    """The subjects of that school level."""
    return catalogue_of_grade(_GRADE_OF[school])


def _keys(words: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    return {label_key(alias): name for name, aliases_ in words.items() for alias in aliases_}


def resolve(labels: Sequence[str], around: Surroundings) -> str | None:
    """Target of the column under these labels, from the top down: "name", "subject:TO:year", "quality:0", ….

    None for words that mean nothing known.
    """
    keys = [key for key in (label_key(label) for label in labels) if key]
    keys = [key for index, key in enumerate(keys) if index == 0 or key != keys[index - 1]]
    if not keys:
        return None
    return (
        _ability(keys, around.school)
        or _field(keys)
        or _result(keys, around)
        or _subject(keys, around)
        or _of_sheets_subject(keys, around)
        or _not_used(keys)
        or _own_subject(labels, keys, around.school)
    )


def _field(keys: Sequence[str]) -> str | None:
    fields = fields_by_label()
    together = fields.get("".join(keys))
    if together is not None:
        return together
    field = fields.get(keys[-1])
    if field is None or len(keys) == 1:
        return field
    above = {fields.get(key) for key in keys[:-1]} & {"father_name", "mother_name", "guardian_name"}
    if fields.get(keys[-2]) == "name" and field in {"family_name", "given_name"}:
        return field
    if field == "name" and above:
        return next(iter(above))
    # "Họ và tên" under a title is a name; "Tên" or "Nữ" under anything may be somebody else's.
    return None if above or field in {"given_name", "family_name", "female", "number"} else field


def _ability(keys: Sequence[str], school: School) -> str | None:
    if school != "primary":
        return None
    found, groups = aliases(), _groups()[2]
    inner = keys[-1]
    for word in ("nangluc", "nl", "phamchat", "pc"):
        inner = inner.removeprefix(word) or inner
    kinds = {groups[key] for key in keys[:-1] if key in groups}
    prefixed = inner != keys[-1]
    if "qualities" in kinds or (prefixed and keys[-1].startswith(("phamchat", "pc"))) or not kinds:
        quality = _keys(found.qualities).get(inner)
        if quality is not None:
            return f"quality:{quality}"
    if keys[-1] in {"nhanxet", "nx"} and len(kinds) == 1:
        return f"{next(iter(kinds))}_remark"
    competence = _keys(found.competences).get(inner)
    may_be_subject = competence is not None and inner in subjects_by_label(school)
    if competence is not None and (kinds & {"general", "specific"} or prefixed or not may_be_subject):
        return f"competence:{competence}"
    return None


def _result(keys: Sequence[str], around: Surroundings) -> str | None:
    if around.school != "secondary":
        return None
    groups, parts, _ = _groups()
    period = "after_summer" if around.period is Period.SUMMER else _usable_period(around)
    for index, key in enumerate(keys):
        rest = "".join([*keys[:index], *keys[index + 1 :]])
        if key in groups and (rest in parts or not rest):
            return f"{groups[key]}:{parts[rest] if rest else period}"
    return _split_label("".join(keys), groups, parts, "")


def _subject(keys: Sequence[str], around: Surroundings) -> str | None:
    subjects, parts = subjects_by_label(around.school), parts_by_label(around.school)
    default = "level" if around.school == "primary" else _usable_period(around)
    for index, key in enumerate(keys):
        rest = "".join([*keys[:index], *keys[index + 1 :]])
        if key in subjects and (rest in parts or not rest):
            return f"subject:{subjects[key]}:{parts[rest] if rest else default}"
    whole = "".join(keys)
    if whole in subjects:
        return f"subject:{subjects[whole]}:{default}"
    return _split_label(whole, subjects, parts, "subject:")


def _split_label(whole: str, heads: Mapping[str, str], parts: Mapping[str, str], kind: str) -> str | None:
    """The label in two: "toanhki" is "toan" and "hki", and so is "hkitoan"; no letter may be left over."""
    found = {
        f"{kind}{heads[head]}:{parts[rest]}"
        for cut in range(1, len(whole))
        for head, rest in ((whole[:cut], whole[cut:]), (whole[cut:], whole[:cut]))
        if head in heads and rest in parts
    }
    return next(iter(found)) if len(found) == 1 else None


def _of_sheets_subject(keys: Sequence[str], around: Surroundings) -> str | None:
    if around.subject is None:
        return None
    part = parts_by_label(around.school).get("".join(keys)) or parts_by_label(around.school).get(keys[-1])
    return None if part is None else f"subject:{around.subject}:{part}"


def _usable_period(around: Surroundings) -> str:
    """The part of a subject whose label asks for none: the sheet's."""
    if around.period is Period.SUMMER:
        return "reexamination"
    return "year" if around.period in {None, Period.MID_TERM} else str(around.period)


def _not_used(keys: Sequence[str]) -> str | None:
    known = _not_used_keys()
    return NOT_USED if "".join(keys) in known or any(key in known for key in keys) else None


def _own_subject(labels: Sequence[str], keys: Sequence[str], school: School) -> str | None:
    """A subject that only this school has, when the words below it ask for marks."""
    part = parts_by_label(school).get(keys[-1])
    if len(keys) < 2 or part is None:
        return None
    return f"own:{own_subject_key(own_subject_name(labels))}:{part}"


def own_subject_name(labels: Sequence[str]) -> str:
    """The school's word for a subject of its own: what stands right above the label of the part."""
    return " ".join(next(label for label in reversed(labels[:-1]) if label_key(label)).split())


def own_subject_key(name: str) -> str:
    """Letters and digits of a name, tone marks included: equal keys are one subject of the school's own."""
    return "".join(letter for letter in unicodedata.normalize("NFC", name.casefold()) if letter.isalnum())


def own_subject_code(name: str) -> str:
    """Code of a school's own subject, by its name alone and never one that a catalogue has or will have.

    A name of plain letters is its own code; any other is shortened and told apart by a digest (decision 0033).
    """
    key = own_subject_key(name)
    if key.isascii() and len(key) in _OWN_CODE_CHARACTERS:
        return key.upper()
    digest = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:4]
    return f"{label_key(name).upper()[:_OWN_CODE_LETTERS]}_{digest}"
