"""The queue that wakes the workers: a SQLite file beside the database, or Redis where REDIS_URL is set.

It carries ids of jobs and nothing else, as JSON: nothing that is read from it can run as code. What it loses (it is
neither backed up nor synced to the disk) the workers find in the table of jobs.
"""

from __future__ import annotations

import json
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.jobs.running import run_job
from portal.jobs.services import STARTED

log = structlog.get_logger()
NAME = "qudao"


class JsonMessages(Serializer):  # type: ignore[misc]
    """Messages as JSON lists instead of pickles."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


class QueueGone(Exception):
    """The queue cannot be reached."""


class Queue:
    """Ids of jobs, first in, first out. `pause`: seconds to wait before asking an empty queue again."""

    def __init__(self, huey: Huey, app: Flask, *, pause: float) -> None:
        self.huey = huey
        self.pause = pause
        self._wake = huey.task(name="run_job")(partial(run_job, app))

    def put(self, job_id: int) -> bool:
        """Wake a worker for the job; False where the queue cannot be reached (a worker's sweep will find the job)."""
        try:
            self._wake(job_id)
        except (RedisError, sqlite3.Error) as error:
            log.warning("queue out of reach", job_id=job_id, error=f"{type(error).__name__}: {error}")
            return False
        return True

    def take(self) -> int | None:
        """The next id, or None where there is none now (Redis is listened to for a second). Raises QueueGone."""
        try:
            task = self.huey.dequeue()
        except (RedisError, sqlite3.Error) as error:
            raise QueueGone(f"{type(error).__name__}: {error}") from error
        return None if task is None else task.args[0]

    def close(self) -> None:
        """Give back this thread's connection."""
        self.huey.storage.close()


def queue_of(app: Flask) -> Queue:
    """The app's queue, made at its first use."""
    if "jobs_queue" not in app.extensions:
        if url := app.config["REDIS_URL"]:
            queue = Queue(_on_redis(url), app, pause=0)
        else:
            queue = Queue(_on_sqlite(app.config["INSTANCE_DIR"] / "queue.db"), app, pause=0.3)
        app.extensions["jobs_queue"] = queue
    found: Queue = app.extensions["jobs_queue"]
    return found


def _on_redis(url: str) -> Huey:
    """A server that is gone is noticed at once and not waited for."""
    pool = ConnectionPool.from_url(url, socket_connect_timeout=1, socket_timeout=5, retry=Retry(NoBackoff(), 0))
    return RedisHuey(NAME, connection_pool=pool, read_timeout=1, results=False, serializer=JsonMessages())


def _on_sqlite(path: Path) -> Huey:
    return SqliteHuey(NAME, filename=str(path), fsync=False, results=False, serializer=JsonMessages())


@event.listens_for(Session, "after_commit")
def _put_started(session: Session) -> None:
    if session.in_nested_transaction():
        return
    started = session.info.pop(STARTED, [])
    for job_id in started:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        if app.config.get("JOBS_INLINE"):
            run_job(app, job_id)
        else:
            queue_of(app).put(job_id)


@event.listens_for(Session, "after_rollback")
def _forget_started(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(STARTED, None)
