import importlib
import pkgutil
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect

import backend
from backend.database import Database, upgrade_to_head
from backend.database.metadata import metadata
from backend.database.migrate import current_revision


def _import_all_tables() -> None:
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)


def test_migrated_schema_is_the_one_the_code_describes(database: Database) -> None:
    _import_all_tables()
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_migrated_checks_have_the_names_that_the_code_gives_them(database: Database) -> None:
    _import_all_tables()
    with database.read() as connection:
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            described = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
            assert {check["name"] for check in inspector.get_check_constraints(table.name)} == described, table.name


def test_migrating_twice_changes_nothing(database: Database) -> None:
    before = current_revision(database)
    upgrade_to_head(database)
    assert current_revision(database) == before


def test_revisions_form_one_line_in_the_order_of_their_file_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(backend.__file__).parent / "database" / "migrations"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert script.get_heads() == revisions[:1]
    assert revisions == sorted(revisions, reverse=True)
    assert revisions[-1] == "0001"
