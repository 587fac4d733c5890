"""Every code that this package can say has a sentence in both languages."""

import ast
from pathlib import Path

import pytest

import verifier
from verifier.messages import LANGUAGES, Language, catalogue, sentence
from verifier.record.card_document import SignerRole
from verifier.verdict import Answer, LineName, Outcome

SOURCES = sorted(Path(verifier.__file__).parent.rglob("*.py"))
FIRST_ARGUMENT = {
    "MalformedInputError",
    "LimitExceededError",
    "SignatureInvalidError",
    "UntrustedKeyError",
    "ListError",
    "UsageError",
    "InputUnreachableError",
    "ProblemError",
    "note",
    "_open",
    "_refused",
    "_refuse",
}
SECOND_ARGUMENT = {"could_not_check", "malformed"}


def codes_in(source: Path) -> set[str]:
    """Literal codes of a file, wherever an error is raised or a finding noted."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            wanted = node.args[:1] if name in FIRST_ARGUMENT else node.args[1:2] if name in SECOND_ARGUMENT else []
            found |= {code for argument in wanted for leaf in ast.walk(argument) if (code := code_of(leaf))}
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(getattr(target, "id", "") == "code" for target in targets) and (code := code_of(node.value)):
                found.add(code)
    return found


def code_of(node: ast.AST | None) -> str | None:
    """A literal that can be a code; the beginning of an f-string, which ends in "_", is none."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and value.isidentifier() and not value.endswith("_") else None


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(Path(verifier.__file__).parent)))
def test_every_code_has_a_sentence(source: Path) -> None:
    missing = codes_in(source) - catalogue("vi").keys() - {"check_ended"}

    assert missing == set()


def test_every_word_of_a_verdict_has_a_sentence() -> None:
    words = {f"verdict_{outcome}" for outcome in Outcome} | {f"verdict_{outcome}_next" for outcome in Outcome}
    words |= {f"line_{line}" for line in LineName} | {f"answer_{answer}" for answer in Answer}
    words |= {f"role_{role}" for role in (*SignerRole, "pdf_seal", "capsule")}
    words |= {f"card_{outcome}" for outcome in (Outcome.REVOKED, Outcome.SUPERSEDED)}
    words |= {f"unsigned_{part}_differs" for part in ("date", "code", "name", "label")}
    words |= {f"timestamp_{problem}" for problem in ("missing", "not_trusted", "certificate_ended", "in_future")}
    words |= {f"xml_has_{markup}" for markup in ("comment", "cdata", "doctype", "processing_instruction")}
    words |= {"capsule_not_yet_issued", "check_timed_out", "check_out_of_memory", "check_failed"}

    assert words <= catalogue("vi").keys()


def test_both_languages_say_the_same_things() -> None:
    assert list(catalogue("vi")) == list(catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole_and_ask_for_nothing(language: Language) -> None:
    for code, text in catalogue(language).items():
        assert text.strip() == text, code
        assert text, code
        # A verdict carries codes without details, so no sentence may wait for one.
        assert "{" not in text.replace('{"text": …}', ""), code


def test_a_code_of_a_newer_service_is_shown_as_it_is() -> None:
    assert sentence("something_new", "vi") == "something_new"
