"""Steps that several checks of ``verifier.verify`` share. Each notes what it finds or raises what ends the check."""

from collections.abc import Iterable
from datetime import datetime

from verifier.capsule import SealedCapsule, parse_capsule_text, parse_envelope, verify_envelope
from verifier.certificate import holds_at, load_certificate
from verifier.errors import MalformedInputError, SignatureInvalidError, UntrustedKeyError, VerifierError
from verifier.lists import Lists
from verifier.pdf_signature import PdfSeal, verify_pdf_seal
from verifier.pdf_structure import PdfCard
from verifier.record.transcript import Transcript
from verifier.signers import approvals_of, judge_signer
from verifier.status import CardState
from verifier.trust import KeyPurpose, RootUse, TrustedKey, TrustList, kid_of_certificate
from verifier.verdict import Facts, LineName, Outcome, SignatureReport, show_record
from verifier.xml_signature import VerifiedCard

_INTACT, _ISSUER, _STATUS = LineName
_STATES = {CardState.REVOKED: Outcome.REVOKED, CardState.SUPERSEDED: Outcome.SUPERSEDED}
_NEWER_LIST_MIGHT_KNOW = frozenset({"key_unknown", "sealer_unknown"})
_FAILED_ROLES = {"pdf_data_altered": "pdf_seal", "pdf_signature_wrong": "pdf_seal", "cose_signature_invalid": "capsule"}
_FAILED_LEVELS = {"pdf_seal": "PAdES-B-B", "capsule": "COSE_Sign1"}
_FAILURES = {
    "xml_data_altered": "HASH_FAILURE",
    "pdf_data_altered": "HASH_FAILURE",
    "xml_signature_wrong": "SIG_CRYPTO_FAILURE",
    "pdf_signature_wrong": "SIG_CRYPTO_FAILURE",
    "cose_signature_invalid": "SIG_CRYPTO_FAILURE",
}
_TIME_SUB_INDICATIONS = {
    "timestamp_certificate_ended": "OUT_OF_BOUNDS_NO_POE",
    "timestamp_certificate_revoked": "REVOKED_NO_POE",
    "timestamp_order_wrong": "TIMESTAMP_ORDER_FAILURE",
    "timestamp_in_future": "TIMESTAMP_ORDER_FAILURE",
    "evidence_missing": "TRY_LATER",
}
"""Names of EN 319 102-1, table 6."""


class CheckEndedError(VerifierError):
    """Nothing more can be checked; the finding that says why is noted already."""

    code = "check_ended"


def require_trust(facts: Facts, lists: Lists, now: datetime) -> TrustList:
    """The trust list, or the end of the check. A stale one is used, but proves nothing genuine."""
    if lists.trust is None:
        facts.note("trust_list_missing", _ISSUER, Outcome.UNDETERMINED)
        raise CheckEndedError
    facts.trust_age_seconds = lists.trust.header.age_seconds(now)
    if lists.trust.header.is_stale(now):
        facts.note("trust_list_stale", _ISSUER, Outcome.UNDETERMINED)
    return lists.trust


def check_capsule(facts: Facts, cose: bytes, *, lists: Lists, now: datetime) -> None:
    """A capsule that stands for the card alone, without a proof of time."""
    message = parse_envelope(cose)
    trust = require_trust(facts, lists, now)
    sealed = verify_envelope(message, trust, now)
    facts.note("capsule_seal_matches", _INTACT)
    for doubt in sealed.doubts:
        facts.note(doubt, _INTACT, Outcome.UNDETERMINED)
    _note_capsule_key(facts, sealed, trust, now)
    transcript = sealed.capsule.transcript
    facts.record = show_record(
        transcript, school_name=registered_name(lists, transcript), issued_at=sealed.capsule.issued_at
    )
    check_status(facts, transcript, lists=lists, now=now)


def only_capsule(texts: Iterable[str], public_url: str | None) -> bytes:
    """The one capsule among the texts of QR codes; other codes beside it do not matter.

    Raises:
        MalformedInputError: ``qr_missing``, ``qr_is_no_capsule``, ``qr_several_capsules``, ``capsule_foreign_origin``.
    """
    capsules: dict[bytes, None] = {}
    failure: MalformedInputError | None = None
    for text in texts:
        try:
            capsules[parse_capsule_text(text, expected_origin=public_url)] = None
        except MalformedInputError as error:
            failure = error
    if len(capsules) > 1:
        raise MalformedInputError("qr_several_capsules")
    if capsules:
        return next(iter(capsules))
    if failure is None:
        raise MalformedInputError("qr_missing")
    foreign = failure.reason == "capsule_foreign_origin"
    raise MalformedInputError("capsule_foreign_origin" if foreign else "qr_is_no_capsule") from failure


def printed_capsule(texts: tuple[str, ...], public_url: str | None) -> bytes:
    """The capsule on a sealed page: there, a missing or strange QR is no misunderstanding but a wrong card."""
    try:
        return only_capsule(texts, public_url)
    except MalformedInputError as error:
        raise SignatureInvalidError(error.reason) from error


def require_agreement(sealed: SealedCapsule, verified: VerifiedCard) -> None:
    """QR and XML say the same card.

    Raises:
        SignatureInvalidError: ``qr_of_other_xml``, ``qr_says_otherwise``.
    """
    if sealed.capsule.xml_sha256 != verified.xml_sha256:
        raise SignatureInvalidError("qr_of_other_xml")
    if sealed.capsule.transcript != verified.record.transcript:
        raise SignatureInvalidError("qr_says_otherwise")


def check_sealer(
    facts: Facts, seal: PdfSeal, *, school_code: str, lists: Lists, trust: TrustList, now: datetime
) -> None:
    """Whether the key of a PDF's seal may seal cards of this school, at the proved time.

    Raises:
        UntrustedKeyError: ``sealer_unknown`` or why the key may not.
    """
    moment = seal.proved_at or now
    kid = kid_of_certificate(seal.certificate)
    facts.kid = kid.hex()
    listed = [key for key in trust.find_keys(kid, KeyPurpose.PDF_SEAL) if key.certificate == seal.certificate]
    if listed:
        check_key(facts, listed[0], proved_at=seal.proved_at, now=now)
        facts.issuer_name = trust.department.vi
        facts.note("sealed_by_department", _ISSUER)
    else:
        approvals = approvals_of(seal.certificate, role="school", school_code=school_code, lists=lists)
        if not approvals or (seal.proved_at and not any(approval.approved_at(moment) for approval in approvals)):
            raise UntrustedKeyError("sealer_unknown", kid=kid.hex())
        if not any(approval.approved_at(moment) for approval in approvals):
            facts.note("key_ended", _ISSUER, Outcome.UNDETERMINED)
        facts.issuer_name = None if lists.registry is None else lists.registry.school_name(school_code)
        facts.note("sealed_by_school", _ISSUER)
    if not holds_at(load_certificate(seal.certificate), moment):
        if seal.proved_at is not None:
            raise UntrustedKeyError("key_ended", kid=kid.hex())
        facts.note("key_ended", _ISSUER, Outcome.UNDETERMINED)


def check_key(facts: Facts, key: TrustedKey, *, proved_at: datetime | None, now: datetime) -> None:
    """Whether what ``key`` sealed counts. Without a proved time a key that has ended since proves nothing either way.

    Raises:
        UntrustedKeyError: as ``TrustedKey.check_at``; a withdrawn key is never given the benefit of an unproved time.
    """
    try:
        key.check_at(proved_at or now)
    except UntrustedKeyError as error:
        if proved_at is not None or error.reason != "key_ended":
            raise
        key.check_not_withdrawn()
        facts.note("key_ended", _ISSUER, Outcome.UNDETERMINED)


def check_seal(facts: Facts, card: PdfCard, trust: TrustList, *, now: datetime) -> PdfSeal:
    """Whether a PDF's seal matches every byte of the file, and what its timestamps prove.

    Raises:
        SignatureInvalidError, UntrustedKeyError: see ``pdf_signature.verify_pdf_seal``.
    """
    seal = verify_pdf_seal(
        card,
        timestamp_authorities=timestamp_authorities(trust),
        listed_certificates=listed_certificates(trust),
        roots=[root.certificate for root in trust.roots],
        withdrawn_authorities=_withdrawn_authorities(trust),
        now=now,
    )
    _note_seal(facts, seal)
    return seal


def _note_seal(facts: Facts, seal: PdfSeal) -> None:
    facts.note("pdf_seal_matches", _INTACT)
    if seal.time_problem is None:
        facts.note("time_proved", _ISSUER)
    else:
        facts.note(seal.time_problem, _ISSUER, Outcome.UNDETERMINED)
    facts.signatures.append(
        SignatureReport(
            role="pdf_seal",
            signer=seal.signer,
            signed_at=seal.proved_at,
            level=_level_of(seal),
            indication="TOTAL-PASSED" if seal.time_problem is None else "INDETERMINATE",
            sub_indication=None
            if seal.time_problem is None
            else _TIME_SUB_INDICATIONS.get(seal.time_problem, "NO_POE"),
        )
    )


def _level_of(seal: PdfSeal) -> str:
    if seal.archived:
        return "PAdES-B-LTA"
    return "PAdES-B-B" if seal.time_problem == "timestamp_missing" else "PAdES-B-T"


def judge_signers(
    facts: Facts, verified: VerifiedCard, *, lists: Lists, proved_at: datetime | None, now: datetime
) -> None:
    """Every signer of the XML, at the proved or else the claimed time."""
    school_code = verified.record.transcript.school_code
    found = False
    for signature in verified.signatures:
        judged = judge_signer(signature, school_code=school_code, lists=lists, proved_at=proved_at, now=now)
        facts.signatures.append(judged.report)
        for finding in judged.findings:
            found = True
            facts.note(finding.code, finding.line, finding.effect)
    if not found:
        facts.note("signers_approved", _ISSUER)


def check_status(facts: Facts, transcript: Transcript, *, lists: Lists, now: datetime) -> None:
    """Whether the card is withdrawn. A stale list still proves that it is, and no longer that it is not."""
    status = lists.statuses.get(transcript.school_year)
    if status is None:
        facts.note("status_list_missing", _STATUS, Outcome.UNDETERMINED)
        return
    facts.status_age_seconds = status.header.age_seconds(now)
    state = status.state_of(transcript.record_id)
    if state in _STATES:
        facts.note(f"card_{state.value}", _STATUS, _STATES[state])
    elif status.header.is_stale(now):
        facts.note("status_list_stale", _STATUS, Outcome.UNDETERMINED)
    else:
        facts.note("card_in_force", _STATUS)


def note_failure(facts: Facts, error: VerifierError) -> None:
    """What ended a check, and the report of the signature that did not hold, if that was it."""
    if isinstance(error, CheckEndedError):
        return
    stale = any(finding.code == "trust_list_stale" for finding in facts.findings)
    if stale and error.reason in _NEWER_LIST_MIGHT_KNOW:
        facts.note(error.reason, _ISSUER, Outcome.UNDETERMINED)
        return
    facts.note_error(error)
    role = error.details.get("role") or _FAILED_ROLES.get(error.reason)
    if isinstance(error, SignatureInvalidError) and role is not None and error.reason != "signature_missing":
        facts.signatures.append(
            SignatureReport(
                role=str(role),
                signer=None,
                signed_at=None,
                level=_FAILED_LEVELS.get(str(role), "XMLDSig"),
                indication="TOTAL-FAILED",
                sub_indication=_FAILURES.get(error.reason, "FORMAT_FAILURE"),
            )
        )


def registered_name(lists: Lists, transcript: Transcript) -> str | None:
    """The school's name in the signed registry."""
    return None if lists.registry is None else lists.registry.school_name(transcript.school_code)


def timestamp_authorities(trust: TrustList) -> tuple[bytes, ...]:
    """Certificates that a timestamp may lead to: listed roots, and listed authorities' own."""
    roots = (root.certificate for root in trust.roots_for(RootUse.TIMESTAMP))
    keys = (key.certificate for key in trust.keys_for(KeyPurpose.TIMESTAMP) if key.certificate is not None)
    return (*roots, *keys)


def _withdrawn_authorities(trust: TrustList) -> dict[bytes, datetime]:
    """Timestamp authorities whose key was withdrawn, and since when."""
    keys = trust.keys_for(KeyPurpose.TIMESTAMP)
    return {key.certificate: key.withdrawn_at for key in keys if key.certificate and key.withdrawn_at}


def listed_certificates(trust: TrustList) -> frozenset[bytes]:
    """Every certificate that the trust list itself holds."""
    roots = {root.certificate for root in trust.roots}
    return frozenset(roots | {key.certificate for key in trust.keys if key.certificate is not None})


def _note_capsule_key(facts: Facts, sealed: SealedCapsule, trust: TrustList, now: datetime) -> None:
    facts.issuer_name = trust.department.vi
    facts.kid = sealed.key.kid.hex()
    withdrawn_at = sealed.key.withdrawn_at
    if withdrawn_at is not None and withdrawn_at <= now:
        # Whoever stole the key can write any earlier time into a capsule; a sealed PDF has a proof of it.
        facts.note("capsule_key_withdrawn_since", _ISSUER, Outcome.UNDETERMINED)
    else:
        facts.note("sealed_by_department", _ISSUER)
    passed = not sealed.doubts and (withdrawn_at is None or withdrawn_at > now)
    facts.signatures.append(
        SignatureReport(
            role="capsule",
            signer=trust.department.vi,
            signed_at=sealed.capsule.issued_at,
            level="COSE_Sign1",
            indication="TOTAL-PASSED" if passed else "INDETERMINATE",
            sub_indication=None if passed else "NO_POE",
        )
    )
