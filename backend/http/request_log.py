"""One line a request: method, route (never the path itself), status, milliseconds. No address, no id, no name."""

import logging
from time import perf_counter

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger("hocba.http")


class RequestLog(ASGIMiddleware):
    """Notes when a request began."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        scope["state"]["began"] = perf_counter()
        await next_app(scope, receive, send)


async def log_answer(message: Message, scope: Scope) -> None:
    """A ``before_send`` hook: it also sees answers of routes that do not exist."""
    if message["type"] != "http.response.start":
        return
    began = scope["state"].get("began")
    milliseconds = "-" if began is None else f"{(perf_counter() - began) * 1000:.0f}"
    route = scope.get("path_template") or "unknown"
    _LOG.info("%s %s %s %s ms", scope.get("method"), route, message["status"], milliseconds)
