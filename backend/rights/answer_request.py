"""A school, or the department, acknowledges a request, answers it or refuses it with a reason."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from backend.people.rules import may_read_card
from backend.people.store import ties_of_pupils
from backend.rights import store
from backend.rights.errors import RequestEndedError, RequestNotFoundError
from backend.rights.rules import RequestState, may_become
from backend.rights.said_text import MAX_NAME_CHARACTERS, said_text
from backend.rights.store import Request, RequestWithPeople


class RequestToAnswer(Struct, frozen=True):
    """A request as whoever answers it sees it."""

    found: RequestWithPeople
    still_entitled: bool
    """Whether who asked may read this pupil's cards today: to anybody else no answer may say anything of the pupil."""


def requests_to_answer(
    connection: Connection, *, school_code: str | None, only_open: bool = False, now: datetime
) -> list[RequestToAnswer]:
    """Requests to a school, or to everybody: see ``store.requests_to_answer``."""
    found = store.requests_to_answer(connection, school_code=school_code, only_open=only_open)
    ties = ties_of_pupils(connection, {row.request.pupil_id for row in found if row.request.pupil_id is not None})

    def may_read(row: RequestWithPeople) -> bool:
        if row.request.pupil_id is None or row.date_of_birth is None:
            return True
        of_pupil = ties.get(row.request.pupil_id, [])
        own = [one.tie for one in of_pupil if one.guardian.guardian_id == row.request.guardian_id]
        return may_read_card(own, pupil_date_of_birth=row.date_of_birth, now=now)

    return [RequestToAnswer(row, may_read(row)) for row in found]


def acknowledge_request(
    connection: Connection, request_id: str, *, acknowledged_by: str, expected_school: str | None = None, now: datetime
) -> Request:
    """Say that a request has come in and somebody looks at it.

    Args:
        connection: the caller's transaction.
        request_id: which request.
        acknowledged_by: the person.
        expected_school: the school whose request it has to be; None for the department, which answers any.
        now: the moment.

    Raises:
        RequestNotFoundError: no such request of that school.
        RequestEndedError: it was acknowledged before, or has ended.
        RequestRefusedError: no person is named.
    """
    return _change(
        connection,
        request_id,
        RequestState.ACKNOWLEDGED,
        {"acknowledged_by": said_text(acknowledged_by, limit=MAX_NAME_CHARACTERS), "acknowledged_at": now},
        expected_school=expected_school,
    )


def answer_request(
    connection: Connection,
    request_id: str,
    *,
    answer: str,
    answered_by: str,
    refused: bool = False,
    expected_school: str | None = None,
    now: datetime,
) -> Request:
    """Answer a request, or refuse it; ``answer`` says what was done, or why not. See ``acknowledge_request``."""
    values = {
        "answer": said_text(answer),
        "answered_by": said_text(answered_by, limit=MAX_NAME_CHARACTERS),
        "answered_at": now,
    }
    state = RequestState.REFUSED if refused else RequestState.ANSWERED
    return _change(connection, request_id, state, values, expected_school=expected_school)


def _change(
    connection: Connection,
    request_id: str,
    state: RequestState,
    values: dict[str, Any],
    *,
    expected_school: str | None,
) -> Request:
    request = store.find_request(connection, request_id)
    if request is None or expected_school not in {None, request.school_code}:
        raise RequestNotFoundError
    if not may_become(request.state, state):
        raise RequestEndedError(state=request.state.value)
    return store.change_request(connection, request, values | {"state": state})
