"""Which pupils of a school lack a personal code: what it works through with the police of the ward."""

from sqlalchemy import Connection

from backend.people import store
from backend.people.names import vietnamese_sort_key


def missing_codes(connection: Connection, *, school_code: str) -> list[store.PupilWithoutCode]:
    """The school's pupils without a personal code, by class and in the Vietnamese order of names."""
    found = store.pupils_without_code(connection, school_code)
    return sorted(found, key=lambda pupil: (pupil.class_group, vietnamese_sort_key(pupil.name), pupil.pupil_code))
