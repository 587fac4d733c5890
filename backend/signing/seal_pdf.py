"""The seal of a card's PDF, PAdES level B-LTA or B-T (ETSI EN 319 142-1); ``docs/formats/pdf.md`` fixes its bytes.

It says: this page says what the signed XML inside it says. The time is proved by timestamps, never claimed by us. To
B-LTA, in this order:

1. evidence that the seal's certificate is not revoked: without it nothing is signed;
2. revision 2: the signature, with a timestamp over it;
3. revision 3: the evidence for the seal and for the authorities of both timestamps;
4. revision 4: the document timestamp over everything. If its authority turns out to be one whose evidence is not in
   revision 3, both are made again.
"""

import hashlib
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NewType, Protocol

from cryptography import x509
from msgspec import Struct

from backend.signing.cms_signature import CmsTemplate
from backend.signing.errors import (
    EvidenceUnavailableError,
    SealFailedError,
    SignerRevokedError,
    SigningError,
    TimestampUnavailableError,
)
from backend.signing.evidence import Evidence, EvidenceGatherer
from backend.signing.keys import SigningKey
from backend.signing.pdf_revisions import GrowingPdf
from backend.signing.timestamps import Timestamp

UnsignedPdf = NewType("UnsignedPdf", bytes)
"""A typeset page that nobody vouches for yet; it must never reach a parent."""

SealedPdf = NewType("SealedPdf", bytes)
"""A page that bears its seal and its time."""

FIELD_NAME = "DauHocBa"
FIELD_LABEL = "Dấu điện tử của học bạ"
TIMESTAMP_FIELD_NAME = "DauThoiGian"
TIMESTAMP_FIELD_LABEL = "Dấu thời gian của học bạ"
"""Labels are read out by screen readers."""
FIRST_TOKEN_ROOM_BYTES = 6144
"""For a timestamp token before one was seen: accredited authorities send 2 to 5 KB with their certificates."""
SPARE_TOKEN_BYTES = 128
"""Tokens of one authority differ by a few bytes."""
MAX_ATTEMPTS = 3
"""For an authority that answers with other certificates each time."""


class TimestampSource(Protocol):
    """What a seal needs of timestamp authorities."""

    def request(self, digest: bytes, *, accept: Callable[[Timestamp], None] | None = None) -> Timestamp:
        """See ``TimestampAuthorities.request``."""
        ...


class PdfSealer:
    """Seals cards with one key; loaded once and kept, since reading keys and certificates costs more than a seal.

    One sealer serves one thread or process at a time.
    """

    def __init__(
        self,
        key: SigningKey,
        authorities: TimestampSource,
        *,
        evidence: EvidenceGatherer | None,
        reason: str | None = None,
        location: str | None = None,
    ) -> None:
        """With ``evidence`` the level is B-LTA, without B-T.

        ``reason`` and ``location`` stand in the signature dictionary, in words for people.
        """
        self._key = key
        self._authorities = authorities
        self._evidence = evidence
        self._template = CmsTemplate(key)
        self._token_room = FIRST_TOKEN_ROOM_BYTES
        words = ((b"/Reason", reason), (b"/Location", location))
        self._words = b"".join(b" %b %b" % (name, _text(word)) for name, word in words if word is not None)

    def seal(self, pdf: UnsignedPdf, *, now: datetime) -> SealedPdf:
        """Seal ``pdf``; ``now`` is written as the claimed time, the proved one comes from the authority.

        Blocks on the network. Raises ``SealFailedError`` when the file is none of ours, ``TimestampUnavailableError``
        when no authority answers well, and to B-LTA ``SignerRevokedError`` or ``EvidenceUnavailableError``.
        """
        try:
            document = GrowingPdf(pdf)
            if self._evidence is None:
                self._add_seal(document, now=now, accept=None)
            else:
                gathered = _Gathered(self._evidence, now=now)
                gathered.add_signer(self._key)
                seal = self._add_seal(document, now=now, accept=gathered.add_authority)
                embedded = {*self._template.certificates, *seal.timestamp.token.certificates}
                self._add_long_term(document, seal, gathered, embedded=frozenset(embedded))
        except SigningError:
            raise
        except (ValueError, OSError) as error:
            raise SealFailedError("pdf_not_sealable") from error
        return SealedPdf(document.data)

    def _add_seal(self, document: GrowingPdf, *, now: datetime, accept: Callable[[Timestamp], None] | None) -> "_Seal":
        """Revision 2."""
        start = document.mark()
        for _ in range(MAX_ATTEMPTS):
            signature_number, field, form, annotations = range(document.next_object, document.next_object + 4)
            hole, digest = document.add_signed_revision(
                {
                    document.catalog_number: document.catalog + b" /AcroForm %d 0 R %b >>" % (form, _PADES),
                    document.page_number: document.page + b" /Annots %d 0 R /Tabs /S >>" % annotations,
                    field: _field(FIELD_NAME, FIELD_LABEL, page=document.page_number, value=signature_number),
                    form: _FORM % (b"%d 0 R" % field),
                    annotations: b"[%b %d 0 R ]" % (document.annotations, field),
                },
                signature_number=signature_number,
                signature=_SEAL + (b"" if self._evidence is None else _ARCHIVED) + b" /M " + _date(now) + self._words,
                room_bytes=self._template.room_bytes(self._token_room),
            )
            signature = self._template.sign(digest)
            timestamp = self._authorities.request(hashlib.sha256(signature).digest(), accept=accept)
            if self._fits(timestamp):
                document.fill(hole, self._template.finish(digest, signature, token=timestamp.token.der))
                return _Seal(field=field, form=form, annotations=annotations, timestamp=timestamp)
            document.go_back(start)
        raise TimestampUnavailableError("timestamp_authority_unsteady")

    def _add_long_term(
        self, document: GrowingPdf, seal: "_Seal", gathered: "_Gathered", *, embedded: frozenset[bytes]
    ) -> None:
        """Revisions 3 and 4."""
        start = document.mark()
        for _ in range(MAX_ATTEMPTS):
            written = gathered.evidence
            _add_evidence(document, written, form=seal.form, embedded=embedded)
            number, field = document.next_object, document.next_object + 1
            hole, digest = document.add_signed_revision(
                {
                    field: _field(TIMESTAMP_FIELD_NAME, TIMESTAMP_FIELD_LABEL, page=document.page_number, value=number),
                    seal.form: _FORM % (b"%d 0 R %d 0 R" % (seal.field, field)),
                    seal.annotations: b"[%b %d 0 R %d 0 R ]" % (document.annotations, seal.field, field),
                },
                signature_number=number,
                signature=_DOCUMENT_TIMESTAMP,
                room_bytes=self._token_room,
            )
            timestamp = self._authorities.request(digest, accept=gathered.add_authority)
            if self._fits(timestamp) and gathered.evidence == written:
                document.fill(hole, timestamp.token.der)
                return
            document.go_back(start)
        raise TimestampUnavailableError("timestamp_authority_unsteady")

    def _fits(self, timestamp: Timestamp) -> bool:
        """Whether a token fits the room that was left for it; the next room is made to measure."""
        room, length = self._token_room, len(timestamp.token.der)
        measured = length + SPARE_TOKEN_BYTES
        self._token_room = measured if room == FIRST_TOKEN_ROOM_BYTES else max(room, measured)
        return length <= room


class _Seal(Struct, frozen=True):
    """What revision 4 changes of revision 2, by object number, and the seal's timestamp."""

    field: int
    form: int
    annotations: int
    timestamp: Timestamp


class _Gathered:
    """Evidence of one card, by path."""

    def __init__(self, gatherer: EvidenceGatherer, *, now: datetime) -> None:
        self._gatherer = gatherer
        self._now = now
        self._by_path: dict[tuple[x509.Certificate, ...], Evidence] = {}

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Of every path so far."""
        return tuple(self._by_path.values())

    def add_signer(self, key: SigningKey) -> None:
        """Raises ``SignerRevokedError``, ``EvidenceUnavailableError``."""
        path = self._gatherer.find_signer_path(key.certificate, others=key.chain, now=self._now)
        self._by_path[path] = self._gatherer.gather(path, now=self._now)

    def add_authority(self, timestamp: Timestamp) -> None:
        """Raises ``TimestampUnavailableError`` for a timestamp that would not last."""
        if timestamp.path in self._by_path:
            return
        try:
            self._by_path[timestamp.path] = self._gatherer.gather(timestamp.path, now=self._now)
        except SignerRevokedError as error:
            raise TimestampUnavailableError("timestamp_certificate_revoked") from error
        except EvidenceUnavailableError as error:
            raise TimestampUnavailableError("timestamp_evidence_unavailable", cause=error.reason) from error


_PADES = b"/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 1 >> >>"
_FORM = b"<< /Fields [ %b ] /SigFlags 3 >>"
_SEAL = b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
_ARCHIVED = b" /HOCB_Level /B-LTA"
"""Covered by the seal: without its document timestamp the card is not whole."""
_DOCUMENT_TIMESTAMP = b"/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161"


def _add_evidence(
    document: GrowingPdf, evidence: tuple[Evidence, ...], *, form: int, embedded: frozenset[bytes]
) -> None:
    """Revision 3, each certificate, response and list once."""
    kinds = (
        (b"/Certs", [der for one in evidence for der in one.certificates if der not in embedded]),
        (b"/OCSPs", [der for one in evidence for der in one.ocsps]),
        (b"/CRLs", [der for one in evidence for der in one.crls]),
    )
    dss = number = document.next_object
    objects = {}
    entries = b""
    for name, ders in kinds:
        references = b""
        for der in dict.fromkeys(ders):
            number += 1
            objects[number] = _stream(der)
            references += b" %d 0 R" % number
        entries += b" %b [%b ]" % (name, references) if references else b""
    objects[dss] = b"<< /Type /DSS%b >>" % entries
    objects[document.catalog_number] = document.catalog + b" /AcroForm %d 0 R %b /DSS %d 0 R >>" % (form, _PADES, dss)
    document.add_revision(objects)


@lru_cache(maxsize=64)
def _stream(der: bytes) -> bytes:
    packed = zlib.compress(der, 9)
    entry, body = (b" /Filter /FlateDecode", packed) if len(packed) < len(der) else (b"", der)
    return b"<< /Length %d%b >>\nstream\n%b\nendstream" % (len(body), entry, body)


def _field(name: str, label: str, *, page: int, value: int) -> bytes:
    """A signature field and its widget in one. PDF/A wants it printable, PDF/UA wants it outside the page."""
    return (
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%b) /TU %b /F 132 /P %d 0 R"
        b" /Rect [ -9999 -9999 -9999 -9999 ] /V %d 0 R >>" % (name.encode("ascii"), _text(label), page, value)
    )


def _text(words: str) -> bytes:
    """A text string (ISO 32000-1, 7.9.2.2)."""
    return b"<%b>" % (b"\xfe\xff" + words.encode("utf-16-be")).hex().encode()


def _date(moment: datetime) -> bytes:
    """ISO 32000-1, 7.9.4."""
    return b"(D:%b+00'00')" % moment.astimezone(UTC).strftime("%Y%m%d%H%M%S").encode()
