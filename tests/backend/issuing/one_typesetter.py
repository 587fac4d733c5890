"""One typesetter for all tests and measurements of a process: it takes longer to load than a card to print."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from backend.issuing.typeset import NOBODY, Typesetter
from backend.signing.seal_pdf import UnsignedPdf
from verifier.record.card_document import SignerRole
from verifier.record.record import Record


def typeset_card(
    record: Record,
    *,
    xml: bytes,
    capsule_url: str,
    signed_at: Mapping[SignerRole, datetime | None] = NOBODY,
    now: datetime,
) -> UnsignedPdf:
    """See ``Typesetter.typeset``."""
    return _typesetter().typeset(record, xml=xml, capsule_url=capsule_url, signed_at=signed_at, now=now)


@cache
def _typesetter() -> Typesetter:
    return Typesetter()
