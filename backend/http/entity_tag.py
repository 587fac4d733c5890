"""Answers that a client has already (RFC 9110, 8.8.3 and 13.1.2): a tag, and 304 for who names it."""

import hashlib
from typing import Final

from litestar import Response
from litestar.openapi import ResponseSpec

from backend.http.any_request import AnyRequest

MAX_CONDITION_CHARACTERS: Final = 1_000
"""Of ``If-None-Match``: more than a dozen tags of ours; a longer one is not looked at."""
NOT_MODIFIED: Final = {304: ResponseSpec(None, description="The client has it already, as its If-None-Match says.")}


def entity_tag(content: bytes) -> str:
    """The strong tag of these bytes."""
    return quoted(hashlib.sha256(content).hexdigest())


def quoted(sha256: str) -> str:
    """The tag of bytes whose SHA-256 is known: equal bytes have equal tags."""
    return f'"{sha256[:32]}"'


def has_already(request: AnyRequest, tag: str) -> bool:
    """Whether the client names this tag, or says that any will do."""
    condition = request.headers.get("if-none-match", "")
    if len(condition) > MAX_CONDITION_CHARACTERS:
        return False
    named = {one.strip().removeprefix("W/") for one in condition.split(",")}
    return tag in named or named == {"*"}


def not_modified(tag: str) -> Response[bytes]:
    """Nothing but the tag."""
    return Response(b"", status_code=304, headers={"ETag": tag})
