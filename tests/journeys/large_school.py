"""A school of the demo city with ten classes of forty whose cards wait, as its workbooks would bring them.

One class waits for its homeroom teacher, who signs in the journey; the other nine teachers have signed already, and one
pupil's personal code is still missing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct, structs

from backend.archive.objects import pdf_object_name
from backend.archive.prepared.card import Missing, PreparedCard, last_day_of_waiting
from backend.archive.prepared.store import delete_prepared, put_prepared, read_prepared
from backend.archive.rules import CardState
from backend.archive.store import find_card
from backend.city import City as OpenCity
from backend.city import open_city
from backend.demo.cards import DemoCard, cards_of
from backend.demo.city_files import CityFiles
from backend.demo.schools import (
    CURRENT_YEAR,
    KINDS,
    DemoSchool,
    class_name,
    homeroom_teacher,
    pupils_of,
    school_at,
    schools_of,
)
from backend.demo.standing import school_year
from backend.demo.transactions import unsigned_card
from backend.settings import load_settings
from backend.signing.sign_xml import sign_card
from tests.journeys.city import PUPILS, SEED, City
from verifier.record.card_document import SignerRole

CLASS_SIZE: Final = 40
CLASSES_PER_GRADE: Final = 2
_SEARCHED: Final = 2_000
"""Numbers behind the city's last pupil that hold the rest of its first school."""


class LargeSchool(Struct, frozen=True):
    """Who waits in which class, and who is named as signer."""

    school: DemoSchool
    class_group: str
    """The class that its teacher signs in the journey."""
    records: Mapping[str, tuple[str, ...]]
    """Record ids by class, without the one that still waits."""
    teachers: Mapping[str, str]
    """Name of the homeroom teacher by class."""
    waiting_pupil: str
    """Name of the pupil of this class whose personal code is missing."""

    @property
    def all_records(self) -> list[str]:
        """Of the whole school."""
        return [record_id for records in self.records.values() for record_id in records]


def fill_school(city: City, *, class_group: str) -> LargeSchool:
    """Let four hundred and one cards of the city's first school wait."""
    school = school_at(SEED, schools_of(PUPILS)[0])
    classes = _classes(school)
    now = datetime.now(UTC)
    waiting, *_ = _more_cards(school, class_group)
    with opened(city) as open_city_, open_city_.database.write() as connection:
        year = school_year(CURRENT_YEAR)
        for there in read_prepared(connection, school_code=school.code, school_year=year):
            delete_prepared(connection, school_code=school.code, pupil_code=there.pupil_code, school_year=year)
        pki = CityFiles(open_city_.settings).pki
        for name, cards in classes.items():
            key = pki.teacher_key(school, cards[0].teacher, now=now)
            for card in cards:
                prepared = _prepared(card, now=now)
                if name != class_group and prepared.xml is not None:
                    code = card.teacher.personal_code
                    xml = sign_card(
                        prepared.xml, role=SignerRole.HOMEROOM_TEACHER, key=key, personal_code=code, now=now
                    )
                    prepared = structs.replace(prepared, xml=xml, state=CardState.TEACHER_SIGNED)
                put_prepared(connection, prepared)
        put_prepared(connection, _prepared(waiting, missing=(Missing.PERSONAL_CODE,), now=now))
    return LargeSchool(
        school=school,
        class_group=class_group,
        records={name: tuple(card.record.transcript.record_id for card in cards) for name, cards in classes.items()},
        teachers={name: cards[0].teacher.name for name, cards in classes.items()},
        waiting_pupil=waiting.record.transcript.name,
    )


def issued_pdfs(city: City, records: list[str]) -> dict[str, bytes]:
    """The issued PDFs as they are kept."""
    found = {}
    with opened(city) as open_city_, open_city_.database.read() as connection:
        for record_id in records:
            card = find_card(connection, record_id)
            assert card is not None, record_id
            assert card.pdf_sha256 is not None, record_id
            found[record_id] = open_city_.objects.get(pdf_object_name(record_id), expected_sha256=card.pdf_sha256)
    return found


@contextmanager
def opened(city: City) -> Iterator[OpenCity]:
    """The city's parts, in this process."""
    open_city_ = open_city(load_settings(city.environment))
    try:
        yield open_city_
    finally:
        open_city_.close()


def _classes(school: DemoSchool) -> dict[str, list[DemoCard]]:
    """Ten classes of forty: the school's pupils behind the city's own, dealt out grade by grade."""
    facts = KINDS[school.key.kind]
    by_grade: dict[int, list[DemoCard]] = {grade: [] for grade in range(facts.first_grade, facts.last_grade + 1)}
    for card in _cards_behind_the_city(school):
        by_grade[card.record.transcript.grade].append(card)
    classes = {}
    for grade, cards in by_grade.items():
        for number in range(1, CLASSES_PER_GRADE + 1):
            start = (number - 1) * CLASS_SIZE
            seated = cards[start : start + CLASS_SIZE]
            assert len(seated) == CLASS_SIZE, (grade, len(cards))
            name = class_name(school.key.kind, grade, number)
            classes[name] = [_in_class(card, school, grade, number) for card in seated]
    return classes


def _more_cards(school: DemoSchool, class_group: str) -> list[DemoCard]:
    """Cards of the grade for which the ten classes have no seat, put into this class."""
    grade, number = int(class_group[0]), int(class_group[2:])
    cards = [card for card in _cards_behind_the_city(school) if card.record.transcript.grade == grade]
    return [_in_class(card, school, grade, number) for card in cards[CLASSES_PER_GRADE * CLASS_SIZE :]]


def _cards_behind_the_city(school: DemoSchool) -> Iterator[DemoCard]:
    year = school_year(CURRENT_YEAR)
    for number in pupils_of(school.key, PUPILS + _SEARCHED):
        if number < PUPILS:
            continue
        for card in cards_of(SEED, number):
            if card.record.transcript.school_year == year and card.record.pupil.personal_code is not None:
                yield card


def _in_class(card: DemoCard, school: DemoSchool, grade: int, number: int) -> DemoCard:
    teacher = homeroom_teacher(SEED, school.key, grade, number)
    record = structs.replace(
        card.record,
        transcript=structs.replace(card.record.transcript, class_group=class_name(school.key.kind, grade, number)),
        signers=structs.replace(card.record.signers, homeroom_teacher_name=teacher.name),
    )
    return structs.replace(card, record=record, teacher=teacher)


def _prepared(card: DemoCard, *, missing: tuple[Missing, ...] = (), now: datetime) -> PreparedCard:
    transcript = card.record.transcript
    values: dict[str, Any] = {
        "waits_until": last_day_of_waiting(missing, school_year=transcript.school_year, grade=transcript.grade),
        "state": CardState.PENDING_SUPPLEMENTARY if missing else CardState.DRAFT,
    }
    return PreparedCard(
        record_id=transcript.record_id,
        school_code=transcript.school_code,
        pupil_code=card.record.pupil.pupil_code,
        school_year=transcript.school_year,
        personal_code=None if missing else card.record.pupil.personal_code,
        name=transcript.name,
        date_of_birth=transcript.date_of_birth,
        grade=transcript.grade,
        class_group=transcript.class_group,
        missing=missing,
        xml=unsigned_card(card),
        prepared_by="journey",
        prepared_at=now,
        **values,
    )
