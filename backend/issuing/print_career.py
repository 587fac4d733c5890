"""A pupil's cards of one level as one PDF, for reading and for certified copies.

Nothing is signed anew: each year keeps the QR of its issued card, read from that card's PDF, and its signed XML. The
print bears no seal, since nobody vouches for the collection; whoever doubts a year scans its QR.
"""

from collections.abc import Sequence
from datetime import datetime

from backend.archive.card import StoredCard
from backend.archive.objects import Objects
from backend.issuing.errors import IssuingError
from backend.issuing.typeset import PrintedYear, Typesetter
from verifier.capsule import capsule_url
from verifier.check_steps import only_capsule
from verifier.errors import MalformedInputError
from verifier.qr import read_pdf_pages
from verifier.record.card_document import read_card
from verifier.xml_signature import verify_card_signatures


def print_career(cards: Sequence[StoredCard], *, objects: Objects, public_url: str, now: datetime) -> bytes:
    """Typeset issued cards of one pupil and level; the bytes of a PDF without a seal.

    Raises:
        IssuingError: ``career_too_short``, ``career_mixed``, ``career_qr_unreadable``.
        ObjectDamagedError: a stored XML or PDF is not what was kept.
        VerifierError: a stored XML's signatures do not hold.
    """
    years = [_printed_year(card, objects, public_url) for card in cards]
    return Typesetter().typeset_career(years, now=now)


def _printed_year(card: StoredCard, objects: Objects, public_url: str) -> PrintedYear:
    if card.pdf_object is None or card.pdf_sha256 is None:
        raise IssuingError("career_qr_unreadable", school_year=card.school_year)
    pdf = objects.get(card.pdf_object, expected_sha256=card.pdf_sha256)
    try:
        cose = only_capsule(read_pdf_pages(pdf), None)
    except MalformedInputError as error:
        raise IssuingError("career_qr_unreadable", school_year=card.school_year) from error
    document = read_card(objects.get(card.xml_object, expected_sha256=card.xml_sha256))
    verified = verify_card_signatures(document)
    return PrintedYear(
        record=verified.record,
        xml=document.xml,
        capsule_url=capsule_url(public_url, cose),
        signed_at={signature.role: signature.claimed_at for signature in verified.signatures},
    )
