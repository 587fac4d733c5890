"""A demo city of its own, served by the real command, for journeys in a real browser."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
HOCBA = ROOT / ".venv/bin/hocba"
HOCBA_VERIFY = ROOT / ".venv/bin/hocba-verify"
START_SECONDS = 60
PUPILS = 60
SEED = 7


class City:
    """A folder, an address and the commands of one city."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.url = f"http://localhost:{port}"
        self.port = port
        self.environment = {
            **os.environ,
            "HOCBA_MODE": "demo",
            "HOCBA_DATA": str(data),
            "HOCBA_PUBLIC_URL": self.url,
        }

    def copied_to(self, folder: Path) -> "City":
        """Another city with the same people and cards at the same address; only one of them is served at a time."""
        shutil.copytree(self.data, folder)
        return City(folder, self.port)

    def hocba(self, *arguments: str) -> Any:
        """Run a command with ``--json`` and return what it printed."""
        done = subprocess.run(
            [HOCBA, *arguments, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def verify(self, path: Path) -> tuple[int, dict[str, Any]]:
        """Run ``hocba-verify`` on a file against the served lists: exit code and verdict."""
        anchor = httpx.get(f"{self.url}/api/configuration").json()["trust_anchor"]
        done = subprocess.run(
            [HOCBA_VERIFY, "--trust-anchor", anchor, "--lists", self.url, "--json", str(path)],
            env={**self.environment, "XDG_CACHE_HOME": str(self.data / "verifier-cache")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, json.loads(done.stdout)

    def verify_folder(self, folder: Path) -> list[dict[str, Any]]:
        """Run ``hocba-verify`` on a folder of files against the served lists: a verdict for each."""
        anchor = httpx.get(f"{self.url}/api/configuration").json()["trust_anchor"]
        done = subprocess.run(
            [HOCBA_VERIFY, "--trust-anchor", anchor, "--lists", self.url, "--json", str(folder)],
            env={**self.environment, "XDG_CACHE_HOME": str(self.data / "verifier-cache")},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve the city until the block ends."""
        log = (self.data / "serve.log").open("wb")
        server = subprocess.Popen(
            [HOCBA, "serve", "--port", str(self.port)], env=self.environment, stdout=log, stderr=log
        )
        try:
            self._wait(server)
            yield
        finally:
            server.terminate()
            server.wait(timeout=20)
            log.close()

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if server.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/api/configuration").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError((self.data / "serve.log").read_text())


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def build_city(data: Path) -> tuple[City, dict[str, Any]]:
    """A new demo city and the summary that ``hocba demo`` printed."""
    city = City(data, free_port())
    return city, city.hocba("demo", "--pupils", str(PUPILS), "--seed", str(SEED))
