"""A job runs once within its owner's scope, and ends in one of four ways."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import InvalidInput
from portal.jobs.models import Job
from portal.jobs.registry import job_kind
from portal.jobs.rules import JobStatus
from portal.jobs.running import RunningJob, run_job
from portal.jobs.services import start_job
from portal.network.models import Outlet
from portal.permissions import Role
from portal.scope import bind_scope, bound_scope
from tests.factories import make_distributor, make_outlet, make_user


@job_kind("tests.count_outlets")
def count_outlets(job: RunningJob) -> dict[str, object]:
    outlets = job.session.scalars(select(Outlet)).all()
    job.progress(len(outlets), len(outlets))
    return {"outlets": len(outlets), "scope": bound_scope(job.session).key}


@job_kind("tests.rename")
def rename(job: RunningJob, *, outlet_id: int, name: str, then: str = "") -> dict[str, object]:
    job.session.get_one(Outlet, outlet_id).name = name
    if then == "fail":
        job.session.flush()
        raise InvalidInput(field="name", value=name)
    if then == "crash":
        job.session.flush()
        raise ZeroDivisionError
    if then == "lose database":
        raise OperationalError("select", {}, Exception("server closed the connection"))
    if then == "lose claim":
        job.attempt = 0
        job.commit()
    return {}


def started(session, owner, kind="tests.count_outlets", **arguments) -> int:
    """A job's id, and no transaction left open."""
    job_id = start_job(session(), kind=kind, owner=owner, arguments=arguments).id
    session.commit()
    return job_id


def row(session, job_id) -> Job:
    return session.get_one(Job, job_id, populate_existing=True)


@pytest.fixture
def renaming(app, session):
    """Starts and runs a job that renames an outlet; returns the job and the outlet's name afterwards."""

    def run(**arguments):
        outlet = make_outlet(make_distributor(), name="before")
        job_id = started(session, make_user(), "tests.rename", outlet_id=outlet.id, name="after", **arguments)
        run_job(app, job_id)
        return row(session, job_id), session.scalar(select(Outlet.name))

    return run


def test_a_job_sees_what_its_owner_sees(app, session):
    mine, other = make_distributor(), make_distributor()
    make_outlet(mine), make_outlet(other)
    owner = make_user(Role.DISTRIBUTOR, of=mine)
    session.commit()
    bind_scope(session(), owner.scope)
    job_id = started(session, owner)
    assert run_job(app, job_id) is JobStatus.DONE
    job = row(session, job_id)
    assert job.result == {"outlets": 1, "scope": owner.scope.key}
    assert (job.progress_done, job.progress_total, job.attempts) == (1, 1, 1)
    assert job.finished_at >= job.started_at >= job.created_at


def test_a_job_runs_once(app, session):
    job_id = started(session, make_user())
    assert run_job(app, job_id) is JobStatus.DONE
    assert run_job(app, job_id) is None
    assert row(session, job_id).attempts == 1


def test_what_a_job_writes_is_put_down_to_its_owner(renaming, session):
    job, name = renaming()
    assert (job.status, name) == (JobStatus.DONE, "after")
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.actor_id, entry.actor_name, entry.request_id) == (job.owner_id, job.owner_name, f"job-{job.id}")


def test_a_named_error_ends_the_job_with_its_code_and_writes_nothing(renaming):
    job, name = renaming(then="fail")
    assert (job.status, job.error_code, name) == (JobStatus.FAILED, "invalid_input", "before")
    assert job.error_details == {"field": "name", "value": "after"}


def test_an_unexpected_error_tells_a_reference_only(renaming):
    job, name = renaming(then="crash")
    assert (job.status, job.error_code, name) == (JobStatus.FAILED, "unexpected", "before")
    assert set(job.error_details) == {"reference"}


def test_a_lost_database_puts_the_job_back_in_line(renaming):
    job, name = renaming(then="lose database")
    assert (job.status, job.losses, job.lease_until, name) == (JobStatus.QUEUED, 1, None, "before")


def test_a_job_that_keeps_losing_its_worker_is_given_up(renaming, app, session):
    job, _name = renaming(then="lose database")
    job_id = job.id
    session.rollback()
    for _ in range(2):
        run_job(app, job_id)
    assert (row(session, job_id).status, row(session, job_id).error_code) == (JobStatus.FAILED, "worker_lost")


def test_who_has_lost_the_claim_commits_nothing(renaming):
    job, name = renaming(then="lose claim")
    assert (job.status, job.attempts, name) == (JobStatus.RUNNING, 1, "before")


@job_kind("tests.read_long")
def read_long(job: RunningJob) -> dict[str, object]:
    with job.reading() as session:
        session.scalars(select(Outlet)).all()
        with db.engine.begin() as other:  # somebody else writes meanwhile, and need not wait
            other.execute(Outlet.__table__.update().values(name="meanwhile"))
    return {"name": job.session.scalar(select(Outlet.name))}


def test_a_job_that_only_reads_keeps_nobody_from_writing(app, session):
    make_outlet(make_distributor(), name="before")
    job_id = started(session, make_user(), "tests.read_long")
    run_job(app, job_id)
    assert row(session, job_id).result == {"name": "meanwhile"}


def test_nothing_is_done_for_an_account_that_has_been_disabled(app, session):
    owner = make_user()
    job_id = started(session, owner)
    owner.is_active = False
    session.commit()
    assert run_job(app, job_id) is JobStatus.FAILED
    assert row(session, job_id).error_code == "owner_gone"


def test_inline_a_job_has_run_when_the_commit_returns(app, session, monkeypatch):
    monkeypatch.setitem(app.config, "JOBS_INLINE", True)
    assert row(session, started(session, make_user())).status is JobStatus.DONE
