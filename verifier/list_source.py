"""Where lists come from: a folder, or a city's service. Bytes only; nobody here looks into them."""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import httpx

from verifier.errors import ListError
from verifier.registry import MAX_REGISTRY_BYTES
from verifier.registry import SUBJECT as REGISTRY
from verifier.status import MAX_STATUS_LIST_BYTES, status_subject
from verifier.trust import MAX_TRUST_LIST_BYTES
from verifier.trust import SUBJECT as TRUST

WELL_KNOWN = ".well-known/hocba"
FETCH_TIMEOUT_SECONDS = 3.0
"""For each step of a fetch; a check that waits for a list still answers within its 10 s."""
WHOLE_FETCH_SECONDS = 30.0
"""For one list, so that a server that drips keeps nobody; those of a city have less than a megabyte."""
MEDIA_TYPE = "application/cwt"

_SCHOOL_YEAR = re.compile(r"20\d\d-20\d\d", re.ASCII)
_HTTP_OK, _HTTP_NOT_FOUND = 200, 404


class ListSource(Protocol):
    """A place that serves lists under their names (``trust-list``, ``school-registry``, ``status-list/<year>``)."""

    def fetch(self, name: str) -> bytes | None:
        """Bytes of a list, None if the place has none of that name. Raises ``ListError`` (``list_unreachable``)."""
        ...

    def known_years(self) -> Iterable[str]:
        """School years whose status lists the place is known to have; others may be asked for."""
        ...


def is_list_name(name: str) -> bool:
    """Whether a list may have that name; anything else never becomes a path."""
    if name in {TRUST, REGISTRY}:
        return True
    school_year = name.rpartition("/")[2]
    return name == status_subject(school_year) and _SCHOOL_YEAR.fullmatch(school_year) is not None


def max_bytes_of(name: str) -> int:
    """The most that a list of that name may have."""
    return {TRUST: MAX_TRUST_LIST_BYTES, REGISTRY: MAX_REGISTRY_BYTES}.get(name, MAX_STATUS_LIST_BYTES)


class FolderSource:
    """Lists as files in a folder, named as they are served; also a copy of a whole site with ``.well-known``."""

    def __init__(self, folder: Path) -> None:
        well_known = folder / WELL_KNOWN
        self._folder = well_known if well_known.is_dir() else folder

    def fetch(self, name: str) -> bytes | None:
        """See ``ListSource.fetch``."""
        if not is_list_name(name):
            return None
        try:
            with (self._folder / name).open("rb") as file:
                data = file.read(max_bytes_of(name) + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise ListError("list_unreachable", list=name) from error
        if len(data) > max_bytes_of(name):
            raise ListError("list_too_large", list=name)
        return data

    def known_years(self) -> Iterable[str]:
        """School years of the files that are there."""
        folder = self._folder / status_subject("")
        names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        return sorted(name for name in names if is_list_name(status_subject(name)))


class HttpSource:
    """Lists of a city's service. They are signed, so the way they come need not be trusted."""

    def __init__(self, base_url: str, *, timeout_seconds: float = FETCH_TIMEOUT_SECONDS) -> None:
        self._base_url = base_url.rstrip("/")
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def fetch(self, name: str) -> bytes | None:
        """See ``ListSource.fetch``; a body that is too long is not read to its end."""
        if not is_list_name(name):
            return None
        url = f"{self._base_url}/{WELL_KNOWN}/{name}"
        try:
            with self._client.stream("GET", url, headers={"Accept": MEDIA_TYPE}) as response:
                if response.status_code == _HTTP_NOT_FOUND:
                    return None
                if response.status_code != _HTTP_OK:
                    raise ListError("list_unreachable", list=name, status=response.status_code)
                return _read_limited(response, name)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ListError("list_unreachable", list=name) from error

    def known_years(self) -> Iterable[str]:
        """None: a service is asked for the year of the card at hand."""
        return ()


def _read_limited(response: httpx.Response, name: str) -> bytes:
    data = bytearray()
    deadline = time.monotonic() + WHOLE_FETCH_SECONDS
    for piece in response.iter_bytes():
        data += piece
        if time.monotonic() > deadline:
            raise ListError("list_unreachable", list=name)
        if len(data) > max_bytes_of(name):
            raise ListError("list_too_large", list=name)
    return bytes(data)
