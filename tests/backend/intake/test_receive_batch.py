import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from backend.archive import store
from backend.archive.card import SealedCard
from backend.archive.keep_card import keep_issued_card
from backend.archive.objects import ObjectStoreError
from backend.archive.withdraw_card import withdraw_card
from backend.database import Database
from backend.intake.batch import BatchReceipt
from backend.intake.errors import BatchRefusedError
from backend.intake.unpack_transaction import unpack_batch
from backend.messages import catalogue
from backend.signing.pack_transaction import pack_transaction
from tests.backend.intake.sending import (
    only_refusal,
    plain_list,
    record_id_of,
    send,
    signed_card,
    told,
    transaction,
)
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, small_city

OTHER_SCHOOL = "01000102"
ACCEPTED = ("accepted", "card_accepted")
ALREADY = ("already_received", "card_already_received")


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    city = WorkingCity(small_city(), database, tmp_path)
    city.open()
    return city


def _count(city: WorkingCity) -> int:
    with city.database.read() as connection:
        return sum(store.count_cards_by_state(connection).values())


def _objects(city: WorkingCity) -> list[Path]:
    return [path for path in (city.folder / "objects").rglob("*") if path.is_file()]


def test_transaction_is_received_and_its_bytes_are_kept_as_they_came(city: WorkingCity) -> None:
    cards = [signed_card(city, number) for number in (1, 2)]
    answer = send(city, transaction(city, *cards), token_school=SCHOOL_CODE)
    assert told(answer) == [ACCEPTED, ACCEPTED]
    assert [receipt.record_id for receipt in answer.receipts] == [record_id_of(1), record_id_of(2)]
    assert not answer.already_received
    with city.database.read() as connection:
        stored = store.find_card(connection, record_id_of(2))
    assert stored is not None
    assert stored.xml_sha256 == hashlib.sha256(cards[1]).hexdigest()
    assert city.objects.get(stored.xml_object, expected_sha256=stored.xml_sha256) == cards[1]
    assert (stored.state.value, stored.school_code, stored.grade) == ("manager_signed", SCHOOL_CODE, 4)


def test_accepted_card_that_differs_from_the_rules_is_warned_about_and_stays_as_it_was_signed(
    city: WorkingCity,
) -> None:
    card = signed_card(city, 1)
    answer = send(city, transaction(city, card))
    assert told(answer) == [ACCEPTED]
    warnings = answer.receipts[0].warnings
    assert {(one.code, one.subject) for one in warnings} >= {("subject_missing", "KH"), ("subject_missing", "TN")}
    with city.database.read() as connection:
        stored = store.find_card(connection, record_id_of(1))
    assert stored is not None
    assert city.objects.get(stored.xml_object, expected_sha256=stored.xml_sha256) == card
    again = send(city, transaction(city, card))
    assert again.already_received
    assert again.receipts[0].warnings == warnings


LATE = NOW.replace(month=8, day=16, hour=0)


def test_first_card_after_the_second_lock_is_accepted_and_marked_as_late(city: WorkingCity) -> None:
    first, second = signed_card(city, 1), signed_card(city, 2)
    on_time = send(city, plain_list(first), now=LATE - timedelta(seconds=1))
    assert "card_late" not in _warning_codes(on_time)
    late = send(city, plain_list(first, second), now=LATE)
    assert told(late) == [ALREADY, ACCEPTED]
    assert [_warning_codes(late, position).count("card_late") for position in (0, 1)] == [0, 1]
    warning = late.receipts[1].warnings[-1]
    assert (warning.code, warning.field, warning.written, warning.expected) == (
        "card_late",
        "NAM_HOC",
        "2025-2026",
        "15/08/2026",
    )
    again = send(city, plain_list(first, second), now=LATE)
    assert again.already_received
    assert again.receipts[1].warnings == late.receipts[1].warnings


def test_card_in_the_place_of_another_one_is_never_late(city: WorkingCity) -> None:
    send(city, plain_list(signed_card(city, 1)))
    with city.database.write() as connection:
        keep_issued_card(connection, SealedCard(record_id_of(1), "ab" * 32, "pdf", NOW))
        withdraw_card(
            connection,
            record_id_of(1),
            kind="revoked",
            reason="Sai điểm",
            requested_by="Bình",
            approved_by="Hoa",
            now=LATE,
        )
    new = send(city, plain_list(signed_card(city, 2, pupil=1)), now=LATE)
    assert told(new) == [ACCEPTED]
    assert "card_late" not in _warning_codes(new)


def _warning_codes(receipt: BatchReceipt, position: int = 0) -> list[str]:
    return [warning.code for warning in receipt.receipts[position].warnings]


def test_elements_that_nobody_knows_are_kept_byte_for_byte(city: WorkingCity) -> None:
    card = signed_card(city, 1, unknown=b"<TRICH_LUC>0</TRICH_LUC><PHAN_MO_RONG><X>1</X></PHAN_MO_RONG>")
    assert told(send(city, plain_list(card))) == [ACCEPTED]
    with city.database.read() as connection:
        stored = store.find_card(connection, record_id_of(1))
    assert stored is not None
    assert b"<PHAN_MO_RONG><X>1</X></PHAN_MO_RONG>" in card
    assert city.objects.get(stored.xml_object, expected_sha256=stored.xml_sha256) == card


@pytest.mark.parametrize("escape_quotes", [True, False])
def test_escaped_quotes_are_the_same_cards(city: WorkingCity, *, escape_quotes: bool) -> None:
    card = signed_card(city, 1)
    assert told(send(city, transaction(city, card, escape_quotes=escape_quotes))) == [ACCEPTED]
    with city.database.read() as connection:
        stored = store.find_card(connection, record_id_of(1))
    assert stored is not None
    assert stored.xml_sha256 == hashlib.sha256(card).hexdigest()


def test_plain_list_and_single_card_are_taken_too(city: WorkingCity) -> None:
    assert told(send(city, plain_list(signed_card(city, 1), signed_card(city, 2)))) == [ACCEPTED, ACCEPTED]
    assert told(send(city, b'<?xml version="1.0" encoding="UTF-8"?>\n' + signed_card(city, 3))) == [ACCEPTED]


def test_resend_changes_nothing_and_says_so(city: WorkingCity) -> None:
    packet = transaction(city, signed_card(city, 1), signed_card(city, 2))
    first = send(city, packet, token_school=SCHOOL_CODE)
    before = _objects(city)
    again = send(city, packet, token_school=SCHOOL_CODE)
    assert again.already_received
    assert again.batch_id == first.batch_id
    assert told(again) == [ALREADY, ALREADY]
    assert (_count(city), _objects(city)) == (2, before)


def test_same_card_in_another_batch_is_already_received(city: WorkingCity) -> None:
    card = signed_card(city, 1)
    send(city, transaction(city, card))
    answer = send(city, transaction(city, card, signed_card(city, 2)))
    assert told(answer) == [ALREADY, ACCEPTED]
    assert not answer.already_received


def test_refused_card_is_looked_at_again_when_the_same_batch_is_sent_again(city: WorkingCity) -> None:
    new_manager = city.small.people.issue("Đỗ Thị Yến")
    packet = transaction(city, signed_card(city, 1), signed_card(city, 2, manager=new_manager))
    first = send(city, packet)
    assert told(first) == [ACCEPTED, ("refused", "certificate_not_approved")]
    same = send(city, packet)
    assert same.already_received
    assert same.batch_id == first.batch_id
    assert told(same) == [ALREADY, ("refused", "certificate_not_approved")]
    city.approve(new_manager, "manager")
    answer = send(city, packet)
    assert told(answer) == [ALREADY, ACCEPTED]
    assert not answer.already_received


def test_record_id_of_other_bytes_is_refused_and_nothing_of_it_is_stored(city: WorkingCity) -> None:
    send(city, plain_list(signed_card(city, 1)))
    before = _objects(city)
    answer = send(city, plain_list(signed_card(city, 1, pupil=9)))
    assert told(answer) == [("refused", "record_id_already_used")]
    assert _objects(city) == before


def test_same_record_id_twice_in_one_batch(city: WorkingCity) -> None:
    card = signed_card(city, 1)
    answer = send(city, plain_list(card, card, signed_card(city, 1, pupil=9)))
    assert told(answer) == [ACCEPTED, ALREADY, ("refused", "record_id_already_used")]
    assert _count(city) == 1


def test_second_card_of_a_pupil_is_refused_while_the_first_is_in_force(city: WorkingCity) -> None:
    answer = send(city, plain_list(signed_card(city, 1, pupil=5), signed_card(city, 2, pupil=5)))
    assert told(answer) == [ACCEPTED, ("refused", "card_in_force")]


def test_broken_card_does_not_hold_up_the_others(city: WorkingCity) -> None:
    broken = signed_card(city, 2).replace("Chăm chỉ".encode(), "Lười".encode())
    answer = send(city, plain_list(signed_card(city, 1), broken, signed_card(city, 3)))
    assert told(answer) == [ACCEPTED, ("refused", "xml_data_altered"), ACCEPTED]
    refused = only_refusal(answer)
    assert (refused.position, refused.record_id) == (2, record_id_of(2))


def test_card_of_another_school_than_the_senders_is_refused(city: WorkingCity) -> None:
    with city.database.write() as connection:
        store.insert_school(connection, code=OTHER_SCHOOL, name="Trường Tiểu học Hoa Mai", now=NOW)
    for role, key in (("school", city.small.teacher), ("manager", city.small.manager)):
        city.approve(key, "school" if role == "school" else "manager", school=OTHER_SCHOOL)
    other = signed_card(city, 2, school=OTHER_SCHOOL)
    answer = send(city, transaction(city, signed_card(city, 1), other), token_school=SCHOOL_CODE)
    assert told(answer)[0] == ACCEPTED
    assert only_refusal(answer).position == 2


@pytest.mark.parametrize(
    ("defect", "code"),
    [
        ("list_cut_short", "xml_not_well_formed"),
        ("entity_declared", "xml_has_doctype"),
        ("no_list", "list_not_a_list"),
        ("no_card", "list_empty"),
        ("signed_by_a_manager", "transaction_signer_refused"),
    ],
)
def test_batch_is_refused_whole(city: WorkingCity, defect: str, code: str) -> None:
    card = signed_card(city, 1)
    batches = {
        "list_cut_short": plain_list(card).replace(b"</DANH_SACH_HOC_BA>", b""),
        "entity_declared": b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + plain_list(card),
        "no_list": b"<HOC_SINH/>",
        "no_card": plain_list(),
        "signed_by_a_manager": transaction(city, card, key=city.small.manager),
    }
    with pytest.raises(BatchRefusedError, match=code):
        send(city, batches[defect])
    assert code in catalogue("vi")
    assert (_count(city), _objects(city)) == (0, [])


def test_transaction_without_the_schools_signature_is_refused(city: WorkingCity) -> None:
    with pytest.raises(BatchRefusedError, match="transaction_signature_missing"):
        send(city, pack_transaction(plain_list(signed_card(city, 1))), token_school=SCHOOL_CODE)


def test_card_slipped_into_a_signed_transaction_is_noticed(city: WorkingCity) -> None:
    xml = unpack_batch(transaction(city, signed_card(city, 1))).xml
    cut = xml.index(b"</HOC_BA>") + len(b"</HOC_BA>")
    with pytest.raises(BatchRefusedError, match="transaction_signature_refused"):
        send(city, xml[:cut] + signed_card(city, 2) + xml[cut:])


def test_transaction_of_another_school_than_the_tokens_is_refused(city: WorkingCity) -> None:
    with pytest.raises(BatchRefusedError, match="transaction_of_another_school"):
        send(city, transaction(city, signed_card(city, 1)), token_school=OTHER_SCHOOL)


def test_transaction_signed_after_the_approval_ended_is_refused(city: WorkingCity) -> None:
    city.end_approval(city.small.school, "school", until=NOW - timedelta(days=1))
    with pytest.raises(BatchRefusedError, match="transaction_signer_refused"):
        send(city, transaction(city, signed_card(city, 1)))


def test_nothing_is_received_when_the_bytes_cannot_be_stored(city: WorkingCity) -> None:
    (city.folder / "objects").mkdir(exist_ok=True)
    (city.folder / "objects" / "xml").write_bytes(b"a file where a folder should be")
    with pytest.raises(ObjectStoreError, match="object_store_unavailable"):
        send(city, plain_list(signed_card(city, 1)))
    assert _count(city) == 0
    (city.folder / "objects" / "xml").unlink()
    assert told(send(city, plain_list(signed_card(city, 1)))) == [ACCEPTED]
