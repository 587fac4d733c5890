"""The pages: files of the built web app, served from memory with the right lifetimes.

* Hashed files under ``/assets/`` never change and are kept for a year; everything else is asked for again each time
  and answered with 304 while it is the same.
* A variant beside the file (``app.js.br``, ``app.js.gz``) is sent to whoever accepts it; without one, text is
  compressed once.
* Pages of the app are all the same file; the app reads the address. A header names the files that the page will want.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from litestar import HttpMethod, Response, route
from litestar.handlers import HTTPRouteHandler

from backend.http.any_request import AnyRequest
from backend.http.authorise import PUBLIC
from backend.http.errors import ShellMissingError
from backend.http.page_hints import read_page_hints

_STAFF: Final = ("src/staff/pages.ts",)
_BAR: Final = "src/app/nav/ParentNav.tsx"
PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "/": (),
    "/kich-hoat": ("src/access/EnrolPage.tsx",),
    "/dang-nhap": ("src/access/LoginPage.tsx",),
    "/con": ("src/children/ChildrenPage.tsx", _BAR),
    "/hoc-ba/{record_id:str}": ("src/card/CardPage.tsx", _BAR),
    "/chia-se": ("src/share/SharesPage.tsx", _BAR),
    "/chia-se/moi": ("src/share/NewSharePage.tsx", _BAR),
    "/x": ("src/share/ReceiverPage.tsx",),
    "/nhat-ky": ("src/history/HistoryPage.tsx", _BAR),
    "/yeu-cau": ("src/requests/RequestsPage.tsx", _BAR),
    "/tai-khoan": ("src/account/AccountPage.tsx", _BAR),
    "/tro-giup": ("src/help/HelpPage.tsx",),
    "/v": ("src/verify/VerifyPage.tsx",),
    "/truong": _STAFF,
    "/truong/kich-hoat": ("src/staff/StaffEnrolPage.tsx",),
    "/truong/dang-nhap": ("src/staff/StaffLoginPage.tsx",),
    "/truong/ky/{role_id:str}": _STAFF,
    "/truong/ky/{role_id:str}/{record_id:str}": _STAFF,
    "/truong/luot-ky/{batch_id:str}": _STAFF,
    "/truong/can-bo/{school_code:str}": _STAFF,
}
"""Addresses that the app knows, each with the modules that it loads there (the start page is in the first file): start,
enrol, log in, children, card, links and a new one, a receiver's page, looks, requests, account, help, check; then those
of a school's staff, with what waits for a signature, a card of it, one confirmation, and who is on the staff."""
_INDEX: Final = "/index.html"
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_COMPRESSED_SUFFIXES: Final = {".br": "br", ".gz": "gzip"}
_PREFERRED_ENCODINGS: Final = ("br", "gzip")
_MEDIA_TYPES: Final = {
    ".js": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_MIN_COMPRESSED_BYTES: Final = 1_000
"""Below this, a compressed answer saves no packet."""


class ShellFile:
    """One file of the app, with its compressed forms."""

    def __init__(self, address: str, path: Path) -> None:
        self.content = path.read_bytes()
        self.media_type = (
            _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        )
        self.cache_control = _FOREVER if address.startswith("/assets/") else _ASK_AGAIN
        self.digest = hashlib.sha256(self.content).hexdigest()[:32]
        self._beside = {
            encoding: path.with_name(path.name + suffix).read_bytes()
            for suffix, encoding in _COMPRESSED_SUFFIXES.items()
            if path.with_name(path.name + suffix).is_file()
        }

    @cached_property
    def variants(self) -> dict[str, bytes]:
        """Compressed forms by content coding; made once, when first asked for."""
        compressible = self.media_type.startswith("text/") or self.media_type.endswith(
            ("+json", "+xml", "/json", "/wasm")
        )
        if self._beside or not compressible or len(self.content) < _MIN_COMPRESSED_BYTES:
            return self._beside
        return {"gzip": gzip.compress(self.content, mtime=0)}

    def best_variant(self, accept_encoding: str) -> tuple[str | None, bytes]:
        """Content coding and bytes for this reader."""
        accepted = _accepted_codings(accept_encoding)
        for encoding in _PREFERRED_ENCODINGS:
            if encoding in accepted and encoding in self.variants:
                return encoding, self.variants[encoding]
        return None, self.content


class Shell:
    """All files of the built app by address."""

    def __init__(self, folder: Path) -> None:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.is_dir() else []
        self._files = {
            address: ShellFile(address, path)
            for path in files
            if path.suffix not in _COMPRESSED_SUFFIXES
            for address in [f"/{path.relative_to(folder).as_posix()}"]
            if not address.startswith("/.")
        }
        self._hints = read_page_hints(folder, PAGES)

    @property
    def addresses(self) -> list[str]:
        """Addresses to serve: pages and files."""
        return [*PAGES, *(address for address in self._files if address != _INDEX)]

    @property
    def has_pages(self) -> bool:
        """Whether the app has been built."""
        return _INDEX in self._files

    def hints(self, template: str) -> str | None:
        """Value of the ``Link`` header of a page: what to load beside the first file, without waiting for it."""
        return self._hints.get(template)

    def find(self, address: str) -> ShellFile:
        """The file behind an address; every page is the index.

        Raises:
            ShellMissingError: the app has not been built.
        """
        file = self._files.get(address) or self._files.get(_INDEX)
        if file is None:
            raise ShellMissingError
        return file


def shell_handler(shell: Shell) -> HTTPRouteHandler:
    """One handler for all pages and files."""

    @route(
        shell.addresses,
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=PUBLIC,
        include_in_schema=False,
        sync_to_thread=False,
        name="shell",
    )
    def serve_shell(request: AnyRequest) -> Response[bytes]:
        answer = answer_file(request, shell.find(request.scope["path"]))
        hints = shell.hints(request.scope["path_template"])
        if hints:
            answer.headers["Link"] = hints
        return answer

    return serve_shell


def answer_file(request: AnyRequest, file: ShellFile, *, status_code: int = 200) -> Response[bytes]:
    """A file, or 304 when the reader has it (RFC 9110, 13.1.2)."""
    encoding, content = file.best_variant(request.headers.get("accept-encoding", ""))
    etag = f'"{file.digest}{"-" + encoding if encoding else ""}"'
    headers = {"Cache-Control": file.cache_control, "ETag": etag, "Vary": "Accept-Encoding"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in known and status_code == 200:  # OK
        return Response(b"", status_code=304, headers=headers)
    if encoding:
        headers["Content-Encoding"] = encoding
    body = b"" if request.method == HttpMethod.HEAD else content
    if request.method == HttpMethod.HEAD:
        headers["Content-Length"] = str(len(content))
    return Response(body, status_code=status_code, media_type=file.media_type, headers=headers)


def _accepted_codings(accept_encoding: str) -> set[str]:
    accepted = set()
    for part in accept_encoding.split(","):
        name, _, parameters = part.partition(";")
        if parameters.replace(" ", "").removeprefix("q=").strip("0.") or not parameters:
            accepted.add(name.strip().lower())
    return accepted
