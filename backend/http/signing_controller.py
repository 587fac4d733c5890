"""What waits for a signature, and many signed with one confirmation."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from backend.database import Connection
from backend.desk.batches import store
from backend.desk.batches.authorise_batch import begin_batch, cancel_batch, confirm_batch
from backend.desk.batches.batch import BatchCard, BatchCardState, SigningBatch
from backend.desk.batches.errors import BatchNotFoundError
from backend.desk.batches.signing_list import (
    ListedCard,
    SigningList,
    mark_seen,
    read_listed_card,
    read_signing_list,
    role_that_signs,
    roles_that_sign,
)
from backend.desk.batches.statement import CardToSign
from backend.desk.store import find_school_name
from backend.http.any_request import AnyRequest
from backend.http.authorise import STAFF, StaffInjected
from backend.http.looks import looks_by_staff
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from backend.http.signing_wire import (
    BatchBegin,
    BatchBegun,
    BatchConfirmation,
    BatchCounts,
    Batches,
    BatchProblem,
    BatchStatus,
    ListedCardAnswer,
    ListedCardSummary,
    Obstacle,
    Seen,
    SigningListAnswer,
    SigningLists,
    SigningListSummary,
)
from backend.http.staff_controller import SECURITY
from backend.intake.answer import warning_answer_of
from backend.messages import sentence
from backend.sharing.history.look import LookedAt
from verifier.http.admission import client_address

MAX_BATCH_BYTES = 1_000_000
"""2,000 cards of 130 bytes, and room."""
SHOWN_BATCHES = 50


class SigningController(Controller):
    """Of the one who asks, and of nobody else; what they may sign is for ``desk.rules``."""

    path = "/api/staff"
    tags = ("signing",)
    opt = STAFF
    security = SECURITY
    request_max_body_size = MAX_BATCH_BYTES

    @get(
        "/signing-lists",
        sync_to_thread=True,
        operation_id="list_signing_lists",
        summary="One list for each role that signs",
        responses=problems(401),
    )
    def lists(self, staff: StaffInjected, services: ServicesInjected, now: NowInjected) -> SigningLists:
        with services.city.database.read() as connection:
            return SigningLists(
                [
                    _summary(connection, read_signing_list(connection, staff.actor, held.role_id, now=now))
                    for held, _ in roles_that_sign(staff.actor, now=now)
                ]
            )

    @get(
        "/signing-lists/{role_id:uuid}",
        sync_to_thread=True,
        operation_id="read_signing_list",
        summary="Every card that waits, those that cannot be chosen too, with the reason",
        responses=problems(400, 401, 403, 404),
    )
    def read_list(
        self, role_id: FromPath[UUID], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> SigningListAnswer:
        with services.city.database.read() as connection:
            listed = read_signing_list(connection, staff.actor, str(role_id), now=now)
            return SigningListAnswer(_summary(connection, listed), [_card(one) for one in listed.cards])

    @get(
        "/signing-lists/{role_id:uuid}/cards/{record_id:uuid}",
        sync_to_thread=True,
        operation_id="read_listed_card",
        summary="One card whole, with warnings and what changed since one saw it last",
        responses=problems(400, 401, 403, 404),
    )
    def card(
        self,
        role_id: FromPath[UUID],
        record_id: FromPath[UUID],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> ListedCardAnswer:
        with services.city.database.read() as connection:
            one = read_listed_card(connection, staff.actor, str(role_id), str(record_id), now=now)
            held, _ = role_that_signs(staff.actor, str(role_id), now=now)
            looks = looks_by_staff(connection, staff, held, one.card, what=LookedAt.CARD)
        services.looks.note(*looks, now=now)
        return ListedCardAnswer(
            card=_card(one),
            record=one.record,
            warnings=[warning_answer_of(warning) for warning in one.warnings],
            changes=list(one.changes),
        )

    @post(
        "/signing-lists/{role_id:uuid}/cards/{record_id:uuid}/seen",
        status_code=204,
        sync_to_thread=True,
        operation_id="mark_card_seen",
        summary="Remember that one has looked at a card as it stands",
        responses=problems(400, 401, 403, 404, 409),
    )
    def seen(
        self,
        role_id: FromPath[UUID],
        record_id: FromPath[UUID],
        data: JSONBody[Seen],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> None:
        with services.city.database.write() as connection:
            mark_seen(
                connection,
                staff.actor,
                str(role_id),
                str(record_id),
                claimed_xml_sha256=bytes.fromhex(data.xml_sha256),
                now=now,
            )

    @post(
        "/batches",
        status_code=201,
        sync_to_thread=True,
        operation_id="begin_batch",
        summary="Hand in the cards that are to be signed, get the challenge over them",
        responses=problems(400, 401, 403, 409, 413, 422, 429),
    )
    def begin(
        self,
        request: AnyRequest,
        data: JSONBody[BatchBegin],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> BatchBegun:
        begun = begin_batch(
            services.desk,
            actor=staff.actor,
            role_id=str(data.role_id),
            shown=[CardToSign(str(card.record_id), bytes.fromhex(card.xml_sha256)) for card in data.cards],
            address=client_address(request),
            now=now,
        )
        return BatchBegun(begun.batch_id, begun.options, begun.expires_at, begun.cards)

    @post(
        "/batches/{batch_id:uuid}/confirmation",
        status_code=200,
        sync_to_thread=True,
        operation_id="confirm_batch",
        summary="Hand in the passkey's answer; the signing begins",
        responses=problems(400, 401, 403, 404, 422),
    )
    def confirm(
        self,
        batch_id: FromPath[UUID],
        data: JSONBody[BatchConfirmation],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> BatchStatus:
        confirm_batch(
            services.desk,
            person_id=staff.person_id,
            batch_id=str(batch_id),
            credential=msgspec.to_builtins(data.credential),
            now=now,
        )
        with services.city.database.read() as connection:
            return _whole_status(connection, staff.person_id, str(batch_id))

    @get(
        "/batches",
        sync_to_thread=True,
        operation_id="list_batches",
        summary="One's own batches, newest first",
        responses=problems(401),
    )
    def batches(self, staff: StaffInjected, services: ServicesInjected) -> Batches:
        with services.city.database.read() as connection:
            found = store.read_batches(connection, person_id=staff.person_id, limit=SHOWN_BATCHES)
            return Batches([_status(connection, batch, []) for batch in found])

    @get(
        "/batches/{batch_id:uuid}",
        sync_to_thread=True,
        operation_id="read_batch",
        summary="How far a batch is, and which cards were not signed and why",
        responses=problems(400, 401, 404),
    )
    def batch(self, batch_id: FromPath[UUID], staff: StaffInjected, services: ServicesInjected) -> BatchStatus:
        with services.city.database.read() as connection:
            return _whole_status(connection, staff.person_id, str(batch_id))

    @post(
        "/batches/{batch_id:uuid}/cancellation",
        status_code=204,
        sync_to_thread=True,
        operation_id="cancel_batch",
        summary="Take a batch back: what is not signed yet stays unsigned",
        responses=problems(400, 401, 403, 404),
    )
    def cancel(
        self, batch_id: FromPath[UUID], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> None:
        cancel_batch(services.staff_access, person_id=staff.person_id, batch_id=str(batch_id), now=now)


def _summary(connection: Connection, listed: SigningList) -> SigningListSummary:
    held = listed.held
    return SigningListSummary(
        role_id=held.role_id,
        purpose=listed.purpose,
        school_code=held.school_code or "",
        school_name=find_school_name(connection, held.school_code or "") or "",
        school_year=held.school_year or "",
        class_group=held.class_group,
        on_behalf=held.on_behalf,
        waiting=len(listed.cards),
        selectable=sum(1 for one in listed.cards if not one.obstacles),
    )


def _card(one: ListedCard) -> ListedCardSummary:
    return ListedCardSummary(
        record_id=one.card.record_id,
        pupil_code=one.card.pupil_code,
        name=one.card.name,
        grade=one.card.grade,
        class_group=one.card.class_group,
        state=one.card.state,
        xml_sha256=None if one.xml_sha256 is None else one.xml_sha256.hex(),
        selectable=not one.obstacles,
        obstacles=[Obstacle(code, sentence(code)) for code in one.obstacles],
        warnings=len(one.warnings),
        seen_at=one.seen_at,
        changes=len(one.changes),
    )


def _whole_status(connection: Connection, person_id: str, batch_id: str) -> BatchStatus:
    """Of one's own batch.

    Raises:
        BatchNotFoundError: no such batch of this person.
    """
    batch = store.find_batch(connection, batch_id)
    if batch is None or batch.person_id != person_id:
        raise BatchNotFoundError
    unsigned = (BatchCardState.LEFT_OUT, BatchCardState.FAILED)
    cards = [card for card in store.read_batch_cards(connection, batch_id) if card.state in unsigned]
    return _status(connection, batch, cards)


def _status(connection: Connection, batch: SigningBatch, unsigned: list[BatchCard]) -> BatchStatus:
    counts = store.count_cards_by_state(connection, batch.batch_id)
    names = store.names_of(connection, [card.record_id for card in unsigned])
    evidence = batch.evidence
    confirmed_at: datetime | None = None if evidence is None else evidence.confirmed_at
    return BatchStatus(
        batch_id=batch.batch_id,
        purpose=batch.purpose,
        school_code=batch.school_code,
        school_year=batch.school_year,
        class_group=batch.class_group,
        on_behalf=batch.on_behalf,
        state=batch.state,
        begun_at=batch.begun_at,
        expires_at=batch.expires_at,
        confirmed_at=confirmed_at,
        finish_by=batch.finish_by,
        ended_at=batch.ended_at,
        ended_reason=batch.ended_reason,
        counts=BatchCounts(**{state.value: counts.get(state.value, 0) for state in BatchCardState}),
        problems=[
            BatchProblem(
                card.record_id,
                names.get(card.record_id),
                card.state,
                card.code or "",
                sentence(card.code or "", card.details),
            )
            for card in unsigned
        ],
    )
