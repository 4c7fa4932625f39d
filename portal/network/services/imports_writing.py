"""Checked rows into the books: thousands of rows in one short transaction.

The rows are first put into a temporary table, which costs no other writer anything (on SQLite it is not in the
database's file). Then a few statements copy them over with their life, contacts and parents. On SQLite the database is
locked for the copying only: 100,000 outlets take about two seconds of it.
"""

# ruff: noqa: S608  (statements are made of the names of columns and tables in this house; values are bound)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import BigInteger, BindParameter, Connection, String, Table, bindparam, text
from sqlalchemy.orm import Session

from portal import clock
from portal.db import UtcDateTime, reading
from portal.network.models import Contact, Distributor, ImportKind, LifeEvent, Outlet
from portal.network.services.life import Actor

STAGE = "staged_rows"
REASON = "import"
# Columns of the staged rows that are not the table's own.
_FOR_OTHERS = frozenset({"first_status", "first_on", "contact", "phone", "email", "parent_code"})
_NOT_ON_DISTRIBUTORS = frozenset({"status_on"})
# Of the values that are the same for every row: PostgreSQL does not guess them in a SELECT.
_TYPES = {"batch": BigInteger(), "at": UtcDateTime(), "actor": BigInteger(), "name": String()}


def begin_staging(session: Session) -> Connection:
    """A transaction that locks nobody out yet: on SQLite it becomes a writer with its first write to the books.

    Nothing may be read from the books in it before that: a reader that turns into a writer can be refused.
    """
    session.rollback()
    with reading():
        return session.connection()


class Staged:
    """The rows of one import, in a temporary table of this connection."""

    def __init__(self, connection: Connection, kind: ImportKind, columns: Sequence[str]) -> None:
        self._connection = connection
        self._kind = kind
        self._columns = tuple(columns)
        self._is_sqlite = connection.dialect.name == "sqlite"

    @property
    def _table(self) -> Table:
        return cast(Table, (Outlet if self._kind is ImportKind.OUTLETS else Distributor).__table__)

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """Put the rows into the temporary table, in their order."""
        if self._is_sqlite:
            self._fill_sqlite(rows)
        else:
            self._fill_postgresql(rows)

    def _fill_sqlite(self, rows: Iterable[Sequence[Any]]) -> None:
        self._run(f"DROP TABLE IF EXISTS temp.{STAGE}")
        self._run(f"CREATE TEMP TABLE {STAGE} ({', '.join(self._columns)})")
        marks = ", ".join("?" * len(self._columns))
        driver: Any = self._connection.connection.driver_connection
        driver.executemany(f"INSERT INTO temp.{STAGE} VALUES ({marks})", rows)

    def _fill_postgresql(self, rows: Iterable[Sequence[Any]]) -> None:
        own = ", ".join(f"t.{name}" for name in self._own)
        others = ", ".join(f"CAST(NULL AS {'date' if name.endswith('_on') else 'text'}) AS {name}"
                           for name in self._columns if name not in self._own)  # fmt: skip
        self._run(
            f"CREATE TEMP TABLE {STAGE} ON COMMIT DROP AS SELECT {own}, {others} FROM {self._table.name} t LIMIT 0"
        )
        driver: Any = self._connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {STAGE} ({', '.join(self._columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self._run(f"ANALYZE {STAGE}")

    def copy_over(self, batch_id: int, actor: Actor) -> int:
        """Into the books, with life, contacts and parents; returns how many rows. Raises IntegrityError."""
        now = {"batch": batch_id, "at": clock.now(), "actor": actor.id, "name": actor.name}
        count = self._insert_parties(now)
        self._insert_life(now)
        self._insert_contacts(now)
        if self._kind is ImportKind.DISTRIBUTORS:
            self._set_parents()
        if self._is_sqlite:
            self._run(f"DROP TABLE temp.{STAGE}")
        return count

    def _insert_parties(self, values: dict[str, Any]) -> int:
        """By county, because half of the indexes begin with a region: it saves a sixth of the time."""
        names = ", ".join(self._own)
        return self._run(
            f"INSERT INTO {self._table.name} ({names}, import_batch_id, created_at, updated_at, version) "
            f"SELECT {names}, :batch, :at, :at, 1 FROM {STAGE} ORDER BY county_code",
            values,
        )

    def _insert_life(self, values: dict[str, Any]) -> None:
        """How it began and, where that was something else, what it is now."""
        head = (
            f"INSERT INTO {LifeEvent.__tablename__} (distributor_id, outlet_id, from_status, to_status, happened_on, "
            f"reason, recorded_at, actor_id, actor_name) SELECT {self._ids}, "
        )
        tail = f", '{REASON}', :at, :actor, :name FROM {STAGE} s JOIN {self._table.name} p ON p.code = s.code"
        self._run(f"{head} '', s.first_status, s.first_on {tail} ORDER BY p.id", values)
        self._run(f"{head} s.first_status, s.status, s.status_on {tail} WHERE s.status <> s.first_status", values)

    def _insert_contacts(self, values: dict[str, Any]) -> None:
        self._run(
            f"INSERT INTO {Contact.__tablename__} (distributor_id, outlet_id, name, duty, phone, email, created_at, "
            f"version) SELECT {self._ids}, s.contact, '', s.phone, s.email, :at, 1 "
            f"FROM {STAGE} s JOIN {self._table.name} p ON p.code = s.code WHERE s.contact <> ''",
            values,
        )

    def _set_parents(self) -> None:
        """Parents stand in the books by now, those of this very file too."""
        self._run(f"CREATE INDEX {'temp.' if self._is_sqlite else ''}ix_{STAGE}_code ON {STAGE} (code)")
        parent = (
            f"SELECT a.id FROM {STAGE} s JOIN distributors a ON a.code = s.parent_code WHERE s.code = distributors.code"
        )
        self._run(
            f"UPDATE distributors SET parent_id = ({parent}) "
            f"WHERE code IN (SELECT code FROM {STAGE} WHERE parent_code <> '')"
        )

    @property
    def _ids(self) -> str:
        """distributor_id and outlet_id of what belongs to a party `p`."""
        return "p.distributor_id, p.id" if self._kind is ImportKind.OUTLETS else "p.id, NULL"

    @property
    def _own(self) -> tuple[str, ...]:
        skipped = _FOR_OTHERS if self._kind is ImportKind.OUTLETS else _FOR_OTHERS | _NOT_ON_DISTRIBUTORS
        return tuple(name for name in self._columns if name not in skipped)

    def _run(self, statement: str, values: dict[str, Any] | None = None) -> int:
        values = values or {}
        types: dict[str, Any] = _TYPES
        typed: list[BindParameter[Any]] = [
            bindparam(name, type_=types[name]) for name in values if f":{name}" in statement
        ]
        used = {bind.key: values[bind.key] for bind in typed}
        return int(self._connection.execute(text(statement).bindparams(*typed), used).rowcount)
