"""The SQL of pupils who come of age. Every function works in the caller's transaction."""

from collections.abc import Collection
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import Connection, select, update

from backend.people.rules import OWN_RELATION
from backend.people.tables import guardianships, pupils


class AdultToBe(Struct, frozen=True, kw_only=True):
    """A pupil with what an account of their own is made of."""

    pupil_id: str
    pupil_code: str
    name: str
    personal_code: str | None
    date_of_birth: date


def find_pupil(connection: Connection, pupil_id: str) -> AdultToBe:
    """A pupil who is registered."""
    row = connection.execute(select(*_COLUMNS).where(pupils.c.pupil_id == pupil_id)).mappings().one()
    return AdultToBe(**row)


def pupils_born_until(connection: Connection, school_code: str, *, last_day: date) -> list[AdultToBe]:
    """Pupils whom a school has today, born on ``last_day`` or before, who are not tied to themselves yet."""
    own = select(guardianships.c.pupil_id).where(guardianships.c.relation == OWN_RELATION)
    statement = (
        select(*_COLUMNS)
        .where(pupils.c.school_code == school_code, pupils.c.date_of_birth <= last_day, pupils.c.pupil_id.not_in(own))
        .order_by(pupils.c.class_group, pupils.c.pupil_code)
    )
    return [AdultToBe(**row) for row in connection.execute(statement).mappings()]


def set_consent(connection: Connection, guardianship_ids: Collection[str], *, given_at: datetime | None) -> None:
    """Write since when the pupil agrees to these guardianships; None takes the consent back."""
    connection.execute(
        update(guardianships)
        .where(guardianships.c.guardianship_id.in_(guardianship_ids))
        .values(pupil_consent_at=given_at)
    )


_COLUMNS = tuple(pupils.c[field] for field in AdultToBe.__struct_fields__)
