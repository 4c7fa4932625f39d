"""Renews the lease of a running job from a thread beside it, writes its progress, and hears a request to cancel."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal import clock
from portal.db import set_may_write, writing
from portal.jobs.models import Job
from portal.jobs.services import update_claimed

log = structlog.get_logger()
LOOK_EVERY = 1.0  # seconds between two looks at new progress and at a request to cancel
WAIT_FOR_SQLITE = 500  # milliseconds


class Heartbeat:
    """Runs until `stop`. A beat that finds the database busy is left out: the job's own commits renew the lease too."""

    def __init__(self, engine: Engine, job_id: int, attempt: int, lease: timedelta) -> None:
        self.engine = engine
        self.job_id = job_id
        self.attempt = attempt
        self.lease = lease
        self.is_lost = False
        self.is_cancelled = False
        self.progress: dict[str, object] = {}
        self._written: dict[str, object] = {}
        self._beaten = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat-{job_id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        set_may_write(False)
        pause = min(LOOK_EVERY, self.lease.total_seconds() / 4)
        while not self.is_lost and not self._ended.wait(pause):
            try:
                self._hear()
                self._beat()
            except Exception as error:  # a heart that stops for an error would lose the job
                log.info("job heartbeat left out", job_id=self.job_id, error=type(error).__name__)

    def _hear(self) -> None:
        with Session(self.engine) as session:
            row = session.execute(
                select(Job.attempts, Job.cancel_requested_at).where(Job.id == self.job_id)
            ).one_or_none()
        self.is_lost = row is None or row.attempts != self.attempt
        self.is_cancelled = row is not None and row.cancel_requested_at is not None

    def _beat(self) -> None:
        progress = dict(self.progress)
        is_due = time.monotonic() - self._beaten > self.lease.total_seconds() / 4
        if self.is_lost or (not is_due and progress == self._written):
            return
        with writing(), self._impatient_session() as session:
            until = clock.now() + self.lease
            update_claimed(session, self.job_id, self.attempt, lease_until=until, **progress)
            session.commit()
        self._written, self._beaten = progress, time.monotonic()

    @contextmanager
    def _impatient_session(self) -> Iterator[Session]:
        """On SQLite the job itself may hold the only writer's place: ask for it briefly, not for half a minute."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                cursor = connection.connection.cursor()
                connection.detach()
                cursor.execute(f"PRAGMA busy_timeout={WAIT_FOR_SQLITE}")
                cursor.close()
            with Session(connection) as session:
                yield session
