"""The certificate that a batch is signed with: whose it is, and whether it may be used at this moment.

Managers' and schools' certificates have to be approved for the school, teachers' issued by an accepted authority; the
same judge as at the department's door (``verifier.signers``) says so, over the signed lists.
"""

from datetime import datetime

from sqlalchemy import Connection

from backend.desk import store as staff_store
from backend.desk.batches import store
from backend.desk.batches.errors import AuthorisationRefusedError, SigningRefusedError
from backend.desk.rules import Purpose
from verifier.certificate import common_name, load_certificate
from verifier.lists import Lists
from verifier.record.card_document import SignerRole
from verifier.signers import judge_signer
from verifier.xml_signature import RoleSignature

SIGNER_ROLES = {
    Purpose.HOMEROOM_TEACHER: SignerRole.HOMEROOM_TEACHER,
    Purpose.MANAGER: SignerRole.MANAGER,
    Purpose.SCHOOL: SignerRole.SCHOOL,
}


def find_signing_certificate(
    connection: Connection, *, purpose: Purpose, person_id: str, school_code: str
) -> tuple[bytes, str]:
    """The certificate (DER) and the key's reference: the school's for its own signature, else the person's.

    Raises:
        SigningRefusedError: ``signing_certificate_missing``.
    """
    if purpose is Purpose.SCHOOL:
        school = store.find_school_key(connection, school_code)
        if school is not None:
            return school.certificate, school.key_reference
    else:
        person = staff_store.find_certificate(connection, person_id)
        if person is not None:
            return person.certificate, person.key_reference
    raise SigningRefusedError("signing_certificate_missing")


def verify_certificate(certificate: bytes, *, purpose: Purpose, school_code: str, lists: Lists, now: datetime) -> None:
    """The certificate may sign for this school in this role now.

    Raises:
        AuthorisationRefusedError: ``authorisation_certificate_refused`` with the judge's code as ``cause``.
    """
    signature = RoleSignature(
        role=SIGNER_ROLES[purpose],
        certificate=certificate,
        signer=common_name(load_certificate(certificate)),
        claimed_at=None,
        doubts=(),
    )
    findings = judge_signer(signature, school_code=school_code, lists=lists, proved_at=None, now=now).findings
    if findings:
        raise AuthorisationRefusedError("authorisation_certificate_refused", cause=findings[0].code)
