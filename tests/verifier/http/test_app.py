"""The stand-alone service around the check: lists, health, configuration, pages."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import replace

from tests.verifier import zips
from tests.verifier.small_city import NOW, PUBLIC_URL, SmallCity, small_city
from verifier.check_batch import BatchLine
from verifier.http.app import app_from_environment, create_app
from verifier.http.operations import ALTERED, BATCH_LINES, GENUINE
from verifier.lists import Lists
from verifier.messages import catalogue
from verifier.settings import UsageError, VerifierSettings
from verifier.verdict import Verdict


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@contextmanager
def running(
    city: SmallCity, folder: Path, lists: Lists, *, now: dt.datetime = NOW, pages: Path | None = None
) -> Iterator[TestClient[Litestar]]:
    city.publish(folder / "lists", lists)
    settings = VerifierSettings(city.trust_anchor, str(folder / "lists"), folder / "cache", pages=pages)
    with TestClient(create_app(settings, clock=lambda: now)) as client:
        yield client


def test_lists_are_served_as_they_were_signed(city: SmallCity, tmp_path: Path) -> None:
    with running(city, tmp_path, city.lists()) as client:
        for name in ("trust-list", "school-registry", "status-list/2025-2026"):
            answer = client.get(f"/.well-known/hocba/{name}")
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "application/cwt"
            assert answer.content == (tmp_path / "lists" / name).read_bytes()


@pytest.mark.parametrize("name", ["status-list/2019-2020", "status-list/x", "status-list/..%2f..%2ftrust-list"])
def test_a_list_that_is_not_there_is_a_problem(city: SmallCity, tmp_path: Path, name: str) -> None:
    with running(city, tmp_path, city.lists()) as client:
        answer = client.get(f"/.well-known/hocba/{name}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found" if "%2f" in name else "list_not_found")


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_health_says_whether_checks_can_conclude(city: SmallCity, tmp_path: Path, path: str) -> None:
    with running(city, tmp_path / "a", city.lists()) as client:
        assert client.get(path).json() == {"status": "ok"}
    with running(city, tmp_path / "b", city.lists(), now=NOW + dt.timedelta(days=400)) as client:
        stale = client.get(path)
    with running(city, tmp_path / "c", Lists()) as client:
        missing, alive = client.get(path), client.get("/health/live")
    with running(city, tmp_path / "d", replace(city.lists(), registry=None)) as client:
        unregistered = client.get(path)

    assert (stale.status_code, stale.json()["code"]) == (503, "trust_list_stale")
    assert (missing.status_code, missing.json()["code"]) == (503, "trust_list_missing")
    assert (unregistered.status_code, unregistered.json()["code"]) == (503, "registry_missing")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})


def test_metrics_count_checks_and_tell_of_lists(city: SmallCity, tmp_path: Path) -> None:
    with running(city, tmp_path, city.lists()) as client:
        (tmp_path / "lists" / "school-registry").write_bytes(b"damaged")
        client.post("/api/verify", content=city.sealed_pdf())
        client.post("/api/verify/batch", content=zips.zip_of({"a.pdf": city.sealed_pdf(), "b.xml": b"<x/>"}))
        client.post("/api/verify", content=b"")
        asyncio.run(client.app.state.refresher.refresh())
        answer = client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=")
    figures = dict(line.rpartition(" ")[::2] for line in answer.text.splitlines() if not line.startswith("#"))
    assert float(figures['hocba_checks_total{kind="pdf",verdict="genuine"}']) == 2
    assert float(figures['hocba_checks_total{kind="xml",verdict="unreadable"}']) == 1
    assert float(figures['hocba_check_seconds_count{kind="pdf"}']) == 2
    assert float(figures['hocba_refused_requests_total{code="verify_body_empty"}']) == 1
    assert float(figures["hocba_checks_waiting"]) == 0
    assert float(figures["hocba_list_refresh_failures"]) == 1
    assert float(figures['hocba_list_problem{code="list_malformed",list="school-registry"}']) == 1
    trust = city.lists().trust
    assert trust is not None
    assert float(figures['hocba_list_age_seconds{list="trust-list"}']) == trust.header.age_seconds(NOW)
    assert float(figures['hocba_list_sequence{list="status-list/2025-2026"}']) == 1
    left = (trust.header.expires_at - NOW).total_seconds()
    assert float(figures['hocba_list_left_seconds{list="trust-list"}']) == left
    assert float(figures["process_resident_memory_bytes"]) > 10_000_000


def test_the_document_shows_every_route_with_examples_that_are_verdicts(city: SmallCity, tmp_path: Path) -> None:
    with running(city, tmp_path, city.lists()) as client:
        document = client.get("/api/openapi.json").json()

    assert set(document["paths"]) == {
        "/.well-known/hocba/school-registry", "/.well-known/hocba/status-list/{school_year}",
        "/.well-known/hocba/trust-list", "/api/configuration", "/api/verify", "/api/verify/batch",
        "/health/live", "/health/ready",
    }  # fmt: skip
    single, batch = (document["paths"][path]["post"] for path in ("/api/verify", "/api/verify/batch"))
    assert set(single["requestBody"]["content"]) == {
        "application/pdf", "application/xml", "image/png", "image/jpeg", "image/webp", "text/plain",
        "application/json", "multipart/form-data",
    }  # fmt: skip
    assert set(batch["requestBody"]["content"]) == {"application/zip"}
    assert {"200", "400", "408", "413", "429", "503"} <= set(single["responses"])
    for operation, media_type in ((single, "application/json"), (batch, "application/x-ndjson")):
        assert len(operation["responses"]["200"]["content"][media_type]["examples"]) == 2


@pytest.mark.parametrize(
    ("example", "kind"), [(GENUINE, Verdict), (ALTERED, Verdict), *((line, BatchLine) for line in BATCH_LINES)]
)
def test_an_example_of_the_document_is_a_verdict(example: dict[str, Any], kind: type[Verdict]) -> None:
    verdict = msgspec.convert(example, kind)

    assert msgspec.json.decode(msgspec.json.encode(verdict)) == example
    for line in (verdict.intact, verdict.issuer, verdict.status):
        assert set(line.codes) <= catalogue("vi").keys()


def test_configuration_names_the_department_and_the_anchor(city: SmallCity, tmp_path: Path) -> None:
    with running(city, tmp_path, city.lists()) as client:
        assert client.get("/api/configuration").json() == {
            "mode": "demo",
            "trust_anchor": city.trust_anchor,
            "public_url": None,
            "department": {"vi": "Sở Giáo dục và Đào tạo Mẫu", "en": "Sample Department"},
        }


def test_configuration_says_where_codes_lead_by_the_trust_list(city: SmallCity, tmp_path: Path) -> None:
    lists = city.lists()
    assert lists.trust is not None
    department = replace(lists.trust.department, public_url=PUBLIC_URL)
    named = replace(lists, trust=replace(lists.trust, department=department))

    with running(city, tmp_path, named) as client:
        assert client.get("/api/configuration").json()["public_url"] == PUBLIC_URL


def test_pages_are_served_and_the_verify_page_answers_behind_the_qr(city: SmallCity, tmp_path: Path) -> None:
    pages = tmp_path / "dist"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<!doctype html><title>Học bạ</title>")
    (pages / "assets" / "main.js").write_text("1")

    with running(city, tmp_path, city.lists(), pages=pages) as client:
        page = client.get("/v")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.text == client.get("/").text
        assert "script-src 'self' 'wasm-unsafe-eval'" in page.headers["content-security-policy"]
        assert client.get("/assets/main.js").text == "1"
        assert client.get("/nothing").json()["code"] == "not_found"


def test_the_environment_describes_the_service(city: SmallCity, tmp_path: Path) -> None:
    city.publish(tmp_path, city.lists())
    environment = {"HOCBA_TRUST_ANCHOR": city.trust_anchor, "HOCBA_LISTS": str(tmp_path), "HOCBA_CACHE": str(tmp_path)}

    assert isinstance(app_from_environment(environment), Litestar)
    for missing, code in (("HOCBA_TRUST_ANCHOR", "usage_no_trust_anchor"), ("HOCBA_LISTS", "usage_no_lists")):
        with pytest.raises(UsageError, match=code):
            app_from_environment({name: value for name, value in environment.items() if name != missing})
