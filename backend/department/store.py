"""The SQL of what a department prints, over the people's tables."""

from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, select

from backend.people.tables import guardians, guardianships, pupils


class SchoolGuardian(Struct, frozen=True, kw_only=True):
    """A guardian of a school's pupil, with that pupil."""

    guardian_id: str
    guardian: str
    personal_code: str | None
    relation: str
    pupil_id: str
    pupil_code: str
    child: str
    class_group: str
    date_of_birth: date
    """The pupil's."""


def guardians_of_school(connection: Connection, school_code: str) -> list[SchoolGuardian]:
    """Guardians of the pupils whom a school has today, ended and barred ones too; one row for each tie."""
    statement = (
        select(
            guardians.c.guardian_id,
            guardians.c.name.label("guardian"),
            guardians.c.personal_code,
            guardianships.c.relation,
            pupils.c.pupil_id,
            pupils.c.pupil_code,
            pupils.c.name.label("child"),
            pupils.c.class_group,
            pupils.c.date_of_birth,
        )
        .join_from(guardianships, guardians)
        .join(pupils, pupils.c.pupil_id == guardianships.c.pupil_id)
        .where(pupils.c.school_code == school_code)
        .order_by(guardianships.c.valid_from)
    )
    return [SchoolGuardian(**row) for row in connection.execute(statement).mappings()]
