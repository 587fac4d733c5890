"""The SQL of matching. Every function works in the caller's transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, insert, or_, select, tuple_, update

from backend.people.matching.rules import CardIdentity, KnownPupil, PupilMatch
from backend.people.tables import card_links, pupils, school_places

Place = tuple[str, str]
"""(school code, pupil code)."""
AlternativeIdentity = tuple[str, str]
"""(type, value) of an identity other than the personal code."""
SchoolIdentity = tuple[str, str, str, str]
"""(school code, type, value, pupil's name) of an identity that one school made up, and may give out again."""


def pupils_by_personal_code(connection: Connection, codes: Collection[str]) -> dict[str, KnownPupil]:
    """Registered pupils with these personal codes."""
    rows = connection.execute(select(*_KNOWN_COLUMNS).where(pupils.c.personal_code.in_(codes))).mappings()
    return {row["personal_code"]: _known(row) for row in rows}


def pupils_by_place(connection: Connection, places: Collection[Place]) -> dict[Place, KnownPupil]:
    """Registered pupils whom a school knows, or knew, under its own code."""
    rows = connection.execute(
        select(*_KNOWN_COLUMNS, school_places.c.school_code, school_places.c.pupil_code)
        .join_from(school_places, pupils)
        .where(tuple_(school_places.c.school_code, school_places.c.pupil_code).in_(places))
    ).mappings()
    return {(row["school_code"], row["pupil_code"]): _known(row) for row in rows}


def pupils_by_alternative_id(
    connection: Connection, identities: Collection[AlternativeIdentity]
) -> dict[AlternativeIdentity, KnownPupil]:
    """Registered pupils with these passports or foreigners' numbers."""
    columns = (pupils.c.alternative_id_type, pupils.c.alternative_id)
    rows = connection.execute(
        select(*_KNOWN_COLUMNS).where(tuple_(*columns).in_(identities)).order_by(pupils.c.registered_at)
    ).mappings()
    return {(row["alternative_id_type"], row["alternative_id"]): _known(row) for row in rows}


def pupils_by_school_identity(
    connection: Connection, identities: Collection[SchoolIdentity]
) -> dict[SchoolIdentity, KnownPupil]:
    """Registered pupils with an identity that means something only at the school where they are today."""
    columns = (pupils.c.school_code, pupils.c.alternative_id_type, pupils.c.alternative_id, pupils.c.name)
    rows = connection.execute(
        select(*_KNOWN_COLUMNS, *columns).where(tuple_(*columns).in_(identities)).order_by(pupils.c.registered_at)
    ).mappings()
    return {
        (row["school_code"], row["alternative_id_type"], row["alternative_id"], row["name"]): _known(row)
        for row in rows
    }


def places_of_pupil(connection: Connection, pupil_id: str) -> list[Place]:
    """Every school's own code that a pupil has or had."""
    statement = select(school_places.c.school_code, school_places.c.pupil_code)
    rows = connection.execute(statement.where(school_places.c.pupil_id == pupil_id))
    return [(row.school_code, row.pupil_code) for row in rows]


def card_ids_of_pupils(connection: Connection, pupil_ids: Collection[str]) -> dict[str, list[str]]:
    """Record ids of every card tied to these pupils, by pupil."""
    found: dict[str, list[str]] = {pupil_id: [] for pupil_id in pupil_ids}
    rows = connection.execute(
        select(card_links.c.pupil_id, card_links.c.record_id).where(card_links.c.pupil_id.in_(pupil_ids))
    )
    for pupil_id, record_id in rows:
        found[pupil_id].append(record_id)
    return found


def find_card_match(connection: Connection, record_id: str) -> PupilMatch | None:
    """How a card was matched; None when it was never seen here."""
    row = connection.execute(
        select(card_links.c.pupil_id, card_links.c.linked_by, card_links.c.conflict).where(
            card_links.c.record_id == record_id
        )
    ).one_or_none()
    return None if row is None else PupilMatch(pupil_id=row.pupil_id, linked_by=row.linked_by, conflict=row.conflict)


def insert_card_link(connection: Connection, card: CardIdentity, match: PupilMatch, *, now: datetime) -> None:
    """Keep a card and whose it is."""
    connection.execute(
        insert(card_links).values(
            record_id=card.record_id,
            personal_code=card.personal_code,
            school_code=card.school_code,
            pupil_code=card.pupil_code,
            date_of_birth=card.date_of_birth,
            **_match_values(match, now),
        )
    )


def waiting_cards(
    connection: Connection, *, personal_codes: Collection[str], places: Collection[Place]
) -> list[CardIdentity]:
    """Cards without a pupil that one of these identities may claim."""
    rows = connection.execute(
        select(
            card_links.c.record_id,
            card_links.c.personal_code,
            card_links.c.school_code,
            card_links.c.pupil_code,
            card_links.c.date_of_birth,
        ).where(
            and_(
                card_links.c.pupil_id.is_(None),
                or_(
                    card_links.c.personal_code.in_(personal_codes),
                    tuple_(card_links.c.school_code, card_links.c.pupil_code).in_(places),
                ),
            )
        )
    ).mappings()
    return [CardIdentity(**row) for row in rows]


def set_card_match(connection: Connection, record_id: str, match: PupilMatch, *, now: datetime) -> None:
    """Tie a waiting card to its pupil, or note the conflict."""
    connection.execute(
        update(card_links)
        .where(card_links.c.record_id == record_id, card_links.c.pupil_id.is_(None))
        .values(**_match_values(match, now))
    )


def _match_values(match: PupilMatch, now: datetime) -> dict[str, Any]:
    return {
        "pupil_id": match.pupil_id,
        "linked_by": match.linked_by,
        "conflict": match.conflict,
        "linked_at": now if match.pupil_id else None,
    }


_KNOWN_COLUMNS = tuple(pupils.c[field] for field in KnownPupil.__struct_fields__)


def _known(row: RowMapping) -> KnownPupil:
    return KnownPupil(**{field: row[field] for field in KnownPupil.__struct_fields__})
