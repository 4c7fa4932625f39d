"""Two addresses for whoever watches the portal: /healthz (the process lives) and /readyz (it can do its work).

They tell names of checks and nothing of the data, and ask nobody to sign in.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta

import structlog
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify, make_response

from portal import clock
from portal.access import public
from portal.db import db
from portal.jobs.queries import oldest_queued_at
from portal.settings import ROOT

log = structlog.get_logger()
blueprint = Blueprint("health", __name__)
MIN_FREE_BYTES = 200 * 1024**2
MAX_QUEUE_AGE = timedelta(minutes=15)


def migration_heads() -> tuple[set[str], set[str]]:
    """The revisions that the database is at, and those that this code expects."""
    with db.engine.connect() as connection:
        actual = set(MigrationContext.configure(connection).get_current_heads())
    return actual, expected_heads(current_app)


def expected_heads(app: Flask) -> set[str]:
    """The newest revisions under migrations/, read once a process."""
    if "migration_heads" not in app.extensions:
        app.extensions["migration_heads"] = set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    heads: set[str] = app.extensions["migration_heads"]
    return heads


def free_bytes(app: Flask) -> int:
    """Room that is left where the database and the files are."""
    folders = [app.config["INSTANCE_DIR"], app.config["STORAGE_DIR"]]
    return min(shutil.disk_usage(folder).free for folder in folders if folder.exists())


def queue_age() -> timedelta:
    """How long the first job in line has been waiting."""
    waiting_since = oldest_queued_at(db.session())
    return clock.now() - waiting_since if waiting_since else timedelta()


def _is_migrated() -> bool:
    actual, expected = migration_heads()
    return actual == expected


# In this order: where the database does not answer, nothing that asks it is worth trying.
READINESS: dict[str, Callable[[], bool]] = {
    "migrations": _is_migrated,
    "disk": lambda: free_bytes(current_app) >= MIN_FREE_BYTES,
    "queue": lambda: queue_age() <= MAX_QUEUE_AGE,
}


def failed_checks() -> list[str]:
    """Names of what keeps the portal from its work."""
    try:
        with db.engine.connect():
            pass
    except Exception as error:
        log.warning("not ready", check="database", error=type(error).__name__)
        return ["database"]
    return [name for name, passes in READINESS.items() if not _passes(name, passes)]


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:
        log.warning("not ready", check=name, error=f"{type(error).__name__}: {error}")
        return False


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    answer = make_response("ok")
    answer.mimetype = "text/plain"
    return answer


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The database answers and has the newest tables, there is room on the disk, and the queue moves."""
    failed = failed_checks()
    status = "unavailable" if failed else "ok"
    return jsonify(status=status, failed=failed), 503 if failed else 200
