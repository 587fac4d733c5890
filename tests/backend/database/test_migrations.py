import importlib
import pkgutil
from datetime import date
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text

import backend
from backend.archive.prepared.card import Missing
from backend.archive.prepared.store import read_prepared
from backend.archive.rules import CardState
from backend.database import Database, upgrade_to_head
from backend.database.metadata import metadata
from backend.database.migrate import current_revision


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(backend.__file__).parent / "database" / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


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
    script = ScriptDirectory.from_config(_config())
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert script.get_heads() == revisions[:1]
    assert revisions == sorted(revisions, reverse=True)
    assert revisions[-1] == "0001"


def test_drafts_and_announced_cards_of_before_are_prepared_cards_now(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'before.sqlite'}")
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        now = "2026-06-01 01:00:00.000000"
        connection.execute(text("INSERT INTO schools VALUES ('S', 'Trường', :now)"), {"now": now})
        for pupil, missing, signed in (("A", "personal_code", None), ("B", "", "teacher_signed"), ("C", "", None)):
            connection.execute(
                text(
                    "INSERT INTO drafts (record_id, school_code, pupil_code, name, date_of_birth, school_year, grade,"
                    " class_group, level, missing, xml, made_at, signed_state) VALUES (:pupil, 'S', :pupil, 'Bùi Ân',"
                    " '2017-05-17', '2025-2026', 3, '3A', 'primary', :missing, :xml, :now, :signed)"
                ),
                {"pupil": pupil, "missing": missing, "xml": b"<HOC_BA/>", "now": now, "signed": signed},
            )
        for pupil, state, until in (("C", "pending_supplementary", "2026-08-15"), ("D", "draft", None)):
            connection.execute(
                text(
                    "INSERT INTO prepared_cards (school_code, pupil_code, school_year, grade, class_group, state,"
                    " missing, waits_until, prepared_by, prepared_at) VALUES ('S', :pupil, '2025-2026', 3, '3A',"
                    " :state, :missing, :until, 'Phạm Thị Mai', :now)"
                ),
                {"pupil": pupil, "state": state, "missing": "reexamination" * (until is not None), "until": until}
                | {"now": now},
            )
    upgrade_to_head(database)
    with database.read() as connection:
        cards = read_prepared(connection, school_code="S", school_year="2025-2026")
    database.close()
    assert [(card.pupil_code, card.state, card.missing, card.waits_until, card.xml) for card in cards] == [
        ("A", CardState.PENDING_SUPPLEMENTARY, (Missing.PERSONAL_CODE,), date(2026, 6, 30), b"<HOC_BA/>"),
        ("B", CardState.TEACHER_SIGNED, (), None, b"<HOC_BA/>"),
        ("C", CardState.PENDING_SUPPLEMENTARY, (Missing.REEXAMINATION,), date(2026, 8, 15), b"<HOC_BA/>"),
        ("D", CardState.DRAFT, (), None, None),
    ]
    assert [card.record_id for card in cards[:3]] == ["A", "B", "C"]
