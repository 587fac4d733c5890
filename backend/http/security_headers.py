"""Headers that every answer carries, errors too.

Files that a page is put together from (scripts, styles) carry those two alone that mean something for them: the others
are the document's, and the service worker's own, and would be 600 bytes more for each of a page's files.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

_CONTENT_SOURCES: Final = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",  # the QR reader is WebAssembly
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "media-src": "'self' blob:",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_FEATURES: Final = {
    "camera": "(self)",
    "publickey-credentials-create": "(self)",
    "publickey-credentials-get": "(self)",
    "display-capture": "()",
    "geolocation": "()",
    "microphone": "()",
    "payment": "()",
    "usb": "()",
}
CONTENT_SECURITY_POLICY: Final = "; ".join(f"{name} {sources}" for name, sources in _CONTENT_SOURCES.items())
PERMISSIONS_POLICY: Final = ", ".join(f"{feature}={allowed}" for feature, allowed in _FEATURES.items())
HSTS: Final = "max-age=63072000; includeSubDomains"
"""Two years; only where the city is reached over HTTPS."""

_ALWAYS: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": PERMISSIONS_POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_PARTS_FOLDER: Final = "/assets/"
_PART_MEDIA_TYPES: Final = ("text/javascript", "text/css", "application/wasm")
_OF_PARTS: Final = {name: _ALWAYS[name] for name in ("cross-origin-resource-policy", "x-content-type-options")}


def security_headers(public_url: str) -> Callable[[Message, Scope], Awaitable[None]]:
    """A ``before_send`` hook that adds the headers, and ``no-store`` to answers that do not say how long they keep."""
    over_https = {"strict-transport-security": HSTS} if public_url.startswith("https:") else {}
    always, of_parts = _ALWAYS | over_https, _OF_PARTS | over_https

    async def add_headers(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        is_part = scope["path"].startswith(_PARTS_FOLDER) and _is_part(headers.get("content-type", ""))
        for name, value in (of_parts if is_part else always).items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store")

    return add_headers


def _is_part(content_type: str) -> bool:
    return content_type.partition(";")[0] in _PART_MEDIA_TYPES
