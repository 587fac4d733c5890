"""The verifier behind a real server: what only real connections show."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.verifier import zips
from tests.verifier.served_verifier import served_verifier
from tests.verifier.small_city import small_city

MANY = 200


@pytest.fixture(scope="module")
def pdf() -> bytes:
    city = small_city()
    return city.sealed_pdf(city.first_card())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served_verifier(small_city(), folder) as (running, _):
        yield running


def read_one_line_and_go(address: str, archive: bytes) -> None:
    with httpx.Client(timeout=60) as client, client.stream("POST", f"{address}/api/verify/batch", content=archive) as r:
        first = json.loads(next(r.iter_lines()))
    assert (first["position"], first["total"], first["verdict"]) == (1, MANY, "genuine")


def break_off_the_batch(address: str, archive: bytes) -> None:
    break_off_the_upload(address, "/api/verify/batch", archive)


def break_off_the_upload(address: str, path: str, body: bytes) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + body[:100_000])


@pytest.mark.parametrize("give_up", [read_one_line_and_go, break_off_the_batch])
def test_a_batch_that_nobody_waits_for_ends(address: str, pdf: bytes, give_up: Callable[[str, bytes], None]) -> None:
    give_up(address, zips.zip_of({f"{number}.pdf": pdf for number in range(MANY)}))

    answers = []
    for _ in range(40):
        answers.append(httpx.post(f"{address}/api/verify/batch", content=zips.zip_of({"a.pdf": pdf}), timeout=60))
        if answers[-1].status_code == 200:
            break
        time.sleep(0.25)
    assert answers[-1].status_code == 200
    assert len(answers) < 20  # two hundred checks would take longer


@pytest.mark.parametrize("path", ["/api/verify", "/api/verify/batch"])
def test_an_upload_that_is_broken_off_is_a_refusal_and_no_defect(address: str, path: str) -> None:
    def broken_off() -> float:
        lines = httpx.get(f"{address}/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if 'code="upload_broken_off"' in line)

    before = broken_off()
    break_off_the_upload(address, path, bytes(1_000_000))

    deadline = time.monotonic() + 10
    while broken_off() == before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert broken_off() == before + 1


def test_verdicts_of_a_batch_come_one_by_one(address: str, pdf: bytes) -> None:
    archive = zips.zip_of({f"{number}.pdf": pdf for number in range(20)})
    came = []
    with (
        httpx.Client(timeout=60) as client,
        client.stream("POST", f"{address}/api/verify/batch", content=archive) as answer,
    ):
        for line in answer.iter_lines():
            came.append(time.monotonic())
            assert json.loads(line)["verdict"] == "genuine"

    assert len(came) == 20
    assert came[-1] - came[0] > 0.2  # not all at the end


def test_the_service_keeps_its_lists_and_nothing_else(address: str, folder: Path, pdf: bytes) -> None:
    city = small_city()
    form = {"file": ("card.pdf", pdf, "application/pdf")}
    assert httpx.post(f"{address}/api/verify", files=form).json()["verdict"] == "genuine"
    assert httpx.post(f"{address}/api/verify", content=pdf + bytes(9_000_000)).status_code == 200
    archive = zips.zip_of({"a.pdf": pdf, "b.txt": city.capsule_text().encode()})
    assert httpx.post(f"{address}/api/verify/batch", content=archive, timeout=60).status_code == 200

    written = {path for name in ("cache", "temporary") for path in (folder / name).rglob("*") if path.is_file()}

    kept = folder / "cache" / city.trust_anchor[:16]
    names = ("trust-list", "school-registry", "status-list/2025-2026", "sequences.json")
    assert written == {kept / name for name in names}
