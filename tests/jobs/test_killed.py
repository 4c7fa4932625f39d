"""A worker killed at any moment loses nothing and does nothing twice.

KILLS=100 pytest tests/jobs/test_killed.py    as often as one likes; a few times by default
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from portal.db import set_may_write
from portal.jobs.models import Job
from portal.jobs.rules import JobStatus, is_over
from portal.jobs.services import cancel_job, start_job
from portal.settings import ROOT
from tests.factories import make_user
from tests.jobs.nursery import CHUNK, count_rows

KILLS = int(os.environ.get("KILLS", "4"))
ROWS = 200
PATIENCE = 60  # seconds
OVER = frozenset(status for status in JobStatus if is_over(status))
BEGUN = OVER | {JobStatus.RUNNING}


class Nursery:
    """Workers in processes of their own, one at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.worker: int | None = None

    def start_worker(self) -> int:
        self.end_worker()
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.worker = int(self.process.stdout.readline())
        return self.worker

    def end_worker(self) -> None:
        if self.worker is not None:
            with suppress(ProcessLookupError):
                os.kill(self.worker, signal.SIGKILL)
            self.worker = None


@pytest.fixture(scope="module")
def nursery_process(app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nursery")
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-W", "ignore", "-m", "tests.jobs.nursery", url, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, start_new_session=True, **pipes)
        yield process
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def nursery(nursery_process, session):
    nursery = Nursery(nursery_process)
    yield nursery
    nursery.end_worker()


def wait_until(session, job_id: int, statuses: frozenset[JobStatus]) -> Job:
    """Look again every few milliseconds until the job has one of the statuses; no transaction is left open."""
    deadline = time.monotonic() + PATIENCE
    while (job := look(session, job_id)).status not in statuses:
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
    return job


def look(session, job_id: int) -> Job:
    """The row as it is now. Only reads: a look never keeps the worker from writing."""
    set_may_write(False)
    job = session.get_one(Job, job_id, populate_existing=True)
    session.expunge(job)
    session.rollback()
    set_may_write(True)
    return job


def queued(session, kind: str, run: int) -> int:
    arguments = {"run": run, "rows": ROWS}
    job_id = start_job(session(), kind=kind, owner=make_user(), arguments=arguments, limit=10**6).id
    session.commit()
    return job_id


def rows_there(session, run: int) -> int:
    found = count_rows(session, run)
    session.rollback()
    return found


@pytest.mark.parametrize("kind", ["tests.in_chunks", "tests.at_once"])
def test_a_worker_killed_at_any_moment_loses_nothing_and_repeats_nothing(nursery, session, kind):
    """Two kills a job, then a worker that is left alone. In chunks that resume, and all at once."""
    dice = random.Random(kind)
    for run in range(KILLS // 2):
        job_id = queued(session, kind, run)
        for _ in range(2):
            pid = nursery.start_worker()
            wait_until(session, job_id, BEGUN)
            time.sleep(dice.uniform(0, 0.15))
            os.kill(pid, signal.SIGKILL)
            there = rows_there(session, run)
            assert there in {0, ROWS} or kind == "tests.in_chunks"
            assert there % CHUNK == 0
        pid = nursery.start_worker()
        job = wait_until(session, job_id, OVER)
        os.kill(pid, signal.SIGTERM)
        assert (job.status, job.result, rows_there(session, run)) == (JobStatus.DONE, {"rows": ROWS}, ROWS)


def test_a_worker_that_is_ended_gives_its_job_back(nursery, session):
    """SIGTERM in mid-work: the job is in line again at once, without waiting for its lease, and counts no loss."""
    job_id = queued(session, "tests.endless", 1)
    pid = nursery.start_worker()
    wait_until(session, job_id, BEGUN)
    os.kill(pid, signal.SIGTERM)
    job = wait_until(session, job_id, frozenset({JobStatus.QUEUED}))
    assert (job.losses, job.lease_until) == (0, None)


def test_a_running_job_is_cancelled_at_its_next_step(nursery, session):
    job_id = queued(session, "tests.endless", 1)
    nursery.start_worker()
    wait_until(session, job_id, BEGUN)
    cancel_job(session(), session.get_one(Job, job_id))
    session.commit()
    job = wait_until(session, job_id, OVER)
    assert (job.status, job.result) == (JobStatus.CANCELLED, None)


def test_progress_is_seen_while_the_job_runs_and_its_lease_is_renewed(nursery, session):
    job_id = queued(session, "tests.endless", 1)
    nursery.start_worker()
    first = wait_until(session, job_id, BEGUN)
    deadline = time.monotonic() + PATIENCE
    while (job := wait_until(session, job_id, BEGUN)).progress_done == 0 or job.lease_until <= first.lease_until:
        assert time.monotonic() < deadline, "nothing moves"
    assert (job.attempts, job.progress_total) == (1, None)
