"""Rows that were found right, put aside until all of their file go live.

They go into tables of their own, some thousands in a short transaction, so that nobody waits for a long one. Each is
keyed by its batch and row: a run that was killed is begun anew and puts nothing there twice.
"""

# ruff: noqa: S608  (statements are made of the names of columns and tables in this house; values are bound)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.orm import Session

from portal.db import writing
from portal.sales.models import StagedDetail, StagedLine
from portal.sales.services.imports_details import STAGED_DETAIL
from portal.sales.services.imports_lines import STAGED_LINE

CHUNK_ROWS = 20_000
TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "lines": (StagedLine, STAGED_LINE),
    "details": (StagedDetail, STAGED_DETAIL),
}
Row = tuple[Any, ...]


class Stager:
    """Puts the rows of one batch aside, in a thread beside the reading. Its transactions are its own."""

    def __init__(self, engine: Engine, batch_id: int) -> None:
        self._engine = engine
        self._batch_id = batch_id
        self._waiting: dict[str, list[Row]] = {part: [] for part in TABLES}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="staging")
        self._under_way: Future[None] | None = None

    def put(self, part: str, rows: Sequence[Row]) -> None:
        """Take rows; they are written when there are enough of them. Raises what went wrong with the last ones."""
        waiting = self._waiting[part]
        waiting.extend(rows)
        if len(waiting) >= CHUNK_ROWS:
            self._hand_over(part)

    def __enter__(self) -> Stager:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is written after this."""
        self._pool.shutdown()

    def finish(self) -> None:
        """Write what is left, and wait for it."""
        for part, waiting in self._waiting.items():
            if waiting:
                self._hand_over(part)
        self._settle()

    def _hand_over(self, part: str) -> None:
        """One chunk is written while the next is read: no more than two are in memory."""
        rows, self._waiting[part] = self._waiting[part], []
        self._settle()
        self._under_way = self._pool.submit(self._write, part, rows)

    def _settle(self) -> None:
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None

    def _write(self, part: str, rows: Sequence[Row]) -> None:
        model, columns = TABLES[part]
        with writing(), self._engine.begin() as connection:
            insert_rows(connection, model.__tablename__, columns, rows, self._batch_id)


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Row], batch_id: int) -> None:
    """Put rows into a staging table by the driver's fastest way."""
    names = ", ".join(columns)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} (batch_id, {names}) VALUES ({batch_id:d}, {marks})",
                           _for_sqlite(rows) if "sold_on" in columns else rows)  # fmt: skip
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} (batch_id, {names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((batch_id, *row))


_DAYS = (STAGED_DETAIL.index("sold_on"), STAGED_DETAIL.index("original_month"))


def _for_sqlite(rows: Iterable[Row]) -> Iterator[Row]:
    """Days as the text that SQLAlchemy reads; column by column, which is faster than row by row."""
    columns: list[Any] = list(zip(*rows, strict=True))
    for at in _DAYS:
        texts = {day: day and day.isoformat() for day in set(columns[at])}
        columns[at] = map(texts.__getitem__, columns[at])
    return zip(*columns, strict=True)


def clear_staged(session: Session, batch_id: int) -> None:
    """Forget what is put aside for a batch."""
    for model, _columns in TABLES.values():
        mine = delete(model).where(model.batch_id == batch_id)
        if session.get_bind().dialect.name == "sqlite":
            # The only writer, and nobody else's rows are there: a whole table goes at once, row by row takes long.
            others = session.scalar(select(model.batch_id).where(model.batch_id != batch_id).limit(1))
            mine = delete(model) if others is None else mine
        session.execute(mine.execution_options(synchronize_session=False))
