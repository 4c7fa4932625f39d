"""The process that runs jobs.

    flask worker --threads 1

Threads take ids from the queue; now and then each looks into the table of jobs for what the queue should have delivered
and did not, and for what a killed worker has left behind. SIGTERM or SIGINT ends it: jobs in hand go back into the
line at their next step. Several worker processes may run side by side, also on several machines.
"""

from __future__ import annotations

import os
import platform
import signal
import threading
import time
from datetime import timedelta
from types import FrameType

import click
import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import set_actor
from portal.db import db, set_may_write, writing
from portal.errors import NotAllowed
from portal.jobs.models import Job
from portal.jobs.queries import next_overdue_id
from portal.jobs.queue import QueueGone, queue_of
from portal.jobs.rounds import run_due_rounds
from portal.jobs.running import job_starting, run_job
from portal.jobs.services import beat, sign_off

log = structlog.get_logger()
BEAT_EVERY = 10.0  # seconds
SWEEP_EVERY = 5.0
# The queue has delivered a job by then, if it ever will.
OVERDUE_AFTER = timedelta(seconds=3)
# So long do jobs in hand have to reach their next step when the worker is ended.
STOP_WITHIN = 20.0


@job_starting.connect
def act_for_owner(session: Session, job: Job) -> None:
    """What a job writes is put down to its owner. One who has been disabled since gets nothing done any more."""
    set_actor(session, actor_id=job.owner_id, name=job.owner_name, request_id=f"job-{job.id}")
    if job.owner_id is None:
        return
    owner = session.get(User, job.owner_id)
    if owner is None or not owner.is_active:
        raise NotAllowed("owner_gone")


class Worker:
    """A few threads that run jobs until `stop`."""

    def __init__(self, app: Flask, *, threads: int = 1) -> None:
        self.app = app
        self.name = f"{platform.node()}:{os.getpid()}"
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._work, name=f"jobs-{n}", daemon=True) for n in range(threads)]

    def run(self) -> None:
        """Work until `stop`, then let go of the jobs in hand."""
        for thread in self.threads:
            thread.start()
        log.info("worker started", worker=self.name, threads=len(self.threads))
        self._report(alive=True)
        while not self.stopping.wait(BEAT_EVERY):
            self._report(alive=True)
            run_due_rounds(self.app)
        deadline = time.monotonic() + STOP_WITHIN
        for thread in self.threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        self._report(alive=False)
        log.info("worker ended", worker=self.name)

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Take no more jobs. Fit to be a signal handler."""
        self.stopping.set()

    def _report(self, *, alive: bool) -> None:
        try:
            with self.app.app_context(), writing():
                (beat if alive else sign_off)(db.session(), name=self.name)
                db.session.commit()
        except Exception as error:
            log.warning("worker could not report", error=f"{type(error).__name__}: {error}")

    def _work(self) -> None:
        swept = 0.0
        while not self.stopping.is_set():
            try:
                job_id, pause = self._take()
                if job_id is None and time.monotonic() - swept >= SWEEP_EVERY:
                    job_id = self._sweep()
                    swept = 0.0 if job_id else time.monotonic()
                if job_id is None:
                    self.stopping.wait(pause)
                else:
                    run_job(self.app, job_id, stopping=self.stopping)
            except Exception:
                log.exception("worker goes on")
                self.stopping.wait(1.0)
        queue_of(self.app).close()

    def _take(self) -> tuple[int | None, float]:
        """The next id, and how long to wait where there is none."""
        queue = queue_of(self.app)
        try:
            return queue.take(), queue.pause
        except QueueGone as error:
            log.warning("queue out of reach, the table of jobs goes on being swept", error=str(error))
            return None, 1.0

    def _sweep(self) -> int | None:
        at = clock.now()
        with self.app.app_context():
            set_may_write(False)
            try:
                return next_overdue_id(db.session(), queued_before=at - OVERDUE_AFTER, at=at)
            finally:
                set_may_write(True)


@click.command("worker")
@click.option("--threads", default=1, show_default=True, help="Jobs that run at the same time in this process.")
def worker_command(threads: int) -> None:
    """Run background jobs until SIGTERM."""
    work(current_app._get_current_object(), threads=threads)  # type: ignore[attr-defined]


def work(app: Flask, *, threads: int = 1) -> None:
    """Run a worker in this process until it is told to end."""
    worker = Worker(app, threads=threads)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()


commands = (worker_command,)
