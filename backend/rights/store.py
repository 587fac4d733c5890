"""The SQL of requests. Every function works in the caller's transaction."""

from datetime import date, datetime
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from backend.people.tables import guardians, pupils
from backend.rights.errors import RequestEndedError
from backend.rights.rules import OPEN, RequestKind, RequestState
from backend.rights.tables import requests

MAX_LISTED = 1_000
"""Requests that a list shows, the newest first: far more than anybody works through."""


class Request(Struct, frozen=True, kw_only=True):
    """A request as it is kept."""

    request_id: str
    guardian_id: str
    kind: RequestKind
    pupil_id: str | None
    record_id: str | None
    school_code: str | None
    field: str | None
    text: str
    state: RequestState
    created_at: datetime
    acknowledge_by: date
    answer_by: date
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


class RequestWithPeople(Struct, frozen=True, kw_only=True):
    """A request with who made it and about whom, for who has to answer it."""

    request: Request
    guardian: str
    pupil: str | None
    class_group: str | None
    date_of_birth: date | None


def insert_request(connection: Connection, request: Request) -> None:
    """Keep a new request."""
    connection.execute(insert(requests).values(structs.asdict(request)))


def count_open(connection: Connection, guardian_id: str) -> int:
    """How many of this person's requests still have to be answered."""
    statement = select(func.count()).where(requests.c.guardian_id == guardian_id, requests.c.state.in_(OPEN))
    return connection.execute(statement).scalar_one()


def count_since(connection: Connection, guardian_id: str, *, since: datetime) -> int:
    """How many requests this person has made since then, whatever became of them."""
    statement = select(func.count()).where(requests.c.guardian_id == guardian_id, requests.c.created_at >= since)
    return connection.execute(statement).scalar_one()


def requests_of_guardian(connection: Connection, guardian_id: str) -> list[Request]:
    """What this person has asked, the newest first."""
    statement = select(requests).where(requests.c.guardian_id == guardian_id)
    rows = connection.execute(statement.order_by(requests.c.created_at.desc()).limit(MAX_LISTED)).mappings()
    return [_request(row) for row in rows]


def requests_to_answer(connection: Connection, *, school_code: str | None, only_open: bool) -> list[RequestWithPeople]:
    """Requests to one school, or to everybody, the soonest answer first; those that have ended come last."""
    statement = (
        select(
            requests,
            guardians.c.name.label("guardian"),
            pupils.c.name.label("pupil"),
            pupils.c.class_group,
            pupils.c.date_of_birth,
        )
        .join_from(requests, guardians)
        .outerjoin(pupils, pupils.c.pupil_id == requests.c.pupil_id)
        .order_by(requests.c.state.not_in(OPEN), requests.c.answer_by, requests.c.created_at)
        .limit(MAX_LISTED)
    )
    if school_code is not None:
        statement = statement.where(requests.c.school_code == school_code)
    if only_open:
        statement = statement.where(requests.c.state.in_(OPEN))
    return [
        RequestWithPeople(
            request=_request(row),
            guardian=row["guardian"],
            pupil=row["pupil"],
            class_group=row["class_group"],
            date_of_birth=row["date_of_birth"],
        )
        for row in connection.execute(statement).mappings()
    ]


def find_request(connection: Connection, request_id: str) -> Request | None:
    """The request with this id."""
    row = connection.execute(select(requests).where(requests.c.request_id == request_id)).mappings().one_or_none()
    return None if row is None else _request(row)


def change_request(connection: Connection, request: Request, values: dict[str, Any]) -> Request:
    """Write what became of a request, as it is then.

    Raises:
        RequestEndedError: somebody else has changed it meanwhile.
    """
    statement = update(requests).where(requests.c.request_id == request.request_id, requests.c.state == request.state)
    if connection.execute(statement.values(values)).rowcount != 1:
        raise RequestEndedError(state=request.state.value)
    return structs.replace(request, **values)


def _request(row: RowMapping) -> Request:
    values = {field: row[field] for field in Request.__struct_fields__}
    return Request(**values | {"kind": RequestKind(row["kind"]), "state": RequestState(row["state"])})
