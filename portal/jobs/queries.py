"""Reads of jobs. A user sees the jobs they asked for; `owner_id=None` means everybody's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.jobs.models import Job, Worker
from portal.jobs.rules import ACTIVE, JobStatus
from portal.tables import Count, ListState, Page, capped_count, keyset_page


def list_jobs(session: Session, state: ListState, *, owner_id: int | None) -> tuple[Page, Count]:
    """One page of the jobs that the filters leave, and how many there are."""
    statement = _jobs_of(owner_id)
    if chosen := state.chosen("status"):
        statement = statement.where(Job.status.in_(JobStatus(value) for value in chosen))
    return keyset_page(session, statement, state.order(), state.cursor, state.size), capped_count(session, statement)


def get_job(session: Session, job_id: int, *, owner_id: int | None) -> Job:
    """The job; raises NotFound where it is somebody else's."""
    job = session.scalar(_jobs_of(owner_id).where(Job.id == job_id))
    if job is None:
        raise NotFound()
    return job


def _jobs_of(owner_id: int | None) -> Select[Job]:
    every = select(Job)
    return every if owner_id is None else every.where(Job.owner_id == owner_id)


def count_active(session: Session, *, owner_id: int) -> int:
    """How many jobs of the owner are queued or running."""
    return session.scalar(select(func.count(Job.id)).where(Job.owner_id == owner_id, Job.status.in_(ACTIVE))) or 0


def next_overdue_id(session: Session, *, queued_before: datetime, at: datetime) -> int | None:
    """The oldest job that the queue should have delivered by now, or whose worker's lease has run out."""
    return session.scalar(
        select(Job.id)
        .where(
            or_(
                (Job.status == JobStatus.QUEUED) & (Job.created_at <= queued_before),
                (Job.status == JobStatus.RUNNING) & (Job.lease_until < at),
            )
        )
        .order_by(Job.id)
        .limit(1)
    )


def oldest_queued_at(session: Session) -> datetime | None:
    """Since when the first job in line has been waiting."""
    return session.scalar(select(Job.created_at).where(Job.status == JobStatus.QUEUED).order_by(Job.id).limit(1))


def worker_seen_at(session: Session) -> datetime | None:
    """When a worker was last heard of."""
    return session.scalar(select(func.max(Worker.seen_at)))
