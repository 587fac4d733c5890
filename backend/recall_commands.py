"""``hocba recall``, ``hocba replace`` and ``hocba revoke``: take a card out of force, with who and why."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click
from msgspec import structs

from backend.archive import store
from backend.archive.card import Recall, WithdrawalKind
from backend.archive.decision_document import MAX_DECISION_BYTES, attach_decision, read_decision
from backend.archive.lock_days import Approval
from backend.archive.recall_card import approval_awaited, approve_recall, refuse_recall, request_recall
from backend.archive.rules import RecallState
from backend.city import City
from backend.command_context import city_here, json_option, now_here
from backend.console import list_answer, print_json, print_lists, say
from backend.database import Connection
from verifier.status import status_subject

_AWAITED: Final = {Approval.SCHOOL: "chờ trường / the school", Approval.DEPARTMENT: "chờ Sở / the department"}

_READABLE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)

_reason = click.option("--reason", required=True, help="Lý do / Why.")
_by = click.option("--by", "requested_by", required=True, help="Người đề nghị / Who asks for it.")
_approved_by = click.option("--approved-by", required=True, help="Người duyệt / Who approves it.")
_decision = click.option(
    "--decision", "decision_reference", help="Số, ngày quyết định cải chính hộ tịch / The civil-status decision."
)
_decision_file = click.option(
    "--decision-file",
    type=_READABLE,
    help="Bản chụp quyết định (PDF, PNG, JPEG) / The decision itself; needed before anybody agrees.",
)
_decided_by = click.option("--by", "decided_by", required=True, help="Người quyết định / Who decides.")
_decided_as = click.option(
    "--as",
    "decided_as",
    type=click.Choice([approval.value for approval in Approval]),
    default=Approval.DEPARTMENT.value,
    show_default=True,
    help="Trường hay Sở / For the school or the department.",
)


@click.group()
def recall() -> None:
    """Đề nghị và quyết định thu hồi / Ask for recalls and decide on them."""


@recall.command("request")
@click.argument("record_id")
@_reason
@_by
@click.option("--superseded", is_flag=True, help="Sẽ có học bạ thay thế / Another card takes its place.")
@click.option("--replaced-by", help="Mã tra cứu học bạ mới / Record id of the card to come.")
@_decision
@_decision_file
@json_option
def request_command(
    *,
    record_id: str,
    reason: str,
    requested_by: str,
    superseded: bool,
    replaced_by: str | None,
    decision_reference: str | None,
    decision_file: Path | None,
    as_json: bool,
) -> None:
    """Đề nghị thu hồi / Ask for a card's recall."""
    city, now = city_here(), now_here()
    with city.database.write() as connection:
        asked = request_recall(
            connection,
            record_id,
            kind="superseded" if superseded or replaced_by else "revoked",
            reason=reason,
            requested_by=requested_by,
            replaced_by=replaced_by,
            decision_reference=decision_reference,
            now=now,
        )
        _attach(city, connection, asked, decision_file)
        answer = _answer(connection, asked, now)
    if as_json:
        print_json(answer)
    else:
        say("recall_requested", {"approval": answer.approval_needed or ""})
        click.echo(asked.recall_id)


@recall.command("attach")
@click.argument("recall_id")
@click.argument("decision_file", type=_READABLE)
@click.option("--by", "attached_by", required=True, help="Người đính kèm / Who attaches it.")
@json_option
def attach_command(*, recall_id: str, decision_file: Path, attached_by: str, as_json: bool) -> None:
    """Đính kèm quyết định thay đổi hộ tịch / Attach the civil-status decision that a recall names."""
    city = city_here()
    with city.database.write() as connection:
        document = attach_decision(
            connection, city.objects, recall_id, _bytes_of(decision_file), attached_by=attached_by, now=now_here()
        )
    if as_json:
        print_json(document)
    else:
        say("decision_attached", {"sha256": document.sha256})


@recall.command("decision")
@click.argument("recall_id")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Tệp sẽ ghi / The file to write.",
)
@json_option
def decision_command(*, recall_id: str, output: Path, as_json: bool) -> None:
    """Xem quyết định đã đính kèm / Write the attached civil-status decision to a file that only you can read."""
    city = city_here()
    with city.database.read() as connection:
        document, content = read_decision(connection, city.objects, recall_id)
    output.touch(mode=0o600)
    output.chmod(0o600)  # also where it was there before
    output.write_bytes(content)
    if as_json:
        print_json(document)
    else:
        click.echo(f"{output}  {document.media_type}  SHA-256 {document.sha256}  {document.attached_by}")


@recall.command("approve")
@click.argument("recall_id")
@_decided_by
@_decided_as
@click.option("--reason", help="Lý do / Why.")
@json_option
def approve_command(*, recall_id: str, decided_by: str, decided_as: str, reason: str | None, as_json: bool) -> None:
    """Đồng ý thu hồi / Agree to a recall."""
    city = city_here()
    with city.database.write() as connection:
        decided = approve_recall(
            connection,
            recall_id,
            decided_as=Approval(decided_as),
            decided_by=decided_by,
            reason=reason,
            now=now_here(),
        )
    _tell(city, decided, as_json=as_json)


@recall.command("refuse")
@click.argument("recall_id")
@_reason
@_decided_by
@_decided_as
@json_option
def refuse_command(*, recall_id: str, decided_by: str, decided_as: str, reason: str, as_json: bool) -> None:
    """Từ chối thu hồi / Refuse a recall; the card stays in force."""
    with city_here().database.write() as connection:
        decided = refuse_recall(
            connection,
            recall_id,
            decided_as=Approval(decided_as),
            decided_by=decided_by,
            reason=reason,
            now=now_here(),
        )
    if as_json:
        print_json(decided)
    else:
        say("recall_was_refused", {})


@recall.command("list")
@click.option("--school", help="Mã trường / Only this school's.")
@click.option("--state", type=click.Choice([state.value for state in RecallState]))
@json_option
def list_command(*, school: str | None, state: str | None, as_json: bool) -> None:
    """Các đề nghị thu hồi / Requests and what was decided."""
    wanted, now = None if state is None else RecallState(state), now_here()
    with city_here().database.read() as connection:
        found = store.read_recalls(connection, school_code=school, state=wanted)
        answers = [_answer(connection, asked, now) for asked in found]
    if as_json:
        print_json({"recalls": answers})
        return
    for asked in answers:
        click.echo(
            f"{asked.recall_id}  {asked.state.number} {asked.state}  {asked.record_id}  {asked.kind}"
            f"  {asked.requested_by}: {asked.reason}"
            + ("" if asked.decided_by is None else f"  → {asked.decided_by}: {asked.decision_reason or ''}")
            + ("" if asked.approval_needed is None else f"  … {_AWAITED[asked.approval_needed]}")
            + ("" if asked.decision_reference is None else f"  [{asked.decision_reference}: {_paper(asked)}]")
        )


@click.command()
@click.argument("record_id")
@click.argument("new_record_id")
@_reason
@_by
@_approved_by
@_decision
@_decision_file
@json_option
def replace(
    *,
    record_id: str,
    new_record_id: str,
    reason: str,
    requested_by: str,
    approved_by: str,
    decision_reference: str | None,
    decision_file: Path | None,
    as_json: bool,
) -> None:
    """Cho phép thay học bạ cũ bằng học bạ mới / Let a corrected card come in the place of one in force.

    The old card stays in force until the new one has been sent in and issued.
    """
    _ask_and_agree(
        record_id,
        kind="superseded",
        replaced_by=new_record_id,
        reason=reason,
        requested_by=requested_by,
        approved_by=approved_by,
        decision_reference=decision_reference,
        decision_file=decision_file,
        as_json=as_json,
    )


@click.command()
@click.argument("record_id")
@_reason
@_by
@_approved_by
@click.option("--superseded", is_flag=True, help="Sẽ có học bạ thay thế / Another card takes its place.")
@json_option
def revoke(
    *, record_id: str, reason: str, requested_by: str, approved_by: str, superseded: bool, as_json: bool
) -> None:
    """Thu hồi một học bạ / Withdraw an issued card for good, and publish that: request and approval in one."""
    _ask_and_agree(
        record_id,
        kind="superseded" if superseded else "revoked",
        replaced_by=None,
        reason=reason,
        requested_by=requested_by,
        approved_by=approved_by,
        decision_reference=None,
        decision_file=None,
        as_json=as_json,
    )


def _ask_and_agree(
    record_id: str,
    *,
    kind: WithdrawalKind,
    replaced_by: str | None,
    reason: str,
    requested_by: str,
    approved_by: str,
    decision_reference: str | None,
    decision_file: Path | None,
    as_json: bool,
) -> None:
    """The department's own command: two people answer for it at once."""
    city, now = city_here(), now_here()
    with city.database.write() as connection:
        asked = request_recall(
            connection,
            record_id,
            kind=kind,
            reason=reason,
            requested_by=requested_by,
            replaced_by=replaced_by,
            decision_reference=decision_reference,
            now=now,
        )
        _attach(city, connection, asked, decision_file)
        decided = approve_recall(
            connection, asked.recall_id, decided_as=Approval.DEPARTMENT, decided_by=approved_by, now=now
        )
    _tell(city, decided, as_json=as_json)


def _attach(city: City, connection: Connection, asked: Recall, decision_file: Path | None) -> None:
    if decision_file is not None:
        content, by = _bytes_of(decision_file), asked.requested_by
        attach_decision(connection, city.objects, asked.recall_id, content, attached_by=by, now=asked.requested_at)


def _bytes_of(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MAX_DECISION_BYTES + 1)


class _RecallAnswer(Recall, frozen=True, kw_only=True):
    """A request as the commands show it."""

    approval_needed: Approval | None
    """Who still has to agree."""
    decision_sha256: str | None
    """Of the decision that was attached."""


def _answer(connection: Connection, asked: Recall, now: datetime) -> _RecallAnswer:
    card = store.find_card(connection, asked.record_id)
    document = store.find_decision_document(connection, asked.recall_id)
    return _RecallAnswer(
        **structs.asdict(asked),
        approval_needed=None if card is None else approval_awaited(asked, card, now),
        decision_sha256=None if document is None else document.sha256,
    )


def _paper(asked: _RecallAnswer) -> str:
    return "chưa đính kèm / not attached" if asked.decision_sha256 is None else "đã đính kèm / attached"


def _tell(city: City, decided: Recall, *, as_json: bool) -> None:
    """Say what was agreed; where the card is withdrawn by it, the new status list is published first."""
    if decided.replaced_by is not None:
        if as_json:
            print_json({"recall_id": decided.recall_id, "record_id": decided.record_id, "kind": decided.kind})
        else:
            say("replacement_expected", {})
        return
    with city.database.read() as connection:
        card = store.find_card(connection, decided.record_id)
    published = None
    if card is not None:
        published = list_answer(city.publisher.current_list(status_subject(card.school_year), now_here()))
    if as_json:
        answer = {"record_id": decided.record_id, "kind": decided.kind, "withdrawn_at": decided.decided_at}
        print_json({**answer, "recall_id": decided.recall_id, "list": published})
        return
    say("card_withdrawn", {"kind": decided.kind})
    if published is not None:
        print_lists([published])
