"""A school registers a certificate; the department approves, refuses, ends or withdraws it (2088, part III.1).

A decision that is published is written into the archive's list of approved certificates in the same transaction: the
signed school registry is made of that, and what is not in it can neither issue nor be taken in.
"""

from datetime import datetime
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct, structs
from sqlalchemy import Connection

from backend.archive.store import insert_certificate, read_schools, set_approval_end
from backend.certificates import store
from backend.certificates.check_certificate import read_certificate, verify_registrable
from backend.certificates.errors import CertificateRefusedError, RegistrationNotFoundError
from backend.certificates.registration import Registration
from backend.certificates.rules import (
    CertificateState,
    IssuerKind,
    last_moment_before,
    verify_approval_time,
    verify_transition,
)
from backend.errors import NotFoundError
from verifier.certificate import common_name, fingerprint
from verifier.registry import ApprovedCertificate, CertificateRole
from verifier.trust import TrustList

MAX_TEXT_CHARACTERS = 500
"""Of a name or a reason."""


class Trusted(Struct, frozen=True):
    """What certificates are judged by."""

    trust: TrustList
    demo_accepted: bool
    """Authorities of a demo count in a demo only."""


def register_certificate(
    connection: Connection,
    *,
    school_code: str,
    role: CertificateRole,
    issuer_kind: IssuerKind,
    certificate: bytes,
    registered_by: str,
    trusted: Trusted,
    now: datetime,
) -> Registration:
    """Keep a school's certificate for the department to decide on; the same one again changes nothing.

    Args:
        connection: the caller's transaction.
        school_code: whose it is.
        role: ``school`` for the organisation's own, ``manager`` for a person who signs as CBQL.
        issuer_kind: where its key is kept.
        certificate: PEM or DER, as it was sent.
        registered_by: who at the school registers it.
        trusted: authorities that are accepted.
        now: moment of the registration.

    Raises:
        NotFoundError: ``school_not_found``.
        CertificateRefusedError: see ``check_certificate``; ``certificate_of_another_school``,
            ``certificate_in_another_role``, or a text is missing or too long.
    """
    _verify_text(registered_by, "registered_by")
    if school_code not in read_schools(connection):
        raise NotFoundError("school_not_found", school_code=school_code)
    read = read_certificate(certificate)
    verify_registrable(read, role=role, trust=trusted.trust, demo_accepted=trusted.demo_accepted, now=now)
    sha256 = fingerprint(read).hex()
    standing = store.find_standing(connection, sha256)
    if standing is not None and standing.school_code == school_code:
        if standing.role != role:
            raise CertificateRefusedError("certificate_in_another_role", role=standing.role)
        return standing
    _verify_of_no_other_school(connection, sha256, school_code, now)
    registration = _new_registration(read, school_code=school_code, role=role, issuer_kind=issuer_kind)
    if not store.insert_registration(connection, registration):
        raise CertificateRefusedError("certificate_decided_meanwhile")
    store.add_event(connection, registration, decided_by=registered_by.strip(), reason=None, now=now)
    return registration


def approve_certificate(
    connection: Connection,
    registration_id: str,
    *,
    decided_by: str,
    reason: str | None = None,
    approved_from: datetime | None = None,
    approved_until: datetime | None = None,
    trusted: Trusted,
    now: datetime,
) -> Registration:
    """The certificate may sign from ``approved_from`` on (now, or as soon as it is valid), until it ends.

    Raises:
        RegistrationNotFoundError: ``registration_not_found``.
        CertificateRefusedError: ``certificate_state_forbids``, ``approval_outside_validity``,
            ``approval_ends_before_it_begins``, or what ``register_certificate`` refuses, asked again.
    """
    found = _find(connection, registration_id, wanted=CertificateState.APPROVED)
    _verify_text(decided_by, "decided_by")
    verify_registrable(
        read_certificate(found.certificate),
        role=found.role,
        trust=trusted.trust,
        demo_accepted=trusted.demo_accepted,
        now=now,
    )
    _verify_of_no_other_school(connection, found.fingerprint, found.school_code, now)
    since = (approved_from or max(now, found.valid_from)).replace(microsecond=0)
    verify_approval_time(since, approved_until, valid_from=found.valid_from, valid_until=found.valid_until)
    approved = structs.replace(
        found, state=CertificateState.APPROVED, approved_from=since, approved_until=approved_until
    )
    _keep(connection, approved, found, decided_by=decided_by, reason=reason, now=now)
    approval = ApprovedCertificate(bytes.fromhex(found.fingerprint), since, approved_until, found.role)
    insert_certificate(
        connection,
        school_code=found.school_code,
        certificate=found.certificate,
        approval=approval,
        approved_by=decided_by.strip(),
    )
    return approved


def refuse_certificate(
    connection: Connection, registration_id: str, *, decided_by: str, reason: str, now: datetime
) -> Registration:
    """The certificate may not sign; the school may register it anew. Raises as ``approve_certificate``."""
    found = _find(connection, registration_id, wanted=CertificateState.REFUSED)
    _verify_text(decided_by, "decided_by")
    _verify_text(reason, "reason")
    refused = structs.replace(found, state=CertificateState.REFUSED)
    _keep(connection, refused, found, decided_by=decided_by, reason=reason, now=now)
    return refused


def end_certificate(
    connection: Connection, registration_id: str, *, decided_by: str, reason: str, until: datetime, now: datetime
) -> Registration:
    """The certificate signs until ``until``, now or later; what it signed before stands.

    Raises:
        RegistrationNotFoundError: ``registration_not_found``.
        CertificateRefusedError: ``certificate_state_forbids``, ``end_in_the_past`` (see ``withdraw_certificate``),
            ``end_after_the_approval``, or a text is missing or too long.
    """
    if until < now.replace(microsecond=0):
        raise CertificateRefusedError("end_in_the_past")
    return _end(
        connection, registration_id, CertificateState.ENDED, decided_by=decided_by, reason=reason, until=until, now=now
    )


def withdraw_certificate(
    connection: Connection, registration_id: str, *, decided_by: str, reason: str, since: datetime, now: datetime
) -> Registration:
    """Nothing that the certificate signed from ``since`` on counts: its key may have been in other hands then.

    Raises:
        RegistrationNotFoundError: ``registration_not_found``.
        CertificateRefusedError: ``certificate_state_forbids``, ``withdrawal_in_the_future``,
            ``end_after_the_approval``, or a text is missing or too long.
    """
    if since > now:
        raise CertificateRefusedError("withdrawal_in_the_future")
    return _end(
        connection,
        registration_id,
        CertificateState.WITHDRAWN,
        decided_by=decided_by,
        reason=reason,
        until=last_moment_before(since),
        now=now,
    )


def _end(
    connection: Connection,
    registration_id: str,
    state: CertificateState,
    *,
    decided_by: str,
    reason: str,
    until: datetime,
    now: datetime,
) -> Registration:
    found = _find(connection, registration_id, wanted=state)
    _verify_text(decided_by, "decided_by")
    _verify_text(reason, "reason")
    if found.approved_until is not None and until > found.approved_until:
        raise CertificateRefusedError("end_after_the_approval")
    ended = structs.replace(found, state=state, approved_until=until.replace(microsecond=0))
    _keep(connection, ended, found, decided_by=decided_by, reason=reason, now=now)
    if found.approved_from is not None and ended.approved_until is not None:
        set_approval_end(
            connection,
            school_code=found.school_code,
            role=found.role,
            sha256=bytes.fromhex(found.fingerprint),
            approved_from=found.approved_from,
            until=ended.approved_until,
        )
    return ended


def _find(connection: Connection, registration_id: str, *, wanted: CertificateState) -> Registration:
    found = store.find_registration(connection, registration_id)
    if found is None:
        raise RegistrationNotFoundError
    verify_transition(found.state, wanted)
    return found


def _keep(
    connection: Connection,
    changed: Registration,
    found: Registration,
    *,
    decided_by: str,
    reason: str | None,
    now: datetime,
) -> None:
    if not store.update_registration(connection, changed, expected_state=found.state):
        raise CertificateRefusedError("certificate_decided_meanwhile")
    words = None if reason is None else reason.strip() or None
    store.add_event(connection, changed, decided_by=decided_by.strip(), reason=words, now=now)


def _verify_of_no_other_school(connection: Connection, sha256: str, school_code: str, now: datetime) -> None:
    standing = store.find_standing(connection, sha256)
    if standing is not None and standing.school_code != school_code:
        raise CertificateRefusedError("certificate_of_another_school", school_code=standing.school_code)
    other = store.school_with_approval(connection, sha256, besides=school_code, now=now)
    if other is not None:
        raise CertificateRefusedError("certificate_of_another_school", school_code=other)


def _verify_text(text: str, field: str) -> None:
    if not text.strip():
        raise CertificateRefusedError("certificate_text_missing", field=field)
    if len(text) > MAX_TEXT_CHARACTERS:
        raise CertificateRefusedError("certificate_text_long", field=field, limit=MAX_TEXT_CHARACTERS)


def _new_registration(
    certificate: x509.Certificate, *, school_code: str, role: CertificateRole, issuer_kind: IssuerKind
) -> Registration:
    names = certificate.issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return Registration(
        registration_id=str(uuid4()),
        school_code=school_code,
        role=role,
        issuer_kind=issuer_kind,
        fingerprint=fingerprint(certificate).hex(),
        certificate=certificate.public_bytes(Encoding.DER),
        subject=common_name(certificate) or "",
        issuer=str(names[0].value)[:200] if names else "",
        serial=f"{certificate.serial_number:x}"[:64],
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        state=CertificateState.REGISTERED,
    )
