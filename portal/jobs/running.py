"""Runs one job: claims it, binds the owner's scope, calls the kind's function, stores what came of it."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from blinker import Signal
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from portal import clock
from portal.db import db, reading, writing
from portal.errors import QudaoError
from portal.jobs.heartbeat import Heartbeat
from portal.jobs.models import Job
from portal.jobs.registry import kind_named
from portal.jobs.rules import MAX_LOSSES, JobStatus
from portal.jobs.services import claim_job, finish_job, release_job, scope_of, update_claimed
from portal.scope import bind_scope

log = structlog.get_logger()
LEASE_SECONDS = 30

# Sent (session, job=Job) before a job runs; a listener may raise a QudaoError, which ends the job with that error.
job_starting = Signal()


class JobCancelled(Exception):
    """Somebody has asked for the job to end. Raised by `progress` and `commit`."""


class WorkerStopping(Exception):
    """The worker is being ended; the job goes back into the line. Raised by `progress` and `commit`."""


class ClaimLost(Exception):
    """Another worker has the job: what this one has not committed is thrown away."""


class RunningJob:
    """A job in the hands of its function. What is written through `session` becomes lasting with `commit`."""

    def __init__(self, job: Job, *, session: Session, heartbeat: Heartbeat, stopping: threading.Event) -> None:
        self.id = job.id
        self.attempt = job.attempts
        self.owner_id = job.owner_id
        self.session = session
        self._heartbeat = heartbeat
        self._stopping = stopping

    @property
    def is_cancelled(self) -> bool:
        """Whether the job has been asked to end."""
        return self._heartbeat.is_cancelled

    def progress(self, done: int, total: int | None = None, *, note: str = "") -> None:
        """How far the job is (`note`: a code of the kind's messages). Cheap: call it as often as you like.

        Ends the job where it has been cancelled, so do not call it between a commit and what must follow it.
        """
        self._heartbeat.progress = {"progress_done": done, "progress_total": total, "progress_note": note}
        self.check()

    def check(self) -> None:
        """Raises JobCancelled, WorkerStopping or ClaimLost where the job must not go on."""
        if self._heartbeat.is_lost:
            raise ClaimLost()
        if self.is_cancelled:
            raise JobCancelled()
        if self._stopping.is_set():
            raise WorkerStopping()

    def commit(self) -> None:
        """Make lasting what was written, with the progress, in one transaction; renews the lease.

        Raises ClaimLost, and commits nothing, where another worker has taken the job over.
        """
        until = clock.now() + self._heartbeat.lease
        if not update_claimed(self.session, self.id, self.attempt, lease_until=until, **self._heartbeat.progress):
            raise ClaimLost()
        self.session.commit()
        self.check()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: on SQLite it keeps no writer waiting, however long it takes."""
        self.session.rollback()
        with reading():
            try:
                yield self.session
            finally:
                self.session.rollback()


def run_job(app: Flask, job_id: int, *, stopping: threading.Event | None = None) -> JobStatus | None:
    """Run the job to its end; returns its status, or None where it was not to be had (or was lost on the way)."""
    with app.app_context(), writing():
        session = db.session()
        lease = timedelta(seconds=app.config.get("JOB_LEASE_SECONDS", LEASE_SECONDS))
        attempt = claim_job(session, job_id, lease=lease)
        session.commit()
        if attempt is None:
            return None
        heartbeat = Heartbeat(db.engine, job_id, attempt, lease)
        heartbeat.start()
        try:
            return _run_claimed(session, job_id, heartbeat, stopping or threading.Event())
        except (OperationalError, InterfaceError):
            log.exception("job lost the database", job_id=job_id)
            return _give_back(session, job_id, attempt, lost=True)
        finally:
            heartbeat.stop()


def _run_claimed(session: Session, job_id: int, heartbeat: Heartbeat, stopping: threading.Event) -> JobStatus | None:
    try:
        result = _call(session, job_id, heartbeat, stopping)
        return _finish(session, heartbeat, JobStatus.DONE, result=_plain(result or {}))
    except ClaimLost:
        session.rollback()
        log.warning("job taken over by another worker", job_id=job_id)
        return None
    except WorkerStopping:
        return _give_back(session, job_id, heartbeat.attempt, lost=False)
    except JobCancelled:
        session.rollback()
        return _finish(session, heartbeat, JobStatus.CANCELLED)
    except QudaoError as error:
        session.rollback()
        return _finish(session, heartbeat, JobStatus.FAILED, error_code=error.code, error_details=_plain(error.details))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        session.rollback()
        reference = secrets.token_hex(8)
        log.exception("job failed", job_id=job_id, reference=reference)
        details = {"reference": reference}
        return _finish(session, heartbeat, JobStatus.FAILED, error_code="unexpected", error_details=details)


def _call(session: Session, job_id: int, heartbeat: Heartbeat, stopping: threading.Event) -> dict[str, Any] | None:
    job = session.get_one(Job, job_id)
    if job.cancel_requested_at is not None:
        raise JobCancelled()
    if job.losses >= MAX_LOSSES:
        raise QudaoError("worker_lost")
    bind_scope(session, scope_of(job))
    job_starting.send(session, job=job)
    kind, arguments, locale = kind_named(job.kind), job.arguments, job.locale
    running = RunningJob(job, session=session, heartbeat=heartbeat, stopping=stopping)
    session.commit()
    with force_locale(locale):
        return kind.run(running, **arguments)


def _finish(session: Session, heartbeat: Heartbeat, status: JobStatus, **values: object) -> JobStatus | None:
    """Ends the job in the same transaction as the last of what its function wrote."""
    values = {**heartbeat.progress, **values}
    if not finish_job(session, heartbeat.job_id, heartbeat.attempt, status=status, **values):
        session.rollback()
        return None
    session.commit()
    return status


def _give_back(session: Session, job_id: int, attempt: int, *, lost: bool) -> JobStatus | None:
    """Back into the line. Where even that fails, the lease runs out and the job is claimed again."""
    try:
        session.rollback()
        release_job(session, job_id, attempt, lost=lost)
        session.commit()
    except (OperationalError, InterfaceError):
        log.warning("job not given back, its lease will run out", job_id=job_id)
    return None


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """As JSON will hold it."""
    plain: dict[str, Any] = json.loads(json.dumps(values, ensure_ascii=False, default=str))
    return plain
