from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend.access.activation_code import activation_code_hash
from backend.access.ceremony import BegunCeremony
from backend.access.context import Access
from backend.access.enrol import begin_enrolment, finish_enrolment
from backend.access.errors import (
    ActivationRefusedError,
    CeremonyEndedError,
    GuardianMayNotEnrolError,
    LoginRefusedError,
    PasskeyEndedError,
    RegistrationRejectedError,
    SessionEndedError,
)
from backend.access.issue_activation_code import ACTIVATION_DAYS, issue_activation_code
from backend.access.session import NewSession
from backend.access.tables import PARENT_TABLES
from backend.people.errors import GuardianNotFoundError
from backend.people.guardianship import bar_guardian, end_guardianship
from tests.backend.access.conftest import (
    ADDRESS,
    FATHER_CODE,
    MOTHER_CODE,
    NOW,
    UNKNOWN_CODE,
    Enrol,
    Family,
    LogIn,
)
from tests.backend.access.resolving import resolve_session
from tests.backend.access.software_authenticator import SoftwareAuthenticator


def begin(
    access: Access, code: str, personal_code: str = MOTHER_CODE, *, later: timedelta = timedelta()
) -> BegunCeremony:
    return begin_enrolment(
        access,
        claimed_activation_code=code,
        claimed_personal_code=personal_code,
        address=ADDRESS,
        now=NOW + later,
    )


def finish(
    access: Access,
    begun: BegunCeremony,
    phone: SoftwareAuthenticator,
    *,
    browser_token: str | None = None,
    later: timedelta = timedelta(),
) -> NewSession:
    return finish_enrolment(
        access,
        claimed_browser_token=browser_token or begun.browser_token,
        credential=phone.create(begun.options),
        passkey_name="Điện thoại",
        replaced_session_token=None,
        now=NOW + later,
    )


def tries_of(access: Access, code: str) -> int:
    with access.database.read() as connection:
        tries: int = connection.execute(
            select(PARENT_TABLES.activation_codes.c.tries).where(
                PARENT_TABLES.activation_codes.c.code_hash == activation_code_hash(code, key=access.keys.activation)
            )
        ).scalar_one()
        return tries


def test_a_guardian_enrols_and_has_a_session(access: Access, family: Family, enrol: Enrol) -> None:
    _, session = enrol(family.mother_id, MOTHER_CODE)
    assert session.name == "Trần Thị Mai"
    assert resolve_session(access, session.token, now=NOW).owner_id == family.mother_id


def test_the_code_may_be_typed_as_people_type(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    assert begin(access, typed).options["user"]["displayName"] == "Trần Thị Mai"


def test_only_a_keyed_hash_of_the_code_is_stored(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    with access.database.read() as connection:
        (stored,) = connection.scalars(select(PARENT_TABLES.activation_codes.c.code_hash)).all()
    assert stored == activation_code_hash(code, key=access.keys.activation)
    assert stored != activation_code_hash(code, key=access.keys.attempts)


@pytest.mark.parametrize("personal_code", [FATHER_CODE, UNKNOWN_CODE, "", "12", "x" * 12])
def test_a_letter_in_the_wrong_hands_opens_nothing(access: Access, family: Family, personal_code: str) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    with pytest.raises(ActivationRefusedError, match="activation_refused"):
        begin(access, code, personal_code)
    assert tries_of(access, code) == 1


@pytest.mark.parametrize("code", ["0000-0000-0000", "", "UUUU-UUUU-UUUU", "x" * 100])
def test_an_unknown_code_gets_the_same_answer(access: Access, family: Family, code: str) -> None:
    assert family
    with pytest.raises(ActivationRefusedError, match="activation_refused"):
        begin(access, code)


def test_five_wrong_tries_end_a_code_for_good(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    for _ in range(5):
        with pytest.raises(ActivationRefusedError):
            begin(access, code, UNKNOWN_CODE)
    with pytest.raises(ActivationRefusedError):
        begin(access, code, later=timedelta(days=1))


def test_parallel_tries_share_the_five(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code

    def wrong_try(number: int) -> bool:
        with pytest.raises(ActivationRefusedError):
            begin(access, code, f"9991851{number:05}")
        return True

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(wrong_try, range(24)))
    assert tries_of(access, code) == 5
    with pytest.raises(ActivationRefusedError):
        begin(access, code)


def test_a_phone_that_fails_ten_times_does_not_use_up_the_code(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    for _ in range(10):
        begin(access, code)
    assert tries_of(access, code) == 0


def test_a_code_enrols_once_even_when_two_phones_answer_at_once(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    begun = [begin(access, code) for _ in range(6)]

    def answer(ceremony: BegunCeremony) -> int:
        try:
            finish(access, ceremony, SoftwareAuthenticator())
        except ActivationRefusedError:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(answer, begun)) == 1
    with pytest.raises(ActivationRefusedError):
        begin(access, code)


def test_a_code_ends_after_fourteen_days(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    begin(access, code, later=timedelta(days=ACTIVATION_DAYS, seconds=-1))
    with pytest.raises(ActivationRefusedError):
        begin(access, code, later=timedelta(days=ACTIVATION_DAYS))


def test_a_newer_letter_withdraws_the_older_one(access: Access, family: Family) -> None:
    older = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    newer = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    with pytest.raises(ActivationRefusedError):
        begin(access, older)
    begin(access, newer)


def test_enrolling_anew_ends_the_old_phone_and_its_sessions(
    access: Access, family: Family, enrol: Enrol, log_in: LogIn, insist: LogIn
) -> None:
    old_phone, old_session = enrol(family.mother_id, MOTHER_CODE)
    old_credential = old_phone.credentials[0]
    new_phone, _ = enrol(family.mother_id, MOTHER_CODE)
    with pytest.raises(SessionEndedError):
        resolve_session(access, old_session.token, now=NOW)
    new_phone.credentials.append(old_credential)
    log_in(new_phone, MOTHER_CODE)
    new_phone.credentials = [old_credential]
    with pytest.raises(PasskeyEndedError, match="passkey_enrolled_anew"):
        insist(new_phone, MOTHER_CODE)


def test_a_barred_or_ended_guardian_gets_no_code_and_uses_none(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.father_id, now=NOW).code
    bar_guardian(
        access.database,
        pupil_id=family.pupil_id,
        guardian_id=family.father_id,
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )
    end_guardianship(
        access.database, pupil_id=family.pupil_id, guardian_id=family.mother_id, last_day=date(2026, 5, 30)
    )
    with pytest.raises(ActivationRefusedError):
        begin(access, code, FATHER_CODE)
    for guardian_id in (family.father_id, family.mother_id):
        with pytest.raises(GuardianMayNotEnrolError, match="guardian_may_not_enrol"):
            issue_activation_code(access, guardian_id=guardian_id, now=NOW)
    with pytest.raises(GuardianNotFoundError):
        issue_activation_code(access, guardian_id="nobody", now=NOW)


def test_a_challenge_is_used_up_by_the_first_answer(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    begun = begin(access, code)
    with pytest.raises(RegistrationRejectedError):
        finish(access, begun, SoftwareAuthenticator(user_verified=False))
    with pytest.raises(CeremonyEndedError, match="ceremony_ended"):
        finish(access, begun, SoftwareAuthenticator())


def test_a_challenge_ends_after_five_minutes(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    begun = begin(access, code)
    with pytest.raises(CeremonyEndedError):
        finish(access, begun, SoftwareAuthenticator(), later=timedelta(minutes=5))


def test_a_challenge_belongs_to_one_browser(access: Access, family: Family) -> None:
    code = issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code
    mine, theirs = begin(access, code), begin(access, code)
    with pytest.raises(CeremonyEndedError):
        finish(access, mine, SoftwareAuthenticator(), browser_token="made up")  # noqa: S106  # no secret of anybody
    with pytest.raises(RegistrationRejectedError, match="passkey_challenge"):
        finish(access, mine, SoftwareAuthenticator(), browser_token=theirs.browser_token)


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        (SoftwareAuthenticator(user_verified=False), "passkey_user_not_verified"),
        (SoftwareAuthenticator(origin="https://hocba.example"), "passkey_wrong_origin"),
        (SoftwareAuthenticator(client_data_extra={"crossOrigin": True}), "passkey_cross_origin"),
        (SoftwareAuthenticator(client_data_extra={"topOrigin": "https://evil.example"}), "passkey_cross_origin"),
        (SoftwareAuthenticator(client_data_extra={"type": "webauthn.get"}), "passkey_malformed"),
        (SoftwareAuthenticator(client_data_extra={"challenge": "AAAA"}), "passkey_challenge"),
        (SoftwareAuthenticator(rp_id="evil.example"), "passkey_wrong_site"),
        (SoftwareAuthenticator(backed_up=True), "passkey_malformed"),
    ],
)
def test_a_dishonest_circumstance_is_refused_by_its_name(
    access: Access, family: Family, phone: SoftwareAuthenticator, code: str
) -> None:
    begun = begin(access, issue_activation_code(access, guardian_id=family.mother_id, now=NOW).code)
    with pytest.raises(RegistrationRejectedError, match=code):
        finish(access, begun, phone)
    with access.database.read() as connection:
        assert connection.execute(select(PARENT_TABLES.passkeys)).all() == []


def test_a_passkey_that_somebody_has_is_not_registered_twice(access: Access, family: Family, enrol: Enrol) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    begun = begin(access, issue_activation_code(access, guardian_id=family.father_id, now=NOW).code, FATHER_CODE)
    thief = SoftwareAuthenticator()
    made = thief.create(begun.options)
    stolen_id = phone.credentials[0].credential_id
    replayed = _with_credential_id(made, thief.credentials[0].credential_id, stolen_id)
    with pytest.raises(RegistrationRejectedError, match="passkey_known"):
        finish_enrolment(
            access,
            claimed_browser_token=begun.browser_token,
            credential=replayed,
            passkey_name="",
            replaced_session_token=None,
            now=NOW,
        )


def test_a_guardian_who_never_enrolled_cannot_log_in(family: Family, insist: LogIn, enrol: Enrol) -> None:
    phone, _ = enrol(family.mother_id, MOTHER_CODE)
    with pytest.raises(LoginRefusedError, match="login_refused"):
        insist(phone, FATHER_CODE)


def _with_credential_id(made: dict[str, object], old: bytes, new: bytes) -> dict[str, object]:
    response = dict(made["response"])  # type: ignore[call-overload]  # JSON
    attestation = urlsafe_b64decode(response["attestationObject"] + "===")
    response["attestationObject"] = urlsafe_b64encode(attestation.replace(old, new)).decode().rstrip("=")
    encoded = urlsafe_b64encode(new).decode().rstrip("=")
    return made | {"id": encoded, "rawId": encoded, "response": response}
