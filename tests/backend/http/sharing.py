"""A mother shares, a receiver opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.backend.http.browser import Browser, ServedCity, visiting

RECEIVER = {"name": "Phạm Văn Tân", "organisation": "Trường THCS Kim Đồng"}


def wish(served: ServedCity, **changes: Any) -> dict[str, Any]:
    """What the mother asks for."""
    return {
        "pupil_id": served.ngoc.pupil_id,
        "record_ids": None,
        "receiver": "Trường THCS Kim Đồng",
        "purpose": "Nhập học lớp 6",
        "with_address": False,
        "with_personal_code": False,
        "days": 14,
        "passcode": None,
        "single_use": False,
        "child_consents": True,
    } | changes


def share(served: ServedCity, parent: Browser, **changes: Any) -> tuple[dict[str, Any], str]:
    """The share as it is answered, and its secret."""
    assert parent.step_up().is_success
    answer = parent.post("/api/shares", wish(served, **changes))
    assert answer.status_code == 201, answer.text
    page, _, secret = answer.json()["link"].partition("#")
    assert page == "http://localhost:8000/x"
    return answer.json()["share"], secret


def look(browser: Browser, secret: str) -> httpx.Response:
    return browser.post("/api/shared/look", {"secret": secret})


def open_link(browser: Browser, secret: str, *, passcode: str | None = None, **said: str) -> httpx.Response:
    return browser.post("/api/shared/open", {"secret": secret, "passcode": passcode} | RECEIVER | said)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def history_of(served: ServedCity, parent: Browser) -> list[dict[str, Any]]:
    looks: list[dict[str, Any]] = parent.get(f"/api/history?pupil_id={served.ngoc.pupil_id}").json()["looks"]
    return looks


@contextmanager
def another_browser(served: ServedCity) -> Iterator[Browser]:
    with visiting(served.app()) as browser:
        yield browser
