"""Triggers that keep the ledger append-only, whoever writes. The migration runs them, and so does `create_all`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, Table, event

from portal.append_only import create_append_only, drop_append_only
from portal.db import Base

TABLES = ("rebate_postings", "rebate_entries")


def create_ledger_triggers(dialect: str) -> list[str]:
    """Statements that create the triggers once the tables are there. `dialect`: sqlite or postgresql."""
    return [statement for table in TABLES for statement in create_append_only(table, dialect)]


def drop_ledger_triggers(dialect: str) -> list[str]:
    """Statements that undo `create_ledger_triggers`."""
    return [statement for table in TABLES for statement in drop_append_only(table, dialect)]


@event.listens_for(Base.metadata, "after_create")
def _create_with_tables(_metadata: MetaData, connection: Connection, *, tables: list[Table], **_words: Any) -> None:
    """Tables that come from the models have the triggers too."""
    if TABLES[-1] in {table.name for table in tables}:
        for statement in create_ledger_triggers(connection.dialect.name):
            connection.exec_driver_sql(statement)
