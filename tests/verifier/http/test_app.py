"""The stand-alone service around the check: lists, health, configuration, pages."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.http.app import app_from_environment, create_app
from verifier.lists import Lists
from verifier.settings import UsageError, VerifierSettings


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


def test_health_says_whether_checks_can_conclude(city: SmallCity, tmp_path: Path) -> None:
    with running(city, tmp_path / "a", city.lists()) as client:
        assert client.get("/health").json() == {"status": "ok"}
    with running(city, tmp_path / "b", city.lists(), now=NOW + dt.timedelta(days=400)) as client:
        stale = client.get("/health")
    with running(city, tmp_path / "c", Lists()) as client:
        missing = client.get("/health")

    assert (stale.status_code, stale.json()["code"]) == (503, "trust_list_stale")
    assert (missing.status_code, missing.json()["code"]) == (503, "trust_list_missing")


def test_configuration_names_the_department_and_the_anchor(city: SmallCity, tmp_path: Path) -> None:
    with running(city, tmp_path, city.lists()) as client:
        assert client.get("/api/configuration").json() == {
            "mode": "demo",
            "trust_anchor": city.trust_anchor,
            "public_url": None,
            "department": {"vi": "Sở Giáo dục và Đào tạo Mẫu", "en": "Sample Department"},
        }


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
