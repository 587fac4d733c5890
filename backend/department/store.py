"""The SQL of what a department prints, over the people's tables."""

from msgspec import Struct
from sqlalchemy import Connection, select

from backend.people.tables import guardians, guardianships, pupils


class SchoolGuardian(Struct, frozen=True):
    """A guardian of a school's pupil, with that pupil."""

    guardian_id: str
    guardian: str
    child: str
    class_group: str


def guardians_of_school(
    connection: Connection, school_code: str, *, class_group: str | None = None
) -> list[SchoolGuardian]:
    """Guardians of the pupils whom a school has today, ended and barred ones too, by class and pupil."""
    statement = (
        select(guardians.c.guardian_id, guardians.c.name, pupils.c.name, pupils.c.class_group)
        .join_from(guardianships, guardians)
        .join(pupils, pupils.c.pupil_id == guardianships.c.pupil_id)
        .where(pupils.c.school_code == school_code)
        .order_by(pupils.c.class_group, pupils.c.pupil_code, guardians.c.guardian_id)
    )
    if class_group is not None:
        statement = statement.where(pupils.c.class_group == class_group)
    return [SchoolGuardian(*row) for row in connection.execute(statement)]
