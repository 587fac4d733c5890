"""From separate facts to one verdict.

A check notes *findings*: each has a stable code, belongs to one of three lines (intact? who issued it? still in
force?) and has an effect, or none when it reassures. The verdict is the first of ``VERDICT_ORDER`` that is the effect
of any finding; it is ``genuine`` only if each line holds at least one finding and none of them has an effect. So
nothing that was not looked at can count as proven, and "could not check" is neither valid nor invalid.
"""

from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from verifier.errors import ListError, MalformedInputError, SignatureInvalidError, UntrustedKeyError, VerifierError
from verifier.record.transcript import Transcript
from verifier.vietnam_time import VIETNAM_TIME


class Outcome(StrEnum):
    """The word of a verdict."""

    UNREADABLE = "unreadable"
    """Not a card, or not readable as one."""
    ALTERED = "altered"
    """A signature does not match, or parts of the card say different things."""
    UNTRUSTED = "untrusted"
    """Unchanged since it was signed, but not by anyone who may issue cards."""
    REVOKED = "revoked"
    """Withdrawn for good."""
    SUPERSEDED = "superseded"
    """Replaced by a newer card."""
    UNDETERMINED = "undetermined"
    """Could not be checked; says nothing for or against the card."""
    GENUINE = "genuine"
    """Unchanged, issued by who it says, in force."""


VERDICT_ORDER = tuple(Outcome)
"""The first that holds decides."""

SHOWS_NOTHING = (Outcome.UNREADABLE, Outcome.ALTERED, Outcome.UNTRUSTED)
"""Verdicts under which no word of the card is repeated: a forger's text does not appear under our name."""


class InputKind(StrEnum):
    """What was given in."""

    PDF = "pdf"
    XML = "xml"
    CAPSULE = "capsule"
    PHOTO = "photo"
    UNKNOWN = "unknown"
    """Nothing that a card ever looks like."""


class LineName(StrEnum):
    """The three questions below a verdict."""

    INTACT = "intact"
    ISSUER = "issuer"
    STATUS = "status"


class Answer(StrEnum):
    """Answer to one of the three questions."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Finding(Struct, frozen=True):
    """One thing established, or not, on the way."""

    code: str
    """Key of its sentence in ``verifier/messages``."""
    line: LineName
    effect: Outcome | None
    """The verdict it leads to unless a graver one is found; None for what speaks for the card."""


class Line(Struct, frozen=True):
    """How one of the three questions was answered."""

    answer: Answer
    codes: tuple[str, ...]


class IssuerLine(Struct, frozen=True):
    """Who issued the card, once that is proven."""

    answer: Answer
    codes: tuple[str, ...]
    name: str | None
    """Name of the department or school that sealed it, from the signed lists."""
    kid: str | None
    """First 8 bytes of SHA-256 of the sealing certificate, in hexadecimal."""


class SignatureReport(Struct, frozen=True):
    """One signature on the card."""

    role: str
    """``homeroom_teacher``, ``subject_teacher``, ``manager``, ``school``, ``pdf_seal`` or ``capsule``."""
    signer: str | None
    """Common name in the signer's certificate."""
    signed_at: datetime | None
    """Proved by a timestamp for ``pdf_seal``, the signer's own claim for every other role."""
    level: str
    """``XMLDSig``, ``PAdES-B-B``, ``PAdES-B-T``, ``PAdES-B-LTA`` or ``COSE_Sign1``."""
    indication: str
    """ETSI EN 319 102-1, clause 5.1.3: TOTAL-PASSED, TOTAL-FAILED or INDETERMINATE."""
    sub_indication: str | None
    """Table 6 of the same clause; None when passed."""


class ShownRecord(Transcript, frozen=True):
    """What a verdict shows of the card: its transcript, the school's name and when it was issued."""

    school_name: str | None = None
    """From the signed registry, or the signed XML; None when neither is at hand."""
    issued_at: datetime | None = None


class ListAges(Struct, frozen=True):
    """How old the lists were that the check used; None when there was none."""

    trust_age_seconds: int | None
    status_age_seconds: int | None


class Verdict(Struct, frozen=True):
    """Answer of every check; its JSON is the answer of ``POST /api/verify``."""

    verdict: Outcome
    input_kind: InputKind
    record: ShownRecord | None
    intact: Line
    issuer: IssuerLine
    status: Line
    signatures: tuple[SignatureReport, ...]
    checked_at: datetime
    lists: ListAges


class Facts(Struct):
    """What a check has found so far. The one mutable thing of a verification; it never leaves it."""

    input_kind: InputKind
    findings: list[Finding] = field(default_factory=list)
    record: ShownRecord | None = None
    signatures: list[SignatureReport] = field(default_factory=list)
    issuer_name: str | None = None
    kid: str | None = None
    trust_age_seconds: int | None = None
    status_age_seconds: int | None = None

    def note(self, code: str, line: LineName, effect: Outcome | None = None) -> None:
        """Remember a finding; the same one twice counts once."""
        finding = Finding(code, line, effect)
        if finding not in self.findings:
            self.findings.append(finding)

    def note_error(self, error: VerifierError) -> None:
        """Remember what stopped a step; the error's class decides what it means for the verdict."""
        line, effect = MEANING_OF_CODES.get(error.reason) or MEANING_OF_ERRORS[_nearest_class(error)]
        self.note(error.reason, line, effect)


MEANING_OF_ERRORS: dict[type[VerifierError], tuple[LineName, Outcome]] = {
    MalformedInputError: (LineName.INTACT, Outcome.UNREADABLE),
    SignatureInvalidError: (LineName.INTACT, Outcome.ALTERED),
    UntrustedKeyError: (LineName.ISSUER, Outcome.UNTRUSTED),
    ListError: (LineName.ISSUER, Outcome.UNDETERMINED),
    VerifierError: (LineName.INTACT, Outcome.UNDETERMINED),
}
"""What an error of each class says, where no step says it more precisely."""

MEANING_OF_CODES = {
    "signature_missing": (LineName.ISSUER, Outcome.UNTRUSTED),
}
"""Codes that say something else than their error's class."""

ANSWER_OF_EFFECT = {
    Outcome.UNREADABLE: Answer.UNKNOWN,
    Outcome.ALTERED: Answer.NO,
    Outcome.UNTRUSTED: Answer.NO,
    Outcome.REVOKED: Answer.NO,
    Outcome.SUPERSEDED: Answer.NO,
    Outcome.UNDETERMINED: Answer.UNKNOWN,
}


def reach_verdict(facts: Facts, *, now: datetime) -> Verdict:
    """Add the findings up."""
    outcome, (intact, issuer, status) = _add_up(tuple(facts.findings))
    shown = outcome not in SHOWS_NOTHING
    return Verdict(
        verdict=outcome,
        input_kind=facts.input_kind,
        record=facts.record if shown else None,
        intact=intact,
        issuer=IssuerLine(
            answer=issuer.answer,
            codes=issuer.codes,
            name=facts.issuer_name if shown else None,
            kid=facts.kid if shown else None,
        ),
        status=status,
        signatures=tuple([_report(signature, shown=shown) for signature in facts.signatures]),
        checked_at=now.astimezone(VIETNAM_TIME),
        lists=ListAges(facts.trust_age_seconds, facts.status_age_seconds),
    )


def show_record(transcript: Transcript, *, school_name: str | None, issued_at: datetime | None) -> ShownRecord:
    """The public part of a card with its school's name."""
    shown_at = issued_at.astimezone(VIETNAM_TIME) if issued_at is not None else None
    return ShownRecord(**asdict(transcript), school_name=school_name, issued_at=shown_at)


def _report(signature: SignatureReport, *, shown: bool) -> SignatureReport:
    if not shown:
        return replace(signature, signer=None, signed_at=None)
    signed_at = signature.signed_at
    local = None if signed_at is None else signed_at.astimezone(VIETNAM_TIME)
    return signature if local is signed_at else replace(signature, signed_at=local)


@lru_cache(maxsize=1_000)
def _add_up(findings: tuple[Finding, ...]) -> tuple[Outcome, tuple[Line, Line, Line]]:
    """Cached: checks end in a few sets of findings, again and again."""
    intact, issuer, status = (_line([one for one in findings if one.line is line]) for line in LineName)
    effects = [finding.effect for finding in findings if finding.effect is not None]
    if effects:
        outcome = min(effects, key=VERDICT_ORDER.index)
    else:
        outcome = Outcome.GENUINE if intact.codes and issuer.codes and status.codes else Outcome.UNDETERMINED
    return outcome, (intact, issuer, status)


def _line(own: list[Finding]) -> Line:
    codes = tuple(finding.code for finding in own)
    answers = {ANSWER_OF_EFFECT[finding.effect] for finding in own if finding.effect is not None}
    if answers:
        return Line(Answer.NO if Answer.NO in answers else Answer.UNKNOWN, codes)
    return Line(Answer.YES if own else Answer.UNKNOWN, codes)


def _nearest_class(error: VerifierError) -> type[VerifierError]:
    return next(known for known in type(error).__mro__ if known in MEANING_OF_ERRORS)
