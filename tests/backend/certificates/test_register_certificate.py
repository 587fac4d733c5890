from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import structs

from backend.archive.store import insert_school, read_schools
from backend.certificates import store
from backend.certificates.errors import CertificateRefusedError, RegistrationNotFoundError
from backend.certificates.register_certificate import (
    Trusted,
    approve_certificate,
    end_certificate,
    refuse_certificate,
    register_certificate,
    withdraw_certificate,
)
from backend.certificates.registration import Registration
from backend.certificates.rules import CertificateState, IssuerKind
from backend.database import Connection, Database
from backend.errors import NotFoundError
from backend.signing.file_keys import FileSigningKey
from tests.backend.intake.sending import plain_list, send, signed_card
from tests.backend.working_city import WorkingCity
from tests.verifier.authority import FIRST_DAY
from tests.verifier.small_city import NOW, SCHOOL_CODE, small_city

OTHER = "01000102"
HOUR = timedelta(hours=1)


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    city = WorkingCity(small_city(), database, tmp_path)
    city.publisher.take_trust_list(city.trust_list(), NOW)
    with database.write() as connection:
        insert_school(connection, code=SCHOOL_CODE, name="Trường Tiểu học Hoa Sen", now=NOW)
        insert_school(connection, code=OTHER, name="Trường Tiểu học Kim Đồng", now=NOW)
    return city


def trusted(city: WorkingCity) -> Trusted:
    return Trusted(city.small.trust_list(), demo_accepted=True)


def register(city: WorkingCity, key: FileSigningKey, role: str = "school", **changes: Any) -> Registration:
    values: dict[str, Any] = {
        "school_code": SCHOOL_CODE,
        "role": role,
        "issuer_kind": IssuerKind.USB_TOKEN,
        "certificate": key.certificate.public_bytes(Encoding.PEM),
        "registered_by": "Văn thư trường",
        "trusted": trusted(city),
        "now": NOW,
    }
    with city.database.write() as connection:
        return register_certificate(connection, **(values | changes))


def approve(city: WorkingCity, registration: Registration, **changes: Any) -> Registration:
    values: dict[str, Any] = {"decided_by": "Phòng QLCL", "trusted": trusted(city), "now": NOW}
    with city.database.write() as connection:
        return approve_certificate(connection, registration.registration_id, **(values | changes))


def decide(city: WorkingCity, decision: Callable[..., Registration], found: Registration, **words: Any) -> Registration:
    values: dict[str, Any] = {"decided_by": "Phòng QLCL", "reason": "Nghỉ hưu", "now": NOW}
    with city.database.write() as connection:
        return decision(connection, found.registration_id, **(values | words))


def outcome(city: WorkingCity, number: int = 1) -> tuple[str, str | None]:
    (receipt,) = send(city, plain_list(signed_card(city, number))).receipts
    return receipt.outcome.value, receipt.code


def test_card_is_taken_only_while_the_department_approves_its_signers(city: WorkingCity) -> None:
    school, manager = register(city, city.small.school), register(city, city.small.manager, "manager")
    assert outcome(city) == ("refused", "certificate_not_approved")
    approve(city, school, approved_from=FIRST_DAY)
    assert outcome(city) == ("refused", "certificate_not_approved")
    approve(city, manager, approved_from=FIRST_DAY)
    assert outcome(city)[0] == "accepted"
    decide(city, withdraw_certificate, manager, since=FIRST_DAY + HOUR)
    assert outcome(city, 2) == ("refused", "certificate_not_approved_then")


def test_approval_that_begins_after_the_signature_does_not_cover_it(city: WorkingCity) -> None:
    approve(city, register(city, city.small.school), approved_from=NOW - HOUR)
    approve(city, register(city, city.small.manager, "manager"), approved_from=FIRST_DAY)
    assert outcome(city) == ("refused", "certificate_not_approved_then")


def test_every_step_stays_in_the_history_with_who_and_why(city: WorkingCity) -> None:
    registered = register(city, city.small.school)
    assert (registered.subject, registered.issuer) == ("Trường Tiểu học Hoa Sen", "CA cơ quan, tổ chức")
    assert registered.serial == f"{city.small.school.certificate.serial_number:x}"
    approve(city, registered, approved_until=NOW + 24 * HOUR, reason="Công văn 12")
    decide(city, end_certificate, registered, until=NOW + HOUR)
    decide(city, withdraw_certificate, registered, since=NOW, reason="Mất USB")
    with city.database.read() as connection:
        events = store.read_events(connection, registered.registration_id)
        (approval,) = read_schools(connection)[SCHOOL_CODE].certificates
    assert [(event.number, event.state.value, event.decided_by, event.reason) for event in events] == [
        (1, "registered", "Văn thư trường", None),
        (2, "approved", "Phòng QLCL", "Công văn 12"),
        (3, "ended", "Phòng QLCL", "Nghỉ hưu"),
        (4, "withdrawn", "Phòng QLCL", "Mất USB"),
    ]
    assert [event.effective_until for event in events[1:]] == [NOW + 24 * HOUR, NOW + HOUR, NOW - timedelta(seconds=1)]
    assert (approval.approved_from, approval.approved_until) == (NOW, NOW - timedelta(seconds=1))


def test_registry_is_published_anew_whenever_an_end_is_set_again(city: WorkingCity) -> None:
    registered = register(city, city.small.school)
    approve(city, registered, approved_until=NOW + 24 * HOUR)
    before = city.publisher.current_list("school-registry", NOW).sequence
    decide(city, end_certificate, registered, until=NOW + HOUR)
    assert city.publisher.current_list("school-registry", NOW).sequence > before


def test_same_certificate_again_is_one_registration(city: WorkingCity) -> None:
    first = register(city, city.small.school)
    assert register(city, city.small.school).registration_id == first.registration_id
    with pytest.raises(CertificateRefusedError, match="certificate_authority_unknown"):
        register(city, city.small.school, "manager")


def test_certificate_of_one_school_is_no_other_schools_until_it_has_ended_there(city: WorkingCity) -> None:
    registered = register(city, city.small.manager, "manager")
    approve(city, registered)
    with pytest.raises(CertificateRefusedError, match="certificate_of_another_school"):
        register(city, city.small.manager, "manager", school_code=OTHER)
    decide(city, end_certificate, registered, until=NOW + HOUR)
    with pytest.raises(CertificateRefusedError, match="certificate_of_another_school"):
        register(city, city.small.manager, "manager", school_code=OTHER)
    moved = register(city, city.small.manager, "manager", school_code=OTHER, now=NOW + 2 * HOUR)
    assert moved.school_code == OTHER


def test_refused_certificate_may_be_registered_again_and_signs_nothing(city: WorkingCity) -> None:
    refused = decide(city, refuse_certificate, register(city, city.small.school), reason="Sai tên trường")
    assert refused.state is CertificateState.REFUSED
    with pytest.raises(CertificateRefusedError, match="certificate_state_forbids"):
        approve(city, refused)
    with city.database.read() as connection:
        assert read_schools(connection)[SCHOOL_CODE].certificates == ()
    assert register(city, city.small.school).registration_id != refused.registration_id


@pytest.mark.parametrize(
    ("change", "error", "reason"),
    [
        ({"school_code": "99999999"}, NotFoundError, "school_not_found"),
        ({"registered_by": " "}, CertificateRefusedError, "certificate_text_missing"),
        ({"registered_by": "x" * 501}, CertificateRefusedError, "certificate_text_long"),
        ({"certificate": b"x"}, CertificateRefusedError, "certificate_file_unreadable"),
    ],
)
def test_registration_that_says_too_little_is_refused(
    city: WorkingCity, change: dict[str, Any], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        register(city, city.small.school, **change)


def test_decisions_about_other_times_are_refused(city: WorkingCity) -> None:
    registered = register(city, city.small.school)
    with pytest.raises(CertificateRefusedError, match="approval_outside_validity"):
        approve(city, registered, approved_from=FIRST_DAY - HOUR)
    approve(city, registered, approved_until=NOW + HOUR)
    with pytest.raises(CertificateRefusedError, match="end_in_the_past"):
        decide(city, end_certificate, registered, until=NOW - HOUR)
    with pytest.raises(CertificateRefusedError, match="end_after_the_approval"):
        decide(city, end_certificate, registered, until=NOW + 2 * HOUR)
    with pytest.raises(CertificateRefusedError, match="withdrawal_in_the_future"):
        decide(city, withdraw_certificate, registered, since=NOW + HOUR)


def test_unknown_registration_is_not_found(city: WorkingCity) -> None:
    with city.database.write() as connection, pytest.raises(RegistrationNotFoundError):
        refuse_certificate(connection, "nobody", decided_by="a", reason="b", now=NOW)


def test_decision_that_somebody_else_was_faster_with_changes_nothing(city: WorkingCity) -> None:
    registered = register(city, city.small.school)

    def kept(connection: Connection) -> bool:
        return store.update_registration(connection, registered, expected_state=CertificateState.APPROVED)

    with city.database.write() as connection:
        assert not kept(connection)


def test_certificate_that_somebody_registers_at_the_same_moment_is_kept_once(city: WorkingCity) -> None:
    registered = register(city, city.small.school)
    with city.database.write() as connection:
        assert not store.insert_registration(connection, structs.replace(registered, registration_id="another"))


def test_withdrawal_from_before_the_approval_leaves_nothing_approved(city: WorkingCity) -> None:
    registered = register(city, city.small.school)
    approve(city, registered)
    decide(city, withdraw_certificate, registered, since=NOW - HOUR)
    registry = city.publisher.verified_lists(NOW).lists.registry
    assert registry is not None
    (approval,) = registry.schools[SCHOOL_CODE].certificates
    assert not any(approval.approved_at(moment) for moment in (NOW - 2 * HOUR, NOW - HOUR, NOW, NOW + HOUR))
