"""A card's page: PDF/A-3a and PDF/UA-1, the official form of its level, with the signed XML inside.

The page depends on its arguments alone: same record, XML, address and ``now`` give the same bytes. Values reach the
form as data and are never evaluated. This is the only file that knows Typst.
"""

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

import typst

from backend.issuing.errors import IssuingError, NotPrintableError
from backend.issuing.form_values import LEVEL_TITLES, cover_values, form_values
from backend.issuing.pack_pdf import pack_pdf
from backend.issuing.printable_text import FONT_FOLDER
from backend.issuing.qr_code import render_qr
from backend.signing.seal_pdf import UnsignedPdf
from verifier.record.card_document import SignerRole
from verifier.record.levels import EducationLevel
from verifier.record.record import Record
from verifier.vietnam_time import VIETNAM_TIME

FORM_FOLDER = Path(__file__).with_name("forms")
FORMS = {
    EducationLevel.PRIMARY: "primary.typ",
    EducationLevel.LOWER_SECONDARY: "secondary.typ",
    EducationLevel.UPPER_SECONDARY: "secondary.typ",
}
ATTACHMENT_NAME = "hoc-ba.xml"
NOBODY: Mapping[SignerRole, datetime | None] = MappingProxyType({})


class Typesetter:
    """Keeps fonts and forms loaded; one card at a time, whichever thread asks."""

    def __init__(self) -> None:
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)]
        )
        self._compilers = {
            form: typst.Compiler(str(FORM_FOLDER / form), root=str(FORM_FOLDER), font_paths=self._fonts)
            for form in set(FORMS.values())
        }
        self._lock = threading.Lock()

    def typeset(
        self,
        record: Record,
        *,
        xml: bytes,
        capsule_url: str,
        signed_at: Mapping[SignerRole, datetime | None] = NOBODY,
        now: datetime,
    ) -> UnsignedPdf:
        """See ``typeset_card``."""
        values = _document_values(record, xml=xml, capsule_url=capsule_url, signed_at=signed_at)
        inputs = {"card": json.dumps(values, ensure_ascii=False)}
        compiler = self._compilers[FORMS[record.level]]
        try:
            with self._lock:
                pdf = compiler.compile(
                    format="pdf",
                    sys_inputs=inputs,
                    pdf_standards=["a-3a", "ua-1"],
                    timestamp=now.astimezone(VIETNAM_TIME),
                )
        except typst.TypstError as error:
            raise IssuingError("typesetting_failed") from error
        if not isinstance(pdf, bytes):
            raise IssuingError("typesetting_failed")
        return UnsignedPdf(pack_pdf(pdf))


def typeset_card(
    record: Record,
    *,
    xml: bytes,
    capsule_url: str,
    signed_at: Mapping[SignerRole, datetime | None] = NOBODY,
    now: datetime,
) -> UnsignedPdf:
    """Typeset one card with the process's own ``Typesetter``.

    ``xml`` is the signed card, attached byte for byte as ``hoc-ba.xml``; ``capsule_url`` becomes the QR, and the
    address printed beside it is its part before ``#``. ``signed_at`` names the roles whose signatures were verified,
    with the time each claims; only these are printed as signed. ``now`` is the page's date.

    Raises:
        NotPrintableError: ``letter_not_printable``, ``xml_not_utf8``.
        CapsuleTooLargeError: the QR would be larger than version 14.
        IssuingError: ``typesetting_failed``.
    """
    return _own_typesetter().typeset(record, xml=xml, capsule_url=capsule_url, signed_at=signed_at, now=now)


@cache
def _own_typesetter() -> Typesetter:
    return Typesetter()


def _document_values(
    record: Record, *, xml: bytes, capsule_url: str, signed_at: Mapping[SignerRole, datetime | None]
) -> dict[str, object]:
    try:
        text = xml.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotPrintableError("xml_not_utf8") from error
    values = form_values(record, signed_at=signed_at)
    qr = render_qr(capsule_url)
    address = capsule_url.partition("#")[0]
    cover = cover_values(record)
    title = f"Học bạ {LEVEL_TITLES[record.level]} – {cover['name']} – năm học {cover['school_year']}"
    return {
        **values,
        "xml": text,
        "qr": {"png": list(qr.png), "side": qr.side_mm},
        "verify": {"shown": address.partition("://")[2]},
        "document": {
            "title": title,
            "author": cover["school"],
            "description": f"{title}. Tệp đính kèm {ATTACHMENT_NAME} là dữ liệu đã ký số.",
        },
    }
