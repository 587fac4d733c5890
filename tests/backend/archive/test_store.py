from datetime import timedelta

from backend.archive import store
from backend.database import Database
from tests.backend.archive.cards import NOW, SCHOOL, add_school, received_card
from verifier.registry import ApprovedCertificate, CertificateRole, RegisteredSchool


def _approval(role: CertificateRole = "school", fill: bytes = b"a") -> ApprovedCertificate:
    return ApprovedCertificate(sha256=fill * 32, approved_from=NOW, approved_until=None, role=role)


def test_schools_are_read_with_their_certificates(database: Database) -> None:
    add_school(database)
    add_school(database, "79000002")
    approvals = (_approval(), _approval("manager", b"b"))
    with database.write() as connection:
        for approval in approvals:
            store.insert_certificate(
                connection, school_code=SCHOOL, certificate=b"DER", approval=approval, approved_by="Sở"
            )
    with database.read() as connection:
        assert store.read_schools(connection) == {
            SCHOOL: RegisteredSchool(SCHOOL, "Trường Tiểu học Kim Đồng", approvals),
            "79000002": RegisteredSchool("79000002", "Trường Tiểu học Kim Đồng", ()),
        }


def test_same_approval_twice_is_one(database: Database) -> None:
    add_school(database)
    with database.write() as connection:
        for _ in range(2):
            store.insert_certificate(
                connection, school_code=SCHOOL, certificate=b"DER", approval=_approval(), approved_by="Sở"
            )
        assert len(store.read_schools(connection)[SCHOOL].certificates) == 1


def test_approval_ends_and_its_row_stays(database: Database) -> None:
    add_school(database)
    until = NOW + timedelta(days=1)
    with database.write() as connection:
        store.insert_certificate(
            connection, school_code=SCHOOL, certificate=b"DER", approval=_approval(), approved_by="Sở"
        )
        given = _approval()
        for sha256, expected in ((b"b" * 32, None), (given.sha256, until)):
            store.set_approval_end(
                connection,
                school_code=SCHOOL,
                role=given.role,
                sha256=sha256,
                approved_from=given.approved_from,
                until=until,
            )
            assert store.read_schools(connection)[SCHOOL].certificates[0].approved_until == expected


def test_school_takes_its_new_name(database: Database) -> None:
    add_school(database)
    with database.write() as connection:
        store.insert_school(connection, code=SCHOOL, name="Trường Tiểu học Lê Lợi", now=NOW)
        assert [school.name for school in store.read_schools(connection).values()] == ["Trường Tiểu học Lê Lợi"]


def test_latest_card_is_found_by_pupil_school_and_year(database: Database) -> None:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        store.insert_received_card(connection, card, version=1, replaces=None, now=NOW)
        place = {"school_code": SCHOOL, "pupil_code": card.pupil_code, "school_year": "2025-2026"}
        found = store.find_latest_card(connection, **place)
        assert found is not None
        assert found.record_id == card.record_id
        assert store.find_latest_card(connection, **(place | {"school_year": "2024-2025"})) is None
