"""Tests about the repository itself: the habits that no linter knows."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 400
MAX_TEST_LINES = 600
GENERATED = {ROOT / "pwa/src/api/openApi.ts"}
"""Nobody reads these: a program writes them."""
REFUSED_NAMES = {"utils", "helpers", "common", "manager", "lib", "base", "misc"}


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / line for line in listed.splitlines() if line.endswith(suffixes) and (ROOT / line).exists()]


def test_no_file_grows_past_what_one_reads_in_a_sitting() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked(".py", ".ts", ".tsx")
        if path not in GENERATED
        and (lines := len(path.read_text(encoding="utf-8").splitlines()))
        > (MAX_TEST_LINES if "tests" in path.parts or ".test." in path.name else MAX_FILE_LINES)
    }
    assert too_long == {}


def test_no_module_is_named_after_nothing() -> None:
    assert [path for path in tracked(".py", ".ts", ".tsx") if path.stem.lower() in REFUSED_NAMES] == []


@pytest.mark.parametrize("folder", ["verifier/messages", "backend/messages"])
def test_both_languages_hold_the_same_messages(folder: str) -> None:
    vietnamese, english = (
        json.loads((ROOT / folder / f"{language}.json").read_text(encoding="utf-8")) for language in ("vi", "en")
    )
    assert vietnamese.keys() == english.keys()
    assert all(value.strip() for value in [*vietnamese.values(), *english.values()] if isinstance(value, str))


def test_sql_stands_only_in_stores() -> None:
    statement = re.compile(r"(?<![.\w@])(select|insert|update|delete)\(|\.execute\(")
    allowed = {"store.py", "tables.py"}
    strangers = [
        str(path.relative_to(ROOT))
        for path in tracked(".py")
        if path.is_relative_to(ROOT / "backend")
        and path.name not in allowed
        and "database" not in path.parts
        and statement.search(path.read_text(encoding="utf-8"))
    ]
    assert strangers == []


def test_rules_read_no_clock() -> None:
    clock = re.compile(r"datetime\.now|date\.today|time\.time\(|utcnow")
    readers = [
        str(path.relative_to(ROOT))
        for path in tracked(".py")
        if (path.name == "rules.py" or "assessment" in path.parts or path.is_relative_to(ROOT / "verifier/record"))
        and clock.search(path.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_no_key_material_outside_the_vectors() -> None:
    keys = [path for path in tracked(".pem", ".key", ".p12", ".pfx") if "vectors" not in path.parts]
    assert keys == []


def test_no_lock_file_names_a_registry_host() -> None:
    for name in ("requirements.lock", "pwa/package-lock.json"):
        assert not re.search(
            r"https?://(?!opencollective|github|tidelift|feross|paypal|patreon|ko-fi|www\.)[^\s\"]*\.(tgz|whl)",
            (ROOT / name).read_text(),
        )


def test_every_ignore_carries_its_reason() -> None:
    bare = re.compile(
        r"#\s*(noqa(:\s*[A-Z0-9, ]+)?|type:\s*ignore(\[[\w, -]+\])?)\s*$|@ts-(ignore|nocheck)", re.MULTILINE
    )
    strangers = [
        f"{path.relative_to(ROOT)}: {found.group(0)}"
        for path in tracked(".py", ".ts", ".tsx")
        if path != Path(__file__)
        for found in bare.finditer(path.read_text(encoding="utf-8"))
    ]
    assert strangers == []


def test_programs_whose_main_module_check_processes_import_again_are_light() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    modules = [entry.partition(":")[0] for entry in scripts.values()]
    heavy = ("granian", "obstore", "sqlalchemy", "typst")
    code = f"import sys, {', '.join(modules)}; print([name for name in {heavy} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]"
