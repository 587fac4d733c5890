"""A private PostgreSQL server for the tests: real, in a temporary folder, reachable by a Unix socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_OPTIONS = "-c listen_addresses= -c max_connections=40"
_FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
"""Quicker, and good enough for what is thrown away; figures are measured without."""


class PostgresqlMissingError(Exception):
    """The tests need PostgreSQL's programs, and they are not installed."""


@contextmanager
def postgresql_cluster(*, durable: bool = False) -> Iterator[str]:
    """Start a server and give the URL of its maintenance database; stop it and delete it at the end.

    Args:
        durable: a commit waits for the disk, as in a city.
    """
    programs = _programs()
    # Not pytest's own folder: the unprivileged user could not enter it. Short: a socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="hocba-pg-"))
    user = _unprivileged_user(folder)
    data = folder / "data"
    try:
        _run([programs / "initdb", "-D", data, "-U", "hocba", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], user)
        options = f"{_OPTIONS} {'' if durable else _FORGETFUL} -c unix_socket_directories={folder}"
        _run([programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], user)
        try:
            yield f"postgresql://hocba@/postgres?host={folder}"
        finally:
            _run([programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        message = "the tests run on PostgreSQL too, and it is not installed; run: sudo apt-get install --yes postgresql"
        raise PostgresqlMissingError(message)
    return Path(on_path).parent


def _unprivileged_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: take Debian's user for it, or nobody."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return user


def _run(command: list[Any], user: str | None) -> None:
    # The server inherits these handles, so its output goes nowhere: a pipe would never close.
    done = subprocess.run(command, user=user, check=False, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if done.returncode:
        message = f"{Path(command[0]).name} failed with {done.returncode}"
        raise RuntimeError(message)
