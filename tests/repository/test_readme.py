"""The README says what is so."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert len(links) >= 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_make_verb_of_the_readme_exists() -> None:
    verbs = set(re.findall(r"make ([a-z-]+)", README))
    assert {"run", "test", "bench"} <= verbs
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {verb for verb in verbs if not re.search(rf"^{verb}:", makefile, re.MULTILINE)} == set()


def test_options_and_exit_codes_of_the_readme_are_the_commands() -> None:
    printed = subprocess.run(
        [ROOT / ".venv/bin/hocba-verify", "--help"], capture_output=True, text=True, check=True
    ).stdout
    options = set(re.findall(r"--[a-z-]+", " ".join(re.findall(r"hocba-verify[^\n]*", README))))
    assert options >= {"--trust-anchor", "--lists"}
    assert {option for option in options if option not in printed} == set()
