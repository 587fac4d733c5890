"""What goes over the wire of the parents' API. JSON is snake_case, except inside WebAuthn's own structures."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Raw, Struct, field

from backend.access.realm import Waiting
from backend.archive.compare_records import FieldChange
from backend.archive.lock_days import Approval
from backend.archive.prepared.card import Missing
from backend.archive.rules import CardState, RecallState
from backend.assessment.explanation import Explanation
from backend.messages import Sentence
from backend.people.store import PupilWithoutCode
from verifier.record.levels import EducationLevel
from verifier.record.record import Record
from verifier.verdict import SignatureReport

ActivationCodeText = Annotated[str, Meta(max_length=40, description="XXXX-XXXX-XXXX, in any spelling")]
PersonalCodeText = Annotated[str, Meta(max_length=20, description="Twelve digits")]
Base64Url = Annotated[str, Meta(max_length=65_536, description="base64url without padding")]


class EnrolmentBegin(Struct, frozen=True, forbid_unknown_fields=True):
    """What a guardian has in hand."""

    activation_code: ActivationCodeText
    personal_code: PersonalCodeText


class LoginBegin(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose passkey is to be asked for."""

    personal_code: PersonalCodeText | None
    """None for the passkey alone: the device offers those that it holds for this site."""


class CeremonyOptions(Struct, frozen=True):
    """Options for ``navigator.credentials`` (WebAuthn Level 3, 5.1.9 and 5.1.10)."""

    public_key: dict[str, Any]


class AttestationAnswer(Struct, frozen=True):
    """``AuthenticatorAttestationResponseJSON``; members that we do not use are ignored."""

    client_data_json: Base64Url = field(name="clientDataJSON")
    attestation_object: Base64Url = field(name="attestationObject")


class RegistrationCredential(Struct, frozen=True):
    """``RegistrationResponseJSON``."""

    id: Base64Url
    raw_id: Base64Url = field(name="rawId")
    type: Annotated[str, Meta(max_length=20)]
    response: AttestationAnswer


class AssertionAnswer(Struct, frozen=True):
    """``AuthenticatorAssertionResponseJSON``."""

    client_data_json: Base64Url = field(name="clientDataJSON")
    authenticator_data: Base64Url = field(name="authenticatorData")
    signature: Base64Url
    user_handle: Base64Url | None = field(name="userHandle", default=None)


class AuthenticationCredential(Struct, frozen=True):
    """``AuthenticationResponseJSON``."""

    id: Base64Url
    raw_id: Base64Url = field(name="rawId")
    type: Annotated[str, Meta(max_length=20)]
    response: AssertionAnswer


class EnrolmentFinish(Struct, frozen=True):
    """The passkey that was made."""

    credential: RegistrationCredential
    name: Annotated[str, Meta(max_length=64, description="What the parent calls the device")]


class LoginFinish(Struct, frozen=True):
    """The passkey's answer."""

    credential: AuthenticationCredential


class StepUpFinish(Struct, frozen=True):
    """The passkey's answer."""

    credential: AuthenticationCredential


class SteppedUp(Struct, frozen=True):
    """The session goes on under a fresh token, which is in the cookie only."""

    stepped_up_until: datetime


class Confirmation(Struct, frozen=True):
    """The school still has to confirm an enrolment; nothing is shown until then."""

    reason: str
    """``personal_code_unknown``, ``other_guardian_barred`` or ``re_enrolment``."""
    since: datetime


def confirmation_of(waiting: Waiting | None) -> Confirmation | None:
    """What an account waits for, for the page."""
    return None if waiting is None else Confirmation(waiting.reason, waiting.since)


class SessionBegun(Struct, frozen=True):
    """A session has begun; its token is in the cookie only."""

    name: str
    ends_at: datetime
    confirmation: Confirmation | None


class Pending(Struct, frozen=True):
    """A year whose card waits: for a supplementary assessment, or for the pupil's personal code."""

    until: date
    reason: str
    """``supplementary_lessons``, ``reexamination``, ``summer_training`` or ``personal_code``."""
    overdue: bool
    """The day has passed and there is no card yet."""


class CardSummary(Struct, frozen=True):
    """One card in a list."""

    record_id: str
    school_year: str
    grade: int
    class_group: str
    school_name: str
    level: EducationLevel
    state: CardState
    """``issued``, ``superseded`` or ``revoked``."""
    issued_at: datetime


class ComesOfAge(Struct, frozen=True):
    """The 18th birthday of a reader's child, and whether the child can take over."""

    name: str
    day: date
    has_own_account: bool
    """The pupil has made a passkey of their own."""


class ChildSummary(Struct, frozen=True):
    """One child with their cards, newest year first."""

    pupil_id: str
    own: bool
    """The reader is this pupil, of age."""
    name: str
    class_group: str
    school_name: str
    pending: Pending | None
    comes_of_age: ComesOfAge | None
    """Said in the weeks before the 18th birthday, after which the reader needs the pupil's consent."""
    cards: list[CardSummary]


class Me(Struct, frozen=True):
    """Who is logged in and what they may see today."""

    name: str
    confirmation: Confirmation | None
    """What the account waits for; there are no children until then."""
    children: list[ChildSummary]
    grown: list[ComesOfAge]
    """Children of age who have not agreed that the reader reads on."""
    own_from: date | None
    """The reader is a pupil who is not 18 yet: from that day on their own cards are here."""


class ToDo(Struct, frozen=True):
    """What a pupil has to do over the summer to move up."""

    code: str
    """``supplementary_lessons``, ``reexamination`` or ``summer_training``."""
    sentence: Sentence
    regulation: str
    article: str
    until: date
    """Last day, in Vietnam, by which the school closes the pupil's year."""


class Card(Struct, frozen=True):
    """One card whole, for a parent."""

    record: Record
    state: CardState
    issued_at: datetime
    signatures: list[SignatureReport]
    replaces: str | None
    """Record id of the card that this one has replaced; None also when this reader may not read that one."""
    replaced_by: str | None
    """Record id of the card that has replaced this one; None also when this reader may not read that one."""
    changes: list[FieldChange]
    """What differs between the replaced card and the one in its place, field by field; empty without such a pair."""
    explanations: list[Explanation]
    """Why the results are what they are, and what stood in the way of the better ones, with the circular's article."""
    to_do: list[ToDo]
    """What is still to be done over the summer; empty once the year is closed."""


class EncodedCard(Struct, frozen=True):
    """A ``Card`` whose parts from the kept page are encoded already."""

    record: Raw
    state: CardState
    issued_at: datetime
    signatures: Raw
    replaces: str | None
    replaced_by: str | None
    changes: list[FieldChange]
    explanations: Raw
    to_do: list[ToDo]


class BilingualName(Struct, frozen=True):
    """The same thing said in both languages."""

    vi: str
    en: str


class Configuration(Struct, frozen=True):
    """What the pages need to know of this installation."""

    mode: str
    trust_anchor: str | None
    public_url: str
    department: BilingualName


class RecallRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A school asks for the recall of a card, or agrees to it as well while the school year is open."""

    record_id: UUID
    reason: Annotated[str, Meta(max_length=500)]
    requested_by: Annotated[str, Meta(max_length=500)]
    replaced_by: UUID | None = None
    """Record id of the corrected card that is to come; the old one stays in force until that one is issued."""
    superseded: bool = False
    """Another card will come, its record id is not known yet."""
    decision_reference: Annotated[str, Meta(max_length=500)] | None = None
    """Number and date of a civil-status decision."""
    decision_document: bytes | None = None
    """The decision itself, a PDF or a photograph, in base64; it has to be there before anybody agrees."""
    approved_by: Annotated[str, Meta(max_length=500)] | None = None
    """Another person of the school; only until the year's first lock."""


class DecisionAttachment(Struct, frozen=True, forbid_unknown_fields=True):
    """The civil-status decision that a recall follows."""

    document: bytes
    """A PDF, PNG or JPEG of at most 8 MB, in base64."""
    attached_by: Annotated[str, Meta(max_length=500)]


class RecallAnswer(Struct, frozen=True):
    """A request and what was decided."""

    recall_id: str
    record_id: str
    kind: str
    replaced_by: str | None
    reason: str
    decision_reference: str | None
    decision_sha256: str | None
    """Of the decision that was attached; its bytes are for the department only."""
    requested_by: str
    requested_at: datetime
    state: RecallState
    state_number: int
    """The ministry's: 1 pending, 2 agreed, 3 refused."""
    approval_needed: Approval | None
    """Who has to agree as things stand; null once that is decided. The school's own agreement ends with the lock."""
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


class RecallList(Struct, frozen=True):
    """The school's requests, oldest first."""

    recalls: list[RecallAnswer]


class PreparedRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A card to come, and what it waits for."""

    pupil_code: Annotated[str, Meta(max_length=40)]
    school_year: Annotated[str, Meta(max_length=9)]
    grade: Annotated[int, Meta(ge=1, le=12)]
    class_group: Annotated[str, Meta(max_length=100)]
    prepared_by: Annotated[str, Meta(max_length=500)]
    missing: Annotated[list[Missing], Meta(max_length=len(Missing))] = []
    """Nothing: it can be signed as soon as its content is there."""


class PreparedAnswer(Struct, frozen=True):
    """A card that is not issued yet."""

    record_id: str
    pupil_code: str
    school_year: str
    grade: int
    class_group: str
    state: CardState
    missing: list[Missing]
    waits_until: date | None
    """Last day, in Vietnam."""
    overdue: bool
    has_content: bool
    """Whether its XML is here, to be signed here or by the school's own software."""


class PreparedList(Struct, frozen=True):
    """The school's cards of a year that are not issued yet, by class and pupil code."""

    prepared: list[PreparedAnswer]


class MissingCodes(Struct, frozen=True):
    """The school's pupils without a personal code, by class and name."""

    pupils: list[PupilWithoutCode]
