"""A server that hands out the built pages, and lists and clock of a test vector: every world that a check can meet.

The page under test is the real one; only what it fetches is chosen. Cards, keys and lists are those of
``tests/vectors/capsule``, so Python, TypeScript and the browser judge the same ones.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from playwright.sync_api import Page

from tests.journeys.city import ROOT

DIST: Final = ROOT / "pwa/dist"
VECTORS: Final = ROOT / "tests/vectors/capsule"
APP_PATHS: Final = ("/", "/v")


class World:
    """What the server says just now; a test changes it between two visits."""

    def __init__(self) -> None:
        self.port = 0
        self.configuration: dict[str, Any] = {}
        self.lists: dict[str, bytes] = {}
        self.asked: list[str] = []
        """Method and path of every request, in order."""
        self.next_build = b""
        """What the next build's service worker has that this one's has not; empty while there is no next build."""
        self.silent = False
        """Whether the server is gone: connections end without an answer."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def become(self, vector: dict[str, Any]) -> None:
        """Hand out this vector's lists under its trust anchor."""
        self.configuration = {
            "mode": "demo",
            "department": {"vi": "Sở Giáo dục và Đào tạo Thành phố Mẫu", "en": "Sample City"},
            "public_url": vector["public_url"],
            "trust_anchor": vector["anchor"],
        }
        named = {
            "trust-list": vector["trust_list"],
            "school-registry": vector["registry"],
            f"status-list/{vector['school_year_of_status_list']}": vector["status_list"],
        }
        self.lists = {subject: _bytes(text) for subject, text in named.items() if text is not None}


def read_vector(name: str) -> dict[str, Any]:
    """A capsule vector by the name of its file."""
    vector: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text())
    return vector


def set_clock(page: Page, vector: dict[str, Any]) -> None:
    """The page lives at the vector's moment; its timers run on."""
    page.clock.set_fixed_time(datetime.fromisoformat(vector["now"]))


@contextmanager
def served_world() -> Iterator[World]:
    """Serve a world until the block ends."""
    world = World()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, world))
    world.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, world: World, *arguments: Any) -> None:
        self._world = world
        super().__init__(*arguments, directory=str(DIST))

    def do_GET(self) -> None:
        self._world.asked.append(f"GET {self.path}")
        if self._world.silent:
            self.close_connection = True
            return
        subject = self.path.removeprefix("/.well-known/hocba/")
        if self.path == "/api/configuration":
            self._answer(json.dumps(self._world.configuration).encode(), "application/json")
        elif subject != self.path:
            found = self._world.lists.get(subject)
            self._answer(found, "application/cwt") if found else self.send_error(HTTPStatus.NOT_FOUND)
        elif self.path == "/sw.js":
            self._answer((DIST / "sw.js").read_bytes() + self._world.next_build, "text/javascript")
        else:
            if self.path in APP_PATHS:
                self.path = "/index.html"
            super().do_GET()

    def do_POST(self) -> None:
        self._world.asked.append(f"POST {self.path}")
        self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)

    def _answer(self, body: bytes, content_type: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet: the test says what went wrong."""


def _bytes(base64url: str) -> bytes:
    return base64.urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))
