import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backend.archive import store as archive_store
from backend.archive.rules import CardState
from backend.city import key_settings
from backend.cli import main
from backend.database import Database
from backend.settings import load_settings
from backend.signing.check_keys import check_keys
from backend.signing.file_keys import ORGANISATION_KEY_FILES
from tests.backend.hsm_city import move_keys_into, save_certificate
from tests.backend.intake.sending import record_id_of, signed_card, transaction
from tests.backend.soft_hsm import SoftHsm
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, small_city

Hocba = Callable[..., Result]
PRODUCTION = {"HOCBA_MODE": "production", "HOCBA_TRUST_ANCHOR": "ab" * 32, "HOCBA_SECRET": "0f" * 16}


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    city = WorkingCity(small_city(), database, tmp_path)
    city.open()
    return city


@pytest.fixture
def hocba(city: WorkingCity) -> Hocba:
    def run(*arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=lambda: NOW, env=city.environment | environment)

    return run


def checked(result: Result) -> dict[str, Any]:
    return {key["name"]: key for key in json.loads(result.stdout)["keys"]}


def test_each_key_in_a_file_signs_and_verifies(hocba: Hocba) -> None:
    result = hocba("keys", "check", "--json")
    assert result.exit_code == 0
    keys = checked(result)
    assert list(keys) == ["capsule", "status", "registry", "pdf_seal"]
    assert {(key["place"], key["code"]) for key in keys.values()} == {("file", None)}


def test_each_key_in_the_hsm_signs_and_verifies_in_production(
    city: WorkingCity, hocba: Hocba, soft_hsm: SoftHsm
) -> None:
    hsm = move_keys_into(soft_hsm, city)
    result = hocba("keys", "check", "--json", **PRODUCTION, **hsm)
    assert result.exit_code == 0, result.stderr
    assert {(key["place"], key["kind"], key["code"]) for key in checked(result).values()} == {("hsm", "p256", None)}
    assert "có / yes" in hocba("keys", "check", **PRODUCTION, **hsm).stdout


def test_each_key_that_cannot_be_used_is_named_beside_those_that_can(
    city: WorkingCity, hocba: Hocba, soft_hsm: SoftHsm
) -> None:
    hsm = move_keys_into(soft_hsm, city)
    certificates = Path(hsm["HOCBA_PKCS11_CERTIFICATES"])
    (certificates / ORGANISATION_KEY_FILES["status"]).unlink()
    save_certificate(certificates / ORGANISATION_KEY_FILES["registry"], city.small.pdf_seal.certificate)
    hsm["HOCBA_PKCS11_KEYS"] += ", capsule=no-such-label"
    result = hocba("keys", "check", "--json", **PRODUCTION, **hsm)
    assert result.exit_code == 1
    assert {name: key["code"] for name, key in checked(result).items()} == {
        "capsule": "hsm_key_missing",
        "status": "certificate_file_missing",
        "registry": "certificate_of_other_key",
        "pdf_seal": None,
    }
    shown = hocba("keys", "check", **PRODUCTION, **hsm)
    assert "no-such-label" in shown.stderr
    assert "[certificate_of_other_key]" in shown.stderr


def test_production_without_an_hsm_has_no_keys(hocba: Hocba) -> None:
    result = hocba("keys", "check", **PRODUCTION)
    assert result.exit_code == 1
    assert "[demo_keys_refused]" in result.stderr
    assert "HOCBA_PKCS11_" in result.stderr


def test_cards_are_issued_by_workers_that_open_the_hsm_themselves(
    city: WorkingCity, hocba: Hocba, soft_hsm: SoftHsm
) -> None:
    hsm = move_keys_into(soft_hsm, city)
    batch = city.folder / "batch.txt"
    batch.write_bytes(transaction(city, signed_card(city, 1), signed_card(city, 2)))
    assert hocba("intake", str(batch), **hsm).exit_code == 0
    result = hocba("issue", "--workers", "2", "--json", **hsm)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["issued"] == 2, result.output
    with city.database.read() as connection:
        card = archive_store.find_card(connection, record_id_of(1))
    assert card is not None
    assert card.state is CardState.ISSUED


def test_key_whose_certificate_has_ended_is_named(city: WorkingCity) -> None:
    settings = key_settings(load_settings(city.environment))
    checked_late = check_keys(settings, NOW + timedelta(days=36_500))
    assert {key.code for key in checked_late} == {"certificate_not_valid_now"}
    assert {key.kind for key in checked_late} == {"p256"}
