"""Point reads of PostgreSQL on the event loop: few connections, each statement prepared once, no thread waits."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import URL, Dialect

from backend.database.errors import DatabaseUnavailableError
from backend.database.point_read import PointRead, Row

READING_CONNECTIONS: Final = 8
"""More than one processor of the service keeps busy; beside the pool of the units of work."""
_GONE: Final = (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
"""What a read says when its connection, or the server, is not there any more."""
_DIALECT: Final[Dialect] = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # SQLAlchemy types it in part only
_ADDRESS_KEYS: Final = frozenset(
    {
        "host",
        "port",
        "passfile",
        "service",
        "sslmode",
        "sslcert",
        "sslkey",
        "sslrootcert",
        "sslcrl",
        "target_session_attrs",
    }
)
"""What both drivers read in a URL's query; the rest is libpq's alone, and would be taken for settings of the server."""
_Connection: TypeAlias = "asyncpg.Connection[Any]"


class PostgresqlReader:
    """Connections that can only read, opened as they are needed and kept."""

    def __init__(self, url: URL) -> None:
        kept = {key: value for key, value in url.query.items() if key in _ADDRESS_KEYS}
        self._address = url.set(drivername="postgresql", query=kept).render_as_string(hide_password=False)
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pool] = WeakKeyDictionary()

    async def fetch(self, read: PointRead, keys: Mapping[str, Any]) -> list[Row]:
        """The rows as they are now.

        Raises:
            DatabaseUnavailableError: it does not answer.
        """
        compiled = read.compiled(_DIALECT)
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools[loop] = _Pool(self._address)
        return compiled.rows(await pool.fetch(compiled.text, compiled.arguments(keys)))

    def close(self) -> None:
        """Close the connections that nobody uses; from the event loop's own thread while it runs."""
        for loop, pool in self._pools.items():
            if not loop.is_closed():
                pool.close()


class _Pool:
    """The connections of one event loop."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._free = asyncio.Semaphore(READING_CONNECTIONS)
        self._idle: deque[_Connection] = deque()

    async def fetch(self, text: str, arguments: tuple[Any, ...]) -> list[Any]:
        async with self._free:
            if self._idle:
                try:
                    return await self._fetch_on(self._idle.pop(), text, arguments)
                except _GONE:
                    self.close()  # the server was restarted or cut off: the others are gone as well
            try:
                return await self._fetch_on(await self._connect(), text, arguments)
            except _GONE as error:
                raise DatabaseUnavailableError from error

    def close(self) -> None:
        while self._idle:
            self._idle.pop().terminate()

    async def _fetch_on(
        self, connection: "asyncpg.Connection[Any]", text: str, arguments: tuple[Any, ...]
    ) -> list[Any]:
        try:
            rows = await connection.fetch(text, *arguments)
        except BaseException:
            # Whatever went wrong in its midst, somebody who went away included: nobody gets this connection again.
            connection.terminate()
            raise
        self._idle.append(connection)
        return rows

    async def _connect(self) -> _Connection:
        return await asyncpg.connect(self._address, server_settings={"default_transaction_read_only": "on"})
