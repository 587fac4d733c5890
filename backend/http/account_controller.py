"""A parent's own account."""

from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from backend.access.add_letter import add_letter
from backend.access.change_personal_code import ask_for_personal_code
from backend.access.own_passkeys.change_passkeys import name_passkey, remove_passkey
from backend.access.read_account import log_out_there, read_account, see_notice
from backend.http.access_wire import CeremonyOptions, SteppedUp, StepUpFinish
from backend.http.account_wire import (
    AccountRead,
    LetterHandedIn,
    LetterTaken,
    Passkey,
    PasskeyFinish,
    PasskeyRename,
    PersonalCodeAsked,
    PersonalCodeChange,
    account_of,
    passkey_of,
)
from backend.http.any_request import AnyRequest
from backend.http.authorise import NOT_WAITING, PARENT, PARENT_STEPPED_UP, WHILE_WAITING, ParentInjected
from backend.http.ceremonies import (
    MAX_CEREMONY_BYTES,
    answer_passkey_begin,
    answer_passkey_finish,
    answer_step_up_begin,
    answer_step_up_finish,
)
from backend.http.cookies import session_cookie
from backend.http.problems import problems
from backend.http.rights_wire import AccountDeleted
from backend.http.services import NowInjected, ServicesInjected
from backend.rights.account.delete_account import delete_account
from verifier.http.admission import client_address


class AccountController(Controller):
    """Nothing here names a pupil or a card: it is all the reader's own."""

    path = "/api/account"
    tags = ("account",)
    opt = PARENT | WHILE_WAITING
    request_max_body_size = MAX_CEREMONY_BYTES

    @get(
        sync_to_thread=True,
        operation_id="read_account",
        summary="Passkeys, devices that are logged in, and what was not seen yet",
        security=[{"session": []}],
        responses=problems(401),
    )
    def account(self, parent: ParentInjected, services: ServicesInjected, now: NowInjected) -> AccountRead:
        return account_of(read_account(services.access, parent, now=now), parent, now=now)

    @delete(
        opt=PARENT_STEPPED_UP,
        status_code=200,
        sync_to_thread=True,
        operation_id="delete_account",
        summary="Delete the account; what is kept, and why",
        security=[{"session": []}],
        responses=problems(401, 403),
    )
    def leave(self, parent: ParentInjected, services: ServicesInjected, now: NowInjected) -> Response[AccountDeleted]:
        with services.city.database.write() as connection:
            kept = delete_account(connection, guardian_id=parent.guardian_id, now=now)
        return Response(AccountDeleted(kept), cookies=[session_cookie("", public_url=services.public_url)])

    @post(
        "/step-up/begin",
        status_code=200,
        sync_to_thread=True,
        operation_id="begin_step_up",
        summary="Get options to show a passkey of this account again",
        security=[{"session": []}],
        responses=problems(401, 403, 429),
    )
    def begin_step_up(
        self, request: AnyRequest, parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> Response[CeremonyOptions]:
        return answer_step_up_begin(request, parent.session, services.access, now)

    @post(
        "/step-up/finish",
        status_code=200,
        sync_to_thread=True,
        operation_id="finish_step_up",
        summary="Hand in the passkey's answer; for five minutes the account may be changed and cards shared",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 409, 413, 422),
    )
    def finish_step_up(
        self,
        request: AnyRequest,
        data: JSONBody[StepUpFinish],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> Response[SteppedUp]:
        return answer_step_up_finish(request, data, parent.session, services.access, now)

    @post(
        "/passkeys/begin",
        opt=PARENT_STEPPED_UP,
        status_code=200,
        sync_to_thread=True,
        operation_id="begin_new_passkey",
        summary="Get options for one more passkey; an old one was shown in the last five minutes",
        security=[{"session": []}],
        responses=problems(401, 403, 409),
    )
    def begin_passkey(
        self, parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> Response[CeremonyOptions]:
        return answer_passkey_begin(parent, services.access, now)

    @post(
        "/passkeys/finish",
        status_code=201,
        sync_to_thread=True,
        operation_id="finish_new_passkey",
        summary="Hand in the new passkey",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 409, 413, 422),
    )
    def finish_passkey(
        self,
        request: AnyRequest,
        data: JSONBody[PasskeyFinish],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> Response[Passkey]:
        return answer_passkey_finish(request, data, parent, services.access, now)

    @patch(
        "/passkeys/{passkey_id:str}",
        sync_to_thread=True,
        operation_id="name_passkey",
        summary="Give a passkey another name",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 404),
    )
    def name_passkey(
        self,
        passkey_id: FromPath[str],
        data: JSONBody[PasskeyRename],
        parent: ParentInjected,
        services: ServicesInjected,
    ) -> Passkey:
        return passkey_of(name_passkey(services.access, parent, passkey_id, name=data.name), parent)

    @delete(
        "/passkeys/{passkey_id:str}",
        opt=PARENT_STEPPED_UP,
        status_code=204,
        sync_to_thread=True,
        operation_id="remove_passkey",
        summary="End a passkey and every session that it opened; the last one stays",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 404, 409),
    )
    def remove_passkey(
        self, passkey_id: FromPath[str], parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> None:
        remove_passkey(services.access, parent, passkey_id, now=now)

    @delete(
        "/sessions/{session_id:uuid}",
        status_code=204,
        sync_to_thread=True,
        operation_id="log_out_there",
        summary="Log out on one device",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 404),
    )
    def log_out_there(self, session_id: FromPath[UUID], parent: ParentInjected, services: ServicesInjected) -> None:
        log_out_there(services.access, parent, str(session_id))

    @post(
        "/notices/{notice_id:uuid}/seen",
        status_code=204,
        sync_to_thread=True,
        operation_id="see_notice",
        summary="Say that a notice was seen; it is told no more",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 404),
    )
    def see_notice(
        self, notice_id: FromPath[UUID], parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> None:
        see_notice(services.access, parent, str(notice_id), now=now)

    @post(
        "/letters",
        opt=NOT_WAITING,
        status_code=200,
        sync_to_thread=True,
        operation_id="hand_in_letter",
        summary="Add another child by a later letter of a school",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 409, 413, 422, 429),
    )
    def hand_in_letter(
        self,
        request: AnyRequest,
        data: JSONBody[LetterHandedIn],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> LetterTaken:
        state = add_letter(
            services.access,
            guardian_id=parent.guardian_id,
            claimed_activation_code=data.activation_code,
            address=client_address(request),
            now=now,
        )
        return LetterTaken(state)

    @post(
        "/personal-code",
        opt=PARENT_STEPPED_UP | NOT_WAITING,
        status_code=200,
        sync_to_thread=True,
        operation_id="ask_for_personal_code",
        summary="Say that one's personal code is another one; the school confirms it",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 409, 413, 422),
    )
    def ask_for_personal_code(
        self,
        data: JSONBody[PersonalCodeChange],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> PersonalCodeAsked:
        ask_for_personal_code(
            services.access,
            guardian_id=parent.guardian_id,
            claimed_personal_code=data.personal_code.strip(),
            now=now,
        )
        return PersonalCodeAsked()
