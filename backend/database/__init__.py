"""The database: engine, unit of work, migrations. Tables and SQL stand with their features."""

from sqlalchemy import Connection

from backend.database.engine import Database
from backend.database.migrate import upgrade_to_head
from backend.database.point_read import PointRead

__all__ = ["Connection", "Database", "PointRead", "upgrade_to_head"]
