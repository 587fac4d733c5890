"""Whoever runs the demo can try the signing: a class of each school waits, and its people can come in."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from backend.access.context import Access
from backend.access.enrol import begin_enrolment, finish_enrolment
from backend.accounts import staff_access_of
from backend.archive.store import find_card, insert_school
from backend.city import City, open_city
from backend.database import upgrade_to_head
from backend.demo.build_city import build_city
from backend.demo.city_files import CityFiles
from backend.demo.schools import school_at, schools_of
from backend.demo.signing_class import CLASS_SIZE, StaffLetter, read_staff_letters, register_signing, waiting_class
from backend.desk.batches.authorise_batch import begin_batch, confirm_batch
from backend.desk.batches.sign_batch import sign_batch
from backend.desk.batches.signing_list import read_signing_list, roles_that_sign
from backend.desk.batches.statement import CardToSign
from backend.desk.staff_lists import actor_of
from backend.issuing.issue_cards import issue_cards
from backend.issuing.store import WaitingCard, read_waiting_cards
from backend.settings import load_settings
from backend.signing_desk import desk_of
from tests.backend.access.software_authenticator import SoftwareAuthenticator
from verifier.verdict import Outcome, Verdict
from verifier.verify import verify_pdf

SEED, PUPILS = 7, 50
NOW = datetime.now(UTC)


def now_here() -> datetime:
    """The city's lists are dated by this clock; making a city on a busy machine takes minutes."""
    return datetime.now(UTC)


@pytest.mark.parametrize("pupils", [50, 240, 24_000])
def test_each_school_with_room_has_a_class_behind_the_citys_own(pupils: int) -> None:
    found = {key: waiting_class(SEED, pupils, key) for key in schools_of(pupils)}
    for cards in found.values():
        assert len(cards) <= CLASS_SIZE
        assert len({card.record.transcript.class_group for card in cards}) <= 1
    assert sum(1 for cards in found.values() if len(cards) == CLASS_SIZE) >= 1


def enrol(access: Access, letter: StaffLetter) -> SoftwareAuthenticator:
    phone = SoftwareAuthenticator(origin=access.relying_party.origin)
    begun = begin_enrolment(
        access,
        claimed_activation_code=letter.activation_code,
        claimed_personal_code=letter.personal_code,
        address="",
        now=now_here(),
    )
    finish_enrolment(
        access,
        claimed_browser_token=begun.browser_token,
        credential=phone.create(begun.options),
        passkey_name="Điện thoại",
        replaced_session_token=None,
        now=now_here(),
    )
    return phone


def sign(city: City, letter: StaffLetter) -> int:
    """Come in with the invitation, confirm everything that waits, and let the worker sign."""
    desk = desk_of(city)
    phone = enrol(desk.access, letter)
    with city.database.read() as connection:
        actor = actor_of(connection, letter.person_id)
        ((held, _),) = roles_that_sign(actor, now=now_here())
        listed = read_signing_list(connection, actor, held.role_id, now=now_here())
    shown = [
        CardToSign(one.card.record_id, one.xml_sha256)
        for one in listed.cards
        if one.xml_sha256 is not None and not one.obstacles
    ]
    begun = begin_batch(desk, actor=actor, role_id=held.role_id, shown=shown, address="", now=now_here())
    confirm_batch(
        desk, person_id=letter.person_id, batch_id=begun.batch_id, credential=phone.get(begun.options), now=now_here()
    )
    return sign_batch(desk, begun.batch_id, clock=now_here).signed


def issue(city: City) -> int:
    with city.timestamp_urls() as urls:
        report = issue_cards(
            city.database,
            city.objects,
            setup_at=partial(city.worker_setup, urls),
            workers=1,
            failed_too=True,
            on_progress=lambda _done, _all: None,
            clock=lambda: datetime.now(UTC),
        )
    assert not report.failures
    return report.issued


def judge(city: City, record_id: str) -> Verdict:
    """What the public verifier says of the issued PDF."""
    now = datetime.now(UTC)
    with city.database.read() as connection:
        card = find_card(connection, record_id)
    assert card is not None
    assert card.pdf_object is not None
    assert card.pdf_sha256 is not None
    pdf = city.objects.get(card.pdf_object, expected_sha256=card.pdf_sha256)
    lists = city.publisher.verified_lists(now).lists
    return verify_pdf(pdf, lists=lists, now=now, public_url=city.settings.public_url)


def test_the_demos_people_sign_their_class(tmp_path: Path) -> None:
    settings = load_settings({"HOCBA_MODE": "demo", "HOCBA_DATA": str(tmp_path)})
    summary = build_city(settings, seed=SEED, pupils=PUPILS, workers=2, now=NOW)
    assert [one.role for one in summary.staff] == ["homeroom_teacher", "manager", "clerk"]
    letters = read_staff_letters(CityFiles(settings))
    assert summary.staff_letters == str(CityFiles(settings).staff)
    by_school: dict[str, list[StaffLetter]] = {}
    for letter in letters:
        by_school.setdefault(letter.school_name, []).append(letter)
    assert len(by_school) == len(schools_of(PUPILS))
    waiting: list[WaitingCard] = []
    with closing(open_city(settings)) as city:
        for staff in by_school.values():
            teacher, manager, clerk = (sign(city, letter) for letter in staff)
            assert 0 < teacher == manager == clerk <= CLASS_SIZE
            with city.database.read() as connection:
                waiting += read_waiting_cards(connection, after="", limit=100, failed_too=True)
            assert issue(city) == clerk
        for card in waiting:
            verdict = judge(city, card.record_id)
            assert verdict.verdict is Outcome.GENUINE
            assert {one.role for one in verdict.signatures} >= {"homeroom_teacher", "manager", "school"}
    later = NOW + timedelta(days=15)
    renewed = build_city(settings, seed=SEED, pupils=PUPILS, workers=2, now=later)
    assert all(one.expires_at > later for one in renewed.staff)


def test_a_run_that_goes_on_invites_nobody_twice(tmp_path: Path) -> None:
    settings = load_settings({"HOCBA_MODE": "demo", "HOCBA_DATA": str(tmp_path)})
    files = CityFiles(settings)
    files.make_folder()
    files.pki.make(now=NOW)
    with closing(open_city(settings)) as city:
        upgrade_to_head(city.database)
        access = staff_access_of(city)
        with city.database.write() as connection:
            for key in schools_of(PUPILS):
                school = school_at(SEED, key)
                insert_school(connection, code=school.code, name=school.name, now=NOW)
        first = register_signing(access, files, seed=SEED, pupils=PUPILS, now=NOW)
        assert register_signing(access, files, seed=SEED, pupils=PUPILS, now=NOW) == first
        files.staff.unlink()  # killed before the file was written
        again = register_signing(access, files, seed=SEED, pupils=PUPILS, now=NOW)
        assert [one.person_id for one in again] == [one.person_id for one in first]
