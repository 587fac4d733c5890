"""What the signed XML of a kept card says."""

from backend.archive.card import StoredCard
from backend.archive.objects import Objects
from verifier.record.card_document import read_card
from verifier.xml_signature import VerifiedCard, verify_card_signatures


def read_signed_record(card: StoredCard, objects: Objects) -> VerifiedCard:
    """Read a card's XML again, by its signatures: nothing is believed because it lies in the store.

    It takes some milliseconds; what parents read of a card is kept as a page (``archive.pages``).

    Raises:
        ObjectDamagedError: the XML is not there as it was kept.
        ObjectStoreError: the object store does not answer.
        VerifierError: the XML is no card any more.
    """
    return verify_card_signatures(read_card(objects.get(card.xml_object, expected_sha256=card.xml_sha256)))
