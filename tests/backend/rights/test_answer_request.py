from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from backend.database import Database
from backend.people.register_pupils import register_pupils
from backend.rights import store
from backend.rights.answer_request import answer_request
from backend.rights.errors import RequestEndedError, TooManyRequestsError
from backend.rights.make_request import MAX_OPEN, make_request, withdraw_request
from backend.rights.rules import RequestKind, RequestState
from tests.backend.people.majority.grown_pupil import pupil

NOW = datetime(2026, 5, 30, 3, 0, tzinfo=UTC)


def test_of_an_answer_and_a_withdrawal_at_the_same_time_one_counts(database: Database) -> None:
    (registered,) = register_pupils(database, [pupil()], now=NOW)
    mother = registered.guardian_ids[0] or ""
    with database.write() as connection:
        request = make_request(
            connection,
            guardian_id=mother,
            kind=RequestKind.RESTRICT,
            pupil_id=registered.pupil_id,
            record_id=None,
            field=None,
            text="Tạm dừng.",
            now=NOW,
        )
    with database.write() as connection:
        answer_request(connection, request.request_id, answer="Đã dừng.", answered_by="Cô Lan", now=NOW)
    with database.write() as connection:
        with pytest.raises(RequestEndedError, match="request_has_ended"):
            store.change_request(connection, request, {"state": RequestState.WITHDRAWN})
        with pytest.raises(RequestEndedError, match="request_has_ended"):
            withdraw_request(connection, guardian_id=mother, request_id=request.request_id, now=NOW)
    with database.read() as connection:
        kept = store.find_request(connection, request.request_id)
    assert kept is not None
    assert (kept.state, kept.answer) == (RequestState.ANSWERED, "Đã dừng.")


def test_requests_sent_at_the_same_time_do_not_slip_past_the_limit(database: Database) -> None:
    (registered,) = register_pupils(database, [pupil()], now=NOW)
    mother = registered.guardian_ids[0] or ""

    def ask(_number: int) -> bool:
        try:
            with database.write() as connection:
                make_request(
                    connection,
                    guardian_id=mother,
                    kind=RequestKind.OBJECT,
                    pupil_id=None,
                    record_id=None,
                    field=None,
                    text="Không đồng ý.",
                    now=NOW,
                )
        except TooManyRequestsError:
            return False
        return True

    with ThreadPoolExecutor(max_workers=8) as pool:
        made = list(pool.map(ask, range(2 * MAX_OPEN)))
    assert made.count(True) == MAX_OPEN
    with database.read() as connection:
        assert store.count_open(connection, mother) == MAX_OPEN
