"""A verdict in words: the verdict, what to do next, and its three lines; Vietnamese first, then English."""

from collections.abc import Iterator

import click

from verifier.messages import LANGUAGES, Language, sentence
from verifier.verdict import LineName, Outcome, Verdict

_COLOURS = {Outcome.GENUINE: "green", Outcome.UNDETERMINED: "yellow", Outcome.SUPERSEDED: "yellow"}
_LABELS: dict[Language, tuple[str, str, str]] = {
    "vi": ("sinh", "lớp", "năm học"),
    "en": ("born", "class", "school year"),
}


def describe_verdict(verdict: Verdict, name: str) -> str:
    """Several lines for a person, with colours that ``click.echo`` takes out where there is no terminal."""
    lines = [click.style(name, bold=True)]
    for language in LANGUAGES:
        lines += _describe(verdict, language)
    return "\n".join(lines)


def describe_counts(verdicts: list[Verdict]) -> str:
    """How many of each, gravest first, in both languages."""
    counts = {outcome: sum(verdict.verdict is outcome for verdict in verdicts) for outcome in Outcome}
    return "\n".join(
        " · ".join(f"{sentence(f'verdict_{outcome}', language)}: {count}" for outcome, count in counts.items() if count)
        for language in LANGUAGES
    )


def _describe(verdict: Verdict, language: Language) -> Iterator[str]:
    word = sentence(f"verdict_{verdict.verdict}", language)
    yield "  " + click.style(word, fg=_COLOURS.get(verdict.verdict, "red"), bold=True)
    yield "    " + sentence(f"verdict_{verdict.verdict}_next", language)
    if verdict.record is not None:
        record = verdict.record
        born, class_word, year_word = _LABELS[language]
        yield (
            f"    {record.name}, {born} {record.date_of_birth:%d/%m/%Y} · {class_word} {record.class_group} · "
            f"{record.school_name or record.school_code} · {year_word} {record.school_year}"
        )
    for name in LineName:
        line = getattr(verdict, name.value)
        answer = sentence(f"answer_{line.answer}", language)
        issuer = f"{verdict.issuer.name}. " if name is LineName.ISSUER and verdict.issuer.name else ""
        reasons = " ".join(sentence(code, language) for code in line.codes)
        yield f"    {sentence(f'line_{name}', language)} {answer}. {issuer}{reasons}".rstrip()
