"""The OpenAPI document of the stand-alone service, at /api/openapi.json."""

from typing import Final

from litestar import Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Tag

OPENAPI_PATH: Final = "/api/openapi.json"
API_VERSION: Final = "1"

OPEN_API: Final = OpenAPIConfig(
    title="hocba verifier",
    version=API_VERSION,
    summary="What a digital school report card is worth, and the signed lists that say so",
    tags=[
        Tag("public", "The check, for everybody"),
        Tag("lists", "Signed lists that cards are checked with"),
        Tag("service", "For whoever runs it"),
    ],
    render_plugins=[JsonRenderPlugin(path="/")],
    openapi_router=Router(OPENAPI_PATH, route_handlers=[], include_in_schema=False),
)
