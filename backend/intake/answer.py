"""The answer to a batch as schools' systems and operators read it: outcome, code and a sentence for every card."""

from msgspec import Struct, structs

from backend.assessment.card_warning import CardWarning
from backend.intake.batch import BatchReceipt, Outcome, Receipt
from backend.messages import Sentence, sentence


class WarningAnswer(Struct, frozen=True):
    """Where an accepted card differs from the rules: the rule, what went into it, what the card says, what it gives."""

    code: str
    sentence: Sentence
    field: str
    rule: str | None
    regulation: str | None
    article: str | None
    subject: str | None
    inputs: dict[str, str]
    written: str | None
    expected: str | None


class ReceiptAnswer(Struct, frozen=True):
    """What became of one card."""

    record_id: str | None
    outcome: Outcome
    code: str
    sentence: Sentence
    field: str | None
    position: int
    warnings: tuple[WarningAnswer, ...]


class BatchAnswer(Struct, frozen=True):
    """What became of a batch."""

    batch_id: str
    already_received: bool
    accepted: int
    refused: int
    warnings: int
    """Of all cards together."""
    receipts: tuple[ReceiptAnswer, ...]


def answer_of(batch: BatchReceipt) -> BatchAnswer:
    """The batch's receipts with their sentences."""
    return BatchAnswer(
        batch_id=batch.batch_id,
        already_received=batch.already_received,
        accepted=batch.count(Outcome.ACCEPTED),
        refused=batch.count(Outcome.REFUSED),
        warnings=sum(len(receipt.warnings) for receipt in batch.receipts),
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
        warnings=tuple(warning_answer_of(warning) for warning in receipt.warnings),
    )


def warning_answer_of(warning: CardWarning) -> WarningAnswer:
    """The warning with its sentence, its details filled in."""
    facts = structs.asdict(warning)
    return WarningAnswer(**facts, sentence=sentence(warning.code, {name: _shown(fact) for name, fact in facts.items()}))


def _shown(fact: object) -> object:
    return "–" if fact is None else fact
