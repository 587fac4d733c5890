"""What a parent reads of one card, made once: the record, why its results are what they are, and each signer as judged
when the card was issued.

Verifying a card's signatures and reading its XML takes a hundred times as long as looking its page up, and the signed
XML behind a record id never changes. So the page is made when the card is issued, from what was verified for it then,
and kept as a row. A page that is missing, or has another shape than today's, is made anew when somebody asks for it.
Whether the card is in force is not in it: that is read each time.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from backend.archive.card import StoredCard
from backend.archive.objects import Objects
from backend.archive.pages import store
from backend.archive.signed_record import read_signed_record
from backend.assessment.explain_results import explain_results
from backend.assessment.explanation import Explanation
from backend.assessment.summer_work import summer_work
from backend.database import Connection, Database
from verifier.lists import Lists
from verifier.record.record import Record
from verifier.signers import judge_signer
from verifier.verdict import SignatureReport
from verifier.xml_signature import VerifiedCard

PAGE_SHAPE: Final = 3
"""Grows with every change of ``CardPage`` or of what it is made from, explanations and their sentences included; older
pages are then made anew."""


class CardPage(Struct, frozen=True):
    """What a card's bytes and its issue decide."""

    record: Record
    signatures: tuple[SignatureReport, ...]
    explanations: tuple[Explanation, ...]
    summer_work: tuple[Explanation, ...]
    """What is to be done over the summer, as long as it lasts."""


class KeptPage(Struct, frozen=True):
    """A ``CardPage`` as it is kept; what goes into an answer as it stands is not read for that."""

    record: msgspec.Raw
    signatures: msgspec.Raw
    explanations: msgspec.Raw
    summer_work: tuple[Explanation, ...]


def make_card_page(card: VerifiedCard, *, lists: Lists, issued_at: datetime, now: datetime) -> CardPage:
    """The page of a card whose signatures match.

    Args:
        card: what its signers cover.
        lists: the city's own, to judge the signers with.
        issued_at: the proved time at which signers are judged.
        now: of the judging.
    """
    record = card.record
    school_code = record.transcript.school_code
    judged = (
        judge_signer(signature, school_code=school_code, lists=lists, proved_at=issued_at, now=now)
        for signature in card.signatures
    )
    reports = tuple(one.report for one in judged)
    return CardPage(record, reports, explain_results(record), summer_work(record))


def keep_card_page(connection: Connection, record_id: str, page: CardPage) -> None:
    """Keep a page, in the transaction in which its card is issued."""
    store.put_page(connection, record_id, msgspec.json.encode(page), shape=PAGE_SHAPE)


def read_kept_page(content: bytes) -> KeptPage:
    """A page by what is kept of it."""
    return _KEPT_PAGE.decode(content)


def remake_card_page(
    database: Database, objects: Objects, card: StoredCard, *, lists: Callable[[], Lists], now: datetime
) -> bytes:
    """Make the page of an issued card from its signed XML, and keep it; what is kept of it.

    Raises:
        ObjectDamagedError: the XML is not there as it was kept.
        ObjectStoreError: the object store does not answer.
        VerifierError: the XML is no card any more.
    """
    verified = read_signed_record(card, objects)
    content = msgspec.json.encode(make_card_page(verified, lists=lists(), issued_at=card.issued_at or now, now=now))
    with database.write() as connection:
        store.put_page(connection, card.record_id, content, shape=PAGE_SHAPE)
    return content


_KEPT_PAGE = msgspec.json.Decoder(KeptPage)
