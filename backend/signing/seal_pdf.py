"""The one PAdES signature of a card's PDF, level B-T (ETSI EN 319 142-1).

It says: this page says what the signed XML inside it says. It adds exactly one revision with one invisible field, and
the time is proved by a timestamp on the signature, never claimed by us. This is the only file of the backend that
knows pyHanko.
"""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import NewType

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from backend.signing.errors import SealFailedError, SigningError
from backend.signing.keys import SigningKey
from backend.signing.timestamps import TimestampAuthorities

UnsignedPdf = NewType("UnsignedPdf", bytes)
"""A typeset page that nobody vouches for yet; it must never reach a parent."""

SealedPdf = NewType("SealedPdf", bytes)
"""A page that bears its seal and its time."""

FIELD_NAME = "DauHocBa"
FIELD_LABEL = "Dấu điện tử của học bạ"
"""Read out by screen readers."""
CMS_ROOM_BYTES = 2048
"""For signed attributes, algorithms, and a signature of up to 4096 bits."""
TIMESTAMP_ROOM_BYTES = 6144
"""For the timestamp token: accredited authorities send 2 to 5 KB with their certificates."""


class PdfSealer:
    """Seals cards with one key; loaded once and kept, since reading keys and certificates costs more than a seal.

    One sealer serves one thread or process at a time.
    """

    def __init__(
        self,
        key: SigningKey,
        authorities: TimestampAuthorities,
        *,
        reason: str | None = None,
        location: str | None = None,
        timestamp_room_bytes: int = TIMESTAMP_ROOM_BYTES,
    ) -> None:
        """``reason`` and ``location`` stand in the signature dictionary, in words for people."""
        self._signer = _PortSigner(key)
        certificate_bytes = sum(len(c.public_bytes(Encoding.DER)) for c in (key.certificate, *key.chain))
        # Room is reserved up front: without it pyHanko makes every signature twice to learn its size.
        self._room_in_hex_digits = 2 * (CMS_ROOM_BYTES + certificate_bytes + timestamp_room_bytes)
        self._pdf_signer = _CardSigner(
            PdfSignatureMetadata(
                field_name=FIELD_NAME,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                reason=reason,
                location=location,
            ),
            signer=self._signer,
            timestamper=_PortTimeStamper(authorities),
            new_field_spec=SigFieldSpec(
                FIELD_NAME,
                readable_field_name=FIELD_LABEL,
                # PDF/A wants the field printable, PDF/UA wants it outside the page.
                invis_sig_settings=InvisSigSettings(set_print_flag=True, box_out_of_bounds=True),
            ),
        )

    def seal(self, pdf: UnsignedPdf, *, now: datetime) -> SealedPdf:
        """Seal ``pdf``; ``now`` is written as the claimed time, the proved one comes from the authority.

        Blocks on the network, and runs an event loop of its own: call it from a worker, not from a coroutine. Raises
        ``SealFailedError`` when the file is none of ours, ``TimestampUnavailableError`` when no authority answers.
        """
        try:
            return asyncio.run(self._seal(pdf, now=now))
        except SigningError:
            raise
        except (PdfError, PyHankoSigningError, ValueError, OSError) as error:
            raise SealFailedError("pdf_not_sealable") from error

    async def _seal(self, pdf: UnsignedPdf, *, now: datetime) -> SealedPdf:
        writer = _SilentWriter(BytesIO(pdf))
        if "/AcroForm" in writer.root:
            raise SealFailedError("pdf_sealed_already")
        session = self._pdf_signer.init_signing_session(writer)
        # The page has an annotation now, so PDF/UA asks for its tab order (ISO 14289-1, 7.18.3).
        session.sig_field["/P"]["/Tabs"] = NameObject("/S")
        session.system_time = now
        document = session.prepare_tbs_document(None, bytes_reserved=self._room_in_hex_digits)
        output = BytesIO()
        prepared, _ = document.digest_tbs_document(output=output)
        await document.perform_signature(prepared.document_digest, PdfCMSSignedAttributes())
        return SealedPdf(output.getvalue())


def seal_pdf(
    pdf: UnsignedPdf,
    *,
    key: SigningKey,
    authorities: TimestampAuthorities,
    reason: str | None = None,
    location: str | None = None,
    now: datetime,
) -> SealedPdf:
    """Seal one PDF; for many, keep a ``PdfSealer``."""
    return PdfSealer(key, authorities, reason=reason, location=location).seal(pdf, now=now)


class _SilentWriter(IncrementalPdfFileWriter):
    """Adds the signature and nothing else: pyHanko would rewrite Info and XMP with its own name and clock, and lose
    the extension schemas that PDF/A asks for in the XMP packet.
    """

    def _update_meta(self) -> None:
        """Leave the metadata as they were typeset."""


class _CardSigner(PdfSigner):
    """Declares PAdES in the catalogue (EN 319 142-1) and not PDF 2.0, which PDF/A-3 forbids, for its P-256 key."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:  # noqa: ARG002 - pyHanko's signature
        pdf_out.register_extension(ESIC_EXTENSION_1)


class _PortSigner(Signer):
    """Lets pyHanko sign through the port. The signer's own certificate must not stand in the registry as well: it
    would be written twice, and a flipped bit in one copy would go unnoticed.
    """

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko types it not
        registry.register_multiple([_as_asn1(certificate.public_bytes(Encoding.DER)) for certificate in key.chain])
        super().__init__(
            signing_cert=_as_asn1(key.certificate.public_bytes(Encoding.DER)),
            cert_registry=registry,
            embed_roots=False,
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 - pyHanko's signature
        if dry_run or digest_algorithm != "sha256":
            raise SealFailedError("digest_algorithm_unexpected", algorithm=digest_algorithm)
        return self._key.sign(data)


class _PortTimeStamper(TimeStamper):
    """Lets pyHanko ask our authorities."""

    def __init__(self, authorities: TimestampAuthorities) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko types it not
        self._authorities = authorities

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        if md_algorithm != "sha256":
            raise SealFailedError("digest_algorithm_unexpected", algorithm=md_algorithm)
        return cms.ContentInfo.load(self._authorities.request_token(message_digest))


def _as_asn1(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)
