"""``POST /api/verify``: every form of a request, every bad input, and what a refused request is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.verifier.bad_inputs import BAD_INPUTS, BadInput
from tests.verifier.qr_photos import photo_of
from tests.verifier.small_city import NOW, PUBLIC_URL, SmallCity, small_city
from verifier.http.app import create_app
from verifier.settings import VerifierSettings
from verifier.worker import TooBusyError

Client = TestClient[Litestar]


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def client(city: SmallCity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder: Path = tmp_path_factory.mktemp("verifier")
    city.publish(folder / "lists", city.lists())
    settings = VerifierSettings(city.trust_anchor, str(folder / "lists"), folder / "cache", public_url=PUBLIC_URL)
    with TestClient(create_app(settings, clock=lambda: NOW)) as running:
        yield running


def codes(verdict: dict[str, dict[str, list[str]]]) -> list[str]:
    return [*verdict["intact"]["codes"], *verdict["issuer"]["codes"], *verdict["status"]["codes"]]


def test_every_form_of_request_is_answered(client: Client, city: SmallCity) -> None:
    card = city.first_card()
    pdf, text = city.sealed_pdf(card), city.capsule_text(card)
    pdf_type, text_type = {"Content-Type": "application/pdf"}, {"Content-Type": "text/plain"}

    answers = [
        client.post("/api/verify", content=pdf, headers=pdf_type),
        client.post("/api/verify", content=card, headers={"Content-Type": "application/xml"}),
        client.post("/api/verify", content=photo_of(text), headers={"Content-Type": "image/png"}),
        client.post("/api/verify", content=text.encode(), headers=text_type),
        client.post("/api/verify", files={"file": ("hoc-ba.pdf", pdf, "application/pdf")}),
        client.post("/api/verify", json={"text": text}),
        client.post("/api/verify", content=pdf),
    ]

    assert [answer.status_code for answer in answers] == [200] * 7
    assert [answer.json()["verdict"] for answer in answers] == ["genuine"] * 7
    kinds = [answer.json()["input_kind"] for answer in answers]
    assert kinds == ["pdf", "xml", "photo", "capsule", "pdf", "capsule", "pdf"]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


def test_the_answer_holds_nothing_that_is_not_public(client: Client, city: SmallCity) -> None:
    answer = client.post("/api/verify", content=city.sealed_pdf()).text

    for private in ("999316000001", "999180000011", "Kinh", "Trần Thị Lan", "Chăm chỉ"):
        assert private not in answer


@pytest.mark.parametrize("bad", [bad for bad in BAD_INPUTS if bad.name != "nothing"], ids=lambda bad: bad.name)
def test_every_bad_input_is_an_answer_and_no_error(client: Client, city: SmallCity, bad: BadInput) -> None:
    answer = client.post("/api/verify", content=bad.make(city))

    assert answer.status_code == 200
    assert answer.json()["verdict"] == bad.outcome.value
    assert bad.code in codes(answer.json())
    assert answer.json()["record"] is None


@pytest.mark.parametrize(
    ("request_parts", "status", "code"),
    [
        ({"content": b""}, 400, "verify_body_empty"),
        ({"json": {"text": ""}}, 400, "verify_body_empty"),
        ({"json": {"txt": "1"}}, 400, "verify_body_malformed"),
        ({"json": ["text"]}, 400, "verify_body_malformed"),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, "verify_body_malformed"),
        ({"files": {"other": b"x"}}, 400, "verify_body_malformed"),
        ({"files": [("file", b"x"), ("file", b"y")]}, 400, "verify_body_malformed"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "verify_body_malformed"),
        (
            {"content": b"--b\r\nx", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
            400,
            "verify_body_malformed",
        ),
        ({"content": b"\0" * 20_000_001}, 413, "input_too_large"),
        ({"content": b"\0" * 52_000_000}, 413, "input_too_large"),
    ],
)
def test_a_refused_request_gets_a_problem_in_both_languages(
    client: Client, request_parts: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post("/api/verify", **request_parts)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["status"], problem["type"]) == (code, status, f"urn:hocba:problem:{code}")
    assert problem["title"] == problem["detail"]["vi"]
    assert problem["detail"]["en"] not in {"", code}


@pytest.mark.parametrize(
    ("path", "size", "code"),
    [("/api/verify", 20_100_000, "input_too_large"), ("/api/verify/batch", 100_100_000, "archive_too_large")],
)
def test_a_body_of_unknown_length_that_comes_at_once_is_refused_in_the_same_words(
    client: Client, path: str, size: int, code: str
) -> None:
    answer = client.post(path, content=iter([bytes(size)]))

    assert (answer.status_code, answer.json()["code"]) == (413, code)
    assert "ratelimit" in answer.headers


def test_a_body_of_unknown_length_is_cut_off(client: Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(60):
            yield b"\0" * 1_000_000

    answer = client.post("/api/verify", content=endless())

    assert (answer.status_code, answer.json()["code"]) == (413, "input_too_large")


def test_too_many_requests_are_told_when_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise TooBusyError

    monkeypatch.setattr("verifier.worker.CheckWorkers._schedule", refuse)

    answer = client.post("/api/verify", content=b"123")

    assert (answer.status_code, answer.json()["code"]) == (503, "verify_busy")
    assert answer.headers["retry-after"] == "3"


def test_other_methods_are_refused(client: Client) -> None:
    answer = client.get("/api/verify")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_deep_check_also_reads_the_pages(client: Client, city: SmallCity) -> None:
    pdf = city.sealed_pdf()  # a page with its QR, and none of the form

    assert client.post("/api/verify?deep=0", content=pdf).json()["verdict"] == "genuine"
    deep = client.post("/api/verify?deep=1", content=pdf).json()
    assert (deep["verdict"], codes(deep)[-1]) == ("altered", "sealed_by_department")
    assert "page_says_otherwise" in codes(deep)
