"""The OpenAPI document at /api/openapi.json; the pages' types are made from it."""

from typing import Final

from litestar import Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag

from backend.http.authorise import PUBLIC

OPENAPI_PATH: Final = "/api/openapi.json"
API_VERSION: Final = "1"


def open_api_config(*, session_cookie_name: str, staff_cookie_name: str, share_cookie_name: str) -> OpenAPIConfig:
    """How the document is made and where it is served."""
    return OpenAPIConfig(
        title="hocba",
        version=API_VERSION,
        summary="Digital school report cards: for parents, for schools' systems, and for everybody who checks one",
        tags=[
            Tag("access", "How a guardian comes in and goes out"),
            Tag("account", "A parent's own account: passkeys, devices, the passkey shown again"),
            Tag("enrolments", "Parents who wait for their school's confirmation, for schools' systems"),
            Tag("parent", "What a parent sees"),
            Tag("sharing", "Links with which a guardian shows cards to a receiver"),
            Tag("history", "Who looked at a pupil's cards"),
            Tag("rights", "Requests and their legal days, everything taken along, consent of a pupil of age"),
            Tag("staff access", "How a member of a school's or the department's staff comes in and goes out"),
            Tag("staff", "Who is on the staff, with which roles"),
            Tag("signing", "What waits for a signature, and many signed with one confirmation"),
            Tag("issuing", "Accepted cards made into signed PDFs, as jobs"),
            Tag("intake", "Batches from schools' systems"),
            Tag("prepared", "Cards that are not issued yet, for schools' systems"),
            Tag("recall", "Issued cards that have to be withdrawn or replaced, for schools' systems"),
            Tag("certificates", "What a school's signers sign with, for schools' systems"),
            Tag("pupils", "Pupils whom the register does not know well enough, for schools' systems"),
            Tag("lists", "Signed lists that cards are checked with"),
            Tag("public", "For everybody"),
        ],
        components=Components(
            security_schemes={
                "session": SecurityScheme(type="apiKey", security_scheme_in="cookie", name=session_cookie_name),
                "staff": SecurityScheme(type="apiKey", security_scheme_in="cookie", name=staff_cookie_name),
                "share_view": SecurityScheme(type="apiKey", security_scheme_in="cookie", name=share_cookie_name),
                "school_system": SecurityScheme(type="http", scheme="bearer"),
            }
        ),
        render_plugins=[JsonRenderPlugin(path="/")],
        openapi_router=Router(OPENAPI_PATH, route_handlers=[], include_in_schema=False, opt=PUBLIC),
    )
