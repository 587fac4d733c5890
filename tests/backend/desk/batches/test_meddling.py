"""What happens between the use of the key and the keeping of the signature: the worker looks once more."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from cryptography import x509
from msgspec import structs

from backend.access.context import Access
from backend.desk.batches.batch import BatchCardState
from backend.desk.batches.errors import AuthorisationRefusedError
from backend.desk.batches.sign_batch import BatchReport, sign_batch
from backend.desk.batches.verify_authorisation import verify_standing
from backend.desk.deactivate_staff import deactivate_staff
from backend.desk.key_ring import KeyRing
from backend.desk.store import mark_person
from backend.signing.file_keys import FileSigningKey
from backend.signing.keys import PersonKey
from tests.backend.desk.signing_school import OPERATOR, SigningSchool


class MeddlingKeyRing:
    """Lets something happen each time when a key has signed."""

    def __init__(self, ring: KeyRing, meddle: Callable[[], None]) -> None:
        self._ring, self._meddle = ring, meddle

    def open_key(self, reference: str) -> PersonKey:
        return _MeddlingKey(self._ring.open_key(reference), self._meddle)


class _MeddlingKey:
    def __init__(self, key: PersonKey, meddle: Callable[[], None]) -> None:
        self._key, self._meddle = key, meddle

    @property
    def certificate(self) -> x509.Certificate:
        return self._key.certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return self._key.chain

    @property
    def hashes_at_once(self) -> int:
        return self._key.hashes_at_once

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    def sign_hashes(self, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
        signatures = self._key.sign_hashes(hashes)
        self._meddle()
        return signatures


def sign_meddled(school: SigningSchool, who: str, meddle: Callable[[], None]) -> BatchReport:
    begun = school.begin(who)
    school.confirm(who, begun)
    desk = structs.replace(school.desk, key_ring=MeddlingKeyRing(school.desk.key_ring, meddle))
    return sign_batch(desk, begun.batch_id, clock=school.clock)


@pytest.mark.parametrize("who", ["teacher", "manager", "clerk"])
def test_who_leaves_while_the_key_signs_has_signed_nothing(school: SigningSchool, who: str) -> None:
    school.prepare([1, 2])
    for before in ("teacher", "manager", "clerk"):
        if before == who:
            break
        school.sign(before)
    before_it = [school.prepared(number) for number in (1, 2)]

    def leave() -> None:
        deactivate_staff(school.access, actor=OPERATOR, person_id=school.person_id(who), reason="Nghỉ", now=school.now)

    report = sign_meddled(school, who, leave)
    assert (report.signed, report.left_out) == (0, 2)
    assert [school.prepared(number) for number in (1, 2)] == before_it


@pytest.mark.parametrize("who", ["teacher", "manager", "clerk"])
def test_whose_role_ends_while_the_key_signs_has_signed_nothing(school: SigningSchool, who: str) -> None:
    school.prepare([1, 2])
    for before in ("teacher", "manager", "clerk"):
        if before == who:
            break
        school.sign(before)
    report = sign_meddled(school, who, lambda: school.end_role(who))
    assert (report.signed, report.left_out, report.ended_by) == (0, 2, "authorisation_role_ended")


def test_a_certificate_withdrawn_while_the_key_signs_has_signed_nothing(school: SigningSchool) -> None:
    school.prepare([1, 2])
    school.sign("teacher")

    def withdraw() -> None:
        working = school.working
        working.end_approval(working.small.manager, "manager", until=school.now - timedelta(hours=1))

    report = sign_meddled(school, "manager", withdraw)
    assert (report.signed, report.left_out, report.ended_by) == (0, 2, "authorisation_certificate_refused")


def test_another_certificate_registered_while_the_key_signs_ends_the_batch(school: SigningSchool) -> None:
    school.prepare([1, 2])

    def give_another() -> None:
        school.give_key("teacher", school.working.small.people.issue("Phạm Thị Mai"), name="another")

    report = sign_meddled(school, "teacher", give_another)
    assert (report.signed, report.left_out, report.ended_by) == (0, 2, "authorisation_of_other_certificate")


def test_a_card_that_changes_while_the_key_signs_keeps_its_new_content(school: SigningSchool) -> None:
    school.prepare([1])
    report = sign_meddled(school, "teacher", lambda: school.prepare([1], remark="Khác."))
    assert (report.signed, report.left_out) == (0, 1)
    card = school.prepared(1)
    assert card is not None
    assert "Khác.".encode() in (card.xml or b"")
    assert b"<SignatureValue>" not in (card.xml or b"")


def test_a_card_that_changes_while_the_school_signs_is_not_issued(school: SigningSchool) -> None:
    school.prepare([1])
    school.sign("teacher")
    school.sign("manager")
    report = sign_meddled(school, "clerk", lambda: school.prepare([1], remark="Khác."))
    assert (report.signed, report.left_out) == (0, 1)
    assert school.prepared(1) is not None


def test_a_deactivated_person_does_not_stand_whatever_became_of_the_batch(school: SigningSchool) -> None:
    school.prepare([1])
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    batch, cards = school.batch(begun.batch_id)
    access: Access = school.access
    with school.database.write() as connection:
        verify_standing(connection, access, batch, now=school.now)
        mark_person(connection, school.person_id("teacher"), deactivated_at=school.now)
        with pytest.raises(AuthorisationRefusedError, match="authorisation_of_former_staff"):
            verify_standing(connection, access, batch, now=school.now)
    assert cards[0].state is BatchCardState.WAITING


def test_a_signature_of_another_key_is_not_kept(school: SigningSchool) -> None:
    school.prepare([1, 2])
    before = [school.prepared(number) for number in (1, 2)]
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    other = school.working.small.people.issue("Người khác")
    desk = structs.replace(school.desk, key_ring=SwappingKeyRing(school.desk.key_ring, other))
    report = sign_batch(desk, begun.batch_id, clock=school.clock)
    assert (report.signed, report.failed) == (0, 2)
    _, cards = school.batch(begun.batch_id)
    assert {card.code for card in cards} == {"signature_of_other_key"}
    assert [school.prepared(number) for number in (1, 2)] == before


class SwappingKeyRing:
    """Opens the right certificate over another key, as an HSM does whose labels were mixed up after it was opened."""

    def __init__(self, ring: KeyRing, other: FileSigningKey) -> None:
        self._ring, self._other = ring, other

    def open_key(self, reference: str) -> PersonKey:
        return _SwappedKey(self._ring.open_key(reference), self._other)


class _SwappedKey(_MeddlingKey):
    def __init__(self, key: PersonKey, other: FileSigningKey) -> None:
        super().__init__(key, lambda: None)
        self._other = other

    def sign_hashes(self, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
        return self._other.sign_hashes(hashes)
