"""Prepare a card before anybody signs it: as a draft, or waiting with what is missing and until when.

What waits for the summer waits until the year's second lock, anything else until the first (``lock_days``). Preparing
again replaces what was said before; with nothing missing any more the card is a draft that can be signed. The waiting
is over by itself when the school's signed card comes in (``keep_card``).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from backend.archive import store
from backend.archive.keep_card import CardInForceError
from backend.archive.lock_days import lock_days
from backend.archive.prepared_card import OF_THE_SUMMER, Missing, PreparedCard
from backend.archive.rules import WITHDRAWN, CardState, verify_transition
from backend.archive.withdraw_card import verify_withdrawal_words
from backend.errors import NotFoundError
from verifier.record.parse_xml import parse_school_year


def prepare_card(
    connection: Connection,
    *,
    school_code: str,
    pupil_code: str,
    school_year: str,
    grade: int,
    class_group: str,
    missing: Collection[Missing],
    prepared_by: str,
    now: datetime,
) -> PreparedCard:
    """Keep a prepared card, or say anew what it waits for.

    Raises:
        MalformedInputError: the school year is none.
        NotFoundError: ``school_not_found``.
        CardInForceError: the pupil's signed card of this school and year is here already.
        WithdrawalRefusedError: nobody is named as who prepared it.
    """
    verify_withdrawal_words(reason=class_group, people=(prepared_by,), others=(pupil_code,))
    place = {"school_code": school_code, "pupil_code": pupil_code, "school_year": parse_school_year(school_year)}
    if school_code not in store.read_schools(connection):
        raise NotFoundError("school_not_found", school_code=school_code)
    latest = store.find_latest_card(connection, **place)
    if latest is not None and latest.state not in WITHDRAWN:
        raise CardInForceError
    before = store.find_prepared_card(connection, **place)
    state = CardState.PENDING_SUPPLEMENTARY if missing else CardState.DRAFT
    if before is not None and before.state is not state:
        verify_transition(before.state, state)
    locks = lock_days(place["school_year"], grade=grade)
    until = locks.second if OF_THE_SUMMER & set(missing) else locks.first
    prepared = PreparedCard(
        **place,
        grade=grade,
        class_group=class_group,
        state=state,
        missing=tuple(sorted(set(missing))),
        waits_until=until if missing else None,
        record_id=None,
        prepared_by=prepared_by.strip(),
        prepared_at=now,
    )
    store.put_prepared_card(connection, prepared)
    return prepared
