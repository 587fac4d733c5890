import asyncio
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import get
from litestar.testing import TestClient
from sqlalchemy import text

from backend.http.authorise import PUBLIC
from backend.http.problems import PROBLEM_RESPONSES
from backend.http.security_headers import CONTENT_SECURITY_POLICY
from backend.messages import catalogue
from tests.backend.http.browser import Browser, ServedCity, visiting
from tests.backend.working_city import PUBLIC_URL


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One engine is enough here: what is tested does not depend on it."""
    path = tmp_path / "hocba.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


def test_a_problem_has_a_code_and_both_languages(browser: Browser) -> None:
    answer = browser.get("/api/me")
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem == {
        "type": "urn:hocba:problem:session_ended",
        "title": catalogue("vi")["session_ended"],
        "status": 401,
        "code": "session_ended",
        "detail": {"vi": catalogue("vi")["session_ended"], "en": catalogue("en")["session_ended"]},
        "details": {},
    }


def test_body_of_brackets_in_brackets_is_malformed_and_no_fault_of_the_service(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    body = '{"personal_code":' + "[" * 20_000 + "]" * 20_000 + "}"
    answer = browser.client.post("/api/access/login/begin", content=body, headers={"Origin": browser.origin})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed")
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


def test_body_that_is_broken_off_is_a_refusal_and_no_fault_of_the_service(
    served: ServedCity, caplog: pytest.LogCaptureFixture
) -> None:
    came: list[Any] = []

    async def send(message: Any) -> None:
        came.append(message)

    async def gone() -> Any:
        return {"type": "http.disconnect"}

    scope: Any = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/shared/look",
        "raw_path": b"/api/shared/look",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"origin", PUBLIC_URL.encode()), (b"transfer-encoding", b"chunked")],
        "client": ("203.0.113.7", 40_000),
        "server": ("city.local", 80),
    }
    asyncio.run(served.app()(scope, gone, send))
    assert came[0]["status"] == 400
    assert msgspec.json.decode(came[1]["body"])["code"] == "upload_broken_off"
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/cards/not-a-uuid", 404, "not_found"),
        ("GET", "/.well-known/nothing", 404, "not_found"),
        ("GET", "/api/access/logout", 405, "method_not_allowed"),
        ("DELETE", "/api/me", 405, "method_not_allowed"),
        ("GET", "/.well-known/hocba/status-list/1999-2000", 404, "list_not_found"),
        ("GET", "/.well-known/hocba/status-list/..%2f..%2ftrust-list", 404, "not_found"),
    ],
)
def test_unknown_addresses_and_methods_are_problems(
    browser: Browser, method: str, path: str, status: int, code: str
) -> None:
    answer = browser.client.request(method, path, headers={"Accept": "text/html", "Origin": browser.origin})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert code in catalogue("vi")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"personal_code": 12}',
        b'{"personal_code": "1", "more": 1}',
        b'{"personal_code": "' + b"1" * 21 + b'"}',
        b"\xff\xfe",
    ],
)
def test_malformed_bodies_are_refused_without_repeating_them(browser: Browser, body: bytes) -> None:
    answer = browser.client.post(
        "/api/access/login/begin",
        content=body,
        headers={"Origin": browser.origin, "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed")
    assert answer.json()["details"] == {}


def test_a_body_over_the_limit_is_not_read(browser: Browser) -> None:
    headers = {"Origin": browser.origin, "Content-Type": "application/json"}
    answer = browser.client.post("/api/access/login/begin", content=b" " * 70_000, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    chunked = browser.client.post(
        "/api/access/login/begin", content=(b" " * 10_000 for _ in range(10)), headers=headers
    )
    assert (chunked.status_code, chunked.json()["code"]) == (413, "body_too_large")


def test_a_fault_of_ours_tells_nothing_and_logs_no_values(served: ServedCity, caplog: pytest.LogCaptureFixture) -> None:
    personal_code = "999185000001"

    @get("/api/broken", opt=PUBLIC, sync_to_thread=True)
    def broken() -> None:
        with served.city.database.read() as connection:
            connection.execute(text("SELECT * FROM nowhere WHERE code = :code"), {"code": personal_code})

    app = served.app()
    app.register(broken)
    with TestClient(app, base_url="http://city.local", raise_server_exceptions=False) as client:
        answer = client.get("/api/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected_error")
    assert "nowhere" not in answer.text
    assert personal_code not in caplog.text
    (record,) = [record for record in caplog.records if record.name == "hocba.http"]
    assert record.getMessage().split()[:3] == [record.getMessage().split()[0], "in", "/api/broken"]


@pytest.mark.parametrize(
    "path", ["/", "/api/me", "/api/configuration", "/api/nothing", "/nothing", "/api/openapi.json"]
)
def test_every_answer_carries_the_security_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe-inline" not in CONTENT_SECURITY_POLICY
    assert "'wasm-unsafe-eval'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "camera=(self)" in headers["permissions-policy"]
    assert "publickey-credentials-get=(self)" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in headers
    assert "server" not in headers


def test_https_is_demanded_for_two_years_once_it_is_there(served: ServedCity) -> None:
    url = "https://hocba.example"
    with visiting(served.at(url).app(), origin=url) as browser:
        assert browser.get("/api/me").headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"


def test_documented_answers_are_problems_with_the_right_media_type(browser: Browser) -> None:
    document: dict[str, Any] = browser.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    operation_ids = []
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation_ids.append(operation["operationId"])
            for status, answer in operation["responses"].items():
                if int(status) < 400:
                    continue
                assert int(status) in PROBLEM_RESPONSES, (path, status)
                assert list(answer["content"]) == ["application/problem+json"], (path, status)
    assert len(operation_ids) == len(set(operation_ids))
    assert all(operation_id.islower() for operation_id in operation_ids)
    assert "/api/openapi.json" not in document["paths"]


def test_every_group_of_operations_is_introduced(browser: Browser) -> None:
    document: dict[str, Any] = browser.get("/api/openapi.json").json()
    used = {
        tag
        for operations in document["paths"].values()
        for operation in operations.values()
        for tag in operation["tags"]
    }
    assert used == {tag["name"] for tag in document["tags"]}
