"""Starting, claiming and cancelling jobs: of two who try, one succeeds; nobody has more under way than one may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.jobs.models import Job, Worker
from portal.jobs.queries import count_active, next_overdue_id, oldest_queued_at, worker_seen_at
from portal.jobs.registry import UnknownKind, job_kind
from portal.jobs.rules import JobStatus, is_over, percent_done
from portal.jobs.services import (
    JOBS_PER_USER,
    TooManyJobs,
    beat,
    cancel_job,
    claim_job,
    finish_job,
    release_job,
    sign_off,
    start_job,
    update_claimed,
)
from tests.factories import make_user

LEASE = timedelta(seconds=30)


@job_kind("tests.nothing")
def nothing(job) -> None: ...


@pytest.fixture
def start(session):
    owner = make_user()

    def start(**options) -> Job:
        return start_job(session(), **{"kind": "tests.nothing", "owner": owner, "arguments": {}, **options})

    return start


def age(session, job, seconds) -> None:
    """As if the lease (or the start) had been so long ago."""
    session.expire(job)
    job.created_at -= timedelta(seconds=seconds)
    if job.lease_until:
        job.lease_until -= timedelta(seconds=seconds)
    session.flush()


def test_nobody_has_more_jobs_under_way_than_one_may(session, start):
    jobs = [start() for _ in range(JOBS_PER_USER)]
    with pytest.raises(TooManyJobs) as refused:
        start()
    assert refused.value.details == {"limit": JOBS_PER_USER}
    cancel_job(session(), jobs[0])
    assert start().status is JobStatus.QUEUED
    assert start(owner=make_user()).status is JobStatus.QUEUED


def test_a_second_start_with_the_same_key_is_the_first_job(session, start):
    first = start(unique_key="import:7")
    assert start(unique_key="import:7").id == first.id
    attempt = claim_job(session(), first.id, lease=LEASE)
    finish_job(session(), first.id, attempt, status=JobStatus.DONE)
    session.expire_all()
    assert start(unique_key="import:7").id != first.id


def test_an_unknown_kind_is_refused_at_once(start):
    with pytest.raises(UnknownKind):
        start(kind="tests.no_such_kind")


def test_a_job_is_claimed_once(session, start):
    job = start()
    assert claim_job(session(), job.id, lease=LEASE) == 1
    assert claim_job(session(), job.id, lease=LEASE) is None


def test_a_lease_that_ran_out_is_claimed_again_and_the_first_claim_is_void(session, start):
    job = start()
    assert claim_job(session(), job.id, lease=LEASE) == 1
    age(session, job, 31)
    assert claim_job(session(), job.id, lease=LEASE) == 2
    assert not update_claimed(session(), job.id, 1, progress_done=5)
    assert not finish_job(session(), job.id, 1, status=JobStatus.DONE)
    assert finish_job(session(), job.id, 2, status=JobStatus.DONE)
    session.expire(job)
    assert (job.status, job.losses) == (JobStatus.DONE, 1)


def test_a_released_job_is_claimed_again_without_a_loss(session, start):
    job = start()
    release_job(session(), job.id, claim_job(session(), job.id, lease=LEASE), lost=False)
    assert claim_job(session(), job.id, lease=LEASE) == 2
    session.expire(job)
    assert job.losses == 0


@pytest.mark.parametrize(("seconds", "is_found"), [(1, False), (4, True)])
def test_a_queued_job_is_overdue_after_a_while(session, start, seconds, is_found):
    job = start()
    age(session, job, seconds)
    at = clock.now()
    found = next_overdue_id(session(), queued_before=at - timedelta(seconds=3), at=at)
    assert found == (job.id if is_found else None)


def test_a_running_job_is_overdue_when_its_lease_has_run_out(session, start):
    job = start()
    claim_job(session(), job.id, lease=LEASE)
    at = clock.now()
    assert next_overdue_id(session(), queued_before=at, at=at) is None
    age(session, job, 31)
    assert next_overdue_id(session(), queued_before=at, at=at) == job.id


def test_cancelling_ends_a_queued_job_and_asks_a_running_one(session, start):
    queued, running, over = start(), start(), start()
    claim_job(session(), running.id, lease=LEASE)
    finish_job(session(), over.id, claim_job(session(), over.id, lease=LEASE), status=JobStatus.DONE)
    session.expire_all()
    for job in (queued, running, over):
        cancel_job(session(), job)
    assert [job.status for job in (queued, running, over)] == [JobStatus.CANCELLED, JobStatus.RUNNING, JobStatus.DONE]
    assert running.cancel_requested_at is not None
    assert over.cancel_requested_at is None


def test_the_line_and_the_workers_tell_how_they_are(session, start):
    assert (oldest_queued_at(session()), worker_seen_at(session())) == (None, None)
    job = start()
    assert oldest_queued_at(session()) == job.created_at
    assert count_active(session(), owner_id=job.owner_id) == 1
    at = clock.now()
    beat(session(), name="old:1", at=at - timedelta(days=2))
    beat(session(), name="here:1", at=at - timedelta(seconds=9))
    beat(session(), name="here:1", at=at)
    assert [worker.name for worker in session.query(Worker)] == ["here:1"]
    assert worker_seen_at(session()) == at
    sign_off(session(), name="here:1")
    assert worker_seen_at(session()) is None


@pytest.mark.parametrize(
    ("done", "total", "percent"), [(0, 10, 0), (1, 3, 33), (10, 10, 100), (11, 10, 100), (5, None, None), (5, 0, None)]
)
def test_percent_done(done, total, percent):
    assert percent_done(done, total) == percent


def test_three_states_are_final():
    assert {status for status in JobStatus if is_over(status)} == {
        JobStatus.DONE,
        JobStatus.FAILED,
        JobStatus.CANCELLED,
    }
