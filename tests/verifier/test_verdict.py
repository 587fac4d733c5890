"""One table turns findings into a verdict."""

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.small_city import NOW, a_record
from verifier.errors import (
    LimitExceededError,
    ListError,
    MalformedInputError,
    SignatureInvalidError,
    UntrustedKeyError,
    VerifierError,
)
from verifier.verdict import (
    SHOWS_NOTHING,
    VERDICT_ORDER,
    Answer,
    Facts,
    Finding,
    InputKind,
    LineName,
    Outcome,
    SignatureReport,
    Verdict,
    reach_verdict,
    show_record,
)

EFFECTS = [outcome for outcome in Outcome if outcome is not Outcome.GENUINE]
FINDINGS = st.lists(
    st.builds(Finding, code=st.just("code"), line=st.sampled_from(LineName), effect=st.sampled_from([None, *EFFECTS]))
)


def verdict_of(*findings: Finding) -> Verdict:
    facts = Facts(InputKind.PDF, findings=list(findings))
    facts.record = show_record(a_record().transcript, school_name="Trường", issued_at=NOW.astimezone(dt.UTC))
    facts.signatures = [SignatureReport("school", "Trường", NOW, "XMLDSig", "TOTAL-PASSED", None)]
    facts.issuer_name, facts.kid = "Sở", "00"
    return reach_verdict(facts, now=NOW)


def good(*lines: LineName) -> list[Finding]:
    return [Finding(f"{line}_ok", line, None) for line in lines]


def test_genuine_needs_something_good_on_every_line() -> None:
    assert verdict_of(*good(*LineName)).verdict is Outcome.GENUINE
    assert verdict_of().verdict is Outcome.UNDETERMINED
    for two in combinations(LineName, 2):
        assert verdict_of(*good(*two)).verdict is Outcome.UNDETERMINED


@pytest.mark.parametrize(("graver", "milder"), list(combinations(EFFECTS, 2)))
def test_the_graver_finding_decides_whatever_comes_first(graver: Outcome, milder: Outcome) -> None:
    one, other = Finding("a", LineName.STATUS, graver), Finding("b", LineName.INTACT, milder)

    assert verdict_of(*good(*LineName), one, other).verdict is graver
    assert verdict_of(other, one).verdict is graver


@given(FINDINGS)
def test_no_set_of_findings_breaks_the_table(findings: list[Finding]) -> None:
    verdict = verdict_of(*findings)

    effects = {finding.effect for finding in findings} - {None}
    assert (verdict.verdict is Outcome.GENUINE) == (not effects and {f.line for f in findings} == set(LineName))
    assert (verdict.record is None) == (verdict.verdict in SHOWS_NOTHING)
    assert all(VERDICT_ORDER.index(verdict.verdict) <= VERDICT_ORDER.index(effect) for effect in effects if effect)


def test_nothing_of_a_card_is_repeated_under_a_verdict_that_shows_nothing() -> None:
    for outcome in SHOWS_NOTHING:
        verdict = verdict_of(Finding("x", LineName.INTACT, outcome))

        assert (verdict.record, verdict.issuer.name, verdict.issuer.kid) == (None, None, None)
        assert [(signature.signer, signature.signed_at) for signature in verdict.signatures] == [(None, None)]


@pytest.mark.parametrize(
    ("effect", "answer"),
    [
        (None, Answer.YES),
        (Outcome.UNDETERMINED, Answer.UNKNOWN),
        (Outcome.UNREADABLE, Answer.UNKNOWN),
        (Outcome.ALTERED, Answer.NO),
        (Outcome.UNTRUSTED, Answer.NO),
        (Outcome.REVOKED, Answer.NO),
        (Outcome.SUPERSEDED, Answer.NO),
    ],
)
def test_a_line_answers_by_its_gravest_finding(effect: Outcome | None, answer: Answer) -> None:
    verdict = verdict_of(*good(*LineName), Finding("x", LineName.ISSUER, effect))

    assert (verdict.issuer.answer, verdict.issuer.codes) == (answer, ("issuer_ok", "x"))
    assert (verdict.intact.answer, verdict.status.answer) == (Answer.YES, Answer.YES)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (MalformedInputError(), Outcome.UNREADABLE),
        (LimitExceededError(), Outcome.UNREADABLE),
        (SignatureInvalidError(), Outcome.ALTERED),
        (SignatureInvalidError("signature_missing"), Outcome.UNTRUSTED),
        (UntrustedKeyError(), Outcome.UNTRUSTED),
        (ListError(), Outcome.UNDETERMINED),
        (VerifierError(), Outcome.UNDETERMINED),
    ],
)
def test_an_error_that_ends_a_check_has_its_meaning(error: VerifierError, outcome: Outcome) -> None:
    facts = Facts(InputKind.XML)
    facts.note_error(error)

    assert reach_verdict(facts, now=NOW).verdict is outcome


def test_the_same_finding_twice_counts_once() -> None:
    facts = Facts(InputKind.XML)
    facts.note("x", LineName.INTACT)
    facts.note("x", LineName.INTACT)

    assert reach_verdict(facts, now=NOW).intact.codes == ("x",)


def test_moments_are_shown_in_vietnams_time() -> None:
    verdict = verdict_of(*good(*LineName))

    assert verdict.record is not None
    assert verdict.record.issued_at is not None
    assert verdict.record.issued_at.isoformat() == "2026-06-15T09:00:00+07:00"
