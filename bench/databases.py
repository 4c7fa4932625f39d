"""A database of the bench's own: a SQLite file, or one on the server that DATABASE_URL names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from portal import create_app
from portal.settings import ROOT, database_url

PREFIX = "qudao_bench_"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The portal on a database of the bench's own, at the newest tables and with the regions."""

    app: Flask
    url: str

    @property
    def is_server(self) -> bool:
        """Whether the database has processes of its own."""
        return not self.url.startswith("sqlite")

    def analyze(self) -> None:
        """Let a server count its rows now, as it would do by itself within minutes."""
        if self.is_server:
            self._run("VACUUM ANALYZE")

    def server_processes(self) -> tuple[int, ...]:
        """The processes of a database server on this machine that answer the bench."""
        if not self.is_server:
            return ()
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return tuple(pid for pid in self._run(query) if _schedule(pid).exists())

    def _run(self, statement: str) -> list[int]:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                result = connection.execute(text(statement))
                return [row[0] for row in result] if result.returns_rows else []
        finally:
            engine.dispose()


def processor_seconds(processes: Iterable[int]) -> float:
    """What these processes have used so far."""
    return sum(int(_schedule(pid).read_text(encoding="ascii").split()[0]) for pid in processes) / 1e9


def _schedule(pid: int) -> Path:
    """Linux: nanoseconds on the processor, waiting, slices."""
    return Path(f"/proc/{pid}/schedstat")


@contextmanager
def prepare(name: str, folder: Path) -> Iterator[Prepared]:
    """The portal with `folder` as its instance; a database on a server is dropped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    url = database_url(os.environ.get("DATABASE_URL"), folder)
    with _own_database(url, PREFIX + name) as own:
        os.environ |= {"INSTANCE_DIR": str(folder), "PORTAL_DEMO": "0", "DATABASE_URL": own, "LOG_LEVEL": "WARNING"}
        subprocess.run([sys.executable, "scripts/prepare_database.py"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        yield Prepared(create_app(), own)


@contextmanager
def _own_database(url: str, name: str) -> Iterator[str]:
    if url.startswith("sqlite"):
        yield url
        return
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    own: URL = engine.url.set(database=name)
    _execute(engine, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    try:
        yield own.render_as_string(hide_password=False)
    finally:
        _execute(engine, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        engine.dispose()


def _execute(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
