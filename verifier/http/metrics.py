"""Figures for Prometheus: how many checks, how long they took, what waits, how old the lists are. Nobody's data."""

from collections.abc import Callable, Iterator
from datetime import datetime

from litestar import Response, get
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client import generate_latest as write_figures
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from verifier.check_service import CheckService
from verifier.list_cache import ListCache
from verifier.list_refresher import ListRefresher
from verifier.verdict import Verdict

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
"""Seconds: a capsule takes a hundredth, a PDF a tenth; the longest wait and check together take 24."""


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        kinds = ["kind"]
        self._checks = Counter(
            "hocba_checks",
            "Checks by what was given in and what came out.",
            [*kinds, "verdict"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "hocba_check_seconds", "A check with its waiting.", kinds, buckets=BUCKETS, registry=self.registry
        )
        self._refused = Counter(
            "hocba_refused_requests", "Requests answered with a problem.", ["code"], registry=self.registry
        )

    def observe(self, verdict: Verdict, seconds: float) -> None:
        """Count a check."""
        self._checks.labels(verdict.input_kind.value, verdict.verdict.value).inc()
        self._seconds.labels(verdict.input_kind.value).observe(seconds)

    def count_refusal(self, code: str) -> None:
        """Count a request that was answered with a problem; ``code`` is one of ours."""
        self._refused.labels(code).inc()

    def watch(
        self, service: CheckService, lists: ListCache, refresher: ListRefresher, *, clock: Callable[[], datetime]
    ) -> None:
        """Read the rest when it is asked for."""
        self.registry.register(_States(service, lists, refresher, clock))


class _States(Collector):
    """What stands at this moment."""

    def __init__(
        self, service: CheckService, lists: ListCache, refresher: ListRefresher, clock: Callable[[], datetime]
    ) -> None:
        self._service = service
        self._lists = lists
        self._refresher = refresher
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self._clock()
        yield _gauge("hocba_checks_waiting", "Checks that wait for a process.", self._service.turns.waiting)
        yield _gauge("hocba_list_refresh_failures", "Refreshes in a row that failed.", self._refresher.failures)
        age = GaugeMetricFamily("hocba_list_age_seconds", "Since a list was issued.", labels=["list"])
        left = GaugeMetricFamily("hocba_list_left_seconds", "Until a list ends; negative after.", labels=["list"])
        sequence = GaugeMetricFamily("hocba_list_sequence", "Number of a list.", labels=["list"])
        for state in self._lists.states:
            age.add_metric([state.name], (now - state.issued_at).total_seconds())
            left.add_metric([state.name], (state.expires_at - now).total_seconds())
            sequence.add_metric([state.name], state.sequence)
        problems = GaugeMetricFamily("hocba_list_problem", "Why the newest was not taken.", labels=["list", "code"])
        for name, code in self._lists.problems.items():
            problems.add_metric([name, code], 1)
        yield from (age, left, sequence, problems)


def _gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, description, value=value)


@get("/metrics", sync_to_thread=True, include_in_schema=False)
def metrics(state: State) -> Response[bytes]:
    """For Prometheus to scrape."""
    figures: Metrics = state.metrics
    return Response(write_figures(figures.registry), media_type=CONTENT_TYPE_LATEST)
