"""Which pupils of a school lack a personal code: what it works through with the police of the ward."""

from sqlalchemy import Connection

from backend.archive.card import StoredCard
from backend.archive.prepared.card import PreparedCard
from backend.archive.prepared.store import read_without_code
from backend.archive.store import read_cards_without_code
from backend.people import store
from backend.people.matching.store import pupils_by_place
from backend.people.names import SortKey, vietnamese_sort_key


def missing_codes(connection: Connection, *, school_code: str) -> list[store.PupilWithoutCode]:
    """The school's pupils without a personal code, by class and in the Vietnamese order of names.

    Those of its register, and those whom only a prepared or a received card knows. Where the register knows a pupil by
    the school's own code, the register's word counts.
    """
    found = {pupil.pupil_code: pupil for pupil in store.pupils_without_code(connection, school_code)}
    by_card = [_of_card(card) for card in read_without_code(connection, school_code)]
    by_card += [_of_card(card) for card in read_cards_without_code(connection, school_code)]
    known = pupils_by_place(connection, {(school_code, pupil.pupil_code) for pupil in by_card})
    for pupil in by_card:
        if (school_code, pupil.pupil_code) not in known:
            found.setdefault(pupil.pupil_code, pupil)
    return sorted(found.values(), key=_by_class_and_name)


def _of_card(card: PreparedCard | StoredCard) -> store.PupilWithoutCode:
    return store.PupilWithoutCode(
        pupil_code=card.pupil_code,
        name=card.name,
        date_of_birth=card.date_of_birth,
        class_group=card.class_group,
        alternative_id_type=None,
        alternative_id=None,
    )


def _by_class_and_name(pupil: store.PupilWithoutCode) -> tuple[str, SortKey, str]:
    """A pupil without a name comes first."""
    return pupil.class_group, vietnamese_sort_key(pupil.name or ""), pupil.pupil_code
