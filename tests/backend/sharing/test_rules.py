from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec import structs

from backend.sharing.errors import ShareRefusedError
from backend.sharing.rules import (
    MAX_IN_FORCE,
    ShareFacts,
    ShareState,
    expiry,
    may_fetch_files,
    must_child_consent,
    shown_record,
    state_of,
    verify_terms,
)
from tests.backend.sharing.families import TERMS
from tests.verifier.small_city import a_record
from verifier.record.record import Pupil
from verifier.vietnam_time import VIETNAM_TIME

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CHILD = date(2015, 9, 5)
FACTS = ShareFacts(
    expires_at=NOW + MINUTE,
    revoked_at=None,
    ended_at=None,
    passcode_tries=0,
    single_use=False,
    used_at=None,
)


@pytest.mark.parametrize(
    ("circumstance", "changes", "maker_may_read", "state"),
    [
        ("in force", {}, True, ShareState.ACTIVE),
        ("the very moment of its end", {"expires_at": NOW}, True, ShareState.EXPIRED),
        ("revoked", {"revoked_at": NOW - MINUTE}, True, ShareState.REVOKED),
        ("its maker may read no longer", {}, False, ShareState.ENDED),
        ("its maker might not read for a while", {"ended_at": NOW - MINUTE}, True, ShareState.ENDED),
        ("four wrong passcodes", {"passcode_tries": 4}, True, ShareState.ACTIVE),
        ("five wrong passcodes", {"passcode_tries": 5}, True, ShareState.LOCKED),
        ("for one use, not used", {"single_use": True}, True, ShareState.ACTIVE),
        ("for one use, used", {"single_use": True, "used_at": NOW - MINUTE}, True, ShareState.USED),
        ("for many uses, used", {"used_at": NOW - MINUTE}, True, ShareState.ACTIVE),
        ("revoked and expired", {"revoked_at": NOW - MINUTE, "expires_at": NOW}, True, ShareState.REVOKED),
        ("lost and expired", {"expires_at": NOW}, False, ShareState.ENDED),
    ],
)
def test_a_link_opens_only_while_everything_holds(
    circumstance: str, changes: dict[str, object], *, maker_may_read: bool, state: ShareState
) -> None:
    facts = structs.replace(FACTS, **changes)
    assert state_of(facts, maker_may_read=maker_may_read, now=NOW) is state, circumstance


@pytest.mark.parametrize(
    ("born", "must"),
    [
        (date(2019, 5, 31), True),
        (date(2019, 6, 1), False),
        (date(2020, 1, 1), False),
        (date(2008, 1, 1), True),
    ],
)
def test_the_child_is_asked_from_the_seventh_birthday_on(born: date, *, must: bool) -> None:
    assert must_child_consent(born, NOW) is must


def test_the_birthday_begins_at_midnight_in_vietnam() -> None:
    born = date(2019, 5, 31)
    midnight = datetime(2026, 5, 30, 17, 0, tzinfo=UTC)
    assert must_child_consent(born, midnight)
    assert not must_child_consent(born, midnight - MINUTE)


def test_born_on_29_february_counts_from_1_march() -> None:
    born = date(2020, 2, 29)
    assert not must_child_consent(born, datetime(2027, 2, 28, 3, 0, tzinfo=UTC))
    assert must_child_consent(born, datetime(2027, 3, 1, 3, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"receiver": ""}, "share_receiver_missing"),
        ({"purpose": ""}, "share_purpose_missing"),
        ({"days": 0}, "share_days_refused"),
        ({"days": 91}, "share_days_refused"),
        ({"passcode": "123"}, "share_passcode_short"),
        ({"child_consents": False}, "child_consent_missing"),
    ],
)
def test_unfit_terms_are_refused(changes: dict[str, object], code: str) -> None:
    terms = structs.replace(TERMS, **changes)
    with pytest.raises(ShareRefusedError, match=code):
        verify_terms(terms, pupil_date_of_birth=CHILD, in_force=0, now=NOW)


@pytest.mark.parametrize("changes", [{}, {"days": 1}, {"days": 90}, {"passcode": "1234"}])
def test_fit_terms_pass(changes: dict[str, object]) -> None:
    verify_terms(structs.replace(TERMS, **changes), pupil_date_of_birth=CHILD, in_force=MAX_IN_FORCE - 1, now=NOW)


def test_a_child_under_seven_is_not_asked() -> None:
    verify_terms(
        structs.replace(TERMS, child_consents=False), pupil_date_of_birth=date(2020, 1, 1), in_force=0, now=NOW
    )


def test_nobody_keeps_more_links_open_than_they_can_oversee() -> None:
    with pytest.raises(ShareRefusedError, match="share_too_many"):
        verify_terms(TERMS, pupil_date_of_birth=CHILD, in_force=MAX_IN_FORCE, now=NOW)


def test_a_day_has_24_hours() -> None:
    terms = structs.replace(TERMS, days=2)
    assert expiry(terms, pupil_date_of_birth=CHILD, now=NOW) == NOW + timedelta(hours=48)


def test_a_link_made_without_asking_the_child_ends_as_the_seventh_birthday_begins() -> None:
    born = (NOW + timedelta(days=2)).date().replace(year=NOW.year - 7)
    unasked = structs.replace(TERMS, days=14, child_consents=False)
    end = expiry(unasked, pupil_date_of_birth=born, now=NOW)
    assert end == datetime.combine(born.replace(year=NOW.year), time(), tzinfo=VIETNAM_TIME)
    assert not must_child_consent(born, end - MINUTE)
    assert must_child_consent(born, end)
    asked = structs.replace(unasked, child_consents=True)
    assert expiry(asked, pupil_date_of_birth=born, now=NOW) == NOW + timedelta(days=14)
    assert expiry(structs.replace(unasked, days=1), pupil_date_of_birth=born, now=NOW) == NOW + timedelta(days=1)


WHOLE = structs.replace(
    a_record(),
    pupil=structs.replace(
        a_record().pupil,
        personal_code="999316000001",
        register_number="17",
        ethnicity="Mường",
        birthplace="Hoà Bình",
        home_town="Lạc Sơn",
        address="Số 3 ngõ 5",
        father_name="Nguyễn Văn Hùng",
        mother_name="Trần Thị Mai",
        guardian_name="Lê Thị Đào",
        weight_kg="31",
        height_cm="135",
        not_assessed=True,
    ),
)
PLACES = {"birthplace", "home_town", "address"}
NUMBERS = {"personal_code", "register_number"}
FAMILY_AND_BODY = {
    "ethnicity",
    "father_name",
    "mother_name",
    "guardian_name",
    "weight_kg",
    "height_cm",
    "not_assessed",
}


SHOWN_ALWAYS = {"pupil_code", "sex", "nationality", "absences_excused", "absences_unexcused"}


def test_of_every_field_of_the_resume_somebody_has_decided_who_sees_it() -> None:
    assert set(Pupil.__struct_fields__) == SHOWN_ALWAYS | PLACES | NUMBERS | FAMILY_AND_BODY


@pytest.mark.parametrize(
    ("with_address", "with_personal_code", "hidden"),
    [
        (False, False, PLACES | NUMBERS | FAMILY_AND_BODY),
        (True, False, NUMBERS | FAMILY_AND_BODY),
        (False, True, PLACES | FAMILY_AND_BODY),
        (True, True, set()),
    ],
)
def test_a_receiver_sees_what_the_maker_allowed(
    *, with_address: bool, with_personal_code: bool, hidden: set[str]
) -> None:
    shown = shown_record(WHOLE, with_address=with_address, with_personal_code=with_personal_code)
    before, after = structs.asdict(WHOLE.pupil), structs.asdict(shown.pupil)
    assert {field for field in before if not after[field] and before[field]} == hidden
    assert {field for field in before if after[field] != before[field]} == hidden
    assert structs.replace(shown, pupil=WHOLE.pupil) == WHOLE


def test_files_only_where_nothing_is_hidden() -> None:
    allowed = [
        may_fetch_files(with_address=address, with_personal_code=code)
        for address in (False, True)
        for code in (False, True)
    ]
    assert allowed == [False, False, False, True]
