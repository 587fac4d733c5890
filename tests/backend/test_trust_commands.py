import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.database import Database
from tests.backend.certificates.test_trust_folder import write_root
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, small_city

Hocba = Callable[..., Result]
TYPED = "mật khẩu dài"


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    return WorkingCity(small_city(), database, tmp_path)


def run(*arguments: str, env: dict[str, str], now: datetime = NOW) -> Result:
    words = "".join(f"{TYPED}\n" for _ in range(2))
    return CliRunner().invoke(main, ("trust", *arguments), obj=lambda: now, env=env, input=words)


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout[result.stdout.index("{") :])


def test_trust_list_goes_from_a_new_key_over_the_folder_into_the_city(city: WorkingCity, tmp_path: Path) -> None:
    offline: dict[str, str] = {}
    key, folder = tmp_path / "trust.pem", tmp_path / "trust"
    anchor = told(run("new-key", str(key), "--json", env=offline))["trust_anchor"]
    assert key.stat().st_mode & 0o077 == 0
    assert b"ENCRYPTED" in key.read_bytes()
    here = city.environment | {"HOCBA_TRUST_ANCHOR": anchor}
    words = ("--code", "01", "--vi", 'Sở "Mẫu"', "--en", "Sample")
    assert run("begin", str(folder), *words, env=here).exit_code == 0
    assert "is there already" in run("begin", str(folder), *words, env=here).output
    refused = run("check", str(folder), env=offline)
    assert (refused.exit_code, "names no authority" in refused.output) == (1, True)
    write_root(folder, "official", city.small.schools)
    write_root(folder, "public", city.small.people)
    looked_at = told(run("check", str(folder), "--json", env=offline))
    assert looked_at["department"]["vi"] == 'Sở "Mẫu"'
    assert looked_at["roots"][0]["source"] == "https://ca.example.vn, Nghị định 68, 01/06/2026"
    assert "ca.example.vn" in run("check", str(folder), env=offline).stdout

    first, second = tmp_path / "1.cwt", tmp_path / "2.cwt"
    signing = ("sign", str(folder), "--key", str(key), "--json")
    assert told(run(*signing, "--output", str(first), env=offline))["trust_anchor"] == anchor
    later = NOW + timedelta(minutes=1)
    assert run(*signing, "--output", str(second), env=offline, now=later).exit_code == 0
    lists = told(run("import", str(second), "--json", env=here, now=later))["lists"]
    assert "trust-list" in [one["name"] for one in lists]
    older = run("import", str(first), env=here, now=later)
    assert (older.exit_code, "older" in older.output) == (1, True)


def test_list_of_another_trust_key_is_refused(city: WorkingCity, tmp_path: Path) -> None:
    file = tmp_path / "list.cwt"
    file.write_bytes(city.trust_list())
    refused = run("import", str(file), env=city.environment | {"HOCBA_TRUST_ANCHOR": "0" * 64})
    assert refused.exit_code == 1
