"""The framework's request, whose user, auth and state this service does not use."""

from typing import Any

from litestar import Request

AnyRequest = Request[Any, Any, Any]
