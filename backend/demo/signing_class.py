"""A class of each school whose cards wait for signatures, with a teacher, a manager and a clerk to try it with.

Its pupils come behind the city's own, so that nothing of the city changes by what is signed here.
"""

from collections import Counter
from datetime import datetime
from itertools import islice
from typing import Final, Literal

import msgspec
from msgspec import Struct

from backend.access.context import Access
from backend.archive.prepared.card import PreparedCard
from backend.archive.prepared.store import put_prepared, read_prepared_of_year
from backend.archive.rules import CardState
from backend.archive.store import find_latest_card
from backend.demo.cards import DemoCard, cards_of
from backend.demo.city_files import CityFiles, write_whole
from backend.demo.schools import CURRENT_YEAR, DemoSchool, SchoolKey, Teacher, clerk, school_at, schools_of, seat_of
from backend.demo.standing import school_year
from backend.demo.transactions import unsigned_card
from backend.desk.invite_staff import invite_again, invite_staff
from backend.desk.person import NewRole
from backend.desk.register_certificate import register_certificate, register_school_key
from backend.desk.rules import Actor, StaffRole
from backend.signing.keys import SigningKey

CLASS_SIZE: Final = 6
"""Cards that wait in each school."""
SEARCHED: Final = 2_500
"""Numbers behind the city's last pupil among which a class is found: 100 rounds of the pattern of schools."""
_OPERATOR = Actor("hocba demo", is_operator=True)

SigningRole = Literal["homeroom_teacher", "manager", "clerk"]


class StaffLetter(Struct, frozen=True):
    """An invitation to try; everything about the person is invented."""

    role: SigningRole
    name: str
    personal_code: str
    school_name: str
    class_group: str
    """The class that waits."""
    person_id: str
    activation_code: str
    expires_at: datetime


def waiting_class(seed: int, pupils: int, school: SchoolKey) -> tuple[DemoCard, ...]:
    """This year's cards of a class behind the city's last pupil; none where the school is full."""
    seats = {number: seat_of(number) for number in range(pupils, pupils + SEARCHED)}
    sizes = Counter(seat for seat in seats.values() if seat.school == school)
    if not sizes:
        return ()
    ((largest, _),) = sizes.most_common(1)
    year = school_year(CURRENT_YEAR)
    cards = (
        card
        for number, seat in seats.items()
        if seat == largest
        for card in cards_of(seed, number)
        if card.record.transcript.school_year == year and card.record.pupil.personal_code is not None
    )
    return tuple(islice(cards, CLASS_SIZE))


def register_signing(
    access: Access, files: CityFiles, *, seed: int, pupils: int, now: datetime
) -> tuple[StaffLetter, ...]:
    """Let a class of each school wait, and invite who signs; a second time only reads the invitations."""
    if files.staff.exists():
        return read_staff_letters(files)
    letters: list[StaffLetter] = []
    for key in schools_of(pupils):
        cards = waiting_class(seed, pupils, key)
        if cards:
            _let_wait(access, cards, now=now)
            letters += _invite(access, files, school_at(seed, key), cards[0], clerk(seed, key), now=now)
    write_whole(files.staff, msgspec.json.format(msgspec.json.encode(letters), indent=1))
    return tuple(letters)


def read_staff_letters(files: CityFiles) -> tuple[StaffLetter, ...]:
    """The invitations as they were written; none in a city that was made before there were any."""
    if not files.staff.exists():
        return ()
    return msgspec.json.decode(files.staff.read_bytes(), type=tuple[StaffLetter, ...])


def replace_staff_letter(access: Access, letter: StaffLetter, *, now: datetime) -> StaffLetter:
    """The invitation with a new code; the old code ends."""
    code = invite_again(access, actor=_OPERATOR, person_id=letter.person_id, now=now)
    return msgspec.structs.replace(letter, activation_code=code.code, expires_at=code.expires_at)


def _let_wait(access: Access, cards: tuple[DemoCard, ...], *, now: datetime) -> None:
    transcript = cards[0].record.transcript
    school_code, year = transcript.school_code, transcript.school_year
    with access.database.write() as connection:
        there = read_prepared_of_year(connection, school_code=school_code, school_year=year)
        for card in cards:
            pupil_code = card.record.pupil.pupil_code
            signed = find_latest_card(connection, school_code=school_code, pupil_code=pupil_code, school_year=year)
            if pupil_code not in there and signed is None:
                put_prepared(connection, _prepared(card, now=now))


def _prepared(card: DemoCard, *, now: datetime) -> PreparedCard:
    record = card.record
    return PreparedCard(
        record_id=record.transcript.record_id,
        school_code=record.transcript.school_code,
        pupil_code=record.pupil.pupil_code,
        school_year=record.transcript.school_year,
        personal_code=record.pupil.personal_code,
        name=record.transcript.name,
        date_of_birth=record.transcript.date_of_birth,
        grade=record.transcript.grade,
        class_group=record.transcript.class_group,
        state=CardState.DRAFT,
        missing=(),
        waits_until=None,
        xml=unsigned_card(card),
        prepared_by=_OPERATOR.label,
        prepared_at=now,
    )


def _invite(
    access: Access, files: CityFiles, school: DemoSchool, card: DemoCard, keeper: Teacher, *, now: datetime
) -> list[StaffLetter]:
    folder = f"file:schools/{school.code}"
    teacher_key = files.pki.teacher_key(school, card.teacher, now=now)
    register_school_key(
        access,
        actor=_OPERATOR,
        school_code=school.code,
        certificate=files.pki.school_key(school, now=now).certificate,
        key_reference=f"{folder}/school.pem",
        now=now,
    )
    people: tuple[tuple[SigningRole, Teacher, SigningKey | None, str], ...] = (
        ("homeroom_teacher", card.teacher, teacher_key, f"{folder}/teacher-{card.teacher.place:02d}.pem"),
        ("manager", card.manager, files.pki.manager_key(school, now=now), f"{folder}/manager.pem"),
        ("clerk", keeper, None, ""),
    )
    letters = []
    for role, person, key, reference in people:
        letter = _letter(access, school, card, role, person, now=now)
        if key is not None:
            register_certificate(
                access,
                actor=_OPERATOR,
                person_id=letter.person_id,
                certificate=key.certificate,
                key_reference=reference,
                now=now,
            )
        letters.append(letter)
    return letters


def _letter(
    access: Access, school: DemoSchool, card: DemoCard, role: SigningRole, person: Teacher, *, now: datetime
) -> StaffLetter:
    transcript = card.record.transcript
    given = NewRole(
        role=StaffRole(role),
        school_code=school.code,
        school_year=transcript.school_year,
        class_group=transcript.class_group if role == "homeroom_teacher" else None,
        on_behalf=role == "manager" and person.title != "Hiệu trưởng",
    )
    invited = invite_staff(
        access, actor=_OPERATOR, name=person.name, personal_code=person.personal_code, given=given, now=now
    )
    code = invited.invitation or invite_again(access, actor=_OPERATOR, person_id=invited.person.person_id, now=now)
    return StaffLetter(
        role=role,
        name=person.name,
        personal_code=person.personal_code,
        school_name=school.name,
        class_group=transcript.class_group,
        person_id=invited.person.person_id,
        activation_code=code.code,
        expires_at=code.expires_at,
    )
