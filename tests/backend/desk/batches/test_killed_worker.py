"""A worker is killed at each step and started again: every card is signed once, and none is half signed."""

import os
import signal
import subprocess
import sys

import pytest

from backend.archive.objects import xml_object_name
from backend.archive.rules import CardState
from backend.archive.store import find_card
from backend.desk.batches.batch import BatchCardState
from tests.backend.desk.batches.killed_worker import POINTS
from tests.backend.desk.signing_school import SigningSchool
from tests.backend.intake.sending import record_id_of
from verifier.record.card_document import read_card
from verifier.xml_signature import verify_card_signatures

CARDS = range(1, 4)


def run_until_killed(school: SigningSchool, point: str, batch_id: str) -> None:
    command = [sys.executable, "-m", "tests.backend.desk.batches.killed_worker", point, "2", batch_id]
    ended = subprocess.run(command, env=os.environ | school.working.environment, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("point", [point for point in POINTS if point != "at the store"])
def test_a_killed_teachers_batch_is_finished_by_the_next_run(school: SigningSchool, point: str) -> None:
    school.prepare(CARDS)
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    run_until_killed(school, point, begun.batch_id)
    _, cards = school.batch(begun.batch_id)
    signed_before = [card.state is BatchCardState.SIGNED for card in cards]
    assert signed_before == [True, point == "behind the commit", False]
    for card, signed in zip(CARDS, signed_before, strict=True):
        prepared = school.prepared(card)
        assert prepared is not None
        assert (b"<SignatureValue>" in (prepared.xml or b"")) is signed
        assert prepared.state is (CardState.TEACHER_SIGNED if signed else CardState.DRAFT)
    assert school.work(begun.batch_id).signed == len(CARDS)
    for card in CARDS:
        prepared = school.prepared(card)
        assert prepared is not None
        assert (prepared.xml or b"").count(b"<SignatureValue>") == 1
    assert school.sign("manager").signed == len(CARDS)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_issue_is_finished_by_the_next_run(school: SigningSchool, point: str) -> None:
    school.prepare(CARDS)
    school.sign("teacher")
    school.sign("manager")
    begun = school.begin("clerk")
    school.confirm("clerk", begun)
    run_until_killed(school, point, begun.batch_id)
    assert school.work(begun.batch_id).signed == len(CARDS)
    for number in CARDS:
        with school.database.read() as connection:
            card = find_card(connection, record_id_of(number))
        assert card is not None
        assert card.state is CardState.MANAGER_SIGNED
        xml = school.working.objects.get(xml_object_name(card.xml_sha256), expected_sha256=card.xml_sha256)
        assert len(verify_card_signatures(read_card(xml)).signatures) == 3
        assert school.prepared(number) is None
