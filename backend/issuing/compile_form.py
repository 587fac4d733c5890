"""A form in Typst with values becomes a PDF. The only file that knows Typst.

Values reach a form as JSON data and are never evaluated; the same form, values and ``now`` give the same bytes.
"""

import json
import threading
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import typst

from backend.issuing.errors import IssuingError
from backend.issuing.form_values import Values
from backend.issuing.pack_pdf import pack_pdf
from backend.issuing.printable_text import FONT_FOLDER
from verifier.vietnam_time import VIETNAM_TIME


class PdfKind(StrEnum):
    """What becomes of a PDF."""

    ARCHIVED = "archived"
    """Kept for good and read aloud: PDF/A-3a and PDF/UA-1."""
    PRINTED = "printed"
    """Printed and thrown away: without tags, so that documents can be joined."""


class FormCompiler:
    """Keeps fonts and the forms of one folder loaded; one document at a time, whichever thread asks."""

    def __init__(self, folder: Path, forms: Iterable[str]) -> None:
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)]
        )
        self.compilers = {
            form: typst.Compiler(str(folder / form), root=str(folder), font_paths=self._fonts) for form in forms
        }
        self._lock = threading.Lock()

    def compile(self, form: str, *, name: str, values: Values, kind: PdfKind, now: datetime) -> bytes:
        """The PDF of ``form``, which reads ``values`` as JSON from ``sys.inputs`` under ``name``; ``now`` is its date.

        Raises:
            IssuingError: ``typesetting_failed``.
        """
        try:
            with self._lock:
                pdf = self.compilers[form].compile(
                    format="pdf",
                    sys_inputs={name: json.dumps(values, ensure_ascii=False)},
                    pdf_standards=["a-3a", "ua-1"] if kind is PdfKind.ARCHIVED else [],
                    pdf_tags=kind is PdfKind.ARCHIVED,
                    timestamp=now.astimezone(VIETNAM_TIME).replace(microsecond=0),  # typst takes whole seconds only
                )
        except typst.TypstError as error:
            raise IssuingError("typesetting_failed") from error
        if not isinstance(pdf, bytes):
            raise IssuingError("typesetting_failed")
        return pack_pdf(pdf)
