from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import structs

from backend.access.context import Access
from backend.access.keys import AccessKeys
from backend.access.parents import PARENTS
from backend.access.passkeys import NewPasskey, RelyingParty
from backend.access.store import add_passkey, open_account
from backend.database import Database
from backend.department import letters as letters_module
from backend.department.csv_table import TableRefusedError
from backend.department.letters import LetterChild, class_order, write_letters
from backend.people.guardianship import bar_guardian
from backend.people.majority.own_account import open_own_accounts
from backend.people.register_pupils import register_pupils
from backend.people.roster import GuardianEntry, PupilEntry, Relation

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
SCHOOL = "99900001"


@pytest.fixture
def access(database: Database) -> Access:
    keys = AccessKeys.from_secret("a secret of a test, long enough", realm=PARENTS.name)
    party = RelyingParty("https://hocba.example", "Học bạ số")
    return Access(database=database, keys=keys, relying_party=party, realm=PARENTS)


def guardian(number: int, name: str, relation: Relation = Relation.MOTHER) -> GuardianEntry:
    return GuardianEntry(name=name, relation=relation, personal_code=f"9991850000{number:02}")


def pupil(number: int, name: str, class_group: str, *guardians: GuardianEntry, **changes: Any) -> PupilEntry:
    entry = PupilEntry(
        name=name,
        date_of_birth=date(2015, 9, 5),
        school_code=SCHOOL,
        school_name="Trường Mẫu",
        pupil_code=f"{number:04}",
        class_group=class_group,
        personal_code=f"9993150000{number:02}",
        guardians=guardians,
    )
    return structs.replace(entry, **changes)


def test_letters_come_by_class_and_vietnamese_name_one_a_guardian(access: Access) -> None:
    mother, father = guardian(1, "Mẹ An"), guardian(2, "Cha An", Relation.FATHER)
    register_pupils(
        access.database,
        [
            pupil(1, "Trần An", "10A", guardian(3, "Mẹ Mười")),
            pupil(2, "Nguyễn Văn Đức", "4A", guardian(4, "Mẹ Đức")),
            pupil(3, "Lê Thị Dung", "4A", guardian(5, "Mẹ Dung")),
            pupil(4, "Nguyễn Minh Ân", "4A", mother, father),
            pupil(5, "Nguyễn Minh An", "2B", mother),
            pupil(6, "Ai Đó", "4A", guardian(6, "Trường khác"), school_code="99900002"),
        ],
        now=NOW,
    )
    letters = write_letters(access, school_code=SCHOOL, now=NOW)
    assert [(one.class_group, one.child, one.guardian, one.relation) for one in letters] == [
        ("2B", "Nguyễn Minh An", "Mẹ An", "mother"),
        ("4A", "Nguyễn Minh Ân", "Cha An", "father"),
        ("4A", "Lê Thị Dung", "Mẹ Dung", "mother"),
        ("4A", "Nguyễn Văn Đức", "Mẹ Đức", "mother"),
        ("10A", "Trần An", "Mẹ Mười", "mother"),
    ]
    assert letters[0].children == (LetterChild("Nguyễn Minh An", "2B"), LetterChild("Nguyễn Minh Ân", "4A"))
    of_class = write_letters(access, school_code=SCHOOL, class_group="4A", now=NOW)
    assert [one.guardian for one in of_class] == ["Cha An", "Mẹ An", "Mẹ Dung", "Mẹ Đức"]
    assert of_class[1].children[0] == LetterChild("Nguyễn Minh Ân", "4A")


def test_barred_guardian_gets_a_letter_about_the_other_child_only(access: Access) -> None:
    mother = guardian(1, "Mẹ")
    first, _ = register_pupils(
        access.database, [pupil(1, "Con Một", "1A", mother), pupil(2, "Con Hai", "2A", mother)], now=NOW
    )
    assert first.pupil_id is not None
    assert first.guardian_ids[0] is not None
    bar_guardian(
        access.database,
        pupil_id=first.pupil_id,
        guardian_id=first.guardian_ids[0],
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )
    (letter,) = write_letters(access, school_code=SCHOOL, now=NOW)
    assert (letter.class_group, letter.children) == ("2A", (LetterChild("Con Hai", "2A"),))


def test_pupil_of_18_gets_a_letter_and_the_mother_none(access: Access) -> None:
    register_pupils(
        access.database, [pupil(1, "Con Lớn", "12A", guardian(1, "Mẹ"), date_of_birth=date(2008, 5, 31))], now=NOW
    )
    with access.database.write() as connection:
        open_own_accounts(connection, SCHOOL, evidence="Đơn", opened_by="Văn thư", now=NOW)
    (letter,) = write_letters(access, school_code=SCHOOL, now=NOW)
    assert (letter.guardian, letter.relation, letter.code_known) == ("Con Lớn", "self", True)


def test_pupil_who_is_18_soon_gets_a_letter_beside_the_mothers_and_it_says_from_when(access: Access) -> None:
    with_own = pupil(1, "Con Lớn", "12A", guardian(1, "Mẹ"), date_of_birth=date(2008, 12, 1))
    register_pupils(access.database, [with_own, pupil(2, "Con Nhỏ", "6A", guardian(2, "Cha"))], now=NOW)
    with access.database.write() as connection:
        open_own_accounts(connection, SCHOOL, evidence="Đơn", opened_by="Văn thư", now=NOW)
    letters = write_letters(access, school_code=SCHOOL, now=NOW)
    assert [(one.guardian, one.own_from) for one in letters] == [
        ("Cha", None),
        ("Con Lớn", date(2026, 12, 1)),
        ("Mẹ", None),
    ]
    (own,) = write_letters(access, school_code=SCHOOL, only_own=True, now=NOW)
    assert (own.guardian, own.relation) == ("Con Lớn", "self")
    later = write_letters(access, school_code=SCHOOL, now=datetime(2026, 12, 1, tzinfo=UTC))
    assert [(one.guardian, one.own_from) for one in later] == [("Cha", None), ("Con Lớn", None)]


def test_one_pupils_letters_alone(access: Access) -> None:
    register_pupils(
        access.database,
        [pupil(1, "Một", "1A", guardian(1, "Mẹ Một")), pupil(2, "Hai", "1A", guardian(2, "Mẹ Hai"))],
        now=NOW,
    )
    letters = write_letters(access, school_code=SCHOOL, pupil_code="0002", now=NOW)
    assert [one.guardian for one in letters] == ["Mẹ Hai"]


def test_who_has_a_passkey_gets_a_letter_only_when_a_pupils_are_asked_for(access: Access) -> None:
    (registered,) = register_pupils(
        access.database, [pupil(1, "Một", "1A", guardian(1, "Mẹ Một"), guardian(2, "Bà Một"))], now=NOW
    )
    give_passkey(access, registered.guardian_ids[0] or "")
    assert [one.guardian for one in write_letters(access, school_code=SCHOOL, now=NOW)] == ["Bà Một"]
    again = write_letters(access, school_code=SCHOOL, pupil_code="0001", now=NOW)
    assert [one.guardian for one in again] == ["Bà Một", "Mẹ Một"]
    one = write_letters(access, school_code=SCHOOL, pupil_code="0001", guardian=" mẹ  MỘT", now=NOW)
    assert [letter.guardian for letter in one] == ["Mẹ Một"]


def give_passkey(access: Access, guardian_id: str) -> None:
    new = NewPasskey(
        credential_id=b"id",
        public_key=b"key",
        sign_count=0,
        aaguid="00000000-0000-0000-0000-000000000000",
        backup_eligible=False,
        backed_up=False,
    )
    with access.database.write() as connection:
        open_account(connection, PARENTS.tables, guardian_id, new_user_handle=b"handle", now=NOW)
        add_passkey(connection, PARENTS.tables, new, owner_id=guardian_id, name="Điện thoại", now=NOW)


def test_more_letters_than_one_file_takes_make_no_code(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    register_pupils(access.database, [pupil(1, "Một", "1A", guardian(1, "Mẹ"), guardian(2, "Bà"))], now=NOW)
    monkeypatch.setattr(letters_module, "MAX_LETTERS", 1)
    with pytest.raises(TableRefusedError, match="letters_too_many"):
        write_letters(access, school_code=SCHOOL, now=NOW)
    with access.database.read() as connection:
        assert connection.execute(PARENTS.tables.activation_codes.select()).all() == []


def test_numbers_in_a_classs_name_count_as_numbers() -> None:
    classes = ["10A2", "1A", "10A10", "Lá", "2B", "9A", "10A1"]
    assert sorted(classes, key=class_order) == ["1A", "2B", "9A", "10A1", "10A2", "10A10", "Lá"]
