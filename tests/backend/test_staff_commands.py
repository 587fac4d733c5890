import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import structs

from backend.accounts import staff_access_of
from backend.city import open_city
from backend.cli import main
from backend.database import Database
from backend.desk.batches.store import find_school_key
from backend.desk.store import find_certificate, teacher_signature_required
from backend.settings import load_settings
from tests.backend.desk.signing_school import SigningSchool
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, SCHOOL_YEAR, TEACHER_CODE, small_city

Hocba = Callable[..., Result]
TEACHER = ("--role", "homeroom_teacher", "--school", SCHOOL_CODE, "--year", SCHOOL_YEAR, "--class", "4A")


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    city = WorkingCity(small_city(), database, tmp_path)
    city.open()
    return city


@pytest.fixture
def hocba(city: WorkingCity) -> Hocba:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ("staff", *arguments), obj=lambda: NOW, env=city.environment)

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_staff_are_invited_listed_and_let_go(hocba: Hocba) -> None:
    invited = told(hocba("invite", "--name", "Lê Thị Hoa", "--personal-code", TEACHER_CODE, *TEACHER, "--json"))
    person_id = invited["person_id"]
    assert len(invited["activation_code"]) == 14
    assert told(hocba("invite-again", person_id, "--json"))["activation_code"] != invited["activation_code"]
    role = told(hocba("give-role", person_id, *TEACHER[:-1], "4B", "--json"))
    assert told(hocba("end-role", person_id, role["role_id"], "--json")) == {"done": True}
    (listed,) = told(hocba("list", "--school", SCHOOL_CODE, "--json"))["people"]
    assert [one["until_at"] is None for one in listed["roles"]] == [True, False]
    assert TEACHER_CODE not in hocba("list", "--school", SCHOOL_CODE).stdout
    unknown = hocba("list", "--school", "99999999")
    assert (unknown.exit_code, "[school_not_found]" in unknown.output) == (1, True)
    assert hocba("deactivate", person_id, "--reason", "Nghỉ").exit_code == 0
    refused = hocba("invite-again", person_id)
    assert refused.exit_code == 1
    assert "This person has left" in refused.output
    assert hocba("reactivate", person_id, "--reason", "Trở lại").exit_code == 0
    assert "(đã nghỉ / left)" not in hocba("list", "--school", SCHOOL_CODE).stdout


def test_a_person_signs_with_the_certificate_that_was_registered_last(hocba: Hocba, city: WorkingCity) -> None:
    person_id = told(hocba("invite", "--name", "Hoa", "--personal-code", TEACHER_CODE, *TEACHER, "--json"))["person_id"]
    path = city.folder / "certificate"
    for encoding, key in ((Encoding.PEM, city.small.school), (Encoding.DER, city.small.manager)):
        path.write_bytes(key.certificate.public_bytes(encoding))
        registered = told(hocba("certificate", person_id, str(path), "--key", "csc:credential-1", "--json"))
        with city.database.read() as connection:
            found = find_certificate(connection, person_id)
        assert found is not None
        assert found.fingerprint == registered["fingerprint"]
        assert found.certificate == key.certificate.public_bytes(Encoding.DER)
        assert found.key_reference == "csc:credential-1"
    path.write_bytes(b"no certificate")
    assert hocba("certificate", person_id, str(path), "--key", "csc:credential-1").exit_code == 1


@pytest.mark.parametrize(("option", "required"), [("--optional", False), ("--required", True)])
def test_a_school_needs_the_teachers_signature_or_not(
    hocba: Hocba, city: WorkingCity, option: str, *, required: bool
) -> None:
    assert hocba("teacher-signature", SCHOOL_CODE, option).exit_code == 0
    with city.database.read() as connection:
        assert teacher_signature_required(connection, SCHOOL_CODE) is required


def test_confirmed_batches_are_signed_and_shown(city: WorkingCity) -> None:
    with closing(open_city(load_settings(city.environment))) as opened:
        keys = staff_access_of(opened)
    school = SigningSchool(city, access=structs.replace(keys, database=city.database))
    school.prepare([1, 2])
    begun = school.begin("teacher")

    def hocba_sign(*options: str) -> Result:
        return CliRunner().invoke(main, ("sign", *options), obj=lambda: NOW, env=city.environment)

    assert told(hocba_sign("--status", "--json")) == {"batches": []}
    school.confirm("teacher", begun)
    assert told(hocba_sign("--status", "--json")) == {"batches": [{"batch_id": begun.batch_id, "waiting": 2}]}
    assert begun.batch_id in hocba_sign("--status").stdout
    school.prepare([2], remark="Khác.")
    in_part = hocba_sign("--json")
    assert in_part.exit_code == 1
    (report,) = json.loads(in_part.stdout)["batches"]
    assert (report["signed"], report["left_out"], report["ended_by"]) == (1, 1, None)
    assert told(hocba_sign("--json")) == {"batches": []}
    assert told(hocba_sign("--evidence", begun.batch_id))["batch_id"] == begun.batch_id
    assert hocba_sign("--evidence", "none").exit_code == 1


def test_a_school_is_given_its_key(hocba: Hocba, city: WorkingCity) -> None:
    path = city.folder / "certificate"
    path.write_bytes(city.small.school.certificate.public_bytes(Encoding.PEM))
    assert hocba("school-key", SCHOOL_CODE, str(path), "--key", "pkcs11:school").exit_code == 0
    with city.database.read() as connection:
        found = find_school_key(connection, SCHOOL_CODE)
    assert found is not None
    assert found.key_reference == "pkcs11:school"
    assert hocba("school-key", "00000000", str(path), "--key", "pkcs11:school").exit_code == 1
