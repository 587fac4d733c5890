"""Alembic's entry point; the connection comes from ``upgrade_to_head``, whose transaction it runs in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite cannot alter a column: Alembic then makes the table anew.
    render_as_batch=True,
)
context.run_migrations()
