"""Who signed a card's XML, and whether they might: certificates against the registry and the accepted authorities.

A signer is judged at one moment: the time that the PDF's timestamp proves, or else the time that the signer claims.

1. ``school`` and ``manager``: the registry has approved exactly this certificate, for this school, at that moment;
2. an authority accepted for schools (``school``) or people (everyone else) issued the certificate directly;
3. the certificate was valid at that moment;
4. where no time is proved, certificate and approval have not ended since: a claimed time alone could be any.

A stale or missing registry cannot prove that a certificate is not approved, so there the answer is open.
"""

from datetime import datetime, timedelta

from cryptography import x509
from msgspec import Struct

from verifier.certificate import fingerprint, holds_at, load_certificate, verify_issued_by
from verifier.errors import UntrustedKeyError
from verifier.lists import Lists
from verifier.record.card_document import SignerRole
from verifier.registry import ApprovedCertificate, CertificateRole
from verifier.trust import RootUse
from verifier.verdict import Finding, LineName, Outcome, SignatureReport
from verifier.xml_signature import RoleSignature

CLOCK_TOLERANCE = timedelta(minutes=10)
"""Signers' clocks differ."""
XML_LEVEL = "XMLDSig"

ORIGIN_OPEN = frozenset({"registry_missing", "approval_unknown", "authority_unknown", "trust_list_missing"})
"""With one of these, anybody with any certificate may have signed: nothing of the card is shown."""

_REGISTERED: dict[SignerRole, CertificateRole] = {SignerRole.SCHOOL: "school", SignerRole.MANAGER: "manager"}
_SUB_INDICATIONS = {
    "registry_missing": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "registry_stale": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "approval_unknown": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "authority_unknown": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "trust_list_missing": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "school_unknown": "CHAIN_CONSTRAINTS_FAILURE",
    "certificate_not_approved": "CHAIN_CONSTRAINTS_FAILURE",
    "certificate_not_approved_then": "CHAIN_CONSTRAINTS_FAILURE",
    "certificate_issuer_unknown": "NO_CERTIFICATE_CHAIN_FOUND",
    "certificate_not_for_signing": "CHAIN_CONSTRAINTS_FAILURE",
    "certificate_not_yet_valid": "NOT_YET_VALID",
    "certificate_ended": "OUT_OF_BOUNDS_NO_POE",
    "certificate_ended_since": "OUT_OF_BOUNDS_NO_POE",
    "signing_time_in_future": "SIG_CONSTRAINTS_FAILURE",
    "signing_time_after_seal": "TIMESTAMP_ORDER_FAILURE",
}
"""Names of EN 319 102-1, table 6, for what is found here."""


class JudgedSigner(Struct, frozen=True):
    """One signature of the XML with what is known of its signer."""

    report: SignatureReport
    findings: tuple[Finding, ...]
    """Empty if the signer is in order."""


def judge_signer(
    signature: RoleSignature, *, school_code: str, lists: Lists, proved_at: datetime | None, now: datetime
) -> JudgedSigner:
    """Take the steps of the module's list for one signature."""
    certificate = load_certificate(signature.certificate)
    moment = proved_at or signature.claimed_at or now
    findings = [
        *_judge_times(signature, proved_at=proved_at, now=now),
        *_judge_approval(
            signature.role, certificate, school_code, lists, moment, proved=proved_at is not None, now=now
        ),
        *_judge_issuer(signature.role, certificate, lists, moment, now=now),
        *_judge_validity(certificate, moment, proved=proved_at is not None, now=now),
    ]
    passed = not findings
    report = SignatureReport(
        role=signature.role.value,
        signer=signature.signer,
        signed_at=signature.claimed_at,
        level=XML_LEVEL,
        indication="TOTAL-PASSED" if passed else "INDETERMINATE",
        sub_indication=None if passed else _SUB_INDICATIONS.get(findings[0].code),
    )
    return JudgedSigner(report, tuple(dict.fromkeys(findings)))


def approvals_of(
    certificate_der: bytes, *, role: CertificateRole, school_code: str, lists: Lists
) -> tuple[ApprovedCertificate, ...]:
    """The registry's approvals of a certificate for a school; empty if there is none."""
    school = None if lists.registry is None else lists.registry.find(school_code)
    return () if school is None else school.find(fingerprint(load_certificate(certificate_der)), role)


def _judge_times(signature: RoleSignature, *, proved_at: datetime | None, now: datetime) -> list[Finding]:
    if signature.claimed_at is None:
        return []
    if signature.claimed_at > now + CLOCK_TOLERANCE:
        return [_open("signing_time_in_future")]
    if proved_at is not None and signature.claimed_at > proved_at + CLOCK_TOLERANCE:
        return [_open("signing_time_after_seal")]
    return []


def _judge_approval(
    signer: SignerRole,
    certificate: x509.Certificate,
    school_code: str,
    lists: Lists,
    moment: datetime,
    *,
    proved: bool,
    now: datetime,
) -> list[Finding]:
    role = _REGISTERED.get(signer)
    if role is None:
        return []
    if lists.registry is None:
        return [_open("registry_missing")]
    # A list that has expired proves neither that an approval stands nor that there is none.
    stale = [_open("registry_stale")] if lists.registry.header.is_stale(now) else []
    school = lists.registry.find(school_code)
    approvals = () if school is None else school.find(fingerprint(certificate), role)
    if any(approval.approved_at(moment) for approval in approvals):
        ended_since = not proved and not any(approval.approved_at(now) for approval in approvals)
        return [*stale, _open("certificate_ended_since")] if ended_since else stale
    if stale:
        return [*stale, _open("approval_unknown")]
    if school is None:
        return [_refused("school_unknown")]
    return [_refused("certificate_not_approved_then" if approvals else "certificate_not_approved")]


def _judge_issuer(
    signer: SignerRole, certificate: x509.Certificate, lists: Lists, moment: datetime, *, now: datetime
) -> list[Finding]:
    if lists.trust is None:
        return [_open("trust_list_missing")]
    use = RootUse.SCHOOLS if signer is SignerRole.SCHOOL else RootUse.PEOPLE
    authorities = [root.certificate for root in lists.trust.roots_for(use)]
    try:
        verify_issued_by(certificate, expected_issuers=authorities, at=moment)
    except UntrustedKeyError as error:
        return [_open("authority_unknown") if lists.trust.header.is_stale(now) else _refused(error.reason)]
    return []


def _judge_validity(certificate: x509.Certificate, moment: datetime, *, proved: bool, now: datetime) -> list[Finding]:
    if moment < certificate.not_valid_before_utc:
        return [_refused("certificate_not_yet_valid")]
    if moment > certificate.not_valid_after_utc:
        # Signed earlier and sealed too late, or signed with an ended certificate: the seal's time cannot tell.
        return [_open("certificate_ended")]
    if not proved and not holds_at(certificate, now):
        return [_open("certificate_ended_since")]
    return []


def _open(code: str) -> Finding:
    return Finding(code, LineName.ISSUER, Outcome.UNDETERMINED)


def _refused(code: str) -> Finding:
    return Finding(code, LineName.ISSUER, Outcome.UNTRUSTED)
