"""Whatever is sent in, good or bad, no log of this process or of its workers repeats any of it."""

import json
import logging
from pathlib import Path

import pytest
from litestar.testing import TestClient

from tests.verifier import zips
from tests.verifier.bad_inputs import BAD_INPUTS
from tests.verifier.qr_photos import photo_of
from tests.verifier.small_city import NOW, PUBLIC_URL, RECORD_ID, small_city
from verifier.http.app import create_app
from verifier.settings import VerifierSettings

FILE_NAME = "NguyenThiBaoNgoc"
PERSONAL = (
    "Bảo Ngọc", "Ngọc", "BaoNgoc", "Trần Thị Lan", "Phạm Thị Mai", "Lê Văn Hòa", "999316000001", "999180000011",
    "999185000012", RECORD_ID, RECORD_ID.replace("-", ""), "2016-03-09", "192.0.2.77",
)  # fmt: skip


def test_no_log_repeats_what_was_checked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    city = small_city()
    card = city.first_card()
    text = city.capsule_text(card)
    digits = text.partition("#")[2]
    pdf = city.sealed_pdf(card)
    bodies = [pdf, card, photo_of(text), text.encode(), *(bad.make(city) for bad in BAD_INPUTS)]
    bodies += [pdf[:-3000] + b"\0" * 3000, card.replace(b"</", b"<", 1), card[:-40]]
    city.publish(tmp_path / "lists", city.lists())
    settings = VerifierSettings(city.trust_anchor, str(tmp_path / "lists"), tmp_path / "cache", public_url=PUBLIC_URL)
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # of the test's own client, which writes down what it asks for
        logging.getLogger(name).setLevel(logging.CRITICAL)

    with TestClient(create_app(settings, clock=lambda: NOW), raise_server_exceptions=False) as client:
        statuses = {client.post("/api/verify", content=body).status_code for body in bodies}
        client.post("/api/verify", json={"text": text})
        client.post("/api/verify", content=json.dumps({"txt": text}), headers={"Content-Type": "application/json"})
        client.post("/api/verify", files={"file": (f"{FILE_NAME}.pdf", pdf)}, headers={"X-Forwarded-For": "192.0.2.77"})
        client.post("/api/verify", files={"wrong": (f"{FILE_NAME}.pdf", pdf)})
        archive = {f"{FILE_NAME}/{number}.pdf": body for number, body in enumerate(bodies)}
        lines = client.post("/api/verify/batch", content=zips.zip_of(archive)).text.splitlines()
        client.get(f"/v?code={digits}")
        client.get(f"/api/verify/{digits}")
        client.get(f"/.well-known/hocba/status-list/{digits}")
        figures = client.get("/metrics").text

    output, errors = capfd.readouterr()
    said = caplog.text + output + errors
    assert statuses == {200, 400}  # nothing at all is a malformed request
    assert len(lines) == len(bodies)
    assert caplog.records
    for private in (*PERSONAL, digits, digits[:40], digits[-40:]):
        assert private not in said
        assert private not in figures
