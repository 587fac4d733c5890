"""The SQL of links. Every function works in the caller's transaction; what must be atomic is one statement."""

import hmac
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, literal, or_, select, update

from backend.database.moment import Moment
from backend.people.tables import guardianships, pupils
from backend.sharing.rules import MAX_PASSCODE_TRIES
from backend.sharing.share import Share, ShareView
from backend.sharing.tables import share_cards, share_views, shares


def insert_share(connection: Connection, share: Share, *, secret_hash: str) -> None:
    """Keep a new link."""
    values = {field: getattr(share, field) for field in Share.__struct_fields__ if field != "record_ids"}
    values |= {"secret_hash": secret_hash, "every_card": share.record_ids is None}
    connection.execute(insert(shares).values(values))
    if share.record_ids is not None:
        rows = [{"share_id": share.share_id, "record_id": record_id} for record_id in share.record_ids]
        connection.execute(insert(share_cards), rows)


def find_share_by_secret(connection: Connection, secret_hash: str) -> Share | None:
    """The link with this secret, open or over."""
    row = connection.execute(select(shares).where(shares.c.secret_hash == secret_hash)).mappings().one_or_none()
    if row is None or not hmac.compare_digest(row["secret_hash"], secret_hash):
        return None
    return _shares_of(connection, [row])[0]


def find_share(connection: Connection, share_id: str) -> Share | None:
    """A link by id."""
    row = connection.execute(select(shares).where(shares.c.share_id == share_id)).mappings().one_or_none()
    return None if row is None else _shares_of(connection, [row])[0]


def read_shares(connection: Connection, *, guardian_id: str, pupil_ids: Collection[str], limit: int) -> list[Share]:
    """The links that a guardian made for these pupils, newest first."""
    statement = (
        select(shares)
        .where(shares.c.guardian_id == guardian_id, shares.c.pupil_id.in_(pupil_ids))
        .order_by(shares.c.created_at.desc(), shares.c.share_id)
        .limit(limit)
    )
    return _shares_of(connection, connection.execute(statement).mappings().all())


def count_in_force(connection: Connection, *, guardian_id: str, now: datetime) -> int:
    """How many links of a guardian have not ended."""
    statement = select(func.count()).select_from(shares)
    return connection.scalar(statement.where(shares.c.guardian_id == guardian_id, *_not_ended(now))) or 0


def revoke(connection: Connection, share_id: str, *, now: datetime) -> None:
    """Revoke a link; an earlier revocation keeps its moment. Browsers in which it stands open ask with each request."""
    connection.execute(
        update(shares).where(shares.c.share_id == share_id, shares.c.revoked_at.is_(None)).values(revoked_at=now)
    )


def take_try(connection: Connection, share_id: str) -> int | None:
    """Use up one try at the passcode; answers how many are used then, None when there is none left.

    One statement: parallel tries cannot share one.
    """
    used: int | None = connection.scalar(
        update(shares)
        .where(shares.c.share_id == share_id, shares.c.passcode_tries < MAX_PASSCODE_TRIES)
        .values(passcode_tries=shares.c.passcode_tries + 1)
        .returning(shares.c.passcode_tries)
    )
    return used


def give_try_back(connection: Connection, share_id: str) -> None:
    """A try with the right passcode is none."""
    connection.execute(
        update(shares).where(shares.c.share_id == share_id).values(passcode_tries=shares.c.passcode_tries - 1)
    )


def count_opening(connection: Connection, share_id: str, *, now: datetime) -> bool:
    """Note that a link in force is opened; False when it is used up, or not in force. One use has one winner."""
    result = connection.execute(
        update(shares)
        .where(shares.c.share_id == share_id, *_not_ended(now), or_(~shares.c.single_use, shares.c.used_at.is_(None)))
        .values(
            used_at=func.coalesce(shares.c.used_at, literal(now, Moment())),
            opened_count=shares.c.opened_count + 1,
            last_opened_at=now,
        )
    )
    return result.rowcount == 1


def insert_view(
    connection: Connection,
    *,
    token_hash: str,
    share_id: str,
    name: str,
    organisation: str | None,
    ends_at: datetime,
    now: datetime,
) -> None:
    """Keep that a link stands open in a browser."""
    connection.execute(
        insert(share_views).values(
            token_hash=token_hash,
            share_id=share_id,
            name=name,
            organisation=organisation,
            opened_at=now,
            ends_at=ends_at,
        )
    )


def find_view(connection: Connection, token_hash: str) -> ShareView | None:
    """The browser with this token, with its link; ended or not."""
    row = connection.execute(select(share_views).where(share_views.c.token_hash == token_hash)).one_or_none()
    share = None if row is None else find_share(connection, row.share_id)
    if row is None or share is None:
        return None
    return ShareView(
        view_id=row.token_hash, share=share, name=row.name, organisation=row.organisation, ends_at=row.ends_at
    )


def read_makers_to_judge(connection: Connection, *, born_until: date, now: datetime) -> list[tuple[str, str]]:
    """Guardian and pupil of every link in force whose maker may have lost the right to read.

    That is: one of their guardianships is barred or has a last day, or the pupil is born on ``born_until`` or earlier.
    """
    tied = and_(guardianships.c.guardian_id == shares.c.guardian_id, guardianships.c.pupil_id == shares.c.pupil_id)
    statement = (
        select(shares.c.guardian_id, shares.c.pupil_id)
        .join_from(shares, pupils, shares.c.pupil_id == pupils.c.pupil_id)
        .join(guardianships, tied, isouter=True)
        .where(
            *_not_ended(now),
            or_(
                guardianships.c.guardianship_id.is_(None),
                guardianships.c.barred_at.is_not(None),
                guardianships.c.valid_until.is_not(None),
                pupils.c.date_of_birth <= born_until,
            ),
        )
        .distinct()
    )
    return [(row.guardian_id, row.pupil_id) for row in connection.execute(statement)]


def end_shares(connection: Connection, *, guardian_id: str, pupil_id: str, now: datetime) -> int:
    """End every link that a guardian made for a pupil, for good."""
    made = (shares.c.guardian_id == guardian_id, shares.c.pupil_id == pupil_id)
    return connection.execute(update(shares).where(*made, *_not_ended(now)).values(ended_at=now)).rowcount


def delete_ended_views(connection: Connection, *, now: datetime) -> int:
    """Forget browsers in which a link stands open no longer."""
    return connection.execute(delete(share_views).where(share_views.c.ends_at <= now)).rowcount


def forget_secrets(connection: Connection, *, ended_before: datetime) -> int:
    """Forget the hashes of links that ended long ago; the rest of the row is history."""
    ended = or_(
        shares.c.expires_at < ended_before, shares.c.revoked_at < ended_before, shares.c.ended_at < ended_before
    )
    forgotten = {"secret_hash": None, "passcode_hash": None}
    statement = update(shares).where(shares.c.secret_hash.is_not(None), ended).values(forgotten)
    return connection.execute(statement).rowcount


def _not_ended(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return shares.c.revoked_at.is_(None), shares.c.ended_at.is_(None), shares.c.expires_at > now


def _shares_of(connection: Connection, rows: Collection[Mapping[Any, Any]]) -> list[Share]:
    some = [row["share_id"] for row in rows if not row["every_card"]]
    cards: dict[str, list[str]] = {share_id: [] for share_id in some}
    statement = select(share_cards).where(share_cards.c.share_id.in_(some)).order_by(share_cards.c.record_id)
    for row in connection.execute(statement) if some else ():
        cards[row.share_id].append(row.record_id)
    fields = [field for field in Share.__struct_fields__ if field != "record_ids"]
    return [
        Share(
            **{field: row[field] for field in fields},
            record_ids=tuple(cards[row["share_id"]]) if row["share_id"] in cards else None,
        )
        for row in rows
    ]
