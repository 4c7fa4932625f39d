"""States of a job, and how long a lease lasts. Pure."""

from __future__ import annotations

from enum import StrEnum


class JobStatus(StrEnum):
    """queued → running → done, failed or cancelled; back to queued where a worker is stopped or lost."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})
# So often may a job lose its worker (or the database) before it is given up: it may be what kills them.
MAX_LOSSES = 3


def is_over(status: JobStatus) -> bool:
    """Whether nothing more will happen to the job."""
    return status not in ACTIVE


def percent_done(done: int, total: int | None) -> int | None:
    """Whole percent from 0 to 100, or None where the total is not known."""
    if not total or total < 0:
        return None
    return max(0, min(100, done * 100 // total))
