"""Point reads of PostgreSQL on the event loop: few connections, each statement prepared once, no thread waits."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from psycopg import AsyncConnection, InterfaceError, OperationalError

from backend.database.errors import DatabaseUnavailableError
from backend.database.point_read import CompiledRead, Row

READING_CONNECTIONS: Final = 8
"""More than one processor of the service keeps busy; beside the pool of the units of work."""


class PostgresqlReader:
    """Connections that can only read, opened as they are needed and kept."""

    def __init__(self, connect_arguments: Mapping[str, Any]) -> None:
        self._arguments = connect_arguments
        self._free = asyncio.Semaphore(READING_CONNECTIONS)
        self._idle: deque[AsyncConnection[Row]] = deque()

    async def fetch(self, read: CompiledRead, keys: Mapping[str, Any]) -> list[Row]:
        """The rows as they are now.

        Raises:
            DatabaseUnavailableError: it does not answer.
        """
        async with self._free:
            if self._idle:
                try:
                    return await self._read(self._idle.pop(), read, keys)
                except (InterfaceError, OperationalError):
                    # The server was restarted or the connection cut; then the others are gone as well.
                    self.close()
            try:
                return await self._read(await self._connect(), read, keys)
            except OperationalError as error:
                raise DatabaseUnavailableError from error

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            connection = self._idle.pop()
            connection.pgconn.finish()

    async def _read(self, connection: AsyncConnection[Row], read: CompiledRead, keys: Mapping[str, Any]) -> list[Row]:
        try:
            cursor = connection.cursor(binary=True)
            await cursor.execute(read.text, read.arguments(keys), prepare=True)
            raw = await cursor.fetchall()
        except BaseException:
            # Whatever went wrong in its midst, somebody who went away included: nobody gets this connection again.
            connection.pgconn.finish()
            raise
        self._idle.append(connection)
        return read.rows(raw)

    async def _connect(self) -> AsyncConnection[Row]:
        connection = await AsyncConnection.connect(**self._arguments, autocommit=True)
        await connection.execute("SET default_transaction_read_only = on")
        return connection
