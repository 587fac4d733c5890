"""Headers that every answer carries, errors too."""

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


def security_headers(public_url: str) -> Callable[[Message, Scope], Awaitable[None]]:
    """A ``before_send`` hook that adds the headers, and ``no-store`` to answers that do not say how long they keep."""
    always = _ALWAYS | ({"strict-transport-security": HSTS} if public_url.startswith("https:") else {})

    async def add_headers(message: Message, scope: Scope) -> None:  # noqa: ARG001  # the hook's signature
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in always.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store")

    return add_headers
