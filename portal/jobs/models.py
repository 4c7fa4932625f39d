"""Tables of background work. They are a log themselves and leave no entries in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.jobs.rules import JobStatus


class Job(WithId, Base):
    """One piece of background work. Belongs to its owner, who need not exist any more."""

    __tablename__ = "jobs"
    __audited__ = False
    __table_args__ = (Index(None, "status", "id"), Index(None, "owner_id", "id"))

    kind: Mapped[str] = mapped_column(String(60))
    status: Mapped[JobStatus] = mapped_column(enum_type(JobStatus), default=JobStatus.QUEUED)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # While the job is active no second one with the same key can be started. Emptied at its end.
    unique_key: Mapped[str | None] = mapped_column(String(120), unique=True)

    owner_id: Mapped[int | None] = mapped_column(BigInt)
    owner_name: Mapped[str] = mapped_column(String(120), default="")
    locale: Mapped[str] = mapped_column(String(10), default="en")
    # {"kind": …, "ids": […]}: the worker sees no more than the one who asked.
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)

    progress_done: Mapped[int] = mapped_column(BigInt, default=0)
    progress_total: Mapped[int | None] = mapped_column(BigInt)
    # A code that the kind's `messages` turn into a sentence.
    progress_note: Mapped[str] = mapped_column(String(60), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error_code: Mapped[str] = mapped_column(String(60), default="")
    error_details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    # The number of the present claim: who writes with an older one has lost the job.
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    losses: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Worker(Base):
    """A process that runs jobs, and when it was last heard of."""

    __tablename__ = "workers"
    __audited__ = False

    name: Mapped[str] = mapped_column(String(120), primary_key=True)  # host:pid
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
