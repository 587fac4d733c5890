"""What a request wants checked: the body itself, the ``file`` of a form, or ``{"text": …}`` in JSON.

Nothing is written to disk, and no more is read than the largest honest input has.
"""

from io import BytesIO
from typing import Any

import msgspec
from litestar import Request
from msgspec import Struct
from multipart import MultipartError, MultipartParser, parse_options_header

from verifier.http.problems import ProblemError
from verifier.verify import MAX_INPUT_BYTES

MAX_FORM_OVERHEAD_BYTES = 16_384
"""Boundaries and headers around the file."""
MAX_FORM_PARTS = 4
FORM_FIELD = "file"


class TextInput(Struct, frozen=True):
    """What a QR says."""

    text: str


async def read_input(request: Request[Any, Any, Any]) -> bytes:
    """Bytes to check.

    Raises:
        ProblemError: 413 ``input_too_large``, 400 ``verify_body_empty`` or ``verify_body_malformed``.
    """
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    is_form = media_type == "multipart/form-data"
    limit = MAX_INPUT_BYTES + (MAX_FORM_OVERHEAD_BYTES if is_form else 0)
    body = await _read_body(request, limit)
    if is_form:
        body = _file_of(body, options.get("boundary", ""))
    elif media_type == "application/json":
        body = _text_of(body)
    if not body:
        raise ProblemError("verify_body_empty", status=400)
    return body


async def _read_body(request: Request[Any, Any, Any], limit: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise ProblemError("input_too_large", status=413)  # said before the body has even come
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise ProblemError("input_too_large", status=413)
    return bytes(body)


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
    except msgspec.DecodeError as error:
        raise ProblemError("verify_body_malformed", status=400) from error
