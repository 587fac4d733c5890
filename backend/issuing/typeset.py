"""A card's pages: PDF/A-3a and PDF/UA-1, the official form of its level, with the signed XML inside.

The pages depend on their arguments alone: same records, XML, addresses and ``now`` give the same bytes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from backend.issuing.compile_form import FormCompiler, PdfKind
from backend.issuing.errors import IssuingError, NotPrintableError
from backend.issuing.form_values import Values, cover_values, form_values
from backend.issuing.qr_code import render_qr
from backend.signing.seal_pdf import UnsignedPdf
from verifier.record.card_document import SignerRole
from verifier.record.levels import EducationLevel
from verifier.record.printed_words import LEVEL_TITLES
from verifier.record.record import Record

FORM_FOLDER = Path(__file__).with_name("forms")
FORMS = {
    EducationLevel.PRIMARY: "primary.typ",
    EducationLevel.LOWER_SECONDARY: "lower_secondary.typ",
    EducationLevel.UPPER_SECONDARY: "upper_secondary.typ",
}
ATTACHMENT_NAME = "hoc-ba.xml"
NOBODY: Mapping[SignerRole, datetime | None] = MappingProxyType({})


class PrintedYear(Struct, frozen=True):
    """One year's card as it is printed."""

    record: Record
    xml: bytes
    """The signed card, attached byte for byte."""
    capsule_url: str
    """Becomes the QR; the address printed beside it is its part before ``#``."""
    signed_at: Mapping[SignerRole, datetime | None] = NOBODY
    """Roles whose signatures were verified, with the time each claims; only these are printed as signed."""


class Typesetter:
    """Keeps fonts and forms loaded; one card at a time, whichever thread asks."""

    def __init__(self) -> None:
        self._forms = FormCompiler(FORM_FOLDER, FORMS.values())

    def typeset(
        self,
        record: Record,
        *,
        xml: bytes,
        capsule_url: str,
        signed_at: Mapping[SignerRole, datetime | None] = NOBODY,
        now: datetime,
    ) -> UnsignedPdf:
        """Typeset one card.

        The arguments are those of ``PrintedYear``; the XML is attached as ``hoc-ba.xml``. ``now`` is the page's date.

        Raises:
            NotPrintableError: ``letter_not_printable``, ``xml_not_utf8``.
            CapsuleTooLargeError: the QR would be larger than version 14.
            IssuingError: ``typesetting_failed``.
        """
        return UnsignedPdf(self._compile([PrintedYear(record, xml, capsule_url, signed_at)], now))

    def typeset_career(self, years: Sequence[PrintedYear], *, now: datetime) -> bytes:
        """Typeset several years of one pupil at one level as one document, the oldest first.

        Of a year with two schools the results to date come first. Cover and résumé are the newest year's; each year's
        pages end with that year's QR. Its XML is attached as ``hoc-ba-{school year}.xml``, that of a second card of one
        year as ``hoc-ba-{school year}-2.xml``. The result is a print for reading and is never sealed: each QR speaks
        for itself.

        Raises:
            IssuingError: ``career_too_short`` for fewer than two cards, ``career_mixed`` for cards of several levels.
            NotPrintableError, CapsuleTooLargeError: as ``typeset``.
        """
        ordered = sorted(years, key=_place_in_career)
        if len(ordered) < 2:
            raise IssuingError("career_too_short")
        if len({year.record.level for year in ordered}) != 1:
            raise IssuingError("career_mixed")
        return self._compile(ordered, now)

    def _compile(self, years: Sequence[PrintedYear], now: datetime) -> bytes:
        form = FORMS[years[-1].record.level]
        return self._forms.compile(form, name="card", values=_document_values(years), kind=PdfKind.ARCHIVED, now=now)


def _place_in_career(year: PrintedYear) -> tuple[str, date]:
    return year.record.transcript.school_year, year.record.results_until or date.max


def _document_values(years: Sequence[PrintedYear]) -> Values:
    newest = years[-1].record
    cover = cover_values(newest)
    first_year = str(cover_values(years[0].record)["school_year"])
    when = f"năm học {cover['school_year']}"
    if len(years) > 1:
        when = f"các năm học từ {first_year} đến {cover['school_year']}"
    names = _attachment_names([year.record.transcript.school_year for year in years])
    title = f"Học bạ {LEVEL_TITLES[newest.level]} – {cover['name']} – {when}"
    printed = [_year_values(year, name) for year, name in zip(years, names, strict=True)]
    return {
        **printed[-1],
        "years": printed,
        "document": {
            "title": title,
            "author": cover["school"],
            "description": f"{title}. Tệp đính kèm {', '.join(names)} là dữ liệu đã ký số.",
        },
    }


def _attachment_names(school_years: Sequence[str]) -> list[str]:
    if len(school_years) == 1:
        return [ATTACHMENT_NAME]
    seen: Counter[str] = Counter()
    names = []
    for school_year in school_years:
        seen[school_year] += 1
        again = "" if seen[school_year] == 1 else f"-{seen[school_year]}"
        names.append(f"hoc-ba-{school_year}{again}.xml")
    return names


def _year_values(year: PrintedYear, attachment_name: str) -> Values:
    try:
        text = year.xml.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotPrintableError("xml_not_utf8") from error
    qr = render_qr(year.capsule_url)
    address = year.capsule_url.partition("#")[0]
    return {
        **form_values(year.record, signed_at=year.signed_at),
        "attachment": {"name": attachment_name, "xml": text},
        "qr": {"png": list(qr.png), "side": qr.side_mm},
        "verify": {"shown": address.partition("://")[2]},
    }
