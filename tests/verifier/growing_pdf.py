"""Revisions behind a sealed card, honest ones and others: what an attacker who can buy timestamps can write."""

import re
import zlib
from collections.abc import Callable, Mapping

from backend.signing.pdf_revisions import GrowingPdf

FIELD = (
    b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%b) /TU <%b> /F 132 /P %d 0 R"
    b" /Rect [ -9999 -9999 -9999 -9999 ] /V %d 0 R >>"
)
LABEL = (b"\xfe\xff" + "Dấu thời gian của học bạ".encode("utf-16-be")).hex().encode()
TIMESTAMP = b"/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161"


class SealedPdf(GrowingPdf):
    """A sealed card that grows on."""

    def __init__(self, pdf: bytes) -> None:
        tail = pdf[-6000:]
        self._data = bytearray(pdf)
        self._previous_xref = int(re.findall(rb"startxref\n(\d+)\n%%EOF\n", tail)[-1])
        self._has_tables = pdf.startswith(b"xref", self._previous_xref)
        trailer = pdf[self._previous_xref :]
        self.next_object = int(re.findall(rb"/Size (\d+)", trailer)[-1])
        found = re.search(rb"/Root (\d+) 0 R(?: /Info \d+ 0 R)?", trailer)
        assert found is not None
        self._fixed_trailer = found[0]
        self.catalog_number = int(found[1])
        ids = re.search(rb"/ID \[<([0-9a-fA-F]+)>", trailer)
        assert ids is not None
        self._first_id = ids[1]
        self.catalog = self.body(self.catalog_number).removesuffix(b">>")
        self.form_number = _reference(self.catalog, b"/AcroForm")
        self.form = self.body(self.form_number)
        seal_field = self.body(int(re.findall(rb"(\d+) 0 R", self.form)[0]))
        self.page_number = _reference(seal_field, b"/P")
        self.page = self.body(self.page_number).removesuffix(b">>")
        self.annotations_number = _reference(self.page, b"/Annots")
        self.annotations = self.body(self.annotations_number)

    def body(self, number: int) -> bytes:
        """The newest object of that number, as it stands there."""
        found = re.findall(rb"(?:(?<=\n)|(?<=%%%%EOF))%d 0 obj\n(.*?)\nendobj\n" % number, bytes(self._data), re.DOTALL)
        return bytes(found[-1])

    def add_evidence(
        self,
        crl: bytes = b"",
        *,
        catalog_more: bytes = b"",
        dss_more: bytes = b"",
        stream: bytes | None = None,
        others: Mapping[int, bytes] | None = None,
    ) -> None:
        """A DSS with one revocation list; ``others`` are more objects by number."""
        dss, number = self.next_object, self.next_object + 1
        packed = zlib.compress(crl)
        honest = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)
        catalog = re.sub(rb" /DSS \d+ 0 R ?$", b"", self.catalog)
        self.add_revision(
            {
                self.catalog_number: catalog + catalog_more + b" /DSS %d 0 R >>" % dss,
                dss: b"<< /Type /DSS /CRLs [ %d 0 R ]%b >>" % (number, dss_more),
                number: honest if stream is None else stream,
                **(others or {}),
            }
        )

    def add_timestamp(
        self,
        stamp: Callable[[bytes], bytes],
        *,
        name: bytes = b"",
        label: bytes = LABEL,
        signature: bytes = TIMESTAMP,
        field_more: bytes = b"",
        form_more: bytes = b"",
        others: Mapping[int, bytes] | None = None,
    ) -> bytes:
        """A document timestamp; ``stamp`` gives the token for a digest. Gives the file."""
        number, field = self.next_object, self.next_object + 1
        used = self.form.count(b" 0 R")
        body = FIELD % (name or b"DauThoiGian%d" % used, label, self.page_number, number)
        added = b" %d 0 R ]" % field
        hole, digest = self.add_signed_revision(
            {
                field: body.removesuffix(b">>") + field_more + b">>",
                self.form_number: self.form.replace(b" ]", added, 1).removesuffix(b">>") + form_more + b">>",
                self.annotations_number: self.annotations.replace(b" ]", added, 1),
                **(others or {}),
            },
            signature_number=number,
            signature=signature,
            room_bytes=3000,
        )
        self.fill(hole, stamp(digest))
        return self.data


def _reference(body: bytes, key: bytes) -> int:
    found = re.search(key + rb" (\d+) 0 R", body)
    assert found is not None
    return int(found[1])
