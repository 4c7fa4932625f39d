"""Run as a process: forks a worker whenever a line arrives on stdin and says its pid, so that tests may kill it.

    python -m tests.jobs.nursery DATABASE_URL INSTANCE_DIR [REDIS_URL]

Importing the portal takes a second, a fork a few milliseconds: a hundred workers can be killed in a test.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import func, select

from portal import clock, create_app, worker
from portal.jobs.registry import job_kind
from portal.jobs.running import RunningJob
from portal.network.models import ImportBatch

CHUNK = 20


def batch(run: int, number: int) -> ImportBatch:
    """Row `number` of run `run`; a second one with the same numbers is refused by a unique key."""
    return ImportBatch(
        kind="outlets",
        datum="wgs84",
        storage_id=f"{run}",
        original_name=f"{number}",
        sha256="0" * 64,
        imported_key=f"{run}:{number}",
        owner_id=1,
        created_at=clock.now(),
    )


def count_rows(session, run: int) -> int:
    return session.scalar(select(func.count(ImportBatch.id)).where(ImportBatch.storage_id == str(run)))


@job_kind("tests.in_chunks")
def in_chunks(job: RunningJob, *, run: int, rows: int) -> dict[str, object]:
    """Adds rows, twenty a transaction; a second run goes on behind the last one committed."""
    there = count_rows(job.session, run)
    for start in range(there, rows, CHUNK):
        for number in range(start, min(rows, start + CHUNK)):
            job.session.add(batch(run, number))
        job.progress(min(rows, start + CHUNK), rows)
        job.commit()
    return {"rows": count_rows(job.session, run)}


@job_kind("tests.at_once")
def at_once(job: RunningJob, *, run: int, rows: int) -> dict[str, object]:
    """Adds all rows in one transaction, the one that also ends the job."""
    for number in range(rows):
        job.session.add(batch(run, number))
        if number % CHUNK == 0:
            job.session.flush()
            job.progress(number, rows)
    return {"rows": rows}


@job_kind("tests.endless")
def endless(job: RunningJob, *, run: int, rows: int) -> dict[str, object]:
    """Goes on until somebody ends it."""
    for number in count():
        job.progress(number)
        time.sleep(0.005)
    return {}


def main() -> None:
    """Fork a worker for every line, until stdin ends."""
    url, folder, redis_url = [*sys.argv[1:], None][:3]
    worker.SWEEP_EVERY, worker.OVERDUE_AFTER = 0.05, timedelta()
    overrides = {
        "SQLALCHEMY_DATABASE_URI": url,
        "INSTANCE_DIR": Path(folder),
        "SECRET_KEY": "for tests only, 32 bytes or more....",
        "JOB_LEASE_SECONDS": 0.4,
        "REDIS_URL": redis_url,
    }
    app = create_app(overrides)
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.dup2(2, 1)
            worker.work(app)
            os._exit(0)
        print(pid, flush=True)
        while os.waitpid(pid, 0)[0] != pid:
            pass


if __name__ == "__main__":
    main()
