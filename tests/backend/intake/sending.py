"""A school that sends its cards to the working city."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import structs

from backend.intake.batch import BatchReceipt, Outcome, Receipt
from backend.intake.receive_batch import receive_batch
from backend.signing.file_keys import FileSigningKey
from backend.signing.pack_transaction import pack_transaction
from backend.signing.sign_xml import sign_transaction
from tests.backend.working_city import PUBLIC_URL, WorkingCity
from tests.verifier.small_city import MANAGER_CODE, NOW, SCHOOL_CODE, SCHOOL_YEAR, TEACHER_CODE, a_record
from verifier.record.transcript import PrimaryResults
from verifier.record.write_xml import write_unsigned_card


def record_id_of(number: int) -> str:
    """A record id of the right form that tests can foresee."""
    return str(UUID(int=number, version=4))


def signed_card(
    city: WorkingCity,
    number: int,
    *,
    pupil: int | None = None,
    school: str = SCHOOL_CODE,
    unknown: bytes = b"",
    school_year: str = SCHOOL_YEAR,
    name: str | None = None,
    results: PrimaryResults | None = None,
    **keys: Any,
) -> bytes:
    """Card ``number`` of pupil ``pupil``, signed by teacher, manager and school; ``unknown`` stands in its summary."""
    record = a_record(record_id=record_id_of(number), school_code=school)
    record = structs.replace(record, transcript=structs.replace(record.transcript, school_year=school_year))
    if name is not None:
        record = structs.replace(record, transcript=structs.replace(record.transcript, name=name))
    if results is not None:
        record = structs.replace(record, transcript=structs.replace(record.transcript, results=results))
    own = number if pupil is None else pupil
    someone = structs.replace(record.pupil, pupil_code=f"{own:010}", personal_code=f"999316{own:06}")
    unsigned = write_unsigned_card(
        structs.replace(record, pupil=someone),
        manager_personal_code=MANAGER_CODE,
        homeroom_teacher_personal_code=TEACHER_CODE,
    )
    return city.small.signed_card(unsigned.replace(b"</TONG_KET>", unknown + b"</TONG_KET>"), **keys)


def transaction(
    city: WorkingCity, *cards: bytes, key: FileSigningKey | None = None, escape_quotes: bool = False
) -> bytes:
    """The ministry's packet, signed by the school."""
    xml = sign_transaction(list(cards), key=key or city.small.school)
    return pack_transaction(xml, escape_quotes=escape_quotes)


def plain_list(*cards: bytes) -> bytes:
    """The cards as an unsigned list."""
    return b'<DANH_SACH_HOC_BA id="dataDanhSach">' + b"".join(cards) + b"</DANH_SACH_HOC_BA>"


def send(city: WorkingCity, data: bytes, *, token_school: str | None = None, now: datetime = NOW) -> BatchReceipt:
    """Send it in; ``token_school`` None is the operator's own command."""
    return receive_batch(
        data,
        database=city.database,
        objects=city.objects,
        lists=city.publisher.verified_lists(now).lists,
        public_url=PUBLIC_URL,
        token_school=token_school,
        now=now,
    )


def told(receipt: BatchReceipt) -> list[tuple[str, str]]:
    """Outcome and code of each card."""
    return [(card.outcome.value, card.code) for card in receipt.receipts]


def only_refusal(receipt: BatchReceipt) -> Receipt:
    """The one refused card's receipt."""
    (refused,) = (card for card in receipt.receipts if card.outcome is Outcome.REFUSED)
    return refused
