"""The portal as it is really run: prepared, served by gunicorn with a worker beside it, on a database of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, make_url, text

from portal import create_app, settings

READY_WITHIN = 180.0  # seconds, on a machine with other work to do
# What would make this portal another than the demonstration of a fresh clone.
UNSET = ("REDIS_URL", "SECRET_KEY", "HTTPS", "TILE_URL", "MAIL_HOST", "STORAGE_DIR", "PROXY_HOPS", "BIND")


@dataclass(frozen=True)
class Live:
    """A running portal."""

    url: str
    folder: Path
    database: str

    def app(self) -> Flask:
        """The portal over the same database and files, in this process: to look into the books and to write them."""
        return create_app(
            {
                "INSTANCE_DIR": self.folder,
                "STORAGE_DIR": self.folder / "storage",
                "SECRET_KEY": (self.folder / "secret_key").read_text(encoding="ascii"),
                "SQLALCHEMY_DATABASE_URI": self.database,
                "REDIS_URL": None,
                "PORTAL_DEMO": True,
            }
        )


@contextmanager
def running(folder: Path, name: str) -> Iterator[Live]:
    """Prepares a portal with the demonstration and serves it until the end; `name` tells its database from others."""
    with _database(folder, name) as url, (folder / "portal.log").open("w", encoding="utf-8") as log:
        port = _free_port()
        environment = {key: value for key, value in os.environ.items() if key not in UNSET}
        environment |= {"INSTANCE_DIR": str(folder), "DATABASE_URL": url, "PORTAL_DEMO": "1", "PORT": str(port)}
        environment |= {"WEB_WORKERS": "2", "PYTHONWARNINGS": "default"}
        environment["BASE_URL"] = f"http://127.0.0.1:{port}"
        options = {"cwd": settings.ROOT, "env": environment, "stdout": log, "stderr": log}
        prepared = subprocess.run([sys.executable, "scripts/prepare_database.py"], **options, check=False)
        assert prepared.returncode == 0, _tail(folder)
        process = subprocess.Popen([sys.executable, "scripts/run.py"], **options)
        try:
            _wait(process, environment["BASE_URL"], folder)
            yield Live(environment["BASE_URL"], folder, url)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


@contextmanager
def _database(folder: Path, name: str) -> Iterator[str]:
    """The URL of an empty database: on the server of DATABASE_URL where it is set, else a SQLite file."""
    given = os.environ.get("DATABASE_URL")
    if not given:
        yield f"sqlite:///{folder / 'qudao.db'}"
        return
    server = make_url(settings.database_url(given, folder))
    _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(server: object, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the portal did not begin:\n{_tail(folder)}")


def _tail(folder: Path) -> str:
    return (folder / "portal.log").read_text(encoding="utf-8")[-4000:]
