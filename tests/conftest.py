"""Fixtures for every test: one application and database a worker, emptied after each test."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import stamp
from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    exists,
    func,
    literal,
    select,
    text,
    union_all,
)

from portal import create_app, settings
from portal.accounts.models import User
from portal.accounts.sessions import start_session
from portal.db import db, set_may_write
from portal.rebates.ledger_triggers import create_ledger_triggers, drop_ledger_triggers
from portal.scope import EVERYTHING, bind_scope
from tests.chromium import chromium  # noqa: F401 - a fixture of several rooms


class Browser(FlaskClient):
    """A client whose requests stand alone, as in a server.

    Inside a test an application context is open. Flask would reuse it for each request, and with it `g`: the user
    that flask-login keeps there would be that of the first request. So what the test has prepared is committed, and
    the request runs in a context of its own.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.commit()
        return Context().run(super().open, *args, **kwargs)


@event.listens_for(Engine, "connect")
def _hurry(connection: Any, _record: Any) -> None:
    """A power cut in the middle of a test is none of its business: no commit waits for the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


# Facts that no test changes: kept between tests.
REFERENCE = frozenset({"regions", "region_names", "region_successions"})


def worker_database(tmp_path: Path) -> str:
    """A database of this worker's own: on the server of DATABASE_URL where it is set, else a SQLite file."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return f"sqlite:///{tmp_path / 'test.db'}"
    name = f"qudao_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    full = settings.database_url(url, tmp_path)
    engine = create_engine(full, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("instance")
    app = create_app(
        {
            "TESTING": True,
            "INSTANCE_DIR": folder,
            "STORAGE_DIR": folder / "storage",
            "SECRET_KEY": "for tests only, 32 bytes or more....",
            "SQLALCHEMY_DATABASE_URI": worker_database(folder),
            "WTF_CSRF_ENABLED": False,
            "PORTAL_DEMO": False,
            "JOBS_INLINE": True,
        }
    )
    app.test_client_class = Browser
    with app.app_context():
        db.create_all()
        stamp()  # /readyz and the doctor ask which migration the database is at
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[object]:
    """A database session that sees everything; all tables are emptied afterwards."""
    set_may_write(True)
    with app.app_context():
        bind_scope(db.session(), EVERYTHING)
        yield db.session
        db.session.remove()
        set_may_write(True)
        _empty_tables()


def _empty_tables() -> None:
    tables = [table for table in reversed(db.metadata.sorted_tables) if table.name not in REFERENCE]
    # Periods first: lines of a closed month are not deleted as long as it is closed.
    tables.sort(key=lambda table: not table.name.startswith(("period_", "reporting_periods")))
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            tables = _filled(connection, tables)
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        with _ledger_open(connection):
            for table in tables:
                connection.execute(table.delete())
        if connection.dialect.name == "postgresql":
            for table in tables:
                if "id" in table.c:
                    first = select(func.setval(func.pg_get_serial_sequence(table.name, "id"), 1, False))
                    connection.execute(first)


@contextmanager
def _ledger_open(connection: Connection) -> Iterator[None]:
    """Rows of the ledger are never removed: where there are some, its triggers step aside for the emptying."""
    has_rows = connection.scalar(select(exists(select(1).select_from(db.metadata.tables["rebate_postings"]))))
    if not has_rows:
        yield
        return
    for statement in drop_ledger_triggers(connection.dialect.name):
        connection.exec_driver_sql(statement)
    yield
    for statement in create_ledger_triggers(connection.dialect.name):
        connection.exec_driver_sql(statement)


def _filled(connection: Connection, tables: Sequence[Table]) -> list[Table]:
    """Those with rows. Emptying takes a moment each, and most tests fill few."""
    looks = [select(literal(table.name)).where(exists(select(1).select_from(table))) for table in tables]
    names = set(connection.scalars(union_all(*looks)))
    return [table for table in tables if table.name in names]


@pytest.fixture
def client_for(app: Flask, session: object) -> Callable[[User], FlaskClient]:
    """A browser that is signed in as the given user (who must be committed)."""

    def sign_in(user: User) -> FlaskClient:
        token = start_session(db.session(), user)
        db.session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return sign_in
