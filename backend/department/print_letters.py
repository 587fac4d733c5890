"""A school's activation letters as one PDF: for each class a list to sign on, then one letter a page, A4."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from backend.department.letters import ParentLetter
from backend.issuing.compile_form import FormCompiler, PdfKind
from backend.issuing.form_values import Values
from backend.issuing.pack_pdf import join_pdfs
from backend.issuing.printable_text import printable_remark
from backend.issuing.qr_code import render_qr
from backend.people.rules import OWN_RELATION
from verifier.vietnam_time import VIETNAM_TIME

FORM_FOLDER: Final = Path(__file__).with_name("forms")
FORM: Final = "letters.typ"
_RELATIONS: Final = {"mother": "mẹ", "father": "cha", "guardian": "người giám hộ", OWN_RELATION: "học sinh"}


def print_letters(letters: Sequence[ParentLetter], *, school_name: str, public_url: str, now: datetime) -> bytes:
    """Typeset letters, which come by class; the order is theirs. In memory are a class's pages at a time.

    Raises:
        IssuingError: ``typesetting_failed``; also when there is no letter.
    """
    forms = FormCompiler(FORM_FOLDER, [FORM])
    common: Values = {
        "title": f"Thư kích hoạt – {printable_remark(school_name)}",
        "school": printable_remark(school_name),
        "printed_on": _day(now),
        "address": f"{public_url.partition('://')[2]}/kich-hoat",
    }

    elsewhere = _letters_elsewhere(letters)

    def pages(name: str, of_class: Iterable[ParentLetter]) -> bytes:
        class_values: Values = {
            "name": printable_remark(name),
            "letters": [_letter(letter, public_url) for letter in of_class],
            "elsewhere": elsewhere.get(name, []),
        }
        values = common | {"class": class_values}
        return forms.compile(FORM, name="letters", values=values, kind=PdfKind.PRINTED, now=now)

    by_class = groupby(letters, key=lambda letter: letter.class_group)
    return join_pdfs(pages(name, of_class) for name, of_class in by_class)


def _letters_elsewhere(letters: Iterable[ParentLetter]) -> dict[str, list[Values]]:
    """By class, guardians of its pupils whose one letter lies with a brother's or sister's class."""
    found: dict[str, list[Values]] = {}
    for letter in letters:
        for child in letter.children:
            if child.class_group != letter.class_group:
                row: Values = {
                    "child": printable_remark(child.name),
                    "guardian": printable_remark(letter.guardian),
                    "class_group": printable_remark(letter.class_group),
                }
                found.setdefault(child.class_group, []).append(row)
    return found


def activation_address(code: str, *, public_url: str) -> str:
    """What the QR says: the page that takes the code out of the address bar."""
    return f"{public_url}/kich-hoat#{code}"


def _letter(letter: ParentLetter, public_url: str) -> Values:
    return {
        "child": printable_remark(letter.child),
        "class_group": printable_remark(letter.class_group),
        "guardian": printable_remark(letter.guardian),
        "relation": _RELATIONS.get(letter.relation, ""),
        "own": letter.relation == OWN_RELATION,
        "own_from": "" if letter.own_from is None else f"{letter.own_from:%d/%m/%Y}",
        "children": [
            {"name": printable_remark(child.name), "class_group": printable_remark(child.class_group)}
            for child in letter.children
        ],
        "code": letter.activation_code,
        "code_known": letter.code_known,
        "expires": _moment(letter.expires_at),
        "qr": list(render_qr(activation_address(letter.activation_code, public_url=public_url)).png),
    }


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM_TIME):%d/%m/%Y}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y}"
