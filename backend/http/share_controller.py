"""Links: a guardian makes, sees and revokes them; a receiver opens one."""

from uuid import UUID

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from backend.archive.card import StoredCard
from backend.http.any_request import AnyRequest
from backend.http.authorise import PARENT, PARENT_STEPPED_UP, PUBLIC, SHARE_VIEWER, ParentInjected, ViewInjected
from backend.http.card_files import answer_pdf, answer_xml, issued_at
from backend.http.cookies import share_view_cookie
from backend.http.entity_tag import NOT_MODIFIED
from backend.http.looks import LOOK, looked_at
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from backend.http.sharing_wire import (
    ShareAnswer,
    SharedCardAnswer,
    SharedCards,
    ShareList,
    ShareLook,
    ShareMade,
    ShareOffer,
    ShareOpen,
    ShareRequest,
)
from backend.sharing.history.look import LookedAt
from backend.sharing.make_share import ListedShare, list_shares, make_share, revoke_share
from backend.sharing.open_share import look_at_share, open_share
from backend.sharing.rules import ShareTerms
from backend.sharing.shown_cards import ShownShare
from backend.sharing.view_share import find_shared_file, look_by_viewer, view_again
from verifier.http.admission import client_address

PAGE = "/x"
"""Where a receiver opens a link; the secret follows behind #, which no browser sends to a server."""

SharedCardInjected = NamedDependency[StoredCard]


class ShareController(Controller):
    """Of the guardian who asks, and of nobody else."""

    path = "/api/shares"
    tags = ("sharing",)
    opt = PARENT
    security = [{"session": []}]  # noqa: RUF012  # Litestar reads it once

    @get(
        sync_to_thread=True,
        operation_id="list_shares",
        summary="The links that one has made, open and over",
        responses=problems(401, 403),
    )
    def list_all(self, parent: ParentInjected, services: ServicesInjected, now: NowInjected) -> ShareList:
        with services.city.database.read() as connection:
            found = list_shares(connection, guardian_id=parent.guardian_id, now=now)
        return ShareList([_answer(listed) for listed in found])

    @post(
        opt=PARENT_STEPPED_UP,
        status_code=201,
        sync_to_thread=True,
        operation_id="make_share",
        summary="A link with which a named receiver sees cards of one's pupil",
        responses=problems(400, 401, 403, 404, 422),
    )
    def make(
        self,
        data: JSONBody[ShareRequest],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> ShareMade:
        made = make_share(
            services.city.database,
            guardian_id=parent.guardian_id,
            pupil_id=str(data.pupil_id),
            record_ids=None if data.record_ids is None else [str(record_id) for record_id in data.record_ids],
            terms=ShareTerms(
                receiver=data.receiver,
                purpose=data.purpose,
                with_address=data.with_address,
                with_personal_code=data.with_personal_code,
                days=data.days,
                passcode=data.passcode,
                single_use=data.single_use,
                child_consents=data.child_consents,
            ),
            now=now,
        )
        return ShareMade(_answer(made.listed), f"{services.public_url}{PAGE}#{made.secret}")

    @delete(
        "/{share_id:uuid}",
        status_code=204,
        sync_to_thread=True,
        operation_id="revoke_share",
        summary="End a link at once",
        responses=problems(400, 401, 403, 404),
    )
    def revoke(
        self, share_id: FromPath[UUID], parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> None:
        revoke_share(services.city.database, guardian_id=parent.guardian_id, share_id=str(share_id), now=now)


class SharedController(Controller):
    """For whoever holds a link's secret."""

    path = "/api/shared"
    tags = ("sharing",)
    opt = PUBLIC

    @post(
        "/look",
        status_code=200,
        sync_to_thread=True,
        operation_id="look_at_share",
        summary="What a link is for, before one says who one is; shows nothing of the pupil and uses nothing up",
        responses=problems(400, 403, 404, 410, 429),
    )
    def look(
        self,
        request: AnyRequest,
        data: JSONBody[ShareLook],
        services: ServicesInjected,
        now: NowInjected,
    ) -> ShareOffer:
        share = look_at_share(services.access, claimed_secret=data.secret, address=client_address(request), now=now)
        return ShareOffer(
            share.receiver, share.purpose, share.expires_at, share.passcode_hash is not None, share.single_use
        )

    @post(
        "/open",
        status_code=200,
        sync_to_thread=True,
        operation_id="open_share",
        summary="Say who one is, see the cards; the pupil's guardians see the opening in their history",
        responses=problems(400, 403, 404, 410, 422, 429, 503),
    )
    def open(
        self,
        request: AnyRequest,
        data: JSONBody[ShareOpen],
        services: ServicesInjected,
        now: NowInjected,
    ) -> Response[SharedCards]:
        opened = open_share(
            services.access,
            services.city.objects,
            claimed_secret=data.secret,
            claimed_passcode=data.passcode,
            name=data.name,
            organisation=data.organisation,
            address=client_address(request),
            now=now,
        )
        cookie = share_view_cookie(opened.view_token, public_url=services.public_url)
        return Response(_shared(opened.shown), cookies=[cookie])


def provide_shared_card(
    request: AnyRequest,
    record_id: FromPath[UUID],
    view: ViewInjected,
    services: ServicesInjected,
    now: NowInjected,
) -> StoredCard:
    """Dependency ``card``: the one way from a record id to a file for a receiver, and into the pupil's history.

    Raises:
        CardNotFoundError: not a file that this browser may fetch.
    """
    with services.city.database.read() as connection:
        card = find_shared_file(connection, view, record_id=str(record_id), now=now)
    services.looks.note(look_by_viewer(view, record_id=card.record_id, what=looked_at(request)), now=now)
    return card


class OpenedShareController(Controller):
    """For browsers in which a link stands open."""

    path = "/api/shared/cards"
    tags = ("sharing",)
    opt = SHARE_VIEWER
    security = [{"share_view": []}]  # noqa: RUF012  # Litestar reads it once
    dependencies = {  # noqa: RUF012  # Litestar reads it once
        "card": Provide(provide_shared_card, sync_to_thread=True),
    }

    @get(
        sync_to_thread=True,
        operation_id="view_share_again",
        summary="What the opened link shows, for a page that is loaded anew; no new opening",
        responses=problems(401, 429, 503),
    )
    def again(self, view: ViewInjected, services: ServicesInjected, now: NowInjected) -> SharedCards:
        return _shared(view_again(services.access, services.city.objects, services.looks, view, now=now))

    @get(
        "/{record_id:uuid}/pdf",
        opt={LOOK: LookedAt.PDF},
        sync_to_thread=True,
        media_type="application/pdf",
        operation_id="download_shared_pdf",
        summary="The signed PDF, where the link allows everything that it holds",
        responses=NOT_MODIFIED | problems(400, 401, 404, 429, 503),
    )
    def pdf(self, request: AnyRequest, card: SharedCardInjected, services: ServicesInjected) -> Response[bytes]:
        return answer_pdf(request, card, services)

    @get(
        "/{record_id:uuid}/xml",
        opt={LOOK: LookedAt.XML},
        sync_to_thread=True,
        media_type="application/xml",
        operation_id="download_shared_xml",
        summary="The signed XML, where the link allows everything that it holds",
        responses=NOT_MODIFIED | problems(400, 401, 404, 429, 503),
    )
    def xml(self, request: AnyRequest, card: SharedCardInjected, services: ServicesInjected) -> Response[bytes]:
        return answer_xml(request, card, services)


def _answer(listed: ListedShare) -> ShareAnswer:
    share = listed.share
    return ShareAnswer(
        share_id=share.share_id,
        pupil_id=share.pupil_id,
        pupil_name=listed.pupil_name,
        record_ids=None if share.record_ids is None else list(share.record_ids),
        receiver=share.receiver,
        purpose=share.purpose,
        with_address=share.with_address,
        with_personal_code=share.with_personal_code,
        created_at=share.created_at,
        expires_at=share.expires_at,
        has_passcode=share.passcode_hash is not None,
        single_use=share.single_use,
        state=listed.state,
        opened_count=share.opened_count,
        last_opened_at=share.last_opened_at,
    )


def _shared(shown: ShownShare) -> SharedCards:
    return SharedCards(
        pupil_name=shown.pupil_name,
        receiver=shown.share.receiver,
        purpose=shown.share.purpose,
        expires_at=shown.share.expires_at,
        cards=[
            SharedCardAnswer(
                record_id=one.card.record_id,
                record=one.record,
                state=one.card.state,
                issued_at=issued_at(one.card),
                school_name=one.school_name,
            )
            for one in shown.cards
        ],
        pdf_allowed=shown.files_allowed,
    )
