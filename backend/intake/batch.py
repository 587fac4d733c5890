"""What the intake keeps and answers: receipts and batches as values."""

from enum import StrEnum

from msgspec import Struct

from backend.assessment.card_warning import CardWarning


class Outcome(StrEnum):
    """What became of one card of a batch."""

    ACCEPTED = "accepted"
    ALREADY_RECEIVED = "already_received"
    """The same bytes under the same record id came before; nothing was changed."""
    REFUSED = "refused"


class Receipt(Struct, frozen=True):
    """The answer for one card: record id, codes, names of fields, figures, and in its warnings marks; never a name."""

    position: int
    """From 1, in the order of the batch."""
    record_id: str | None
    """As claimed, for a refused card; None where it could not be read."""
    outcome: Outcome
    code: str
    field: str | None
    """Element of the XML that the code is about."""
    details: dict[str, str | int]
    """What the code's sentence needs."""
    warnings: tuple[CardWarning, ...] = ()
    """Where an accepted card differs from the rules; it stands as it was signed all the same."""


class BatchReceipt(Struct, frozen=True):
    """The answer for a whole batch."""

    batch_id: str
    already_received: bool
    """The same content came before and nothing has changed since."""
    receipts: tuple[Receipt, ...]

    def count(self, outcome: Outcome) -> int:
        """How many cards had this outcome."""
        return sum(receipt.outcome is outcome for receipt in self.receipts)


class KeptBatch(Struct, frozen=True):
    """A batch as it was kept."""

    batch_id: str
    receipts: tuple[Receipt, ...]
