"""The answer to a batch as schools' systems and operators read it: outcome, code and a sentence for every card."""

from msgspec import Struct

from backend.intake.batch import BatchReceipt, Outcome, Receipt
from backend.messages import Sentence, sentence


class ReceiptAnswer(Struct, frozen=True):
    """What became of one card."""

    record_id: str | None
    outcome: Outcome
    code: str
    sentence: Sentence
    field: str | None
    position: int


class BatchAnswer(Struct, frozen=True):
    """What became of a batch."""

    batch_id: str
    already_received: bool
    accepted: int
    refused: int
    receipts: tuple[ReceiptAnswer, ...]


def answer_of(batch: BatchReceipt) -> BatchAnswer:
    """The batch's receipts with their sentences."""
    return BatchAnswer(
        batch_id=batch.batch_id,
        already_received=batch.already_received,
        accepted=batch.count(Outcome.ACCEPTED),
        refused=batch.count(Outcome.REFUSED),
        receipts=tuple(_answer_of(receipt) for receipt in batch.receipts),
    )


def _answer_of(receipt: Receipt) -> ReceiptAnswer:
    return ReceiptAnswer(
        record_id=receipt.record_id,
        outcome=receipt.outcome,
        code=receipt.code,
        sentence=sentence(receipt.code, receipt.details),
        field=receipt.field,
        position=receipt.position,
    )
