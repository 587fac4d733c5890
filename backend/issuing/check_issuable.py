"""Can this card be printed at all? Asked at the door, so that a school hears it in its receipt and not weeks later."""

from datetime import datetime

from backend.issuing.form_values import form_values
from backend.issuing.qr_code import render_qr
from verifier.capsule import Capsule, capsule_url, seal_capsule
from verifier.cose import KID_BYTES, MemorySigner
from verifier.xml_signature import VerifiedCard

_SIZE_PROBE = MemorySigner.from_secret_number(1)
"""Signs nothing that leaves this file: every capsule of a card has the same size, whoever seals it."""


def verify_issuable(card: VerifiedCard, *, public_url: str, now: datetime) -> None:
    """Go through what issuing does with the record, up to the page.

    Raises:
        LimitExceededError: ``capsule_too_large``.
        CapsuleTooLargeError: the QR would need more than version 14.
        NotPrintableError: a letter that the form's fonts lack.
    """
    capsule = Capsule(card.record.transcript, issued_at=now, xml_sha256=card.xml_sha256)
    cose = seal_capsule(capsule, key=_SIZE_PROBE, kid=bytes(KID_BYTES))
    render_qr(capsule_url(public_url, cose))
    form_values(card.record, signed_at={})
