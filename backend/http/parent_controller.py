"""What a parent sees: their children, and each card as data, PDF and XML."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from litestar import Controller, MediaType, Response, get
from litestar.di import NamedDependency, Provide
from litestar.openapi import ResponseSpec
from litestar.params import FromPath

from backend.access.await_confirmation import find_waiting
from backend.access.own_accounts import pupils_with_own_account
from backend.archive.card import StoredCard
from backend.archive.lock_days import is_over
from backend.archive.prepared.card import OF_THE_SUMMER, PreparedCard
from backend.archive.rules import CardState
from backend.archive.store import read_shown_cards
from backend.http.access_wire import confirmation_of
from backend.http.any_request import AnyRequest
from backend.http.authorise import PARENT, WHILE_WAITING, ParentInjected
from backend.http.card_answer import encode_card
from backend.http.card_files import answer_pdf, answer_xml, issued_at
from backend.http.entity_tag import NOT_MODIFIED, entity_tag, has_already, not_modified
from backend.http.looks import LOOK, look_by_guardian, looked_at
from backend.http.parent_wire import Card, CardSummary, ChildSummary, ComesOfAge, Me, Pending
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from backend.people.majority.coming_of_age import coming_of_age
from backend.people.opening.open_card import OpenedCard, open_card
from backend.people.readable import ReadableChild, readable_children
from backend.people.store import Child
from backend.people.waiting_cards import waiting_cards_of
from backend.sharing.history.look import LookedAt
from verifier.record.levels import EducationLevel

OpenedInjected = NamedDependency[OpenedCard]


async def provide_opened(
    request: AnyRequest,
    record_id: FromPath[UUID],
    parent: ParentInjected,
    services: ServicesInjected,
    now: NowInjected,
) -> OpenedCard:
    """Dependency ``opened``: the one way from a record id to a card for a parent, and into the pupil's history.

    Raises:
        CardNotFoundError: no such card, not issued yet, or not for this parent; not told apart.
    """
    opened = await open_card(services.city.database, guardian_id=parent.guardian_id, record_id=str(record_id), now=now)
    look = look_by_guardian(parent, pupil_id=opened.pupil_id, record_id=opened.card.record_id, what=looked_at(request))
    await services.looks.note_soon(look, now=now)
    return opened


class ParentController(Controller):
    """Everything here needs a session; whose cards it opens is for ``people.rules``."""

    path = "/api"
    tags = ("parent",)
    opt = PARENT | WHILE_WAITING
    dependencies = {  # noqa: RUF012  # Litestar reads it once
        "opened": Provide(provide_opened),
    }

    @get(
        "/me",
        sync_to_thread=True,
        operation_id="read_me",
        summary="Who is logged in, and their children with all cards",
        security=[{"session": []}],
        responses=problems(401),
    )
    def me(self, parent: ParentInjected, services: ServicesInjected, now: NowInjected) -> Me:
        with services.city.database.read() as connection:
            waits = confirmation_of(find_waiting(connection, parent.guardian_id))
            children = readable_children(connection, guardian_id=parent.guardian_id, now=now)
            record_ids = [record_id for child in children for record_id in child.record_ids]
            shown = {card.record_id: (card, school) for card, school in read_shown_cards(connection, record_ids)}
            waiting = [waiting_cards_of(connection, child.pupil.pupil_id) for child in children]
            birthdays = coming_of_age(connection, guardian_id=parent.guardian_id, now=now)
            told_of = {one.pupil_id: one for one in (*birthdays.soon, *birthdays.grown)}
            ready = pupils_with_own_account(connection, told_of)
        of_age = {pupil_id: ComesOfAge(one.name, one.day, pupil_id in ready) for pupil_id, one in told_of.items()}
        told = [
            _child(child, shown, cards, of_age.get(child.pupil.pupil_id), now)
            for child, cards in zip(children, waiting, strict=True)
        ]
        grown = [of_age[one.pupil_id] for one in birthdays.grown]
        return Me(name=parent.name, confirmation=waits, children=told, grown=grown, own_from=birthdays.own_from)

    @get(
        "/cards/{record_id:uuid}",
        opt={LOOK: LookedAt.CARD},
        operation_id="read_card",
        summary="One card whole: every mark, remark and signature",
        security=[{"session": []}],
        responses={200: ResponseSpec(Card, description="The card.", generate_examples=False)}
        | NOT_MODIFIED
        | problems(400, 401, 404, 503),
    )
    async def card(
        self,
        request: AnyRequest,
        opened: OpenedInjected,
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> Response[bytes]:
        content = await encode_card(opened, parent, services, now)
        tag = entity_tag(content)
        if has_already(request, tag):
            return not_modified(tag)
        return Response(content, media_type=MediaType.JSON, headers={"ETag": tag})

    @get(
        "/cards/{record_id:uuid}/pdf",
        opt={LOOK: LookedAt.PDF},
        sync_to_thread=True,
        media_type="application/pdf",
        operation_id="download_card_pdf",
        summary="The signed PDF, as it was issued",
        security=[{"session": []}],
        responses=NOT_MODIFIED | problems(400, 401, 404, 503),
    )
    def pdf(self, request: AnyRequest, opened: OpenedInjected, services: ServicesInjected) -> Response[bytes]:
        return answer_pdf(request, opened.card, services)

    @get(
        "/cards/{record_id:uuid}/xml",
        opt={LOOK: LookedAt.XML},
        sync_to_thread=True,
        media_type="application/xml",
        operation_id="download_card_xml",
        summary="The signed XML, byte for byte as the school signed it",
        security=[{"session": []}],
        responses=NOT_MODIFIED | problems(400, 401, 404, 503),
    )
    def xml(self, request: AnyRequest, opened: OpenedInjected, services: ServicesInjected) -> Response[bytes]:
        return answer_xml(request, opened.card, services)


def _child(
    child: ReadableChild,
    shown: dict[str, tuple[StoredCard, str]],
    waiting: Sequence[PreparedCard],
    comes_of_age: ComesOfAge | None,
    now: datetime,
) -> ChildSummary:
    pupil = child.pupil
    mine = set(child.record_ids)
    cards = [(card, school) for record_id, (card, school) in shown.items() if record_id in mine]
    return ChildSummary(
        pupil_id=pupil.pupil_id,
        own=child.own,
        name=pupil.name,
        class_group=pupil.class_group,
        school_name=pupil.school_name,
        pending=_pending(pupil, waiting, [card for card, _ in cards], now),
        comes_of_age=comes_of_age,
        cards=[_summary(card, school) for card, school in cards],
    )


def _pending(pupil: Child, waiting: Sequence[PreparedCard], cards: list[StoredCard], now: datetime) -> Pending | None:
    """What the pupil's year waits for, by the prepared card, else by the school's register.

    The register's waiting ends by itself when the school's card of that year is issued; a prepared card is gone then.
    """
    for prepared in waiting:
        if prepared.waits_until is not None:
            of_the_summer = [code for code in prepared.missing if code in OF_THE_SUMMER]
            first = (of_the_summer or list(prepared.missing))[0]
            return Pending(prepared.waits_until, first.value, overdue=prepared.is_overdue(now))
    until, reason = pupil.pending_until, pupil.pending_reason
    if until is None or reason is None:
        return None
    year_left_open = f"{until.year - 1}-{until.year}"
    if any(
        (card.state, card.school_year, card.school_code) == (CardState.ISSUED, year_left_open, pupil.school_code)
        for card in cards
    ):
        return None
    return Pending(until, reason, overdue=is_over(until, now=now))


def _summary(card: StoredCard, school_name: str) -> CardSummary:
    return CardSummary(
        record_id=card.record_id,
        school_year=card.school_year,
        grade=card.grade,
        class_group=card.class_group,
        school_name=school_name,
        level=EducationLevel(card.level),
        state=card.state,
        issued_at=issued_at(card),
    )
