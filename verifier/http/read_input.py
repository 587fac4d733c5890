"""What a request wants checked: the body itself, the ``file`` of a form, ``{"text": …}`` in JSON, or a zip.

Nothing is written to disk, no more is read than the largest honest input has, and nobody may take for ever over it.
"""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from msgspec import Struct
from multipart import MultipartError, MultipartParser, parse_options_header

from verifier.http.problems import ProblemError
from verifier.unpack_zip import MAX_ARCHIVE_BYTES, Archive, ArchiveRefusedError
from verifier.verify import MAX_INPUT_BYTES

MAX_FORM_OVERHEAD_BYTES = 16_384
"""Boundaries and headers around the file."""
MAX_FORM_PARTS = 4
FORM_FIELD = "file"
UPLOAD_SECONDS = 120.0
"""20 MB over a poor line, 1.5 Mbit/s."""
ARCHIVE_UPLOAD_SECONDS = 600.0
"""100 MB over the same line."""


class TextInput(Struct, frozen=True):
    """What a QR says."""

    text: str


async def read_input(request: Request[Any, Any, Any], take: Callable[[int], None]) -> bytes:
    """Bytes to check; ``take`` is told how many have come, and may refuse more.

    Raises:
        ProblemError: 413 ``input_too_large``, 408 ``upload_too_slow``, 400 ``verify_body_empty`` or
            ``verify_body_malformed``, or whatever ``take`` raises.
    """
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    is_form = media_type == "multipart/form-data"
    limit = MAX_INPUT_BYTES + (MAX_FORM_OVERHEAD_BYTES if is_form else 0)
    body = await _read_body(request, take, limit=limit, too_large="input_too_large", seconds=UPLOAD_SECONDS)
    if is_form:
        body = _file_of(body, options.get("boundary", ""))
    elif media_type == "application/json":
        body = _text_of(body)
    if not body:
        raise ProblemError("verify_body_empty", status=400)
    return body


async def read_archive(request: Request[Any, Any, Any], take: Callable[[int], None]) -> Archive:
    """The zip that is the body.

    Raises:
        ProblemError: 413, 408 as ``read_input``; 422 with the reason when the archive is refused.
    """
    body = await _read_body(
        request, take, limit=MAX_ARCHIVE_BYTES, too_large="archive_too_large", seconds=ARCHIVE_UPLOAD_SECONDS
    )
    try:
        return await asyncio.to_thread(Archive, lambda: BytesIO(body))
    except ArchiveRefusedError as error:
        raise ProblemError(error.reason, status=422) from error


async def _read_body(
    request: Request[Any, Any, Any], take: Callable[[int], None], *, limit: int, too_large: str, seconds: float
) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise ProblemError(too_large, status=413)  # said before the body has even come
    pieces, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                size += len(piece)
                if size > limit:
                    raise ProblemError(too_large, status=413)
                take(len(piece))
                pieces.append(piece)
    except RequestEntityTooLarge as error:  # the route's own limit: one piece went over both
        raise ProblemError(too_large, status=413) from error
    except InternalServerException as error:  # as Litestar says that the sender has gone: no defect of ours
        raise ProblemError("upload_broken_off", status=400) from error
    except TimeoutError as error:
        raise ProblemError("upload_too_slow", status=408) from error
    return b"".join(pieces)


def _file_of(body: bytes, boundary: str) -> bytes:
    if not boundary:
        raise ProblemError("verify_body_malformed", status=400)
    try:
        parser = MultipartParser(
            BytesIO(body),
            boundary,
            content_length=len(body),
            part_limit=MAX_FORM_PARTS,
            spool_limit=len(body) + 1,  # in memory: nothing of a card touches the disk
            memory_limit=len(body) + 1,
        )
        parts = [part for part in parser if part.name == FORM_FIELD]
    except MultipartError as error:
        raise ProblemError("verify_body_malformed", status=400) from error
    if len(parts) != 1:
        raise ProblemError("verify_body_malformed", status=400)
    data: bytes = parts[0].raw
    return data


def _text_of(body: bytes) -> bytes:
    try:
        return msgspec.json.decode(body, type=TextInput).text.strip().encode()
    except (msgspec.DecodeError, RecursionError) as error:  # the latter: brackets in brackets in brackets
        raise ProblemError("verify_body_malformed", status=400) from error
