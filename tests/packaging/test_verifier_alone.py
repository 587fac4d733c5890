"""The verifier installed by itself, as a stranger would: one wheel, its own dependencies, nothing of the city."""

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from tests.verifier.small_city import NOW, small_city

ROOT = Path(__file__).parents[2]
OF_THE_CITY = (
    "alembic",
    "granian",
    "huey",
    "obstore",
    "openpyxl",
    "pikepdf",
    "psycopg",
    "pkcs11",
    "sqlalchemy",
    "typst",
)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the programs of a fresh environment with the built wheel and, pinned by the lock, what it asks for."""
    folder = tmp_path_factory.mktemp("alone")
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True, symlinks=True)
    programs = folder / "env" / "bin"
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^([A-Za-z0-9._-]+(?:\[[a-z]+\])?==[^ \\]+)", lock, re.MULTILINE)
    (folder / "pins.txt").write_text("\n".join(re.sub(r"\[[a-z]+\]", "", pin) for pin in pins))
    install: list[str | Path] = [
        programs / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    subprocess.run([*install, "--constraint", folder / "pins.txt", wheel], check=True, timeout=300)
    return programs


def run_alone(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Away from the repository, so that only what was installed can be imported."""
    own = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd="/", env=own, timeout=120, check=False)


def test_the_verifier_checks_a_card_without_anything_of_the_city(alone: Path, tmp_path: Path) -> None:
    city = small_city()
    city.publish(tmp_path / "lists", city.lists())
    card = tmp_path / "card.pdf"
    card.write_bytes(city.sealed_pdf())
    options: list[str | Path] = [
        "--trust-anchor",
        city.trust_anchor,
        "--lists",
        tmp_path / "lists",
        "--at",
        NOW.isoformat(),
        "--json",
    ]

    ended = run_alone(alone / "hocba-verify", *options, card, HOME=str(tmp_path))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["verdict"] == "genuine"


@pytest.mark.parametrize("module", OF_THE_CITY)
def test_nothing_of_the_city_was_installed(alone: Path, module: str) -> None:
    assert f"No module named '{module}'" in run_alone(alone / "python", "-c", f"import {module}").stderr


def test_the_service_can_be_made_from_what_was_installed(alone: Path, tmp_path: Path) -> None:
    code = "from verifier.http.app import app_from_environment; print(type(app_from_environment()).__name__)"

    ended = run_alone(
        alone / "python", "-c", code, HOCBA_TRUST_ANCHOR="0" * 64, HOCBA_LISTS=str(tmp_path), HOME=str(tmp_path)
    )  # fmt: skip

    assert (ended.stdout, ended.returncode) == ("Litestar\n", 0), ended.stderr


def test_the_citys_command_says_what_it_lacks(alone: Path) -> None:
    ended = run_alone(alone / "hocba", "--help")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "pip install 'hocba[city]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_no_dependency_of_the_verifier_is_the_citys() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    own, of_city = ({re.split(r"[^A-Za-z0-9-]", one)[0] for one in listed} for listed in (
        project["dependencies"], project["optional-dependencies"]["city"],
    ))  # fmt: skip

    assert own & of_city == set()
