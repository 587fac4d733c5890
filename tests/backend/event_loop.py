"""An event loop for tests that have none; connections of point reads belong to one and end with it."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from backend.database import Database, PointRead
from backend.database.point_read import Row

Answer = TypeVar("Answer")


def run_beside(database: Database, work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run something that fetches from a database."""

    async def run() -> Answer:
        try:
            return await work
        finally:
            database.close()

    return asyncio.run(run())


def fetch(database: Database, read: PointRead, **keys: Any) -> Sequence[Row]:  # as the columns' types are
    """The rows of a point read."""
    return run_beside(database, database.fetch(read, **keys))
