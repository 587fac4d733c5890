"""The way of a card that is signed here, and everything that must sign nothing."""

import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.access.store import EndedReason, end_passkeys
from backend.archive.objects import xml_object_name
from backend.archive.prepared.card import Missing
from backend.archive.rules import CardState
from backend.archive.store import find_card
from backend.desk.batches.authorise_batch import begin_batch, cancel_batch
from backend.desk.batches.batch import BatchCardState, BatchState, SigningBatch
from backend.desk.batches.errors import AuthorisationRefusedError, BatchNotFoundError, SigningRefusedError
from backend.desk.batches.sign_batch import sign_batch
from backend.desk.batches.statement import CardToSign
from backend.desk.batches.store import read_batches
from backend.desk.batches.tables import signing_batch_cards
from backend.desk.deactivate_staff import deactivate_staff
from backend.desk.errors import StaffForbiddenError, StaffRefusedError
from backend.desk.invite_staff import invite_again
from backend.desk.person import NewRole, StaffEventKind
from backend.desk.register_certificate import register_school_key
from backend.desk.rules import StaffRole
from backend.desk.staff_lists import change_school_signing
from backend.desk.store import read_events
from backend.desk.tables import STAFF_TABLES
from tests.backend.desk.signing_school import OPERATOR, SigningSchool
from tests.backend.intake.sending import record_id_of
from tests.verifier.small_city import SCHOOL_CODE, SCHOOL_YEAR
from verifier.record.card_document import SignerRole, read_card
from verifier.xml_signature import verify_card_signatures


def test_teacher_manager_and_clerk_sign_a_class_with_one_confirmation_each(school: SigningSchool) -> None:
    school.prepare(range(1, 6))
    assert school.sign("teacher").signed == 5
    assert school.sign("manager").signed == 5
    assert school.sign("clerk").signed == 5
    for number in range(1, 6):
        with school.database.read() as connection:
            card = find_card(connection, record_id_of(number))
        assert card is not None
        assert card.state is CardState.MANAGER_SIGNED
        assert school.prepared(number) is None
        xml = school.working.objects.get(xml_object_name(card.xml_sha256), expected_sha256=card.xml_sha256)
        verified = verify_card_signatures(read_card(xml))
        assert [(one.role, one.signer, one.doubts) for one in verified.signatures] == [
            (SignerRole.HOMEROOM_TEACHER, "Phạm Thị Mai", ()),
            (SignerRole.MANAGER, "Lê Văn Hòa", ()),
            (SignerRole.SCHOOL, "Trường Tiểu học Hoa Sen", ()),
        ]


def test_each_signature_follows_the_one_before(school: SigningSchool) -> None:
    school.prepare([1])
    for who in ("manager", "clerk"):
        (waiting,) = school.list_of(who).cards
        assert waiting.obstacles == ("signing_awaits_teacher",)
        with pytest.raises(SigningRefusedError, match="signing_cards_changed"):
            school.begin(who, [CardToSign(record_id_of(1), waiting.xml_sha256 or b"")])
    school.sign("teacher")
    assert school.list_of("teacher").cards == ()
    assert len(school.selectable("manager")) == 1
    (waiting,) = school.list_of("clerk").cards
    assert waiting.obstacles == ("signing_awaits_manager",)


def test_a_school_may_let_cards_pass_without_the_teachers_signature(school: SigningSchool) -> None:
    school.prepare([1])
    with school.database.write() as connection:
        change_school_signing(
            connection, actor=OPERATOR, school_code=SCHOOL_CODE, teacher_signature_required=False, now=school.now
        )
    assert school.sign("manager").signed == 1
    assert school.sign("clerk").signed == 1
    assert find_state(school, 1) is CardState.MANAGER_SIGNED


def test_a_card_with_something_missing_is_shown_and_cannot_be_chosen(school: SigningSchool) -> None:
    school.prepare([1])
    school.prepare([2], missing=(Missing.PERSONAL_CODE, Missing.REEXAMINATION))
    cards = {one.card.record_id: one for one in school.list_of("teacher").cards}
    assert cards[record_id_of(1)].obstacles == ()
    assert cards[record_id_of(2)].obstacles == ("signing_missing_personal_code", "signing_missing_reexamination")
    assert cards[record_id_of(2)].record is not None
    with pytest.raises(SigningRefusedError, match="signing_cards_changed"):
        school.begin("teacher", [CardToSign(one, cards[one].xml_sha256 or b"") for one in cards])


def test_a_card_that_names_another_manager_cannot_be_chosen(school: SigningSchool) -> None:
    school.prepare([1], manager_code="999180000099")
    school.sign("teacher")
    (listed,) = school.list_of("manager").cards
    assert listed.obstacles == ("signing_names_another",)


def test_a_teacher_sees_the_own_class_and_the_manager_the_school(school: SigningSchool) -> None:
    school.prepare([1])
    school.prepare([2], class_group="4B")
    assert [one.card.record_id for one in school.list_of("teacher").cards] == [record_id_of(1)]
    assert [one.card.record_id for one in school.list_of("manager").cards] == [record_id_of(1), record_id_of(2)]


def test_what_changed_since_a_signature_is_said(school: SigningSchool) -> None:
    school.prepare([1])
    school.sign("teacher")
    school.prepare([1], remark="Rất chăm chỉ.")
    (listed,) = school.list_of("teacher").cards
    assert listed.card.state is CardState.DRAFT
    assert [(one.field, one.before, one.after) for one in listed.changes] == [
        ("remarks.homeroom_teacher", "Chăm chỉ.", "Rất chăm chỉ.")
    ]


def test_a_card_whose_bytes_changed_after_the_confirmation_is_left_out(school: SigningSchool) -> None:
    school.prepare([1, 2, 3])
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    school.prepare([2], remark="Khác.")
    report = school.work(begun.batch_id)
    assert (report.signed, report.left_out) == (2, 1)
    _, cards = school.batch(begun.batch_id)
    assert [(card.state, card.code) for card in cards] == [
        (BatchCardState.SIGNED, None),
        (BatchCardState.LEFT_OUT, "signing_card_changed"),
        (BatchCardState.SIGNED, None),
    ]
    untouched = school.prepared(2)
    assert untouched is not None
    assert b"SignatureValue" not in (untouched.xml or b"")


def test_a_list_that_changed_since_it_was_shown_is_refused_whole(school: SigningSchool) -> None:
    school.prepare([1, 2])
    shown = school.selectable("teacher")
    school.prepare([2], remark="Khác.")
    with pytest.raises(SigningRefusedError, match="signing_cards_changed") as refused:
        school.begin("teacher", shown)
    assert refused.value.details == {"cards": 1}


@pytest.mark.parametrize("extra", [0, 1])
def test_a_list_names_each_card_once_and_at_least_one(school: SigningSchool, extra: int) -> None:
    school.prepare([1])
    shown = school.selectable("teacher")
    with pytest.raises(SigningRefusedError, match="signing_list_empty" if not extra else "signing_list_too_long"):
        school.begin("teacher", shown * 2 * extra)


def signs_nothing(school: SigningSchool, batch_id: str) -> None:
    """The batch does not run, whoever starts the worker, and no card bears a signature."""
    before = school.batch(batch_id)[0].state
    report = school.work(batch_id)
    assert report.signed == 0
    assert school.batch(batch_id)[0].state in {before, BatchState.ENDED}
    for number in (1, 2):
        card = school.prepared(number)
        assert card is not None
        assert b"SignatureValue" not in (card.xml or b"")


def is_logged(school: SigningSchool, who: str, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    with school.database.read() as connection:
        kind, written = read_events(connection, school.person_id(who))[-1]
    assert (kind, written.split()[0]) == (StaffEventKind.AUTHORISATION_REFUSED, reason)
    assert reason in caplog.text
    assert school.people[who].person.personal_code not in caplog.text


@pytest.fixture
def without_counter(school: SigningSchool) -> SigningSchool:
    """The teacher's passkey keeps no counter, which else alone would tell a replay."""
    phone = school.phones["teacher"]
    phone.counts, phone.credentials[0].sign_count = False, 0
    with school.database.write() as connection:
        connection.execute(STAFF_TABLES.passkeys.update().values(sign_count=0))
    return school


def test_an_assertion_replayed_signs_nothing_more_and_is_logged(
    without_counter: SigningSchool, caplog: pytest.LogCaptureFixture
) -> None:
    school = without_counter
    school.prepare([1, 2])
    begun = school.begin("teacher")
    answer = school.answer("teacher", begun)
    school.confirm("teacher", begun, answer)
    with pytest.raises(AuthorisationRefusedError, match="authorisation_used"):
        school.confirm("teacher", begun, answer)
    is_logged(school, "teacher", "authorisation_used", caplog)
    assert school.work(begun.batch_id).signed == 2
    with pytest.raises(AuthorisationRefusedError, match="authorisation_used"):
        school.confirm("teacher", begun, answer)
    signed = [school.prepared(number) for number in (1, 2)]
    assert school.work(begun.batch_id).signed == 2
    assert [school.prepared(number) for number in (1, 2)] == signed


def test_of_many_answers_at_once_one_confirms(without_counter: SigningSchool) -> None:
    school = without_counter
    school.prepare([1, 2])
    begun = school.begin("teacher")
    answer = school.answer("teacher", begun)

    def confirm(_number: int) -> str:
        try:
            school.confirm("teacher", begun, answer)
        except AuthorisationRefusedError as error:
            return error.reason
        return "confirmed"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(confirm, range(8)))
    assert outcomes == ["authorisation_used"] * 7 + ["confirmed"]


def test_an_assertion_made_for_another_list_signs_nothing_and_is_logged(
    school: SigningSchool, caplog: pytest.LogCaptureFixture
) -> None:
    school.prepare([1, 2])
    shown = school.selectable("teacher")
    first, second = school.begin("teacher", shown[:1]), school.begin("teacher", shown[1:])
    with pytest.raises(AuthorisationRefusedError, match="authorisation_evidence_refused"):
        school.confirm("teacher", second, school.answer("teacher", first))
    is_logged(school, "teacher", "authorisation_evidence_refused", caplog)
    signs_nothing(school, second.batch_id)
    signs_nothing(school, first.batch_id)


def test_an_assertion_by_another_person_signs_nothing_and_is_logged(
    school: SigningSchool, caplog: pytest.LogCaptureFixture
) -> None:
    school.prepare([1, 2])
    begun = school.begin("teacher")
    manager = school.phones["manager"].credentials[0]
    with pytest.raises(BatchNotFoundError):  # with a session of their own
        school.confirm("manager", begun, school.answer("teacher", begun))
    assert "by another person was refused" in caplog.text
    stolen = school.phones["manager"].get(
        {**begun.options, "allowCredentials": [{"id": _base64(manager.credential_id)}]}
    )
    with pytest.raises(AuthorisationRefusedError, match="authorisation_of_other_person"):
        school.confirm("teacher", begun, stolen)
    is_logged(school, "teacher", "authorisation_of_other_person", caplog)
    signs_nothing(school, begun.batch_id)


def test_an_assertion_by_a_deactivated_person_signs_nothing_and_is_logged(
    school: SigningSchool, caplog: pytest.LogCaptureFixture
) -> None:
    school.prepare([1, 2])
    begun = school.begin("teacher")
    answer = school.answer("teacher", begun)
    leave(school, "teacher")
    with pytest.raises(AuthorisationRefusedError, match="authorisation_used"):
        school.confirm("teacher", begun, answer)
    is_logged(school, "teacher", "authorisation_used", caplog)
    assert school.batch(begun.batch_id)[0].ended_reason == "authorisation_of_former_staff"
    signs_nothing(school, begun.batch_id)


def test_an_assertion_after_ten_minutes_signs_nothing_and_is_logged(
    school: SigningSchool, caplog: pytest.LogCaptureFixture
) -> None:
    school.prepare([1, 2])
    begun = school.begin("teacher")
    answer = school.answer("teacher", begun)
    school.later(minutes=10)
    with pytest.raises(AuthorisationRefusedError, match="authorisation_too_late"):
        school.confirm("teacher", begun, answer)
    is_logged(school, "teacher", "authorisation_too_late", caplog)
    signs_nothing(school, begun.batch_id)


def test_an_assertion_just_within_ten_minutes_signs(school: SigningSchool) -> None:
    school.prepare([1, 2])
    begun = school.begin("teacher")
    school.later(minutes=9, seconds=59)
    school.confirm("teacher", begun)
    assert school.work(begun.batch_id).signed == 2


def test_an_assertion_without_user_verification_signs_nothing_and_is_logged(
    school: SigningSchool, caplog: pytest.LogCaptureFixture
) -> None:
    school.prepare([1, 2])
    begun = school.begin("teacher")
    school.phones["teacher"].user_verified = False
    with pytest.raises(AuthorisationRefusedError, match="authorisation_evidence_refused") as refused:
        school.confirm("teacher", begun)
    assert refused.value.details == {"cause": "passkey_user_not_verified"}
    is_logged(school, "teacher", "authorisation_evidence_refused", caplog)
    signs_nothing(school, begun.batch_id)


def test_a_batch_that_nobody_confirmed_signs_nothing(school: SigningSchool) -> None:
    school.prepare([1, 2])
    begun = school.begin("teacher")
    signs_nothing(school, begun.batch_id)
    assert school.batch(begun.batch_id)[0].state is BatchState.BEGUN


def leave(school: SigningSchool, who: str) -> None:
    deactivate_staff(school.access, actor=OPERATOR, person_id=school.person_id(who), reason="Nghỉ", now=school.now)


def enrol_anew(school: SigningSchool) -> None:
    invite_again(school.access, actor=OPERATOR, person_id=school.person_id("teacher"), now=school.now)
    with school.database.write() as connection:
        end_passkeys(
            connection,
            STAFF_TABLES,
            owner_id=school.person_id("teacher"),
            reason=EndedReason.ENROLLED_ANEW,
            now=school.now,
        )


def take_back(school: SigningSchool) -> None:
    for batch in _batches(school):
        cancel_batch(school.access, person_id=batch.person_id, batch_id=batch.batch_id, now=school.now)


ENDINGS: dict[str, tuple[Callable[[SigningSchool], None], str]] = {
    "deactivated": (lambda school: leave(school, "teacher"), "authorisation_of_former_staff"),
    "role ended": (lambda school: school.end_role("teacher"), "authorisation_role_ended"),
    "enrolled anew": (enrol_anew, "authorisation_passkey_ended"),
    "72 hours": (lambda school: school.later(hours=72), "authorisation_ended"),
    "other certificate": (
        lambda school: school.give_key("teacher", school.working.small.people.issue("Phạm Thị Mai"), name="new"),
        "authorisation_of_other_certificate",
    ),
    "taken back": (take_back, "taken_back"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_ended_before_the_worker_came_signs_nothing(school: SigningSchool, ending: str) -> None:
    end, reason = ENDINGS[ending]
    school.prepare([1, 2])
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    end(school)
    report = school.work(begun.batch_id)
    assert (report.signed, report.left_out, report.waiting) == (0, 2, 0)
    batch, _ = school.batch(begun.batch_id)
    assert (batch.state, batch.ended_reason) == (BatchState.ENDED, reason)
    signs_nothing(school, begun.batch_id)


def test_leaving_in_the_middle_stops_before_the_next_card(school: SigningSchool) -> None:
    school.prepare([1, 2, 3])
    begun = school.begin("teacher")
    school.confirm("teacher", begun)

    def progress(done: int, _all: int) -> None:
        if done == 1:
            leave(school, "teacher")

    report = sign_batch(school.desk, begun.batch_id, on_progress=progress, clock=school.clock)
    assert (report.signed, report.left_out) == (1, 2)


def test_a_manager_whose_certificate_is_no_longer_approved_signs_nothing(school: SigningSchool) -> None:
    school.prepare([1, 2])
    school.sign("teacher")
    begun = school.begin("manager")
    school.confirm("manager", begun)
    school.working.end_approval(school.working.small.manager, "manager", until=school.now - timedelta(hours=1))
    report = school.work(begun.batch_id)
    assert report.ended_by == "authorisation_certificate_refused"
    assert report.signed == 0
    with pytest.raises(AuthorisationRefusedError, match="authorisation_certificate_refused"):
        school.begin("manager")


def test_a_list_tampered_with_in_the_database_signs_nothing(school: SigningSchool) -> None:
    school.prepare([1, 2])
    shown = school.selectable("teacher")
    begun = school.begin("teacher", shown[:1])
    school.confirm("teacher", begun)
    with school.database.write() as connection:
        connection.execute(
            signing_batch_cards.update().values(record_id=shown[1].record_id, xml_sha256=shown[1].xml_sha256)
        )
    assert school.work(begun.batch_id).ended_by == "authorisation_of_other_list"
    signs_nothing(school, begun.batch_id)


def test_a_key_that_does_not_answer_leaves_the_rest_for_the_next_run(school: SigningSchool) -> None:
    school.prepare([1, 2])
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    path = school.keys / "schools" / "teacher.pem"
    hidden = path.with_suffix(".away")
    path.rename(hidden)
    report = school.work(begun.batch_id)
    assert (report.signed, report.waiting, report.ended_by) == (0, 2, "key_file_missing")
    hidden.rename(path)
    assert school.work(begun.batch_id).signed == 2


def test_a_key_of_another_certificate_signs_nothing(school: SigningSchool) -> None:
    school.prepare([1, 2])
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    school.save_key("teacher", school.working.small.people.issue("Người khác"))
    assert school.work(begun.batch_id).ended_by == "authorisation_of_other_certificate"
    signs_nothing(school, begun.batch_id)


def test_a_card_that_the_department_would_not_take_fails_with_its_reason(school: SigningSchool) -> None:
    school.prepare([1])
    school.sign("teacher")
    school.sign("manager")
    begun = school.begin("clerk")
    school.confirm("clerk", begun)
    school.later(hours=1)
    school.working.end_approval(school.working.small.manager, "manager", until=school.now - timedelta(minutes=30))
    report = school.work(begun.batch_id)
    assert (report.signed, report.failed) == (0, 1)
    _, (card,) = school.batch(begun.batch_id)
    assert card.code == "certificate_ended_since"


def test_two_workers_sign_each_card_once(school: SigningSchool) -> None:
    school.prepare(range(1, 9))
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(school.work, [begun.batch_id] * 2))
    assert max(report.signed for report in reports) == 8
    for number in range(1, 9):
        card = school.prepared(number)
        assert card is not None
        assert (card.xml or b"").count(b"<SignatureValue>") == 1
    _, cards = school.batch(begun.batch_id)
    signed = {card.record_id for card in cards if card.state is BatchCardState.SIGNED}
    assert len(signed) == 8


def test_somebody_elses_role_signs_nothing(school: SigningSchool) -> None:
    school.prepare([1])
    shown = school.selectable("teacher")
    other = NewRole(role=StaffRole.HOMEROOM_TEACHER, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR, class_group="4B")
    school.take_on("other teacher", personal_code="999185000066", role=other)
    school.give_key("other teacher", school.working.small.people.issue("Khác"))
    with pytest.raises(SigningRefusedError, match="signing_cards_changed"):
        school.begin("other teacher", shown)
    with pytest.raises(StaffForbiddenError):
        begin_batch(
            school.desk,
            actor=school.actor("other teacher"),
            role_id=school.role_id("teacher"),
            shown=shown,
            address="",
            now=school.now,
        )


def test_without_a_certificate_there_is_nothing_to_confirm(school: SigningSchool) -> None:
    school.prepare([1])
    other = NewRole(role=StaffRole.HOMEROOM_TEACHER, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR, class_group="4A")
    school.take_on("other teacher", personal_code="999185000066", role=other)
    with pytest.raises(SigningRefusedError, match="signing_certificate_missing"):
        school.begin("other teacher", school.selectable("teacher"))


def test_a_person_never_signs_with_a_schools_key_nor_a_school_with_a_persons(school: SigningSchool) -> None:
    with pytest.raises(StaffRefusedError, match="staff_certificate_taken"):
        school.give_key("teacher", school.working.small.school, name="school")
    with pytest.raises(StaffRefusedError, match="staff_certificate_taken"):
        register_school_key(
            school.access,
            actor=OPERATOR,
            school_code=SCHOOL_CODE,
            certificate=school.working.small.manager.certificate,
            key_reference="file:schools/manager.pem",
            now=school.now,
        )


def test_nothing_personal_is_logged(school: SigningSchool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "hocba")
    school.prepare([1])
    school.sign("teacher")
    assert "Nguyễn" not in caplog.text


def find_state(school: SigningSchool, number: int) -> CardState | None:
    with school.database.read() as connection:
        card = find_card(connection, record_id_of(number))
    return None if card is None else card.state


def _batches(school: SigningSchool) -> tuple[SigningBatch, ...]:
    with school.database.read() as connection:
        return read_batches(connection, person_id=school.person_id("teacher"), limit=10)


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
