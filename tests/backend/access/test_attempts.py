from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from backend.access.attempts import count_attempt
from backend.access.clean_up import SEEN_NOTICES_STAY, clean_up_access, clean_up_notices
from backend.access.context import Access
from backend.access.enrol import begin_enrolment
from backend.access.errors import ActivationRefusedError, TooManyAttemptsError
from backend.access.limits import LIMITS, AttemptKind, Limit
from backend.access.log_in import begin_login
from backend.access.notices.store import NoticeKind, add_notices, mark_seen, read_notices
from backend.access.tables import PARENT_TABLES, attempts
from backend.database import Database
from tests.backend.access.conftest import ADDRESS, MOTHER_CODE, NOW, UNKNOWN_CODE, Enrol, Family


def with_limit(access: Access, limit: Limit) -> Access:
    return replace(access, limits=dict.fromkeys(AttemptKind, limit))


def tries_until_refused(access: Access, *, codes: list[str], addresses: list[str]) -> int:
    for number in range(100):
        code, address = codes[number % len(codes)], addresses[number % len(addresses)]
        try:
            count_attempt(access, AttemptKind.LOGIN, claimed_code=code, address=address, now=NOW)
        except TooManyAttemptsError:
            return number
    return 100


MANY_CODES = [f"9991850{number:05}" for number in range(100)]
MANY_ADDRESSES = [f"203.0.113.{number}" for number in range(100)]


def test_each_limit_counts_on_its_own(access: Access) -> None:
    roomy = 1000
    per_code = with_limit(access, Limit(per_code=3, per_address=roomy, overall=roomy))
    assert tries_until_refused(per_code, codes=["999185000001"], addresses=MANY_ADDRESSES) == 3
    per_address = with_limit(access, Limit(per_code=roomy, per_address=4, overall=roomy))
    assert tries_until_refused(per_address, codes=MANY_CODES, addresses=["198.51.100.1"]) == 4
    overall = with_limit(access, Limit(per_code=roomy, per_address=roomy, overall=20))
    assert tries_until_refused(overall, codes=MANY_CODES, addresses=MANY_ADDRESSES) < 20


def test_one_household_has_one_address(access: Access) -> None:
    limited = with_limit(access, Limit(per_code=1000, per_address=2, overall=1000))
    household = ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1:ffff::3"]
    assert tries_until_refused(limited, codes=MANY_CODES, addresses=household) == 2
    mapped = ["198.51.100.1", "::ffff:198.51.100.1"]
    assert tries_until_refused(limited, codes=MANY_CODES, addresses=mapped) == 2


def test_a_refusal_and_a_restart_take_nothing_back(access: Access, family: Family, database_url: str) -> None:
    assert family
    limited = with_limit(access, Limit(per_code=3, per_address=1000, overall=1000))
    for _ in range(3):
        with pytest.raises(ActivationRefusedError):
            _wrong_enrolment(limited)
    restarted = replace(limited, database=Database(database_url))
    with pytest.raises(TooManyAttemptsError, match="too_many_attempts") as refused:
        _wrong_enrolment(restarted)
    restarted.database.close()
    assert 0 < refused.value.retry_after_seconds <= 600


def test_an_address_over_its_limit_cannot_use_up_everybodys_room(access: Access) -> None:
    limited = with_limit(access, Limit(per_code=1000, per_address=2, overall=10))
    for code in MANY_CODES[:50]:
        try:
            count_attempt(limited, AttemptKind.LOGIN, claimed_code=code, address=ADDRESS, now=NOW)
        except TooManyAttemptsError:
            continue
    count_attempt(limited, AttemptKind.LOGIN, claimed_code=MOTHER_CODE, address="198.51.100.9", now=NOW)


def test_the_next_window_has_room_again(access: Access) -> None:
    limited = with_limit(access, Limit(per_code=1, per_address=1000, overall=1000))
    begin_login(limited, claimed_personal_code=UNKNOWN_CODE, address=ADDRESS, now=NOW)
    with pytest.raises(TooManyAttemptsError) as refused:
        begin_login(limited, claimed_personal_code=UNKNOWN_CODE, address=ADDRESS, now=NOW)
    later = NOW + timedelta(seconds=refused.value.retry_after_seconds)
    begin_login(limited, claimed_personal_code=UNKNOWN_CODE, address=ADDRESS, now=later)


def test_parallel_attempts_are_all_counted(access: Access) -> None:
    limited = with_limit(access, Limit(per_code=10, per_address=1000, overall=1000))

    def attempt(_: int) -> int:
        try:
            count_attempt(limited, AttemptKind.LOGIN, claimed_code=UNKNOWN_CODE, address=ADDRESS, now=NOW)
        except TooManyAttemptsError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 10


def test_no_code_and_no_address_is_stored_in_clear(access: Access) -> None:
    count_attempt(access, AttemptKind.LOGIN, claimed_code=MOTHER_CODE, address=ADDRESS, now=NOW)
    with access.database.read() as connection:
        subjects = connection.scalars(select(attempts.c.subject)).all()
    assert len(subjects) == 3
    assert not any(MOTHER_CODE in subject or ADDRESS in subject for subject in subjects)


def test_every_kind_of_attempt_has_a_limit() -> None:
    assert set(LIMITS) == set(AttemptKind)


def test_what_has_ended_is_forgotten_and_what_counts_is_kept(access: Access, family: Family, enrol: Enrol) -> None:
    enrol(family.mother_id, MOTHER_CODE)
    begin_login(access, claimed_personal_code=MOTHER_CODE, address=ADDRESS, now=NOW)
    assert clean_up_access(access, now=NOW + timedelta(minutes=1)) == 0
    assert clean_up_access(access, now=NOW + timedelta(days=1)) > 0
    with access.database.read() as connection:
        for table in (attempts, PARENT_TABLES.ceremonies, PARENT_TABLES.sessions):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def _wrong_enrolment(access: Access) -> None:
    begin_enrolment(
        access,
        claimed_activation_code="0000-0000-0000",
        claimed_personal_code=MOTHER_CODE,
        address=ADDRESS,
        now=NOW,
    )


def test_notices_are_forgotten_a_year_after_they_were_seen(access: Access, family: Family) -> None:
    with access.database.write() as connection:
        add_notices(connection, [family.mother_id, family.father_id], NoticeKind.CHILD_ADDED, name="Lan", now=NOW)
        (seen,) = read_notices(connection, family.mother_id)
        assert mark_seen(connection, family.mother_id, seen.notice_id, now=NOW)
    assert clean_up_notices(access, now=NOW + SEEN_NOTICES_STAY) == 0
    assert clean_up_notices(access, now=NOW + SEEN_NOTICES_STAY + timedelta(days=1)) == 1
    with access.database.read() as connection:
        assert len(read_notices(connection, family.father_id)) == 1
