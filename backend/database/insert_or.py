"""INSERT … ON CONFLICT: the same SQL on both engines, which SQLAlchemy keeps with each dialect."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_or(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can go on with ``on_conflict_do_nothing`` or ``on_conflict_do_update``."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def insert_unless_there(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Add a row; False when one with the same key is there, which then stays as it is."""
    # inline(): no RETURNING, so that the count is of rows that were written.
    statement = insert_or(connection, table).values(row).on_conflict_do_nothing().inline()
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1
