"""One card at the door: may this XML become a card of this school? Pure: bytes, lists and a moment in, facts out.

1. the XML is one card within the limits of an honest one; entities, comments and signature wrapping are refused
   (``verifier.record.card_document``);
2. manager and school have signed it, every signature in it matches, and the record is read from what they cover
   (``verifier.xml_signature``);
3. every signer may sign: the department has approved school's and manager's certificates for this school, at the time
   they claim and still now, since nothing but their own word proves that time (``verifier.signers``);
4. what stands unsigned beside the signatures does not contradict them;
5. the card is of the department and of the school that sends it, and of a school year that has begun;
6. it can be printed and fits its QR (``backend.issuing.check_issuable``).

A card that passes is then held against the rules of its circular and the letters it is written with
(``backend.assessment``): that gives warnings, never a refusal.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from backend.archive.card import ReceivedCard
from backend.archive.objects import xml_object_name
from backend.assessment.card_warning import CardWarning
from backend.assessment.check_record import check_record
from backend.assessment.check_text import check_text
from backend.errors import BackendError
from backend.intake.errors import BatchRefusedError
from backend.issuing.check_issuable import verify_issuable
from backend.issuing.errors import IssuingError
from verifier.certificate import fingerprint, load_certificate
from verifier.errors import VerifierError
from verifier.lists import Lists
from verifier.record.card_document import SignerRole, read_card
from verifier.record.parse_xml import parse_record_id
from verifier.record.record import Record
from verifier.signers import judge_signer
from verifier.vietnam_time import vietnam_day
from verifier.xml_signature import RoleSignature, VerifiedCard, verify_card_signatures

FIELD_OF_ROLE: Mapping[SignerRole, str] = {
    SignerRole.SUBJECT_TEACHER: "GVBM",
    SignerRole.HOMEROOM_TEACHER: "GVCN",
    SignerRole.MANAGER: "CBQL",
    SignerRole.SCHOOL: "KY_PHAT_HANH",
}


class CardRefusedError(BackendError):
    """The card cannot be taken; the receipt says why."""

    code: ClassVar[str] = "card_refused"

    def __init__(self, code: str, *, field: str | None = None, **details: str | int) -> None:
        self.field = field
        """Element of the XML that is wrong."""
        super().__init__(code, **details)


class AcceptedCard(Struct, frozen=True):
    """A card that passed every check."""

    record: Record
    received: ReceivedCard
    warnings: tuple[CardWarning, ...]
    """Where it differs from the rules; it is accepted all the same."""


def check_card(
    xml: bytes, *, lists: Lists, expected_schools: frozenset[str] | None, public_url: str, now: datetime
) -> AcceptedCard:
    """Take the steps of the module's list; ``expected_schools`` are those that the sender may send cards of.

    Raises:
        CardRefusedError: with the code of the first step that fails.
    """
    try:
        # 1-2: what is signed.
        document = read_card(xml)
        card = verify_card_signatures(document)
        # 3-4: by whom.
        for signature in card.signatures:
            _verify_signer(signature, card, lists, now)
        # 5: of this department, of this school, of a year that has begun.
        _verify_belonging(card.record, lists, expected_schools, now)
        # 6: printable.
        verify_issuable(card, public_url=public_url, now=now)
    except (VerifierError, IssuingError) as error:
        raise _refusal(error) from error
    warnings = (*check_text(document.data_element), *check_record(card.record))
    return AcceptedCard(record=card.record, received=_received(card), warnings=warnings)


def verify_sender(certificate: bytes, *, lists: Lists, expected_school: str | None, now: datetime) -> frozenset[str]:
    """Codes of the schools that a transaction's signer (certificate in DER) may send cards of.

    ``expected_school`` is the school of the token that came with it.

    Raises:
        BatchRefusedError: ``transaction_signer_refused`` with the reason, or ``transaction_of_another_school``.
    """
    sha256 = fingerprint(load_certificate(certificate))
    schools = {} if lists.registry is None else lists.registry.schools
    known = [code for code, school in schools.items() if school.find(sha256, "school")]
    if not known:
        raise BatchRefusedError("transaction_signer_refused", reason="certificate_not_approved")
    signature = RoleSignature(SignerRole.SCHOOL, certificate, signer=None, claimed_at=None, doubts=())
    findings = {
        code: judge_signer(signature, school_code=code, lists=lists, proved_at=None, now=now).findings for code in known
    }
    allowed = frozenset(code for code, found in findings.items() if not found)
    if not allowed:
        raise BatchRefusedError("transaction_signer_refused", reason=findings[known[0]][0].code)
    if expected_school is not None and expected_school not in allowed:
        raise BatchRefusedError("transaction_of_another_school")
    return allowed


def claimed_record_id(xml: bytes) -> str | None:
    """Record id that a refused card claims, for its receipt; None where none can be read."""
    try:
        text = read_card(xml).data_element.findtext(".//THONG_TIN_CHUNG/MA_TRA_CUU_UUID")
        return None if text is None else parse_record_id(text)
    except VerifierError:
        return None


def _verify_signer(signature: RoleSignature, card: VerifiedCard, lists: Lists, now: datetime) -> None:
    field = FIELD_OF_ROLE[signature.role]
    school_code = card.record.school.code
    judged = judge_signer(signature, school_code=school_code, lists=lists, proved_at=None, now=now)
    if judged.findings:
        raise CardRefusedError(judged.findings[0].code, field=field)
    if signature.doubts:
        raise CardRefusedError(signature.doubts[0], field=field)


def _verify_belonging(record: Record, lists: Lists, expected_schools: frozenset[str] | None, now: datetime) -> None:
    if lists.trust is not None and record.school.department_code != lists.trust.department.code:
        raise CardRefusedError("card_of_another_department", field="MA_SO_GIAO_DUC")
    if expected_schools is not None and record.school.code not in expected_schools:
        raise CardRefusedError("card_of_another_school", field="MA_TRUONG")
    if int(record.transcript.school_year[:4]) > vietnam_day(now).year:
        raise CardRefusedError("school_year_in_future", field="NAM_HOC")


def _refusal(error: VerifierError | IssuingError) -> CardRefusedError:
    details = dict(error.details)
    role, field = details.pop("role", None), details.pop("field", None)
    if role is not None:
        field = FIELD_OF_ROLE[SignerRole(str(role))]
    return CardRefusedError(error.reason, field=None if field is None else str(field), **details)


def _received(card: VerifiedCard) -> ReceivedCard:
    transcript, pupil = card.record.transcript, card.record.pupil
    xml_sha256 = card.xml_sha256.hex()
    return ReceivedCard(
        record_id=transcript.record_id,
        school_code=transcript.school_code,
        pupil_code=pupil.pupil_code,
        personal_code=pupil.personal_code,
        name=transcript.name,
        date_of_birth=transcript.date_of_birth,
        school_year=transcript.school_year,
        grade=transcript.grade,
        class_group=transcript.class_group,
        level=card.record.level.value,
        xml_sha256=xml_sha256,
        xml_object=xml_object_name(xml_sha256),
    )
