import hashlib
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backend.archive.rules import CardState
from backend.cli import main
from backend.database import Database
from backend.intake.errors import TokenRefusedError
from backend.intake.system_token import verify_token
from backend.people.register_pupils import register_pupils
from backend.people.roster import AlternativeId, AlternativeIdType, PupilEntry
from tests.backend.intake.sending import plain_list, record_id_of, signed_card, transaction
from tests.backend.working_city import PUBLIC_URL, WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, small_city
from verifier.qr import read_pdf_pages
from verifier.verdict import Outcome
from verifier.verify import verify_capsule_text, verify_pdf

Hocba = Callable[..., Result]
REVOKE = ("--reason", "Sai điểm", "--by", "Trần Văn Bình", "--approved-by", "Lê Thị Hoa")


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    city = WorkingCity(small_city(), database, tmp_path)
    city.open()
    return city


@pytest.fixture
def hocba(city: WorkingCity) -> Hocba:
    """The command on that city, by a fixed clock."""

    def run(*arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=lambda: NOW, env=city.environment | environment)

    return run


def _file(city: WorkingCity, content: bytes, name: str = "batch.txt") -> str:
    path = city.folder / name
    path.write_bytes(content)
    return str(path)


def register_pupil(city: WorkingCity, number: int) -> None:
    """Tell the city whose the cards of pupil ``number`` are."""
    entry = PupilEntry(
        name="Nguyễn Thị Bảo Ngọc",
        date_of_birth=date(2016, 3, 9),
        school_code=SCHOOL_CODE,
        school_name="Trường Tiểu học Hoa Sen",
        pupil_code=f"{number:010}",
        class_group="4A",
        personal_code=f"999316{number:06}",
    )
    register_pupils(city.database, [entry], now=NOW)


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_card_goes_the_whole_way_by_commands(city: WorkingCity, hocba: Hocba) -> None:
    file = _file(city, transaction(city, signed_card(city, 1), signed_card(city, 2)))
    (batch,) = _json(hocba("intake", file, "--json"))["batches"]
    assert (batch["file"], batch["accepted"], batch["refused"]) == ("batch.txt", 2, 0)
    assert batch["receipts"][1]["warnings"][0]["code"] == "subject_missing"
    assert _json(hocba("issue", "--workers", "1", "--json")) == {
        "issued": 2,
        "failures": {},
        "stopped_by": None,
        "waiting": 0,
    }
    for command in (("issue", "--workers", "1"), ("issuing", "failures"), ("issuing", "retry")):
        unknown = hocba(*command, "--school", "99999999")
        assert (unknown.exit_code, "[school_not_found]" in unknown.output) == (1, True)
    revoked = _json(hocba("revoke", record_id_of(1), *REVOKE, "--json"))
    assert (revoked["kind"], revoked["list"]["name"]) == ("revoked", "status-list/2025-2026")
    superseded = _json(hocba("revoke", record_id_of(2), *REVOKE, "--superseded", "--json"))
    assert superseded["list"]["sequence"] == revoked["list"]["sequence"] + 1
    status = _json(hocba("status", "--json"))
    assert status["cards"] == {"revoked": 1, "superseded": 1}
    assert status["trust_anchor"] == city.trust_anchor
    recent = [f"status-list/{year}" for year in ("2023-2024", "2024-2025", "2025-2026")]
    assert [signed["name"] for signed in status["lists"]] == ["school-registry", *recent, "trust-list"]


def test_refused_card_is_told_in_both_languages_and_by_the_exit_status(city: WorkingCity, hocba: Hocba) -> None:
    broken = signed_card(city, 1).replace("Chăm chỉ".encode(), "Lười".encode())
    result = hocba("intake", _file(city, plain_list(broken, signed_card(city, 2))))
    assert result.exit_code == 1
    assert "nhận / accepted 1, từ chối / refused 1" in result.stdout
    assert f"#1 · {record_id_of(1)}" in result.stdout
    assert "[xml_data_altered]" in result.stdout
    assert re.search(r"cảnh báo / warning: \d+ × subject_missing", result.stdout)


def test_cards_that_came_before_are_said_to_have(city: WorkingCity, hocba: Hocba) -> None:
    card = signed_card(city, 1)
    hocba("intake", _file(city, plain_list(card)))
    result = hocba("intake", _file(city, plain_list(card, signed_card(city, 2))))
    assert result.exit_code == 0
    assert "nhận / accepted 1, từ chối / refused 0, đã nhận trước đó / received before 1" in result.stdout


def test_unreadable_file_does_not_hold_up_the_next(city: WorkingCity, hocba: Hocba) -> None:
    files = _file(city, b"%PDF-1.7", "a.pdf"), _file(city, plain_list(signed_card(city, 1)), "b.xml")
    result = hocba("intake", *files, "--json")
    assert result.exit_code == 1
    first, second = json.loads(result.stdout)["batches"]
    assert first["error"]["code"] == "batch_not_base64"
    assert set(first["error"]["sentence"]) == {"vi", "en"}
    assert second["accepted"] == 1


def test_file_larger_than_a_transaction_is_refused_unread(city: WorkingCity, hocba: Hocba) -> None:
    path = city.folder / "noise.txt"
    with path.open("wb") as file:
        file.truncate(11 * 1024 * 1024)
    result = hocba("intake", str(path))
    assert result.exit_code == 1
    assert "[batch_too_large]" in result.stderr


def test_configuration_that_is_refused_is_said_whole(hocba: Hocba) -> None:
    result = hocba("status", HOCBA_MODE="production")
    assert result.exit_code == 2
    assert "HOCBA_TRUST_ANCHOR" in result.stderr
    assert "HOCBA_SECRET" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["serve", "status"])
def test_production_refuses_demo_keys(hocba: Hocba, command: str) -> None:
    production = {"HOCBA_MODE": "production", "HOCBA_TRUST_ANCHOR": "ab" * 32, "HOCBA_SECRET": "0f" * 16}
    result = hocba(command, **production)
    assert result.exit_code == 1
    assert "[demo_keys_refused]" in result.stderr


def test_database_that_does_not_answer_is_a_sentence_and_no_trace(hocba: Hocba) -> None:
    result = hocba("status", HOCBA_DATABASE_URL="postgresql://hocba@127.0.0.1:1/city")
    assert result.exit_code == 1
    assert "[database_unavailable]" in result.stderr
    assert "127.0.0.1" not in result.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("revoke", "no such card", *REVOKE), "card_not_found"),
        (("revoke", record_id_of(1), *REVOKE), "card_not_issued"),
        (("token", "99999999", "--system", "SMAS"), "school_not_found"),
    ],
)
def test_refusal_is_a_sentence_and_no_trace(
    city: WorkingCity, hocba: Hocba, arguments: tuple[str, ...], code: str
) -> None:
    assert hocba("intake", _file(city, plain_list(signed_card(city, 1)))).exit_code == 0
    result = hocba(*arguments)
    assert result.exit_code == 1
    assert f"[{code}]" in result.stderr
    assert "Traceback" not in result.output


def test_token_is_shown_once_and_kept_as_a_hash(city: WorkingCity, hocba: Hocba) -> None:
    token = hocba("token", SCHOOL_CODE, "--system", "SMAS").stdout.strip()
    with city.database.read() as connection:
        assert verify_token(connection, token, NOW) == SCHOOL_CODE
        with pytest.raises(TokenRefusedError, match="token_refused"):
            verify_token(connection, token + "x", NOW)
    again = _json(hocba("token", SCHOOL_CODE, "--system", "SMAS", "--end-others", "--json"))
    assert again["ended"] == 1
    with city.database.read() as connection:
        assert verify_token(connection, again["token"], NOW) == SCHOOL_CODE
        with pytest.raises(TokenRefusedError, match="token_refused"):
            verify_token(connection, token, NOW)


def test_newer_trust_list_is_taken_in(city: WorkingCity, hocba: Hocba) -> None:
    file = _file(city, city.trust_list(sequence=7))
    lists = _json(hocba("publish", "--trust-list", file, "--json"))["lists"]
    assert (lists[0]["name"], lists[0]["sequence"]) == ("trust-list", 7)
    assert "[list_older_than_seen]" in hocba("publish", "--trust-list", _file(city, city.trust_list())).stderr


def test_migrate_makes_an_empty_database_ready(tmp_path: Path) -> None:
    environment = {"HOCBA_MODE": "demo", "HOCBA_DATA": str(tmp_path), "HOCBA_DATABASE_URL": ""}
    runner = CliRunner()
    refused = runner.invoke(main, ["serve"], env=environment)
    assert refused.exit_code == 1
    assert "[database_not_migrated]" in refused.stderr
    assert "revision: " in runner.invoke(main, ["migrate"], env=environment).stdout


def test_states_of_status_are_those_of_the_archive(city: WorkingCity, hocba: Hocba) -> None:
    hocba("intake", _file(city, plain_list(signed_card(city, 1))))
    result = hocba("status")
    assert result.exit_code == 0
    assert f"1 × {CardState.MANAGER_SIGNED.value}" in result.stdout
    assert "trust-list: № 1" in result.stdout


def test_port_that_another_program_uses_is_refused(hocba: Hocba) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = hocba("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "[port_taken]" in result.stderr


def test_years_of_a_pupil_are_printed_as_one_pdf(city: WorkingCity, hocba: Hocba, tmp_path: Path) -> None:
    years = {1: "2023-2024", 2: "2024-2025", 3: "2025-2026"}
    cards = [signed_card(city, number, pupil=7, school_year=year) for number, year in years.items()]
    register_pupil(city, 7)
    hocba("intake", _file(city, plain_list(*cards, signed_card(city, 4, pupil=8))))
    assert hocba("issue", "--workers", "1").exit_code == 0
    assert hocba("revoke", record_id_of(2), *REVOKE).exit_code == 0
    output = tmp_path / "career.pdf"
    assert hocba("career", record_id_of(3), "--output", str(output)).exit_code == 0
    printed = output.read_bytes()
    texts = read_pdf_pages(printed)
    lists = city.publisher.verified_lists(NOW).lists
    verdicts = [verify_capsule_text(text, lists=lists, public_url=PUBLIC_URL, now=NOW) for text in texts]
    assert [verdict.verdict for verdict in verdicts] == [Outcome.GENUINE] * 2
    assert [verdict.record.school_year for verdict in verdicts if verdict.record] == ["2023-2024", "2025-2026"]
    whole = verify_pdf(printed, lists=lists, public_url=PUBLIC_URL, now=NOW)
    assert (whole.verdict, whole.intact.codes, whole.record) == (Outcome.UNREADABLE, ("pdf_of_several_years",), None)


def test_file_that_cannot_be_written_is_named_without_a_trace(hocba: Hocba, tmp_path: Path) -> None:
    result = hocba("template", "primary", "-o", str(tmp_path / "no folder" / "mau.xlsx"))
    assert (result.exit_code, "mau.xlsx" in result.stderr) == (1, True)


def test_career_of_one_year_or_of_nobody_known_is_refused(city: WorkingCity, hocba: Hocba, tmp_path: Path) -> None:
    output = str(tmp_path / "career.pdf")
    register_pupil(city, 7)
    hocba("intake", _file(city, plain_list(signed_card(city, 1, pupil=7), signed_card(city, 2, pupil=8))))
    assert hocba("issue", "--workers", "1").exit_code == 0
    for number, sentence in ((1, "At least two issued cards"), (2, "card"), (3, "card")):
        refused = hocba("career", record_id_of(number), "--output", output)
        assert (refused.exit_code, sentence in refused.stderr) == (1, True), refused.stderr
    assert not Path(output).exists()


def test_corrected_card_takes_the_place_of_the_old_one_by_commands(city: WorkingCity, hocba: Hocba) -> None:
    old, new = record_id_of(1), record_id_of(2)
    _json(hocba("intake", _file(city, plain_list(signed_card(city, 1))), "--json"))
    _json(hocba("issue", "--workers", "1", "--json"))
    missing = hocba("replace", old, new, *REVOKE, "--decision", "15/QĐ-UBND")
    assert (missing.exit_code, "decision_document_missing" in missing.stderr) == (1, True)
    paper = _file(city, b"%PDF-1.7 a decision")
    _json(hocba("replace", old, new, *REVOKE, "--decision", "15/QĐ-UBND", "--decision-file", paper, "--json"))
    assert _json(hocba("status", "--json"))["cards"] == {"issued": 1}
    corrected = signed_card(city, 2, pupil=1, name="Nguyễn Thị Bảo Ngân")
    (batch,) = _json(hocba("intake", _file(city, plain_list(corrected)), "--json"))["batches"]
    assert batch["accepted"] == 1
    assert _json(hocba("issue", "--workers", "1", "--json"))["issued"] == 1
    assert _json(hocba("status", "--json"))["cards"] == {"issued": 1, "superseded": 1}
    (recall,) = _json(hocba("recall", "list", "--school", SCHOOL_CODE, "--json"))["recalls"]
    assert (recall["record_id"], recall["replaced_by"], recall["decision_reference"]) == (old, new, "15/QĐ-UBND")
    assert recall["decision_sha256"] == hashlib.sha256(b"%PDF-1.7 a decision").hexdigest()
    assert "[15/QĐ-UBND: đã đính kèm / attached]" in hocba("recall", "list").stdout
    copy = city.folder / "copy.pdf"
    copy.touch(mode=0o644)
    shown = _json(hocba("recall", "decision", recall["recall_id"], "--output", str(copy), "--json"))
    assert (copy.read_bytes(), shown["media_type"]) == (b"%PDF-1.7 a decision", "application/pdf")
    assert copy.stat().st_mode & 0o077 == 0
    again = hocba("recall", "attach", recall["recall_id"], str(copy), "--by", "Trần Văn Bình")
    assert (again.exit_code, shown["sha256"] in again.stderr) == (0, True)


def test_recall_is_asked_for_refused_asked_again_and_agreed_by_commands(city: WorkingCity, hocba: Hocba) -> None:
    record_id = record_id_of(1)
    hocba("intake", _file(city, plain_list(signed_card(city, 1))))
    hocba("issue", "--workers", "1")
    ask = ("recall", "request", record_id, "--reason", "Sai điểm", "--by", "Trần Văn Bình", "--json")
    asked = _json(hocba(*ask))
    assert (asked["state"], asked["approval_needed"]) == ("pending", "school")
    refused = _json(hocba("recall", "refuse", asked["recall_id"], "--reason", "Đúng", "--by", "Lê Thị Hoa", "--json"))
    assert refused["state"] == "refused"
    again = _json(hocba(*ask))
    agreed = _json(hocba("recall", "approve", again["recall_id"], "--by", "Lê Thị Hoa", "--as", "school", "--json"))
    assert agreed["list"]["name"] == "status-list/2025-2026"
    shown = hocba("recall", "list").stdout
    assert "3 refused" in shown
    assert "2 agreed" in shown
    assert _json(hocba("status", "--json"))["cards"] == {"revoked": 1}


def test_missing_code_is_listed_given_and_gone_by_commands(city: WorkingCity, hocba: Hocba) -> None:
    entry = PupilEntry(
        name="Nguyễn Ngọc Lan",
        date_of_birth=date(2015, 9, 5),
        school_code=SCHOOL_CODE,
        school_name="Trường Tiểu học Hoa Sen",
        pupil_code="0001",
        class_group="4A",
        personal_code=None,
        alternative_id=AlternativeId(AlternativeIdType.TEMPORARY, "TAM-0001"),
    )
    register_pupils(city.database, [entry], now=NOW)
    listed = hocba("people", "missing-codes", "--school", SCHOOL_CODE)
    assert "4A  0001  Nguyễn Ngọc Lan  05/09/2015  temporary TAM-0001" in listed.stdout
    words = ("--evidence", "Giấy khai sinh", "--by", "Văn thư")
    merged = hocba("people", "merge", SCHOOL_CODE, "0001", "999315000001", *words)
    assert (merged.exit_code, "[pupil_not_found]" in merged.stderr) == (1, True)
    given = hocba("people", "give-code", SCHOOL_CODE, "0001", "999315000001", *words, "--json")
    assert _json(given)["done"] == "personal_code_given"
    changed = hocba(
        "people",
        "civil-status",
        SCHOOL_CODE,
        "0001",
        "--date-of-birth",
        "06/09/2015",
        "--decision",
        "15/QĐ-UBND",
        "--by",
        "Văn thư",
    )
    assert (changed.exit_code, "[civil_status_changed]" in changed.stderr) == (0, True)
    assert _json(hocba("people", "missing-codes", "--school", SCHOOL_CODE, "--json"))["pupils"] == []


def test_prepared_card_waits_and_is_said_to_be_overdue_by_commands(hocba: Hocba) -> None:
    card = ("prepare", SCHOOL_CODE, "0000000001", "2024-2025", "--grade", "3", "--class", "3A", "--by", "Phạm Thị Mai")
    prepared = _json(hocba(*card, "--missing", "supplementary_lessons", "--json"))
    assert (prepared["state"], prepared["waits_until"]) == ("pending_supplementary", "2025-08-15")
    shown = hocba("waiting", "--school", SCHOOL_CODE).stdout
    assert "supplementary_lessons  → 15/08/2025  QUÁ HẠN / OVERDUE" in shown
    assert "draft" in hocba(*card).stdout
    assert _json(hocba("waiting", "--json")) == {"waiting": []}


@pytest.mark.parametrize(
    "words",
    [
        ("waiting", "--school", "1234"),
        ("prepared", "1234", "2025-2026"),
        ("people", "missing-codes", "--school", "1234"),
    ],
)
def test_list_of_a_school_that_nobody_knows_is_not_empty_but_refused(hocba: Hocba, words: tuple[str, ...]) -> None:
    result = hocba(*words)
    assert (result.exit_code, "[school_not_found]" in result.stderr) == (1, True)


def test_what_a_command_writes_is_read_by_its_own_user_only(tmp_path: Path) -> None:
    environment = os.environ | {"HOCBA_MODE": "demo", "HOCBA_DATA": str(tmp_path / "data")}
    environment.pop("HOCBA_DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-m", "backend", "migrate"], env=environment, check=True, umask=0o022)
    assert done.returncode == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data", *(tmp_path / "data").iterdir())}
    assert (modes["data"], modes["hocba.sqlite"]) == (0o700, 0o600)
