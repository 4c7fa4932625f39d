"""The queue carries ids of jobs, in both its forms; a queue that is gone stops nothing."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest

from portal.jobs import queue as queues
from portal.jobs.models import Job
from portal.jobs.queue import JsonMessages, QueueGone, queue_of
from portal.jobs.registry import job_kind
from portal.jobs.rules import JobStatus
from portal.jobs.services import start_job
from portal.worker import Worker
from tests.factories import make_user

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@job_kind("tests.answer")
def answer(job, *, number: int) -> dict[str, object]:
    return {"answer": number}


def start(session, number: int = 42) -> int:
    owner = make_user()
    job_id = start_job(session(), kind="tests.answer", owner=owner, arguments={"number": number}).id
    session.commit()
    return job_id


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.redis)])
def queue(request, app, monkeypatch):
    if request.param == "redis":
        if not os.environ.get("REDIS_URL"):
            pytest.skip("REDIS_URL is not set: Redis is not tested")
        monkeypatch.setitem(app.config, "REDIS_URL", os.environ["REDIS_URL"])
        monkeypatch.setattr(queues, "NAME", f"qudao-test-{os.getpid()}")
    found = queue_of(app)
    yield found
    found.huey.storage.flush_all()


def test_an_id_goes_in_at_the_commit_and_comes_out_once(queue, session):
    job_id = start(session)
    assert queue.take() == job_id
    assert queue.take() is None


def test_a_rollback_wakes_nobody(queue, session):
    start_job(session(), kind="tests.answer", owner=make_user(), arguments={"number": 1})
    session.rollback()
    session.commit()
    assert queue.take() is None


def test_messages_are_plain_json(queue, session, monkeypatch):
    sent = []
    monkeypatch.setattr(queue.huey.storage, "enqueue", lambda data, priority=None: sent.append(data))
    job_id = start(session)
    assert [job_id] in json.loads(sent[0])
    with pytest.raises(ValueError, match="Expecting value"):
        JsonMessages().deserialize(b"cos\nsystem\n(S'true'\ntR.")


def test_without_its_queue_a_job_waits_in_the_table(app, session, monkeypatch):
    monkeypatch.setitem(app.config, "REDIS_URL", NOBODY_LISTENS)
    job_id = start(session)
    assert session.get_one(Job, job_id).status is JobStatus.QUEUED
    with pytest.raises(QueueGone):
        queue_of(app).take()


@pytest.mark.parametrize("redis_url", [None, NOBODY_LISTENS])
def test_a_worker_does_what_is_queued_with_and_without_a_queue(app, session, monkeypatch, redis_url):
    monkeypatch.setitem(app.config, "REDIS_URL", redis_url)
    monkeypatch.setattr("portal.worker.OVERDUE_AFTER", timedelta())
    job_id = start(session)
    worker = Worker(app)
    monkeypatch.setattr(worker, "_sweep", stopping_when_idle(worker))
    worker._work()
    assert session.get_one(Job, job_id).result == {"answer": 42}


def stopping_when_idle(worker):
    """The worker's sweep, which ends the worker where it finds nothing."""
    sweep = worker._sweep

    def look() -> int | None:
        found = sweep()
        if found is None:
            worker.stop()
        return found

    return look
