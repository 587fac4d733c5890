"""A card's record and its signed files, for every route that hands one out."""

from datetime import datetime

from litestar import Response

from backend.archive.card import StoredCard
from backend.archive.rules import CardState
from backend.archive.signed_record import read_signed_record
from backend.errors import NotFoundError
from backend.http.any_request import AnyRequest
from backend.http.entity_tag import has_already, not_modified, quoted
from backend.http.services import Services
from backend.people.errors import CardNotFoundError
from verifier.record.record import Record

_WITHDRAWN_MARKS = {CardState.REVOKED: "-thu-hoi", CardState.SUPERSEDED: "-thay-the"}
"""A file that was withdrawn says so by its name: "revoked", "superseded"."""


def read_record(card: StoredCard, services: Services) -> Record:
    """What the signed XML says."""
    return read_signed_record(card, services.city.objects).record


def issued_at(card: StoredCard) -> datetime:
    """When a card that may be shown was issued.

    Raises:
        NotFoundError: never; a check constraint of the table forbids it.
    """
    if card.issued_at is None:
        raise NotFoundError
    return card.issued_at


def answer_pdf(request: AnyRequest, card: StoredCard, services: Services) -> Response[bytes]:
    """The signed PDF, as it was issued; 304 for a client that has it.

    Raises:
        CardNotFoundError: the card has none.
    """
    if card.pdf_object is None or card.pdf_sha256 is None:
        raise CardNotFoundError
    tag = quoted(card.pdf_sha256)
    if has_already(request, tag):
        return not_modified(tag)
    pdf = services.city.objects.get(card.pdf_object, expected_sha256=card.pdf_sha256)
    return _download(pdf, card, tag=tag, media_type="application/pdf", suffix="pdf")


def answer_xml(request: AnyRequest, card: StoredCard, services: Services) -> Response[bytes]:
    """The signed XML, as the school signed it; 304 for a client that has it."""
    tag = quoted(card.xml_sha256)
    if has_already(request, tag):
        return not_modified(tag)
    xml = services.city.objects.get(card.xml_object, expected_sha256=card.xml_sha256)
    return _download(xml, card, tag=tag, media_type="application/xml", suffix="xml")


def _download(content: bytes, card: StoredCard, *, tag: str, media_type: str, suffix: str) -> Response[bytes]:
    name = f"hoc-ba-{card.school_year}{_WITHDRAWN_MARKS.get(card.state, '')}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": tag}
    return Response(content, media_type=media_type, headers=headers)
