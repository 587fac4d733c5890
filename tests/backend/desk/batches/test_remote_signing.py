"""A teacher whose key is at a remote signing service: it asks once for the whole class, and its answer counts too."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from backend.archive.rules import CardState
from backend.desk.batches.batch import BatchState
from backend.desk.batches.sign_batch import BatchReport, sign_batch
from backend.desk.batches.sign_waiting import Pauses, sign_waiting
from backend.desk.batches.store import read_batches
from backend.desk.context import Desk
from backend.desk.key_ring import CityKeyRing
from backend.desk.person import StaffEventKind
from backend.desk.register_certificate import register_certificate
from backend.desk.store import read_events
from backend.signing.key_settings import Mode
from backend.signing.pkcs11_keys import HsmSigningKey
from tests.backend.desk.signing_school import OPERATOR, SigningSchool
from tests.backend.signing.remote_signing_service import RemoteSigningService
from tests.backend.soft_hsm import SoftHsm
from tests.verifier.small_city import NOW, small_city

TEACHER_KEY = "desk-teacher"


@pytest.fixture(scope="module")
def hsm_with_teacher(soft_hsm: SoftHsm) -> SoftHsm:
    soft_hsm.add_key(TEACHER_KEY, small_city().teacher._private_key)
    return soft_hsm


@pytest.fixture
def remote(school: SigningSchool, hsm_with_teacher: SoftHsm, tmp_path: Path) -> Iterator[RemoteSigningService]:
    certificate = small_city().teacher.certificate
    with closing(hsm_with_teacher.token()) as token:
        held = HsmSigningKey(token, label=TEACHER_KEY, certificates=[certificate])
        with (
            RemoteSigningService({"gv-mai": held}) as remote,
            closing(CityKeyRing(school.keys, mode=Mode.DEMO, hsm=None, csc=remote.settings(tmp_path))) as ring,
        ):
            school.desk = structs.replace(school.desk, key_ring=ring)
            register_certificate(
                school.access,
                actor=OPERATOR,
                person_id=school.person_id("teacher"),
                certificate=certificate,
                key_reference="csc:gv-mai",
                now=school.now,
            )
            yield remote


def states(school: SigningSchool, numbers: range) -> set[CardState]:
    found = [school.prepared(number) for number in numbers]
    return {card.state for card in found if card is not None}


def test_the_owner_is_asked_once_for_a_class(school: SigningSchool, remote: RemoteSigningService) -> None:
    remote.multisign = 40
    school.prepare(range(1, 8))
    assert school.sign("teacher").signed == 7
    assert [len(hashes) for hashes in remote.authorised] == [7]
    assert states(school, range(1, 8)) == {CardState.TEACHER_SIGNED}
    assert school.sign("manager").signed == 7
    assert school.sign("clerk").signed == 7


def test_a_card_that_changes_while_the_owner_is_asked_is_left_out_alone(
    school: SigningSchool, remote: RemoteSigningService
) -> None:
    school.prepare([1, 2, 3])

    def change(_hashes: list[str]) -> bool:
        school.prepare([2], remark="Có tiến bộ.")
        return True

    remote.owner_confirms = change
    report = school.sign("teacher")
    assert (report.signed, report.left_out) == (2, 1)
    changed = school.prepared(2)
    assert changed is not None
    assert changed.state is CardState.DRAFT


def test_the_owner_s_no_ends_the_batch(school: SigningSchool, remote: RemoteSigningService) -> None:
    remote.owner_confirms = lambda _hashes: False
    school.prepare([1, 2])
    report = school.sign("teacher")
    assert (report.signed, report.left_out, report.ended_by) == (0, 2, "remote_owner_refused")
    assert states(school, range(1, 3)) == {CardState.DRAFT}
    with school.database.read() as connection:
        (batch,) = read_batches(connection, person_id=school.person_id("teacher"), limit=2)
        events = read_events(connection, school.person_id("teacher"))
    assert batch.state is BatchState.ENDED
    assert events[-1] == (StaffEventKind.AUTHORISATION_REFUSED, "remote_owner_refused")


def test_cards_wait_while_the_service_is_away(school: SigningSchool, remote: RemoteSigningService) -> None:
    remote.status["credentials/authorize"] = 503
    school.prepare([1, 2])
    report = school.sign("teacher")
    assert (report.signed, report.waiting, report.ended_by) == (0, 2, "remote_failed")
    remote.status.clear()
    (again,) = sign_waiting(school.desk, clock=school.clock)
    assert (again.signed, again.waiting) == (2, 0)


def test_a_batch_whose_key_does_not_answer_pauses_longer_each_time_and_holds_up_no_other() -> None:
    pauses = Pauses()
    waiting = BatchReport("a", signed=0, left_out=0, failed=0, waiting=3, ended_by="remote_unreachable")
    done = BatchReport("b", signed=3, left_out=0, failed=0, waiting=0, ended_by=None)
    now = NOW
    for minutes in (1, 2, 4, 8, 16, 30, 30):
        pauses.note([waiting, done], now)
        assert pauses.at(now) == {"a"}
        now += timedelta(minutes=minutes)
        assert pauses.at(now - timedelta(seconds=1)) == {"a"}
        assert pauses.at(now) == frozenset()
    pauses.note([BatchReport("a", signed=3, left_out=0, failed=0, waiting=0, ended_by=None)], now)
    pauses.note([waiting], now)
    assert pauses.at(now + timedelta(minutes=1)) == frozenset()


def test_the_owner_is_not_asked_again_while_the_batch_pauses(
    school: SigningSchool, remote: RemoteSigningService
) -> None:
    school.prepare([1])
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    assert sign_waiting(school.desk, left_alone={begun.batch_id}, clock=school.clock) == ()
    assert remote.authorised == []
    (report,) = sign_waiting(school.desk, clock=school.clock)
    assert report.signed == 1


def test_a_defect_in_one_batch_holds_up_no_other(school: SigningSchool, monkeypatch: pytest.MonkeyPatch) -> None:
    school.prepare([1])
    school.prepare([2], class_group="4B")
    first = school.begin("teacher")
    school.confirm("teacher", first)
    monkeypatch.setattr("backend.desk.batches.sign_waiting.running_batches", lambda _desk: ("no-such", first.batch_id))

    def failing(desk: Desk, batch_id: str, **options: Any) -> BatchReport:
        if batch_id == "no-such":
            raise RuntimeError
        return sign_batch(desk, batch_id, **options)

    monkeypatch.setattr("backend.desk.batches.sign_waiting.sign_batch", failing)
    reports = sign_waiting(school.desk, clock=school.clock)
    assert [(report.ended_by, report.signed, report.waiting) for report in reports] == [
        ("signing_defect", 0, 1),
        (None, 1, 0),
    ]
