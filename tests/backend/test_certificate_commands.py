import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding

from backend.archive.store import insert_school
from backend.cli import main
from backend.database import Database
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, small_city

Hocba = Callable[..., Result]


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    city = WorkingCity(small_city(), database, tmp_path)
    city.publisher.take_trust_list(city.trust_list(), NOW)
    with database.write() as connection:
        insert_school(connection, code=SCHOOL_CODE, name="Trường Tiểu học Hoa Sen", now=NOW)
    return city


@pytest.fixture
def hocba(city: WorkingCity) -> Hocba:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ("certificate", *arguments), obj=lambda: NOW, env=city.environment)

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def approvals(city: WorkingCity) -> list[tuple[str, bool]]:
    registry = city.publisher.verified_lists(NOW).lists.registry
    assert registry is not None
    return [(entry.role, entry.approved_at(NOW)) for entry in registry.schools[SCHOOL_CODE].certificates]


def test_certificate_is_registered_approved_and_withdrawn(hocba: Hocba, city: WorkingCity, tmp_path: Path) -> None:
    file = tmp_path / "school.pem"
    file.write_bytes(city.small.school.certificate.public_bytes(Encoding.PEM))
    words = ("--role", "school", "--kind", "USB_TOKEN", "--by", "Văn thư", "--json")
    registered = told(hocba("register", SCHOOL_CODE, str(file), *words))
    assert approvals(city) == []
    one = registered["registration_id"]
    approved = told(hocba("approve", one, "--by", "Sở", "--from", "2026-06-01", "--until", "30/06/2026", "--json"))
    assert (approved["state"], approved["approved_until"]) == ("approved", "2026-06-30T23:59:59+07:00")
    assert approvals(city) == [("school", True)]
    listed = told(hocba("list", "--school", SCHOOL_CODE, "--state", "approved", "--json"))["certificates"]
    assert [row["registration_id"] for row in listed] == [one]
    withdrawn = ("--by", "Sở", "--reason", "Mất USB", "--since", "2026-06-10", "--json")
    assert told(hocba("withdraw", one, *withdrawn))["state"] == "withdrawn"
    assert approvals(city) == [("school", False)]
    assert [event["state"] for event in told(hocba("show", one, "--json"))["history"]] == [
        "registered",
        "approved",
        "withdrawn",
    ]


def test_refusal_is_said_in_both_languages(hocba: Hocba, tmp_path: Path) -> None:
    file = tmp_path / "school.pem"
    file.write_bytes(small_city().stranger.certificate.public_bytes(Encoding.PEM))
    words = ("--role", "school", "--kind", "USB_TOKEN", "--by", "Văn thư")
    refused = hocba("register", SCHOOL_CODE, str(file), *words)
    assert refused.exit_code == 1
    assert "danh sách tin cậy" in refused.output
    assert "ask the department" in refused.output


def test_ended_certificate_and_refused_one_are_listed(hocba: Hocba, city: WorkingCity, tmp_path: Path) -> None:
    for number, key in enumerate((city.small.school, city.small.schools.issue("Dấu mới"))):
        (tmp_path / f"{number}.der").write_bytes(key.certificate.public_bytes(Encoding.DER))
    words = ("--role", "school", "--kind", "REMOTE_SIGNING", "--by", "Văn thư", "--json")
    first, second = (
        told(hocba("register", SCHOOL_CODE, str(tmp_path / f"{number}.der"), *words))["registration_id"]
        for number in (0, 1)
    )
    assert hocba("refuse", second, "--by", "Sở", "--reason", "Sai tên").exit_code == 0
    assert hocba("approve", first, "--by", "Sở").exit_code == 0
    assert hocba("end", first, "--by", "Sở", "--reason", "Thay chứng thư số").exit_code == 0
    output = hocba("list").stdout
    assert ("ended" in output, "refused" in output) == (True, True)
    assert "Sai tên" in hocba("show", second).stdout
