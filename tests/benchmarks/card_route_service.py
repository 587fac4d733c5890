"""The city's service with one route more, which does nothing: what ``card_route`` asks."""

import sys

from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar, get

from backend.app import create_app
from backend.http.authorise import PUBLIC

EMPTY_PATH = "/api/empty"


@get(EMPTY_PATH, opt=PUBLIC, sync_to_thread=False)
def empty() -> None:
    """Nothing."""


def app_with_an_empty_route() -> Litestar:
    """What the server starts."""
    app = create_app()
    app.register(empty)
    return app


if __name__ == "__main__":
    Granian(
        f"{__spec__.name}:{app_with_an_empty_route.__name__}",
        factory=True,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.ASGI,
    ).serve()
