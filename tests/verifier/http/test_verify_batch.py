"""``POST /api/verify/batch``, limits by sender, and who gives way to whom."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.testing import TestClient

from tests.verifier import zips
from tests.verifier.qr_photos import photo_of
from tests.verifier.small_city import NOW, PUBLIC_URL, SmallCity, small_city
from verifier.client_address import parse_trusted_proxies
from verifier.http.admission import Admission, sender_of
from verifier.http.app import create_app
from verifier.http.problems import ProblemError
from verifier.http.read_input import read_archive, read_input
from verifier.rate_limit import RateLimit
from verifier.settings import VerifierSettings
from verifier.verdict import Verdict

Client = TestClient[Litestar]
FEW = RateLimit("verify", requests=2, window_seconds=60)


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def client(city: SmallCity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(city, tmp_path_factory.mktemp("verifier")) as started:
        yield started


@contextmanager
def running(city: SmallCity, folder: Path, admission: Admission | None = None) -> Iterator[Client]:
    city.publish(folder / "lists", city.lists())
    settings = VerifierSettings(city.trust_anchor, str(folder / "lists"), folder / "cache", public_url=PUBLIC_URL)
    app = create_app(settings, clock=lambda: NOW)
    if admission is not None:
        app.state.admission = admission
    with TestClient(app) as started:
        yield started


def test_every_member_of_a_zip_gets_its_verdict_in_its_place(client: Client, city: SmallCity) -> None:
    card = city.first_card()
    data = zips.zip_of(
        {
            "4A/card.pdf": city.sealed_pdf(card),
            "4A/card.xml": card,
            "../qr.png": photo_of(city.capsule_text(card)),
            "qr.txt": city.capsule_text(card).encode(),
            "letter.docx": zips.zip_of({"word": b"x"}),
            "forged.xml": card.replace("Bảo Ngọc".encode(), "Bảo Châu".encode()),
        }
    )

    answer = client.post("/api/verify/batch", content=data, headers={"Content-Type": "application/zip"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    assert answer.headers["cache-control"] == "no-store"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [(line["input"], line["position"], line["total"], line["verdict"]) for line in lines] == [
        ("4A/card.pdf", 1, 6, "genuine"),
        ("4A/card.xml", 2, 6, "genuine"),
        ("qr.png", 3, 6, "genuine"),
        ("qr.txt", 4, 6, "genuine"),
        ("letter.docx", 5, 6, "unreadable"),
        ("forged.xml", 6, 6, "altered"),
    ]
    assert lines[4]["intact"]["codes"] == ["archive_nested"]
    assert list(lines[0]) == ["input", "position", "total", *Verdict.__struct_fields__]
    single = client.post("/api/verify", content=city.sealed_pdf(card)).json()
    assert {name: lines[0][name] for name in single} == single


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "archive_malformed"),
        (b"%PDF-1.7", 422, "archive_malformed"),
        (zips.zip_of({}), 422, "archive_empty"),
        (bytes(100_000_001), 413, "archive_too_large"),
    ],
    ids=["nothing", "no zip", "empty", "large"],
)
def test_an_archive_that_is_refused_is_a_problem(client: Client, data: bytes, status: int, code: str) -> None:
    answer = client.post("/api/verify/batch", content=data)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ratelimit" in answer.headers


def test_a_batch_that_was_refused_leaves_its_place(city: SmallCity, tmp_path: Path) -> None:
    with running(city, tmp_path) as client:
        codes = [client.post("/api/verify/batch", content=b"x").json()["code"] for _ in range(5)]

    assert codes == ["archive_malformed"] * 5


def test_a_sender_has_one_batch_at_a_time_and_single_checks_go_on_meanwhile(city: SmallCity, tmp_path: Path) -> None:
    pdf = city.sealed_pdf()
    data = zips.zip_of({f"{number}.pdf": pdf for number in range(40)})
    finished: list[float] = []

    def send(client: Client) -> None:
        answer = client.post("/api/verify/batch", content=data)
        assert [json.loads(line)["verdict"] for line in answer.text.splitlines()] == ["genuine"] * 40
        finished.append(time.monotonic())

    with running(city, tmp_path) as client:
        sending = threading.Thread(target=send, args=(client,))
        sending.start()
        while not client.app.state.admission._batches:
            time.sleep(0.01)
        second = client.post("/api/verify/batch", content=data)
        single = client.post("/api/verify", content=pdf)
        answered = time.monotonic()
        sending.join()
        again = client.post("/api/verify/batch", content=zips.zip_of({"a.pdf": pdf}))

    assert (second.status_code, second.json()["code"], second.headers["retry-after"]) == (503, "verify_busy", "30")
    assert single.json()["verdict"] == "genuine"
    assert answered < finished[0]
    assert again.status_code == 200


def test_both_routes_say_what_is_left_and_refuse_what_is_too_much(city: SmallCity, tmp_path: Path) -> None:
    seconds = iter((0.0, 1.0, 2.0, 60.0, 0.0, 1.0, 2.0))
    few = Admission(single_limit=FEW, batch_limit=FEW, monotonic=lambda: next(seconds))
    archive = zips.zip_of({"a.txt": b"1"})
    with running(city, tmp_path, few) as client:
        single = [client.post("/api/verify", content=b"1") for _ in range(4)]
        batches = [client.post("/api/verify/batch", content=archive) for _ in range(3)]

    assert [answer.status_code for answer in single] == [200, 200, 429, 200]
    assert [answer.status_code for answer in batches] == [200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in single] == [
        '"verify";r=1;t=60', '"verify";r=0;t=59', '"verify";r=0;t=58', '"verify";r=1;t=60',
    ]  # fmt: skip
    assert {answer.headers["ratelimit-policy"] for answer in single} == {'"verify";q=2;w=60'}
    assert (single[2].headers["retry-after"], single[2].json()["code"]) == ("58", "too_many_checks")
    assert "retry-after" not in single[1].headers


@pytest.mark.parametrize(("proxies", "sender"), [("10.0.0.0/8", "2001:db8:0:1::/64"), ("", "10.0.0.1")])
def test_a_sender_behind_a_named_proxy_is_who_the_proxy_says(
    city: SmallCity, tmp_path: Path, caplog: pytest.LogCaptureFixture, proxies: str, sender: str
) -> None:
    settings = VerifierSettings(
        city.trust_anchor, str(tmp_path), tmp_path / "cache", proxies=parse_trusted_proxies(proxies, None)
    )
    scope: Any = {
        "type": "http",
        "client": ("10.0.0.1", 40_000),
        "headers": [(b"x-forwarded-for", b"192.0.2.1"), (b"x-forwarded-for", b"2001:db8:0:1::7")],
        "litestar_app": create_app(settings),
    }

    with caplog.at_level("WARNING"):
        assert [sender_of(ASGIConnection(scope)) for _ in range(2)] == [sender, sender]
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == (0 if proxies else 1)  # whoever forgot to name the proxy reads of it once
    assert all("HOCBA_TRUSTED_PROXIES" in line and "192.0.2.1" not in line for line in said)


def test_bodies_that_fill_the_memory_are_sent_away(city: SmallCity, tmp_path: Path) -> None:
    with running(city, tmp_path, Admission(max_receiving_bytes=1_000)) as client:
        large = client.post("/api/verify", content=bytes(1_001))
        small = [client.post("/api/verify", content=bytes(900)) for _ in range(3)]

    assert (large.status_code, large.json()["code"], large.headers["retry-after"]) == (503, "verify_busy", "3")
    assert [answer.status_code for answer in small] == [200] * 3


def test_one_sender_s_unfinished_bodies_leave_room_for_others() -> None:
    admission = Admission(max_receiving_bytes=1_000, max_sender_bytes=500)
    with admission.receiving("192.0.2.1") as take, admission.receiving("192.0.2.1") as take_more:
        take(300)
        with pytest.raises(ProblemError, match="verify_busy"):
            take_more(201)
        take_more(200)
        with admission.receiving("192.0.2.2") as take_other:
            take_other(500)

    with admission.receiving("192.0.2.1") as take:
        take(500)  # what was held is free again


def test_an_upload_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class SlowRequest:
        headers: ClassVar[dict[str, str]] = {}

        async def stream(self) -> AsyncIterator[bytes]:
            yield b"1"
            await asyncio.sleep(60)

    monkeypatch.setattr("verifier.http.read_input.UPLOAD_SECONDS", 0.01)
    monkeypatch.setattr("verifier.http.read_input.ARCHIVE_UPLOAD_SECONDS", 0.01)
    request: Any = SlowRequest()
    for read in (read_input, read_archive):
        with pytest.raises(ProblemError, match="upload_too_slow") as refused:
            asyncio.run(asyncio.wait_for(read(request, lambda _size: None), 5))
        assert refused.value.status == 408
