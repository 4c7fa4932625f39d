"""Alembic's environment: the portal's own engine and metadata. On SQLite tables are rebuilt (batch mode)."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from portal.db import Base, db, set_may_write

set_may_write(True)


def is_ours(_object: object, name: str | None, kind: str, *_more: object) -> bool:
    """SQLite's own bookkeeping is not a table of ours."""
    return not (kind == "table" and name and name.startswith("sqlite_"))


def run_offline() -> None:
    """Write SQL instead of running it."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Migrate the database that the portal uses."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        _check_references(connection, "OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=is_ours,
            transaction_per_migration=True,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        _check_references(connection, "ON")


def _check_references(connection: Connection, state: str) -> None:
    """Batch mode drops and renames tables: meanwhile SQLite must not follow references (outside any transaction)."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
