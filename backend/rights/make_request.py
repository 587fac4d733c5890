"""A parent, or a pupil of age, asks; and may take it back while nobody has answered."""

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import Connection

from backend.archive.rules import SHOWN
from backend.archive.store import find_card
from backend.people.errors import CardNotFoundError, ChildNotFoundError
from backend.people.readable import find_readable_card, find_readable_child, readable_children
from backend.people.store import lock_guardian
from backend.rights import store
from backend.rights.errors import RequestEndedError, RequestNotFoundError, RequestRefusedError, TooManyRequestsError
from backend.rights.rules import RequestKind, RequestState, acknowledge_by, answer_by, may_become
from backend.rights.said_text import MAX_FIELD_CHARACTERS, said_text
from backend.rights.store import Request

MAX_OPEN: Final = 10
"""Open requests of one person: a parent of seven has room, a script has not."""
MAX_A_DAY: Final = 20
"""Requests of one person in 24 hours, withdrawn ones too."""


def make_request(
    connection: Connection,
    *,
    guardian_id: str,
    kind: RequestKind,
    pupil_id: str | None,
    record_id: str | None,
    field: str | None,
    text: str,
    now: datetime,
) -> Request:
    """Keep a request. It goes to the school that has issued the card, else to the pupil's school of today, else, where
    it is about nobody's card, to the department.

    Raises:
        RequestRefusedError: ``request_needs_pupil``, ``request_about_account_only``, ``request_text_missing``,
            ``request_text_long``.
        TooManyRequestsError: ``too_many_open_requests``, ``too_many_requests_today``.
        ChildNotFoundError, CardNotFoundError: not for this reader.
    """
    words = said_text(text)
    about = said_text(field, limit=MAX_FIELD_CHARACTERS) if field else None
    if kind is RequestKind.DELETE_ACCOUNT and (pupil_id or record_id or about):
        raise RequestRefusedError("request_about_account_only")
    if kind is RequestKind.CORRECTION and not (pupil_id or record_id):
        raise RequestRefusedError("request_needs_pupil")
    lock_guardian(connection, guardian_id)
    if store.count_open(connection, guardian_id) >= MAX_OPEN:
        raise TooManyRequestsError(limit=MAX_OPEN)
    if store.count_since(connection, guardian_id, since=now - timedelta(days=1)) >= MAX_A_DAY:
        raise TooManyRequestsError("too_many_requests_today", limit=MAX_A_DAY)
    pupil_id, school_code = _subject(
        connection, guardian_id=guardian_id, pupil_id=pupil_id, record_id=record_id, now=now
    )
    request = Request(
        request_id=str(uuid4()),
        guardian_id=guardian_id,
        kind=kind,
        pupil_id=pupil_id,
        record_id=record_id,
        school_code=school_code,
        field=about,
        text=words,
        state=RequestState.RECEIVED,
        created_at=now,
        acknowledge_by=acknowledge_by(now),
        answer_by=answer_by(kind, now),
    )
    store.insert_request(connection, request)
    return request


def requests_of(connection: Connection, *, guardian_id: str, now: datetime) -> list[Request]:
    """This person's requests, the newest first; about a pupil only while they may read that pupil's cards.

    An answer to a parent who was barred since may speak of the child.
    """
    readable = {child.pupil.pupil_id for child in readable_children(connection, guardian_id=guardian_id, now=now)} | {
        None
    }
    return [one for one in store.requests_of_guardian(connection, guardian_id) if one.pupil_id in readable]


def withdraw_request(connection: Connection, *, guardian_id: str, request_id: str, now: datetime) -> Request:
    """Take a request back.

    Raises:
        RequestNotFoundError: none of this person's, or about a pupil whom they may not see any more.
        RequestEndedError: somebody has answered, or it was withdrawn before.
    """
    mine = requests_of(connection, guardian_id=guardian_id, now=now)
    request = next((one for one in mine if one.request_id == request_id), None)
    if request is None:
        raise RequestNotFoundError
    if not may_become(request.state, RequestState.WITHDRAWN):
        raise RequestEndedError(state=request.state.value)
    return store.change_request(connection, request, {"state": RequestState.WITHDRAWN})


def _subject(
    connection: Connection, *, guardian_id: str, pupil_id: str | None, record_id: str | None, now: datetime
) -> tuple[str | None, str | None]:
    """About whom, and which school answers."""
    if record_id is not None:
        owner = find_readable_card(connection, guardian_id=guardian_id, record_id=record_id, now=now)
        card = find_card(connection, record_id)
        if card is None or card.state not in SHOWN:
            raise CardNotFoundError
        if pupil_id not in {None, owner.pupil_id}:
            raise ChildNotFoundError
        return owner.pupil_id, card.school_code
    if pupil_id is not None:
        pupil = find_readable_child(connection, guardian_id=guardian_id, pupil_id=pupil_id, now=now).pupil
        return pupil_id, pupil.school_code
    return None, None
