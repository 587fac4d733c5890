"""Say with which certificate a person or a school signs, and where the key is. The key itself never comes here."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from backend.access.context import Access
from backend.desk import store
from backend.desk.batches.store import SchoolKey, put_school_key
from backend.desk.errors import StaffForbiddenError, StaffRefusedError
from backend.desk.invite_staff import find_in_reach
from backend.desk.person import StaffCertificate, StaffEventKind
from backend.desk.rules import Actor
from backend.errors import NotFoundError
from verifier.certificate import holds_at


def register_certificate(
    access: Access,
    *,
    actor: Actor,
    person_id: str,
    certificate: x509.Certificate,
    key_reference: str,
    now: datetime,
) -> StaffCertificate:
    """From now on the person signs with this certificate. Whether it is approved is asked when it is used.

    Raises:
        StaffPersonNotFoundError: no such person, or not the actor's.
        StaffRefusedError: ``staff_person_deactivated``, ``staff_certificate_ended``.
    """
    if not holds_at(certificate, now):
        raise StaffRefusedError("staff_certificate_ended")
    registered = StaffCertificate(
        person_id,
        certificate.fingerprint(hashes.SHA256()).hex(),
        certificate.public_bytes(Encoding.DER),
        key_reference,
    )
    with access.database.write() as connection:
        if find_in_reach(connection, actor, person_id, now).deactivated_at is not None:
            raise StaffRefusedError("staff_person_deactivated")
        store.put_certificate(connection, registered, registered_by=actor.label, now=now)
        store.add_event(
            connection,
            person_id,
            StaffEventKind.CERTIFICATE,
            by=actor.label,
            reason=registered.fingerprint,
            now=now,
        )
    return registered


def register_school_key(
    access: Access,
    *,
    actor: Actor,
    school_code: str,
    certificate: x509.Certificate,
    key_reference: str,
    now: datetime,
) -> SchoolKey:
    """From now on the school's cards are issued here with this key.

    Raises:
        StaffForbiddenError: only the operator sets up keys of organisations.
        NotFoundError: ``school_not_found``.
        StaffRefusedError: ``staff_certificate_ended``.
    """
    if not actor.is_operator:
        raise StaffForbiddenError
    if not holds_at(certificate, now):
        raise StaffRefusedError("staff_certificate_ended")
    key = SchoolKey(school_code, certificate.public_bytes(Encoding.DER), key_reference)
    with access.database.write() as connection:
        if store.find_school_name(connection, school_code) is None:
            raise NotFoundError("school_not_found", school_code=school_code)
        put_school_key(connection, key, registered_by=actor.label, now=now)
    return key
