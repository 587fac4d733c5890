"""``hocba-verify`` as a shell calls it: what it prints and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verifier.bad_inputs import BAD_INPUTS
from tests.verifier.qr_photos import photo_of
from tests.verifier.shell import AT, Shell
from tests.verifier.small_city import RECORD_ID, SmallCity, small_city
from verifier.verdict import Outcome


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture
def shell(city: SmallCity, tmp_path: Path) -> Shell:
    return Shell(city, tmp_path)


def test_a_real_process_says_a_genuine_card_in_both_languages(shell: Shell, city: SmallCity) -> None:
    options = ["--trust-anchor", city.trust_anchor, "--lists", str(shell.lists), "--at", AT]
    command = [sys.executable, "-m", "verifier.cli", *options, shell.put("card.pdf", city.sealed_pdf())]
    own = {"HOCBA_CACHE": str(shell.folder / "cache"), "PATH": os.environ["PATH"]}

    ended = subprocess.run(command, capture_output=True, env=own, timeout=60, check=False)

    output = ended.stdout.decode()
    assert ended.returncode == 0, ended.stderr.decode()
    assert output.index("HỢP LỆ") < output.index("GENUINE")
    assert "Nguyễn Thị Bảo Ngọc, sinh 09/03/2016 · lớp 4A · Trường Tiểu học Hoa Sen · năm học 2025-2026" in output
    for line in ("Nguyên vẹn? Có.", "Ai phát hành? Có.", "Còn hiệu lực? Có.", "Intact? Yes.", "Still in force? Yes."):
        assert line in output
    assert ended.stderr == b""


def test_json_of_one_input_is_the_verdict(shell: Shell, city: SmallCity) -> None:
    ended = shell.check("--json", shell.put("card.xml", city.signed_card()))

    verdict = json.loads(ended.stdout)
    assert (ended.exit_code, verdict["verdict"], verdict["input_kind"]) == (0, "genuine", "xml")
    assert set(verdict) == {
        "verdict", "input_kind", "record", "intact", "issuer", "status", "signatures", "checked_at", "lists",
    }  # fmt: skip
    assert "999316000001" not in ended.stdout


def test_several_inputs_give_one_json_object_a_line_in_order(shell: Shell, city: SmallCity) -> None:
    shell.put("a.pdf", city.sealed_pdf())
    shell.put("b.png", photo_of(city.capsule_text()))
    shell.put("c.txt", city.capsule_text().encode())
    shell.put("ignored.docx", b"x")

    ended = shell.check("--json", str(shell.folder / "cards"))

    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [Path(line["input"]).name for line in lines] == ["a.pdf", "b.png", "c.txt"]
    assert {line["verdict"] for line in lines} == {"genuine"}
    assert ended.exit_code == 0


@pytest.mark.parametrize("state", [Outcome.REVOKED, Outcome.SUPERSEDED])
def test_a_withdrawn_card_ends_with_1(shell: Shell, city: SmallCity, state: Outcome) -> None:
    shell.publish(city.lists(**{state.value: [RECORD_ID]}))

    ended = shell.check("--json", shell.put("card.pdf", city.sealed_pdf()))

    assert (ended.exit_code, json.loads(ended.stdout)["verdict"]) == (1, state.value)


def test_an_undetermined_card_ends_with_3_and_with_1_beside_a_bad_one(shell: Shell, city: SmallCity) -> None:
    (shell.lists / "status-list" / "2025-2026").unlink()
    card, noise = shell.put("card.pdf", city.sealed_pdf()), shell.put("noise.pdf", b"\0" * 99)

    assert shell.check(card).exit_code == 3
    assert shell.check(card, noise).exit_code == 1


def test_a_qr_text_is_taken_from_the_command_line_or_the_standard_input(shell: Shell, city: SmallCity) -> None:
    text = city.capsule_text()

    assert shell.check(text).exit_code == 0
    assert shell.check("-", stdin=text.encode()).exit_code == 0
    assert shell.check(text.partition("#")[2]).exit_code == 0
    assert text not in shell.check(text).stdout


def test_all_bad_inputs_at_once_get_their_verdicts(shell: Shell, city: SmallCity) -> None:
    paths = {bad.name: shell.put(bad.name, bad.make(city)) for bad in BAD_INPUTS}

    ended = shell.check("--json", *paths.values())

    verdicts = {Path(line["input"]).name: line for line in map(json.loads, ended.stdout.splitlines())}
    for bad in BAD_INPUTS:
        verdict = verdicts[bad.name]
        said = [*verdict["intact"]["codes"], *verdict["issuer"]["codes"], *verdict["status"]["codes"]]
        assert (verdict["verdict"], bad.code in said) == (bad.outcome.value, True), bad.name
    assert ended.exit_code == 1


def test_fifty_megabytes_of_noise_end_quickly(shell: Shell) -> None:
    path = Path(shell.put("noise.pdf", b"%PDF-1.7\n"))
    with path.open("ab") as file:
        file.truncate(50_000_000)

    ended = shell.check("--json", str(path))

    verdict = json.loads(ended.stdout)
    assert (ended.exit_code, verdict["intact"]["codes"]) == (1, ["input_too_large"])


def test_lists_are_kept_and_used_offline(shell: Shell, city: SmallCity) -> None:
    arguments = ("--trust-anchor", city.trust_anchor, shell.put("card.pdf", city.sealed_pdf()))

    online = shell.run("--lists", str(shell.lists), "--json", *arguments)
    offline = shell.run("--offline", "--json", *arguments)

    assert json.loads(online.stdout)["lists"]["trust_age_seconds"] is not None
    assert json.loads(offline.stdout)["lists"]["trust_age_seconds"] is not None


def test_forged_lists_are_reported_with_each_card_and_conclude_nothing(shell: Shell, city: SmallCity) -> None:
    cards = [shell.put(name, city.sealed_pdf()) for name in ("a.pdf", "b.pdf")]
    arguments = ("--trust-anchor", "0" * 64, "--lists", str(shell.lists), "--at", AT, *cards)

    ended = shell.run(*arguments)
    for_a_program = shell.run("--json", *arguments)

    assert (ended.exit_code, ended.stderr) == (3, "")
    assert [ended.stdout.count(words) for words in ("khóa gốc", "trust anchor")] == [2, 2]
    assert [for_a_program.stderr.count(words) for words in ("khóa gốc", "trust anchor")] == [1, 1]


def test_real_process_says_a_list_that_is_not_reached_once(shell: Shell, city: SmallCity) -> None:
    lists = ["--trust-anchor", city.trust_anchor, "--lists", "http://127.0.0.1:9"]
    cards = [shell.put(name, city.sealed_pdf()) for name in ("a.pdf", "b.pdf")]
    own = {"HOCBA_CACHE": str(shell.folder / "cache"), "PATH": os.environ["PATH"]}

    ended = subprocess.run(
        [sys.executable, "-m", "verifier.cli", *lists, *cards], capture_output=True, env=own, timeout=60, check=False
    )

    said = ended.stderr.decode().splitlines()
    assert [line.partition(":")[0] for line in said] == ["trust-list", "trust-list"]
    assert "could not be fetched" in said[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("--trust-anchor", "HOCBA_TRUST_ANCHOR")),
        (("--trust-anchor", "abc", "x"), ("64 chữ số", "64 hexadecimal")),
        (("--trust-anchor", "0" * 64), ("Cần ít nhất một tệp", "At least one file")),
        (("--trust-anchor", "0" * 64, "nowhere.pdf"), ("Không tìm thấy", "There is no such", "nowhere.pdf")),
        (("--trust-anchor", "0" * 64, "--at", "tomorrow", "-"), ("--at cần", "--at needs")),
        (("--trust-anchor", "0" * 64, "--at", "9999-12-31", "-"), ("--at cần", "--at needs")),
        (("--trust-anchor", "0" * 64, "--at", "0001-01-01", "-"), ("--at cần", "--at needs")),
        (("--trust-anchor", "0" * 64, ""), ("Không tìm thấy", "There is no such")),
        (("--trust-anchor", "0" * 64, "-"), ("--lists", "HOCBA_LISTS")),
        (("--trust-anchor", "0" * 64, "--lists", "nowhere", "-"), ("--lists phải là", "must be an existing folder")),
        (("--trust-anchor", "0" * 64, "--offline", "https://example.org/x.pdf"), ("--offline", "https://example.org")),
        (("--nonsense",), ("--nonsense",)),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(
    shell: Shell, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    ended = shell.run(*arguments)

    assert ended.exit_code == 2
    assert ended.stdout == ""
    for word in words:
        assert word in ended.stderr


def test_an_empty_folder_is_wrong_usage(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    ended = shell.check(str(tmp_path / "empty"))

    assert ended.exit_code == 2
    assert "The folder holds no PDF" in ended.stderr


def test_trust_anchor_and_lists_come_from_the_environment(shell: Shell, city: SmallCity) -> None:
    card = shell.put("card.pdf", city.sealed_pdf())

    ended = shell.run("--at", AT, card, HOCBA_TRUST_ANCHOR=city.trust_anchor.upper(), HOCBA_LISTS=str(shell.lists))

    assert ended.exit_code == 0


def test_a_deep_check_also_reads_the_pages(shell: Shell, city: SmallCity) -> None:
    card = shell.put("card.pdf", city.sealed_pdf())  # a page with its QR, and none of the form

    assert shell.check(card).exit_code == 0
    deep = shell.check("--deep", "--json", card)
    assert (deep.exit_code, json.loads(deep.stdout)["verdict"]) == (1, "altered")
