"""What ``hocba-verify`` is asked to check: files, folders, addresses, texts of QR codes, or the standard input."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
from msgspec import Struct

from verifier.errors import VerifierError
from verifier.settings import UsageError
from verifier.verify import MAX_INPUT_BYTES

SUFFIXES = frozenset({".pdf", ".xml", ".png", ".jpg", ".jpeg", ".webp", ".txt"})
"""What is looked at in a folder; a file named by itself may have any name."""
FETCH_TIMEOUT_SECONDS = 10.0

_CAPSULE_ADDRESS = re.compile(r"https?://[^\s#]+/v#\d+", re.ASCII)
_CAPSULE_DIGITS = re.compile(r"\d{100,}", re.ASCII)
_ADDRESS = re.compile(r"https?://", re.ASCII)
_HTTP_OK = 200


class InputUnreachableError(VerifierError):
    """An input cannot be read or fetched; says nothing about the card."""

    code = "input_unreachable"


class Source(Struct, frozen=True):
    """One input, not read yet."""

    name: str
    """As the caller named it; a QR's text is called ``QR``, because it holds a pupil's data."""
    path: Path | None = None
    address: str | None = None
    text: str | None = None
    """None in all three: the standard input."""

    def read(self) -> bytes:
        """Bytes to check, at most one more than any input may have.

        Raises:
            InputUnreachableError: ``input_not_found`` or ``input_unreachable``.
        """
        if self.text is not None:
            return self.text.encode()
        if self.address is not None:
            return _fetch(self.address)
        if self.path is None:
            return sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        try:
            with self.path.open("rb") as file:
                return file.read(MAX_INPUT_BYTES + 1)
        except OSError as error:
            raise InputUnreachableError("input_not_found") from error


def gather_inputs(arguments: Sequence[str], *, offline: bool) -> list[Source]:
    """Every input of the command line, folders looked through, in a stable order.

    Raises:
        UsageError: there is none, one does not exist, or an address is given where no network may be used.
    """
    if not arguments:
        raise UsageError("usage_no_input")
    return [source for argument in arguments for source in _sources(argument, offline=offline)]


def _sources(argument: str, *, offline: bool) -> Iterator[Source]:
    if argument == "-":
        yield Source("-")
    elif _CAPSULE_ADDRESS.fullmatch(argument) or _CAPSULE_DIGITS.fullmatch(argument):
        yield Source("QR", text=argument)  # never sent anywhere: what is behind the # is the card itself
    elif _ADDRESS.match(argument):
        if offline:
            raise UsageError("usage_input_offline", value=argument)
        yield Source(argument, address=argument)
    else:
        yield from _files(argument)


def _files(argument: str) -> Iterator[Source]:
    if not argument:  # a shell's empty variable; as a path it would be the current folder
        raise UsageError("usage_input_missing")
    path = Path(argument)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:  # no name that any file could have
        raise UsageError("usage_input_missing", value=argument) from error
    if is_folder:
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not found:
            raise UsageError("usage_folder_empty", value=argument)
        yield from (Source(str(file), path=file) for file in found)
    elif is_file:
        yield Source(argument, path=path)
    else:
        raise UsageError("usage_input_missing", value=argument)


def _fetch(address: str) -> bytes:
    try:
        with (
            httpx.Client(timeout=FETCH_TIMEOUT_SECONDS, follow_redirects=True) as client,
            client.stream("GET", address) as response,
        ):
            if response.status_code != _HTTP_OK:
                raise InputUnreachableError(status=response.status_code)
            data = bytearray()
            for piece in response.iter_bytes():
                data += piece
                if len(data) > MAX_INPUT_BYTES:
                    break  # the check says that it is too large
            return bytes(data)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise InputUnreachableError from error
