"""What a page misses, read from Lighthouse's report."""

from typing import Any

import pytest

from tests.lighthouse.measure import read_report


def report(
    *, score: float = 1, seo: float = 1, paint_ms: float = 1_500, page_bytes: int = 50_000, worker_bytes: int = 0
) -> dict[str, Any]:
    figures = {"largest-contentful-paint": paint_ms, "total-blocking-time": 0, "cumulative-layout-shift": 0}
    requests = [
        {"transferSize": page_bytes, "sessionTargetType": "page"},
        {"transferSize": worker_bytes, "sessionTargetType": "service_worker"},
    ]
    ref = {"id": "target-size", "weight": 7}
    scores = {"performance": 1, "accessibility": score, "best-practices": 1, "seo": seo}
    return {
        "categories": {name: {"score": value, "auditRefs": [ref]} for name, value in scores.items()},
        "audits": {
            **{name: {"numericValue": value, "score": 1} for name, value in figures.items()},
            "target-size": {"score": int(score == 1)},
            "network-requests": {"details": {"items": requests}},
        },
    }


@pytest.mark.parametrize(
    ("found", "missed"),
    [
        (report(), ()),
        (report(score=0.94), ("accessibility",)),
        (report(paint_ms=2_001), ("LCP",)),
        (report(page_bytes=60_001), ("kB",)),
        (report(worker_bytes=200_000), ()),
        (report(seo=0.5), ("seo",)),
    ],
)
def test_page_misses_what_lighthouse_found(found: dict[str, Any], missed: tuple[str, ...]) -> None:
    assert read_report(found, is_public=True).misses == missed


def test_only_a_public_page_wants_to_be_found() -> None:
    assert read_report(report(seo=0.5), is_public=False).misses == ()


def test_what_was_found_is_named() -> None:
    assert read_report(report(score=0.94), is_public=True).remarks == ("target-size",)
