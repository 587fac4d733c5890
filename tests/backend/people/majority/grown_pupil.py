"""A pupil of 18 with parents, at a school."""

from datetime import UTC, date, datetime
from typing import Any

from msgspec import structs

from backend.database import Database
from backend.people.majority.own_account import open_own_account
from backend.people.register_pupils import register_pupils
from backend.people.roster import GuardianEntry, PupilEntry, Relation

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
SCHOOL = "99900003"
CODE = "999308000001"
PLACE = (SCHOOL, "0001")
MOTHER = GuardianEntry(name="Trần Thị Mai", relation=Relation.MOTHER, personal_code="999185000001")
FATHER = GuardianEntry(name="Nguyễn Văn Hùng", relation=Relation.FATHER, personal_code=None)
WORDS: dict[str, Any] = {"evidence": "Đơn của học sinh", "opened_by": "Văn thư"}


def pupil(**changes: Any) -> PupilEntry:
    entry = PupilEntry(
        name="Nguyễn Văn Hùng",
        date_of_birth=date(2008, 5, 31),
        school_code=SCHOOL,
        school_name="Trường THPT Mẫu",
        pupil_code="0001",
        class_group="12A",
        personal_code=CODE,
        guardians=(MOTHER, FATHER),
    )
    return structs.replace(entry, **changes)


class GrownPupil:
    """The pupil's ids, the parents' and that of the pupil's own account."""

    def __init__(self, database: Database, *, now: datetime = NOW) -> None:
        (registered,) = register_pupils(database, [pupil()], now=now)
        mother, father = registered.guardian_ids
        assert registered.pupil_id is not None
        assert mother is not None
        assert father is not None
        self.pupil_id, self.mother, self.father = registered.pupil_id, mother, father
        with database.write() as connection:
            self.own = open_own_account(connection, PLACE, **WORDS, now=now).guardian_id
