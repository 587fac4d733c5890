"""Say with which certificate a person or a school signs, and where the key is. The key itself never comes here."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from backend.access.context import Access
from backend.desk import store
from backend.desk.batches.store import SchoolKey, is_school_certificate, put_school_key
from backend.desk.errors import StaffForbiddenError, StaffRefusedError
from backend.desk.invite_staff import find_in_reach
from backend.desk.key_ring import MAX_REFERENCE_CHARACTERS
from backend.desk.person import StaffCertificate, StaffEventKind
from backend.desk.rules import Actor, may_assign_own_key
from backend.errors import NotFoundError
from verifier.certificate import holds_at

REMOTE_KEY = "csc:"
"""How references to keys begin that a remote signing service keeps for their owners."""


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
        StaffForbiddenError: a key of this house, and the actor may not assign those.
        StaffPersonNotFoundError: no such person, or not the actor's.
        StaffRefusedError: ``staff_person_deactivated``, ``staff_certificate_ended``, ``staff_certificate_taken`` when
            somebody else, or a school, signs with it.
    """
    _verify(certificate, key_reference, now)
    if not key_reference.startswith(REMOTE_KEY) and not may_assign_own_key(actor, now=now):
        raise StaffForbiddenError
    registered = StaffCertificate(
        person_id,
        certificate.fingerprint(hashes.SHA256()).hex(),
        certificate.public_bytes(Encoding.DER),
        key_reference,
    )
    with access.database.write() as connection:
        if find_in_reach(connection, actor, person_id, now).deactivated_at is not None:
            raise StaffRefusedError("staff_person_deactivated")
        if store.find_certificate_holder(connection, registered.fingerprint) not in {None, person_id}:
            raise StaffRefusedError("staff_certificate_taken")
        if is_school_certificate(connection, registered.certificate):
            raise StaffRefusedError("staff_certificate_taken")
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
        StaffRefusedError: ``staff_certificate_ended``, ``staff_certificate_taken`` when a person signs with it.
    """
    if not actor.is_operator:
        raise StaffForbiddenError
    _verify(certificate, key_reference, now)
    key = SchoolKey(school_code, certificate.public_bytes(Encoding.DER), key_reference)
    with access.database.write() as connection:
        if store.find_school_name(connection, school_code) is None:
            raise NotFoundError("school_not_found", school_code=school_code)
        if store.find_certificate_holder(connection, certificate.fingerprint(hashes.SHA256()).hex()) is not None:
            raise StaffRefusedError("staff_certificate_taken")
        put_school_key(connection, key, registered_by=actor.label, now=now)
    return key


def _verify(certificate: x509.Certificate, key_reference: str, now: datetime) -> None:
    if not holds_at(certificate, now):
        raise StaffRefusedError("staff_certificate_ended")
    scheme, colon, name = key_reference.partition(":")
    if not (scheme and colon and name) or len(key_reference) > MAX_REFERENCE_CHARACTERS:
        raise StaffRefusedError("key_reference_unknown")
