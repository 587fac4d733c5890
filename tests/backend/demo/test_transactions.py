"""The transactions of the demo's schools: what any school's software could have sent."""

import base64
import gzip
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.demo import transactions
from backend.demo.cards import DemoCard, cards_of
from backend.demo.pki import DemoPki
from backend.demo.transactions import SchoolTransactions, unsigned_card, write_transactions
from backend.intake.unpack_transaction import unpack_batch
from backend.signing.keys import SigningKey
from backend.signing.sign_xml import sign_transaction
from verifier.record.card_document import SignerRole, read_card
from verifier.record.split_list import split_list
from verifier.xml_signature import VerifiedCard, verify_card_signatures

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SEED = 7
PUPILS = 50


class Sent:
    """A folder of transactions and what stands in it."""

    def __init__(self, folder: Path, schools: tuple[SchoolTransactions, ...]) -> None:
        self.folder = folder
        self.schools = schools
        self.files = [folder / file for school in schools for file in school.files]

    def verified(self) -> Iterator[VerifiedCard]:
        for file in self.files:
            for card in split_list(unpack_batch(file.read_bytes()).xml):
                yield verify_card_signatures(read_card(card))


def write(folder: Path, *, pupils: int = PUPILS, processes: int = 1, now: datetime = NOW) -> Sent:
    pki = folder / "pki"
    DemoPki(pki).make(now=now)
    sent = folder / "transactions"
    return Sent(sent, write_transactions(sent, pki=pki, seed=SEED, pupils=pupils, processes=processes, now=now))


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    return write(tmp_path_factory.mktemp("city"))


def test_every_card_is_signed_in_three_roles_without_a_doubt(sent: Sent) -> None:
    cards = list(sent.verified())
    assert len(cards) == sum(school.cards for school in sent.schools)
    for card in cards:
        roles = {signature.role for signature in card.signatures}
        assert roles == {SignerRole.HOMEROOM_TEACHER, SignerRole.MANAGER, SignerRole.SCHOOL}
        assert not any(signature.doubts for signature in card.signatures)


def test_records_are_those_of_the_seed(sent: Sent) -> None:
    expected = {c.record.transcript.record_id: c.record for n in range(PUPILS) for c in cards_of(SEED, n)}
    assert {card.record.transcript.record_id: card.record for card in sent.verified()} == expected


def test_signers_sign_one_after_the_other_and_never_after_now(sent: Sent) -> None:
    for card in sent.verified():
        moments = {signature.role: signature.claimed_at for signature in card.signatures}
        teacher, manager, school = (
            moments[role] for role in (SignerRole.HOMEROOM_TEACHER, SignerRole.MANAGER, SignerRole.SCHOOL)
        )
        assert teacher
        assert manager
        assert school
        assert teacher < manager < school < NOW


def test_city_made_before_the_signing_days_signs_now(tmp_path: Path) -> None:
    early = datetime(2025, 3, 1, tzinfo=UTC)
    moments = {signature.claimed_at for card in write(tmp_path, now=early).verified() for signature in card.signatures}
    assert moments == {early}


def test_every_list_is_signed_by_its_school(sent: Sent) -> None:
    assert all(split_list(unpack_batch(file.read_bytes()).xml).has_signature for file in sent.files)


def test_some_schools_escape_quotes_and_some_do_not(sent: Sent) -> None:
    written = {gzip.decompress(base64.b64decode(file.read_bytes())[4:])[:22] for file in sent.files}
    assert written == {b'<DANH_SACH_HOC_BA id="', b"<DANH_SACH_HOC_BA id=\\"}


def test_file_names_hold_no_personal_data(sent: Sent) -> None:
    parts = {part for file in sent.folder.iterdir() for part in file.stem.split("-")}
    assert parts <= {"2024", "2025", "2026", "may", "august", "1", *(school.school_code for school in sent.schools)}


def test_only_this_user_can_read_the_transactions(sent: Sent) -> None:
    assert stat.S_IMODE(sent.folder.stat().st_mode) == 0o700


def test_second_run_changes_nothing(sent: Sent) -> None:
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in sent.folder.iterdir()}
    again = write(sent.folder.parent)
    assert again.schools == sent.schools
    assert {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in sent.folder.iterdir()} == before


def test_killed_run_is_taken_up_at_the_school_it_had_reached(sent: Sent, tmp_path: Path) -> None:
    first = write(tmp_path)
    (tmp_path / "transactions/99015001.json").unlink()
    kept = (tmp_path / "transactions/99014001-2025-2026-may-1.txt").read_bytes()
    again = write(tmp_path)
    assert again.schools == first.schools == sent.schools
    assert (tmp_path / "transactions/99014001-2025-2026-may-1.txt").read_bytes() == kept


def test_two_processes_make_the_same_city(sent: Sent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "FEW_PUPILS", 0)
    both = write(tmp_path, processes=2)
    assert both.schools == sent.schools
    assert {card.record for card in both.verified()} == {card.record for card in sent.verified()}


def test_school_holds_no_more_cards_than_its_open_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, packed, most = 0, 0, 0

    def counted_cards(seed: int, number: int) -> Iterator[DemoCard]:
        nonlocal made, most
        for card in cards_of(seed, number):
            made += 1
            most = max(most, made - packed)
            yield card

    def counted_transaction(cards: list[bytes], *, key: SigningKey) -> bytes:
        nonlocal packed
        packed += len(cards)
        return sign_transaction(cards, key=key)

    monkeypatch.setattr(transactions, "CARDS_PER_TRANSACTION", 4)
    monkeypatch.setattr(transactions, "cards_of", counted_cards)
    monkeypatch.setattr(transactions, "sign_transaction", counted_transaction)
    written = write(tmp_path, pupils=150)
    assert made == packed == sum(school.cards for school in written.schools)
    assert most <= 4 * 4, "more cards at hand than two years and two rounds of signing can hold open"
    sizes = [len(split_list(unpack_batch(file.read_bytes()).xml)) for file in written.files]
    assert max(sizes) == 4


def test_unsigned_card_names_its_signers_codes() -> None:
    card = next(cards_of(SEED, 0))
    xml = unsigned_card(card).decode()
    assert f"<SO_CCCD_GIAM_HIEU_KY_HOC_BA>{card.manager.personal_code}<" in xml
    assert f"<SO_CCCD_GIAO_VIEN_CHU_NHIEM>{card.teacher.personal_code}<" in xml
