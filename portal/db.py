"""The database: one declarative base, column types, and SQLite made safe for several writers.

SQLite: the driver's own transactions are off. A session that may write opens with BEGIN IMMEDIATE, one that
only reads with plain BEGIN: a deferred transaction that upgrades itself to a writer fails under load.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Enum, Integer, MetaData, event
from sqlalchemy.engine import Connection, CursorResult, Engine, Result
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigInt = BigInteger().with_variant(Integer(), "sqlite")

# Outside a web request (commands, jobs, tests) writing is the normal case.
_may_write: ContextVar[bool] = ContextVar("may_write", default=True)


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(naming_convention=NAMING)
    # Set to False only on tables that are themselves a log (sessions, jobs, the audit).
    __audited__ = True


class WithId:
    """A surrogate key `id`."""

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, naive UTC in the database. Naive values are refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def enum_type(kind: type[StrEnum]) -> Enum:
    """A lower-case StrEnum stored as its text."""
    return Enum(kind, native_enum=False, length=40, values_callable=lambda members: [m.value for m in members])


db = SQLAlchemy(model_class=Base)


def rows_written(result: Result[*tuple[Any, ...]]) -> int:
    """How many rows an INSERT, UPDATE or DELETE has written."""
    return cast(CursorResult[Any], result).rowcount


def may_write() -> bool:
    """Whether transactions begun now open as writers."""
    return _may_write.get()


def set_may_write(allowed: bool) -> None:
    """Whether transactions begun from now on in this context may write."""
    _may_write.set(allowed)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside open as readers: no writer waits for what is slow in there."""
    token = _may_write.set(False)
    try:
        yield
    finally:
        _may_write.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside open as writers (BEGIN IMMEDIATE on SQLite)."""
    token = _may_write.set(True)
    try:
        yield
    finally:
        _may_write.reset(token)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "synchronous=FULL",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _may_write.get() else "BEGIN")
