"""A school at its desk: cards that wait, people with phones and keys, and a clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import structs

from backend.access.context import Access
from backend.access.enrol import begin_enrolment, finish_enrolment
from backend.access.keys import AccessKeys
from backend.access.passkeys import RelyingParty
from backend.archive.prepared.card import Missing, PreparedCard, last_day_of_waiting
from backend.archive.prepared.store import find_prepared, put_prepared
from backend.archive.rules import CardState
from backend.desk.batches.authorise_batch import BegunBatch, begin_batch, confirm_batch
from backend.desk.batches.batch import BatchCard, SigningBatch
from backend.desk.batches.sign_batch import BatchReport, sign_batch
from backend.desk.batches.signing_list import SigningList, read_signing_list
from backend.desk.batches.statement import CardToSign
from backend.desk.batches.store import SchoolKey, find_batch, put_school_key, read_batch_cards
from backend.desk.context import Desk
from backend.desk.invite_staff import Invited, end_role, invite_staff
from backend.desk.key_ring import FileKeyRing
from backend.desk.person import NewRole
from backend.desk.register_certificate import register_certificate
from backend.desk.rules import Actor, StaffRole
from backend.desk.staff_lists import actor_of
from backend.desk.staff_realm import STAFF
from backend.signing.file_keys import FileSigningKey, save_key_file
from backend.signing.key_settings import Mode
from tests.backend.access.software_authenticator import SoftwareAuthenticator
from tests.backend.intake.sending import record_id_of
from tests.backend.working_city import PUBLIC_URL, WorkingCity
from tests.verifier.small_city import MANAGER_CODE, NOW, SCHOOL_CODE, SCHOOL_YEAR, TEACHER_CODE, a_record
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card
from verifier.sealed_lists import SealedLists, open_lists

OPERATOR = Actor("operator", is_operator=True)
CLERK_CODE = "999185000013"
ADDRESS = "203.0.113.7"
ROLES = {
    "teacher": NewRole(
        role=StaffRole.HOMEROOM_TEACHER, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR, class_group="4A"
    ),
    "manager": NewRole(role=StaffRole.MANAGER, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR),
    "clerk": NewRole(role=StaffRole.CLERK, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR),
}
CODES = {"teacher": TEACHER_CODE, "manager": MANAGER_CODE, "clerk": CLERK_CODE}


def record_of(number: int, *, class_group: str = "4A", remark: str = "Chăm chỉ.") -> Record:
    """Card ``number``, of pupil ``number``."""
    record = a_record(record_id=record_id_of(number))
    return structs.replace(
        record,
        transcript=structs.replace(record.transcript, class_group=class_group),
        pupil=structs.replace(record.pupil, pupil_code=f"{number:010}", personal_code=f"999316{number:06}"),
        remarks=structs.replace(record.remarks, homeroom_teacher=remark),
    )


class SigningSchool:
    """One school of the working city, with a teacher of 4A, a manager and a clerk who have enrolled."""

    def __init__(self, working: WorkingCity, *, access: Access | None = None) -> None:
        self.working = working
        self.database = working.database
        self.now = NOW
        self.keys = working.folder / "keys"
        self.access = access or Access(
            database=working.database,
            keys=AccessKeys.from_secret("a secret of the tests, long enough", realm=STAFF.name),
            relying_party=RelyingParty(PUBLIC_URL, "Học bạ số"),
            realm=STAFF,
        )
        self.desk = Desk(
            access=self.access,
            objects=working.objects,
            key_ring=FileKeyRing(self.keys, mode=Mode.DEMO),
            lists_at=lambda now: open_lists(
                SealedLists.by_name(working.trust_anchor, working.publisher.served_lists(now)), now=now
            ),
            public_url=PUBLIC_URL,
        )
        self.people: dict[str, Invited] = {}
        self.phones: dict[str, SoftwareAuthenticator] = {}
        for who in ROLES:
            self.take_on(who)
        self.give_key("teacher", working.small.teacher)
        self.give_key("manager", working.small.manager)
        self._give_school_key()

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)

    def clock(self) -> datetime:
        return self.now

    def take_on(self, who: str, *, personal_code: str | None = None, role: NewRole | None = None) -> None:
        """Invite and enrol a person."""
        code = personal_code or CODES[who]
        invited = invite_staff(
            self.access, actor=OPERATOR, name=who, personal_code=code, given=role or ROLES[who], now=self.now
        )
        assert invited.invitation is not None
        begun = begin_enrolment(
            self.access,
            claimed_activation_code=invited.invitation.code,
            claimed_personal_code=code,
            address=ADDRESS,
            now=self.now,
        )
        self.people[who] = invited
        self.phones[who] = SoftwareAuthenticator(origin=PUBLIC_URL)
        finish_enrolment(
            self.access,
            claimed_browser_token=begun.browser_token,
            credential=self.phones[who].create(begun.options),
            passkey_name="Điện thoại",
            replaced_session_token=None,
            now=self.now,
        )

    def give_key(self, who: str, key: FileSigningKey, *, name: str | None = None) -> None:
        """Let a person sign with this key."""
        reference = self.save_key(name or who, key)
        register_certificate(
            self.access,
            actor=OPERATOR,
            person_id=self.person_id(who),
            certificate=key.certificate,
            key_reference=reference,
            now=self.now,
        )

    def end_role(self, who: str) -> None:
        """Let a person's role be over."""
        person_id, role_id = self.person_id(who), self.role_id(who)
        end_role(self.access, actor=OPERATOR, person_id=person_id, role_id=role_id, now=self.now)

    def save_key(self, name: str, key: FileSigningKey) -> str:
        path = Path("schools") / f"{name}.pem"
        save_key_file(self.keys / path, key._private_key, key.certificate)
        return f"file:{path}"

    def person_id(self, who: str) -> str:
        return self.people[who].person.person_id

    def role_id(self, who: str) -> str:
        return self.people[who].role.role_id

    def actor(self, who: str) -> Actor:
        with self.database.read() as connection:
            return actor_of(connection, self.person_id(who))

    def prepare(
        self,
        numbers: Sequence[int],
        *,
        missing: tuple[Missing, ...] = (),
        class_group: str = "4A",
        remark: str = "Chăm chỉ.",
        manager_code: str = MANAGER_CODE,
    ) -> None:
        """Write cards that wait, as a workbook does."""
        with self.database.write() as connection:
            for number in numbers:
                record = record_of(number, class_group=class_group, remark=remark)
                put_prepared(connection, _prepared(record, missing, manager_code))

    def prepared(self, number: int) -> PreparedCard | None:
        with self.database.read() as connection:
            return find_prepared(connection, record_id_of(number))

    def list_of(self, who: str) -> SigningList:
        with self.database.read() as connection:
            return read_signing_list(connection, self.actor(who), self.role_id(who), now=self.now)

    def selectable(self, who: str) -> list[CardToSign]:
        return [
            CardToSign(one.card.record_id, one.xml_sha256)
            for one in self.list_of(who).cards
            if not one.obstacles and one.xml_sha256 is not None
        ]

    def begin(self, who: str, cards: Sequence[CardToSign] | None = None) -> BegunBatch:
        shown = self.selectable(who) if cards is None else cards
        return begin_batch(
            self.desk, actor=self.actor(who), role_id=self.role_id(who), shown=shown, address=ADDRESS, now=self.now
        )

    def answer(self, who: str, begun: BegunBatch) -> dict[str, Any]:
        """The passkey's answer of a person to a challenge."""
        return self.phones[who].get(begun.options)

    def confirm(self, who: str, begun: BegunBatch, credential: dict[str, Any] | None = None) -> SigningBatch:
        return confirm_batch(
            self.desk,
            person_id=self.person_id(who),
            batch_id=begun.batch_id,
            credential=credential or self.answer(who, begun),
            now=self.now,
        )

    def work(self, batch_id: str) -> BatchReport:
        return sign_batch(self.desk, batch_id, clock=self.clock)

    def sign(self, who: str) -> BatchReport:
        """Confirm everything that can be, and let the worker sign it."""
        begun = self.begin(who)
        self.confirm(who, begun)
        return self.work(begun.batch_id)

    def batch(self, batch_id: str) -> tuple[SigningBatch, tuple[BatchCard, ...]]:
        with self.database.read() as connection:
            batch = find_batch(connection, batch_id)
            assert batch is not None
            return batch, read_batch_cards(connection, batch_id)

    def _give_school_key(self) -> None:
        key = self.working.small.school
        reference = self.save_key("school", key)
        with self.database.write() as connection:
            put_school_key(
                connection,
                SchoolKey(SCHOOL_CODE, key.certificate.public_bytes(Encoding.DER), reference),
                registered_by="operator",
                now=self.now,
            )


def _prepared(record: Record, missing: tuple[Missing, ...], manager_code: str) -> PreparedCard:
    transcript = record.transcript
    return PreparedCard(
        record_id=transcript.record_id,
        school_code=transcript.school_code,
        pupil_code=record.pupil.pupil_code,
        personal_code=record.pupil.personal_code,
        name=transcript.name,
        date_of_birth=transcript.date_of_birth,
        school_year=transcript.school_year,
        grade=transcript.grade,
        class_group=transcript.class_group,
        state=CardState.PENDING_SUPPLEMENTARY if missing else CardState.DRAFT,
        missing=missing,
        waits_until=last_day_of_waiting(missing, school_year=transcript.school_year, grade=transcript.grade),
        xml=write_unsigned_card(
            record, manager_personal_code=manager_code, homeroom_teacher_personal_code=TEACHER_CODE
        ),
        prepared_by="workbook",
        prepared_at=NOW,
    )
