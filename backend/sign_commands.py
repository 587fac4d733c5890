"""``hocba sign``: sign what staff have confirmed, and see how far it is."""

import sys
from functools import partial

import click
import msgspec

from backend.command_context import city_here, clock_here, json_option
from backend.console import print_counts, print_json, print_rows, progress_bars, say
from backend.desk.batches import store
from backend.desk.batches.evidence_document import read_evidence
from backend.desk.batches.sign_batch import BatchReport
from backend.desk.batches.sign_waiting import running_batches, sign_waiting
from backend.signing_desk import desk_of

IN_PART = 1


@click.command()
@click.option("--status", "only_look", is_flag=True, help="Chỉ xem, không ký / Only say what waits.")
@click.option("--evidence", "evidence_of", metavar="BATCH", help="In bằng chứng / Print a batch's evidence as JSON.")
@json_option
def sign(*, only_look: bool, evidence_of: str | None, as_json: bool) -> None:
    """Ký các học bạ đã được xác nhận / Sign what staff have confirmed; safe to interrupt and to repeat.

    Dịch vụ web tự ký, lệnh này ký bằng tay / hocba serve signs by itself, this command does it by hand.
    """
    city = city_here()
    desk = desk_of(city)
    if evidence_of is not None:
        with city.database.read() as connection:
            print_json(read_evidence(connection, evidence_of, origin=desk.public_url))
        return
    if only_look:
        with city.database.read() as connection:
            counts = {one: store.count_cards_by_state(connection, one) for one in running_batches(desk)}
        if as_json:
            print_json({"batches": [{"batch_id": one, **count} for one, count in counts.items()]})
            return
        print_rows([("Lượt ký đang chạy / Batches running", len(counts))])
        for batch_id, count in counts.items():
            print_counts(batch_id, count)
        return
    with progress_bars(shown=not as_json) as advance:
        reports = sign_waiting(desk, on_progress=partial(advance, "signing"), clock=clock_here())
    if as_json:
        print_json({"batches": msgspec.to_builtins(reports)})
    else:
        for report in reports:
            _print_report(report)
    if any(report.ended_by or report.failed or report.left_out or report.waiting for report in reports):
        sys.exit(IN_PART)


def _print_report(report: BatchReport) -> None:
    print_rows(
        [
            ("Lượt ký / Batch", report.batch_id),
            ("  Đã ký / Signed", report.signed),
            ("  Để lại / Left out", report.left_out),
            ("  Lỗi / Failed", report.failed),
            ("  Còn chờ / Waiting", report.waiting),
        ]
    )
    if report.ended_by is not None:
        say(report.ended_by, {})
