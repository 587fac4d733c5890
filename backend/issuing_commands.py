"""``hocba issue`` and ``hocba issuing``: accepted cards become signed PDFs, at once or as a job of the service."""

import os
import sys
from contextlib import closing
from functools import partial

import click
import msgspec

from backend.city import City
from backend.command_context import city_here, clock_here, json_option, now_here
from backend.console import clock_time, print_counts, print_json, print_rows, progress_bars, say
from backend.issuing import store as issuing_store
from backend.issuing.issue_cards import IssuingReport, issue_cards
from backend.issuing.jobs import store
from backend.issuing.jobs.job import IssuingJob
from backend.issuing.jobs.steer_job import ask_for_issuing, pause_job, resume_job, verify_scope
from backend.issuing.store import Scope
from backend.issuing_jobs import IssuingJobs
from backend.messages import sentence
from verifier.record.parse_xml import parse_school_year

IN_PART = 1
SHOWN_JOBS = 50
SHOWN_FAILURES = 500

_school = click.option("--school", "school_code", help="Mã trường / Only this school's.")
_year = click.option("--year", "school_year", help="Năm học / Only this school year's, 2025-2026.")


@click.command()
@_school
@_year
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, show_default=True)
@click.option("--again", is_flag=True, help="Thử lại cả những học bạ đã lỗi / Try failed cards again too.")
@click.option("--background", is_flag=True, help="Để dịch vụ làm / Let the service (hocba serve) do it.")
@json_option
def issue(
    *,
    school_code: str | None,
    school_year: str | None,
    workers: int,
    again: bool,
    background: bool,
    as_json: bool,
) -> None:
    """Phát hành học bạ đã nhận / Issue accepted cards; safe to interrupt and to repeat."""
    scope = Scope(school_code, None if school_year is None else parse_school_year(school_year))
    if background:
        _ask(scope, again=again, as_json=as_json)
        return
    city = city_here()
    with city.database.read() as connection:
        verify_scope(connection, scope)
    clock = clock_here()
    with city.timestamp_urls(demo_clock=clock) as urls, progress_bars(shown=not as_json) as advance:
        report = issue_cards(
            city.database,
            city.objects,
            setup_at=partial(city.worker_setup, urls),
            workers=workers,
            scope=scope,
            failed_too=again,
            on_progress=partial(advance, "issuing"),
            clock=clock,
        )
    with city.database.read() as connection:
        waiting = issuing_store.count_waiting_cards(connection, failed_too=False, scope=scope)
    _tell(report, waiting, as_json=as_json)


def _ask(scope: Scope, *, again: bool, as_json: bool) -> None:
    city = city_here()
    with city.database.write() as connection:
        job = ask_for_issuing(connection, scope, asked_by="operator", failed_too=again, now=now_here())
    _queue(city, job)
    if as_json:
        print_json(job)
    else:
        say("issuing_job_asked", {"job_id": job.job_id})
        click.echo(job.job_id)


def _queue(city: City, job: IssuingJob) -> None:
    with closing(IssuingJobs(city, clock=clock_here())) as jobs:
        jobs.queue.put(job.job_id)


def _tell(report: IssuingReport, waiting: int, *, as_json: bool) -> None:
    if as_json:
        print_json({**msgspec.to_builtins(report), "waiting": waiting})
    else:
        print_rows([("Đã phát hành / Issued", report.issued), ("Còn chờ / Waiting", waiting)])
        print_counts("Lỗi / Failed", report.failures)
    if report.stopped_by is not None:
        say(report.stopped_by, {})
    if report.stopped_by is not None or report.failures:
        sys.exit(IN_PART)


@click.group()
def issuing() -> None:
    """Các lượt phát hành / Issuing jobs, and cards that could not be issued."""


@issuing.command("jobs")
@json_option
def jobs_command(*, as_json: bool) -> None:
    """Các lượt phát hành, mới nhất trước / Issuing jobs, the newest first."""
    with city_here().database.read() as connection:
        found = store.read_jobs(connection, school_codes=None, limit=SHOWN_JOBS)
    if as_json:
        print_json({"jobs": found})
        return
    for job in found:
        click.echo(_line(job))


@issuing.command("pause")
@click.argument("job_id")
@json_option
def pause_command(*, job_id: str, as_json: bool) -> None:
    """Tạm dừng / Stop after the cards that are under way."""
    with city_here().database.write() as connection:
        job = pause_job(connection, job_id)
    _show(job, as_json=as_json)


@issuing.command("resume")
@click.argument("job_id")
@json_option
def resume_command(*, job_id: str, as_json: bool) -> None:
    """Làm tiếp / Go on with a job that is paused or gave up."""
    city = city_here()
    with city.database.write() as connection:
        job = resume_job(connection, job_id)
    _queue(city, job)
    _show(job, as_json=as_json)


@issuing.command("failures")
@_school
@_year
@json_option
def failures_command(*, school_code: str | None, school_year: str | None, as_json: bool) -> None:
    """Học bạ không phát hành được, kèm lý do / Cards that could not be issued by their own fault, and why."""
    scope = Scope(school_code, school_year)
    with city_here().database.read() as connection:
        verify_scope(connection, scope)
        found = issuing_store.read_failures(connection, scope=scope, limit=SHOWN_FAILURES)
    if as_json:
        print_json({"failures": found})
        return
    for failure in found:
        words = sentence(failure.code, failure.details)
        place = f"{failure.school_code}  {failure.school_year}  {failure.class_group}"
        click.echo(f"{failure.record_id}  {place}  {failure.code}\n    {words.vi}\n    {words.en}")
    click.echo(f"Lỗi / Failed: {len(found)}")


@issuing.command("retry")
@_school
@_year
@click.option("--record", "record_id", help="Mã tra cứu / Only this card.")
@json_option
def retry_command(*, school_code: str | None, school_year: str | None, record_id: str | None, as_json: bool) -> None:
    """Cho học bạ lỗi chờ lại / Let failed cards wait again; the next run tries them."""
    scope = Scope(school_code, school_year)
    with city_here().database.write() as connection:
        verify_scope(connection, scope)
        count = issuing_store.forget_failures(
            connection,
            scope=scope,
            record_id=None if record_id is None else record_id.lower(),
        )
    if as_json:
        print_json({"waiting_again": count})
    else:
        print_rows([("Chờ lại / Waiting again", count)])


def _show(job: IssuingJob, *, as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        click.echo(_line(job))


def _line(job: IssuingJob) -> str:
    scope = f"{job.school_code or '*'}  {job.school_year or '*'}"
    again = "" if job.next_try_at is None else f"  → {clock_time(job.next_try_at)}"
    reason = "" if job.reason is None else f"  {job.reason}"
    counts = f"{job.issued} + {job.failed} lỗi/failed, {job.waiting} chờ/waiting"
    return f"{job.job_id}  {job.state}  {scope}  {counts}{reason}{again}"
