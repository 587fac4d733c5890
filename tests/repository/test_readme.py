"""The README says what is so, and so do the pages of docs where they name a command."""

import re
import subprocess
from pathlib import Path

import click

from backend.cli import main

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


def test_every_command_that_a_page_names_exists() -> None:
    # Words in a row after the program's name, in `code` or in a block of commands.
    written = re.compile(r"(?:`|^|(?:city|offline)  )hocba ((?:[a-z][a-z-]* ?)+)", re.MULTILINE)
    pages = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    named = [(page.name, words) for page in pages for words in written.findall(page.read_text(encoding="utf-8"))]
    assert len(named) > 50
    assert [(page, words) for page, words in named if not _is_command(words.split())] == []


def _is_command(words: list[str]) -> bool:
    """Whether the words lead to a command; what follows it is an argument."""
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.commands.get(word)
    return command is not None
