"""What ``hocba-verify`` is asked to check: files, folders, zips, patterns, addresses, QR texts, standard input."""

import glob
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import httpx
from msgspec import Struct

from verifier.errors import VerifierError
from verifier.settings import UsageError
from verifier.unpack_zip import MAX_ARCHIVE_BYTES, Archive, ArchiveRefusedError, is_archive, visible
from verifier.verify import MAX_INPUT_BYTES

ZIP_SUFFIX = ".zip"
SUFFIXES = frozenset({".pdf", ".xml", ".png", ".jpg", ".jpeg", ".webp", ".txt", ZIP_SUFFIX})
"""What is looked at in a folder; a file named by itself may have any name."""
STEP_TIMEOUT_SECONDS = 10.0
"""For each step of a fetch: connect, and every piece."""
FETCH_SECONDS = 60.0
"""For a whole fetch, so that a server that drips keeps nobody."""
MAX_REDIRECTS = 5

_CAPSULE_ADDRESS = re.compile(r"https?://[^\s#]+/v#\d+", re.ASCII)
_CAPSULE_DIGITS = re.compile(r"\d{100,}", re.ASCII)
_WEB_ADDRESS = re.compile(r"https?://", re.ASCII)
_ANY_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)
_HTTP_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class InputUnreachableError(VerifierError):
    """An input cannot be read or fetched; says nothing about the card."""

    code = "input_unreachable"


class Source(Struct, frozen=True):
    """One input, not read yet."""

    name: str
    """As the caller named it, safe to show, for strangers name files. A QR's text is called ``QR``: it holds a pupil's
    data."""
    path: Path | None = None
    address: str | None = None
    data: bytes | None = None
    """A QR's text, or what came over the standard input."""
    archive: Archive | None = None
    member: int = 0
    """Which one of the archive's."""
    failure: VerifierError | None = None
    """Why there is nothing to read, where that is known already."""

    def read(self) -> bytes:
        """Bytes to check, at most one more than any input may have.

        Raises:
            InputUnreachableError: ``input_not_found`` or ``input_unreachable``.
            ArchiveRefusedError: with the code of what is wrong with an archive or its member.
        """
        if self.failure is not None:
            raise self.failure
        if self.archive is not None:
            member = self.archive.unpack(self.member)
            if member.problem is not None:
                raise ArchiveRefusedError(member.problem)
            return member.data
        if self.address is not None:
            return _fetch(self.address, MAX_INPUT_BYTES)
        if self.path is None:
            return self.data or b""
        try:
            with self.path.open("rb") as file:
                return file.read(MAX_INPUT_BYTES + 1)
        except OSError as error:
            raise InputUnreachableError("input_not_found") from error


def gather_inputs(arguments: Sequence[str], *, offline: bool) -> list[Source]:
    """Every input of the command line, folders and zips looked through, in a stable order.

    Raises:
        UsageError: there is none, one does not exist, or an address is given where no network may be used.
    """
    if not arguments:
        raise UsageError("usage_no_input")
    return [source for argument in arguments for source in _sources(argument, offline=offline)]


def _sources(argument: str, *, offline: bool) -> Iterator[Source]:
    if argument == "-":
        yield from _standard_input()
    elif _CAPSULE_ADDRESS.fullmatch(argument) or _CAPSULE_DIGITS.fullmatch(argument):
        yield Source("QR", data=argument.encode())  # never sent anywhere: what is behind the # is the card itself
    elif _WEB_ADDRESS.match(argument):
        if offline:
            raise UsageError("usage_input_offline", value=argument)
        yield from _address(argument)
    elif _ANY_ADDRESS.match(argument):
        raise UsageError("usage_address_unsupported", value=argument)
    else:
        yield from _files(argument)


def _standard_input() -> Iterator[Source]:
    data = sys.stdin.buffer.read(MAX_ARCHIVE_BYTES + 1)
    if is_archive(data):
        yield from _members("-", lambda: BytesIO(data))
    else:
        yield Source("-", data=data[: MAX_INPUT_BYTES + 1])


def _address(argument: str) -> Iterator[Source]:
    """What a zip holds has to be known before the first check; anything else is fetched when its turn comes."""
    if not urlsplit(argument).path.lower().endswith(ZIP_SUFFIX):
        yield Source(argument, address=argument)
        return
    try:
        data = _fetch(argument, MAX_ARCHIVE_BYTES)
    except InputUnreachableError as error:
        yield Source(argument, failure=error)
    else:
        yield from _members(argument, lambda: BytesIO(data))


def _files(argument: str) -> Iterator[Source]:
    if not argument:  # a shell's empty variable; as a path it would be the current folder
        raise UsageError("usage_input_missing")
    path = Path(argument)
    if _is_folder(path):
        found = _below(path)
        if not found:
            raise UsageError("usage_folder_empty", value=argument)
    elif _is_file(path):
        yield from _file(path, name=argument)
        return
    elif glob.has_magic(argument):
        # Not every shell expands patterns, and few know what ** means.
        names = glob.iglob(argument, recursive=True)  # noqa: PTH207  # a pattern may be absolute, which Path refuses
        found = [file for name in names if not _is_folder(file := Path(name))]
        if not found:
            raise UsageError("usage_pattern_empty", value=argument)
    else:
        raise UsageError("usage_input_missing", value=argument)
    for file in sorted(found):
        yield from _file(file, name=str(file))


def _below(folder: Path) -> list[Path]:
    """What a folder holds, and the folders in it that may not be looked into: they are inputs that cannot be read, for
    cards that nobody saw must not be missing without a word.
    """
    closed: list[Path] = []
    steps = os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
    return [Path(place, name) for place, _, names in steps for name in names if _has_suffix(name)] + closed


def _has_suffix(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no name that any file could have, or its folder may not be looked into
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _file(path: Path, *, name: str) -> Iterator[Source]:
    """A pipe, a link that leads nowhere or round in a circle is never opened."""
    name = visible(name)
    if not _is_file(path) or not os.access(path, os.R_OK):
        yield Source(name, failure=InputUnreachableError("input_not_found"))
    elif path.suffix.lower() == ZIP_SUFFIX:
        yield from _members(name, lambda: path.open("rb"))
    else:
        yield Source(name, path=path)


def _members(name: str, open_file: Callable[[], BinaryIO]) -> Iterator[Source]:
    """An archive's members; an archive that is refused is one input with a verdict of its own."""
    try:
        archive = Archive(open_file)
    except ArchiveRefusedError as error:
        yield Source(name, failure=error)
        return
    for index, member in enumerate(archive.names()):
        yield Source(f"{name}/{member}", archive=archive, member=index)


def _fetch(address: str, max_bytes: int) -> bytes:
    """What is at an address, at most one byte more than allowed. Redirects never lead away from the web or from https.

    Raises:
        InputUnreachableError: it cannot be had, or not in time.
    """
    deadline = time.monotonic() + FETCH_SECONDS
    try:
        with httpx.Client(timeout=STEP_TIMEOUT_SECONDS, follow_redirects=False) as client:
            for _ in range(MAX_REDIRECTS + 1):
                with client.stream("GET", address) as response:
                    if response.status_code in _REDIRECTS:
                        address = _next_address(address, response.headers.get("location", ""))
                        continue
                    if response.status_code != _HTTP_OK:
                        raise InputUnreachableError(status=response.status_code)
                    return _read_limited(response, max_bytes, deadline)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise InputUnreachableError from error
    raise InputUnreachableError("input_redirected")


def _read_limited(response: httpx.Response, max_bytes: int, deadline: float) -> bytes:
    data = bytearray()
    for piece in response.iter_bytes():
        data += piece
        if len(data) > max_bytes:
            break  # the check says that it is too large
        if time.monotonic() > deadline:
            raise InputUnreachableError
    return bytes(data[: max_bytes + 1])


def _next_address(address: str, location: str) -> str:
    following = urljoin(address, location)
    schemes = {"https"} if urlsplit(address).scheme == "https" else {"http", "https"}
    if urlsplit(following).scheme not in schemes:
        raise InputUnreachableError("input_redirected")
    return following
