"""Triggers that keep a closed month as it is, whoever writes: its lines, its details, and the states of its reports.

Amendments, questions and roll-ups stay possible. A month that was reopened can be written again. On PostgreSQL a write
holds the month's period until its transaction ends, so that nobody closes the month meanwhile; on SQLite there is one
writer at a time. The migration runs these statements, and so does `create_all` (for tests).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, Table, event

from portal.db import Base

FIGURES = ("report_lines", "sales_details")
REPORTS = "monthly_reports"
PERIODS = "reporting_periods"
MESSAGE = "the month is closed: its figures are changed by amendments only"
_CLOSED = "status IN ('locked', 'settled')"


def create_lock_triggers(dialect: str) -> list[str]:
    """Statements that create the triggers once the four tables are there. `dialect`: sqlite or postgresql."""
    return _create_sqlite() if dialect == "sqlite" else _create_postgresql()


def drop_lock_triggers(dialect: str) -> list[str]:
    """Statements that undo `create_lock_triggers`."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name, _verb, _table, _condition in _sqlite_triggers()]
    statements = [
        f"DROP TRIGGER IF EXISTS {table}_lock_{name} ON {table}" for table in FIGURES for name, _verb, _rows in _ROWS
    ]
    statements.append(f"DROP TRIGGER IF EXISTS {REPORTS}_lock ON {REPORTS}")
    functions = ("keep_closed_figures", "keep_closed_reports")
    return [*statements, *(f"DROP FUNCTION IF EXISTS {name}()" for name in functions)]


def _sqlite_triggers() -> list[tuple[str, str, str, str]]:
    """Name, verb, table and condition of each."""

    def is_closed(month: str) -> str:
        return f"EXISTS (SELECT 1 FROM {PERIODS} WHERE month = {month} AND {_CLOSED})"  # noqa: S608 - names of our own

    both = f"({is_closed('OLD.month')} OR {is_closed('NEW.month')})"
    found = []
    for table in FIGURES:
        found += [
            (f"{table}_lock_insert", "INSERT", table, is_closed("NEW.month")),
            (f"{table}_lock_update", "UPDATE", table, both),
            (f"{table}_lock_delete", "DELETE", table, is_closed("OLD.month")),
        ]
    moved = "(OLD.status <> NEW.status OR OLD.month <> NEW.month OR OLD.distributor_id <> NEW.distributor_id)"
    return [
        *found,
        # An empty draft may come late: amendments hang on it.
        (f"{REPORTS}_lock_insert", "INSERT", REPORTS, f"NEW.status <> 'draft' AND {is_closed('NEW.month')}"),
        (f"{REPORTS}_lock_update", "UPDATE", REPORTS, f"{moved} AND {both}"),
        (f"{REPORTS}_lock_delete", "DELETE", REPORTS, is_closed("OLD.month")),
    ]


def _create_sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for name, verb, table, condition in _sqlite_triggers()
    ]


# Trigger, verb, and which of the statement's rows it looks at. One look a statement, however many rows it writes.
_ROWS = (
    ("insert", "INSERT", "NEW"),
    ("update_old", "UPDATE", "OLD"),
    ("update_new", "UPDATE", "NEW"),
    ("delete", "DELETE", "OLD"),
)
_REFUSE_FIGURES = """
CREATE FUNCTION keep_closed_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Held first and looked at afterwards: who is closing the month just now is waited for.
  PERFORM 1 FROM reporting_periods WHERE month IN (SELECT month FROM changed_rows) FOR SHARE;
  IF EXISTS (
    SELECT 1 FROM reporting_periods
    WHERE month IN (SELECT month FROM changed_rows) AND status IN ('locked', 'settled')
  ) THEN
    RAISE EXCEPTION 'the month is closed: its figures are changed by amendments only';
  END IF;
  RETURN NULL;
END $$
"""
_REFUSE_REPORTS = """
CREATE FUNCTION keep_closed_reports() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE months date[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status = 'draft' THEN RETURN NEW; END IF;
    months := ARRAY[NEW.month];
  ELSIF TG_OP = 'DELETE' THEN
    months := ARRAY[OLD.month];
  ELSE
    IF OLD.status = NEW.status AND OLD.month = NEW.month AND OLD.distributor_id = NEW.distributor_id THEN
      RETURN NEW;
    END IF;
    months := ARRAY[OLD.month, NEW.month];
  END IF;
  PERFORM 1 FROM reporting_periods WHERE month = ANY(months) FOR SHARE;
  IF EXISTS (SELECT 1 FROM reporting_periods WHERE month = ANY(months) AND status IN ('locked', 'settled')) THEN
    RAISE EXCEPTION 'the month is closed: its figures are changed by amendments only';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""


def _create_postgresql() -> list[str]:
    statements = [_REFUSE_FIGURES.strip(), _REFUSE_REPORTS.strip()]
    statements += [
        f"CREATE TRIGGER {table}_lock_{name} AFTER {verb} ON {table} REFERENCING {rows} TABLE AS changed_rows "
        "FOR EACH STATEMENT EXECUTE FUNCTION keep_closed_figures()"
        for table in FIGURES
        for name, verb, rows in _ROWS
    ]
    statements.append(
        f"CREATE TRIGGER {REPORTS}_lock BEFORE INSERT OR UPDATE OR DELETE ON {REPORTS} "
        "FOR EACH ROW EXECUTE FUNCTION keep_closed_reports()"
    )
    return statements


@event.listens_for(Base.metadata, "after_create")
def _create_with_tables(_metadata: MetaData, connection: Connection, *, tables: list[Table], **_words: Any) -> None:
    """Tables that come from the models have the triggers too."""
    if PERIODS in {table.name for table in tables}:
        for statement in create_lock_triggers(connection.dialect.name):
            connection.exec_driver_sql(statement)
