"""Verbs on jobs. Every move is one conditional UPDATE: of two who try it, one succeeds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import case, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from portal import clock
from portal.db import rows_written
from portal.errors import QudaoError
from portal.jobs.models import Job, Worker
from portal.jobs.queries import count_active
from portal.jobs.registry import kind_named
from portal.jobs.rules import ACTIVE, MAX_LOSSES, JobStatus
from portal.scope import Scope, ScopeKind, bound_scope

JOBS_PER_USER = 3
STARTED = "jobs_started"  # key in session.info: ids that go to the queue after the commit
FORGET_WORKER_AFTER = timedelta(days=1)


class Owner(Protocol):
    """Whoever asks for a job: a user."""

    id: int
    name: str
    locale: str


class TooManyJobs(QudaoError):
    """The owner has as many jobs queued or running as one may have (`limit`)."""

    code = "too_many_jobs"
    status = 429


def start_job(
    session: Session,
    *,
    kind: str,
    owner: Owner,
    arguments: Mapping[str, Any],
    unique_key: str | None = None,
    limit: int = JOBS_PER_USER,
) -> Job:
    """Queue a job for `owner` within the scope bound to the session. It starts after the caller's commit.

    With a `unique_key`, an active job of the same owner and key is returned instead of a second one.
    Raises TooManyJobs, UnknownKind.
    """
    kind_named(kind)
    _one_start_at_a_time(session, owner.id)
    if unique_key and (active := _active_with_key(session, unique_key, owner.id)):
        return active
    if count_active(session, owner_id=owner.id) >= limit:
        raise TooManyJobs(limit=limit)
    scope = bound_scope(session)
    job = Job(
        kind=kind,
        arguments=dict(arguments),
        unique_key=unique_key,
        owner_id=owner.id,
        owner_name=owner.name,
        locale=owner.locale,
        scope={"kind": scope.kind.value, "ids": sorted(scope.ids)},
        created_at=clock.now(),
    )
    session.add(job)
    session.flush()
    session.info.setdefault(STARTED, []).append(job.id)
    return job


def _one_start_at_a_time(session: Session, owner_id: int) -> None:
    """Two starts of one owner wait for each other, or both would count the same. (SQLite has one writer anyway.)"""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('jobs'), CAST(:owner AS integer))"), {"owner": owner_id}
        )


def _active_with_key(session: Session, unique_key: str, owner_id: int) -> Job | None:
    return session.scalar(
        select(Job).where(Job.unique_key == unique_key, Job.owner_id == owner_id, Job.status.in_(ACTIVE))
    )


def scope_of(job: Job) -> Scope:
    """The scope that the job's owner had when it was started."""
    return Scope(ScopeKind(job.scope["kind"]), frozenset(job.scope["ids"]))


def cancel_job(session: Session, job: Job) -> None:
    """A queued job ends here; a running one at its next step. Nothing happens to one that is over."""
    at = clock.now()
    session.execute(
        update(Job)
        .where(Job.id == job.id, Job.status == JobStatus.QUEUED)
        .values(status=JobStatus.CANCELLED, cancel_requested_at=at, finished_at=at, unique_key=None)
    )
    session.execute(
        update(Job)
        .where(Job.id == job.id, Job.status == JobStatus.RUNNING, Job.cancel_requested_at.is_(None))
        .values(cancel_requested_at=at)
    )
    session.expire(job)


def claim_job(session: Session, job_id: int, *, lease: timedelta) -> int | None:
    """Take the job for the length of the lease; returns the number of the claim, None where it is not to be had."""
    at = clock.now()
    lost = Job.status == JobStatus.RUNNING
    claimed = session.execute(
        update(Job)
        .where(Job.id == job_id, or_(Job.status == JobStatus.QUEUED, lost & (Job.lease_until < at)))
        .values(
            status=JobStatus.RUNNING,
            attempts=Job.attempts + 1,
            losses=Job.losses + case((lost, 1), else_=0),
            lease_until=at + lease,
            started_at=func.coalesce(Job.started_at, at),
            progress_done=0,
        )
        .execution_options(synchronize_session=False)
    )
    if rows_written(claimed) != 1:
        return None
    return session.scalar(select(Job.attempts).where(Job.id == job_id))


def update_claimed(session: Session, job_id: int, attempt: int, **values: object) -> bool:
    """Write to the row of a job one has claimed; False where the claim is lost."""
    written = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.RUNNING, Job.attempts == attempt)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return rows_written(written) == 1


def finish_job(session: Session, job_id: int, attempt: int, *, status: JobStatus, **values: object) -> bool:
    """The job is over; False where the claim is lost."""
    return update_claimed(
        session,
        job_id,
        attempt,
        status=status,
        finished_at=clock.now(),
        lease_until=None,
        unique_key=None,
        **values,
    )


def release_job(session: Session, job_id: int, attempt: int, *, lost: bool) -> bool:
    """Back into the line, to be run from its beginning. A job that is `lost` too often is given up."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        return False
    losses = job.losses + int(lost)
    if losses >= MAX_LOSSES:
        return finish_job(session, job_id, attempt, status=JobStatus.FAILED, error_code="worker_lost", losses=losses)
    return update_claimed(
        session, job_id, attempt, status=JobStatus.QUEUED, lease_until=None, losses=losses, created_at=job.created_at
    )


def beat(session: Session, *, name: str, at: datetime | None = None) -> None:
    """A worker is alive. Workers not heard of for a day are forgotten."""
    at = at or clock.now()
    known = session.execute(update(Worker).where(Worker.name == name).values(seen_at=at))
    if rows_written(known) == 0:
        session.add(Worker(name=name, started_at=at, seen_at=at))
        session.execute(delete(Worker).where(Worker.seen_at < at - FORGET_WORKER_AFTER))


def sign_off(session: Session, *, name: str) -> None:
    """A worker has ended on purpose."""
    session.execute(delete(Worker).where(Worker.name == name))
