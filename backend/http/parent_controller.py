"""What a parent sees: their children, and each card as data, PDF and XML."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, MediaType, Response, get
from litestar.di import NamedDependency, Provide
from litestar.openapi import ResponseSpec
from litestar.params import FromPath

from backend.access.await_confirmation import find_waiting
from backend.access.own_accounts import pupils_with_own_account
from backend.access.session import Parent
from backend.archive.card import StoredCard
from backend.archive.compare_records import FieldChange, compare_records
from backend.archive.lock_days import is_over, lock_days
from backend.archive.pages.card_page import CardPage, find_card_with_page, remake_card_page
from backend.archive.prepared.card import OF_THE_SUMMER, PreparedCard
from backend.archive.rules import SHOWN, WITHDRAWN, CardState
from backend.archive.store import find_card, find_replacement, read_shown_cards
from backend.database import Connection
from backend.http.authorise import PARENT, WHILE_WAITING, provide_parent
from backend.http.card_files import answer_pdf, answer_xml, issued_at, read_record
from backend.http.entity_tag import NOT_MODIFIED, entity_tag, has_already, not_modified
from backend.http.looks import LOOK, AnyRequest, look_by_guardian, looked_at
from backend.http.problems import problems
from backend.http.services import NowInjected, Services, ServicesInjected
from backend.http.wire import Card, CardSummary, ChildSummary, ComesOfAge, Me, Pending, ToDo, confirmation_of
from backend.people.errors import CardNotFoundError
from backend.people.majority.coming_of_age import coming_of_age
from backend.people.readable import ReadableChild, find_readable_card, readable_children
from backend.people.store import Child
from backend.people.waiting_cards import waiting_cards_of
from backend.sharing.history.look import LookedAt
from verifier.record.levels import EducationLevel
from verifier.record.record import Record

ParentInjected = NamedDependency[Parent]
CardInjected = NamedDependency[StoredCard]


def provide_card(
    request: AnyRequest,
    record_id: FromPath[UUID],
    parent: ParentInjected,
    services: ServicesInjected,
    now: NowInjected,
) -> StoredCard:
    """Dependency ``card``: the one way from a record id to a card for a parent, and into the pupil's history.

    Raises:
        CardNotFoundError: no such card, not issued yet, or not for this parent; not told apart.
    """
    with services.city.database.read() as connection:
        pupil = find_readable_card(connection, guardian_id=parent.guardian_id, record_id=str(record_id), now=now)
        card = _shown(find_card(connection, str(record_id)))
    look = look_by_guardian(parent, pupil_id=pupil.pupil_id, record_id=card.record_id, what=looked_at(request))
    services.looks.note(look, now=now)
    return card


class ParentController(Controller):
    """Everything here needs a session; whose cards it opens is for ``people.rules``."""

    path = "/api"
    tags = ("parent",)
    opt = PARENT | WHILE_WAITING
    dependencies = {  # noqa: RUF012  # Litestar reads it once
        "parent": Provide(provide_parent, sync_to_thread=False),
        "card": Provide(provide_card, sync_to_thread=True),
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
        sync_to_thread=True,
        operation_id="read_card",
        summary="One card whole: every mark, remark and signature",
        security=[{"session": []}],
        responses={200: ResponseSpec(Card, description="The card.", generate_examples=False)}
        | NOT_MODIFIED
        | problems(400, 401, 404, 503),
    )
    def card(
        self,
        request: AnyRequest,
        record_id: FromPath[UUID],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> Response[bytes]:
        # One read of everything: this is the route of the evening on which a whole city's cards are issued.
        with services.city.database.read() as connection:
            pupil = find_readable_card(connection, guardian_id=parent.guardian_id, record_id=str(record_id), now=now)
            card, page = find_card_with_page(connection, str(record_id)) or (None, None)
            card = _shown(card)
            replaced, replacement = _neighbours(connection, card, parent, now)
        look = look_by_guardian(parent, pupil_id=pupil.pupil_id, record_id=card.record_id, what=LookedAt.CARD)
        services.looks.note(look, now=now)
        page = page or _remake_page(card, services, now)
        told = Card(
            record=page.record,
            state=card.state,
            issued_at=issued_at(card),
            signatures=list(page.signatures),
            replaces=None if replaced is None else replaced.record_id,
            replaced_by=None if replacement is None else replacement.record_id,
            changes=_changes(page.record, replaced, replacement, services),
            explanations=list(page.explanations),
            to_do=list(_to_do(card, page, now)),
        )
        content = msgspec.json.encode(told)
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
    def pdf(self, request: AnyRequest, card: CardInjected, services: ServicesInjected) -> Response[bytes]:
        return answer_pdf(request, card, services)

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
    def xml(self, request: AnyRequest, card: CardInjected, services: ServicesInjected) -> Response[bytes]:
        return answer_xml(request, card, services)


def _to_do(card: StoredCard, page: CardPage, now: datetime) -> Iterator[ToDo]:
    """What the pupil's summer is for, as long as it lasts."""
    until = lock_days(card.school_year, grade=card.grade).second
    if card.state is not CardState.ISSUED or is_over(until, now=now):
        return
    for work in page.summer_work:
        yield ToDo(work.code, work.sentence, work.regulation, work.article, until)


def _shown(card: StoredCard | None) -> StoredCard:
    if card is None or card.state not in SHOWN:
        raise CardNotFoundError
    return card


def _remake_page(card: StoredCard, services: Services, now: datetime) -> CardPage:
    city = services.city
    return remake_card_page(city.database, city.objects, card, lists=lambda: services.lists.opened(now), now=now)


def _neighbours(
    connection: Connection, card: StoredCard, parent: Parent, now: datetime
) -> tuple[StoredCard | None, StoredCard | None]:
    """The card that this one replaced and the one that replaced it, each only if this parent may read it as well."""

    def readable(other: StoredCard | None) -> StoredCard | None:
        if other is None or other.state not in SHOWN:
            return None
        with suppress(CardNotFoundError):
            find_readable_card(connection, guardian_id=parent.guardian_id, record_id=other.record_id, now=now)
            return other
        return None

    replaced = None if card.replaces is None else find_card(connection, card.replaces)
    # With the replacement's issue this one is withdrawn, if it was not before.
    replacement = None if card.state not in WITHDRAWN else find_replacement(connection, card.record_id)
    return readable(replaced), readable(replacement)


def _changes(
    record: Record, replaced: StoredCard | None, replacement: StoredCard | None, services: Services
) -> list[FieldChange]:
    """Towards the newer card where there is one, else from the older."""
    if replacement is not None:
        return list(compare_records(record, read_record(replacement, services)))
    if replaced is not None:
        return list(compare_records(read_record(replaced, services), record))
    return []


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
