"""A settlement killed at any moment is nothing or whole, and done again it says, accrues and pays nothing twice.

KILLS=100 pytest tests/rebates/test_killed.py    as often as one likes; a few times by default
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from sqlalchemy import func, select

from portal.db import db
from portal.jobs.models import Job
from portal.jobs.rules import JobStatus
from portal.rebates.models import LedgerPosting, Payout, RebateStatement, SettlementRun
from portal.rebates.queries.ledger_check import faults
from portal.rebates.rules.life import RunStatus
from portal.rebates.rules.settling import PostingKind
from portal.rebates.rules.words import Period
from portal.rebates.services.settlement import check_run, open_run, start_calculation, withdraw_run
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_outlet
from tests.nursery import PATIENCE, nursery_of
from tests.rebates.settling import MONTH, document, in_force, sell

KILLS = int(os.environ.get("KILLS", "4"))
OUTLETS = 100


@pytest.fixture
def network(session, office, dealer, locked):
    """A hundred outlets that sold nine each."""
    outlets = dealer.outlets + [make_outlet(dealer.distributor, area=dealer.area) for _ in range(OUTLETS - 2)]
    for outlet in outlets:
        sell(dealer, MONTH, 9, outlet=outlet)
    in_force(office, document())
    session.commit()
    return office


@pytest.fixture
def nursery(app, session, network, tmp_path):
    arguments = (app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, network.approver.id, network.finance.id)
    session.rollback()
    with nursery_of("tests.rebates.nursery", arguments, tmp_path / "log") as nursery:
        yield nursery


def queued(app, session, office) -> tuple[SettlementRun, Job]:
    """A run that waits for a worker to calculate it."""
    session.rollback()
    bind_scope(session(), EVERYTHING)
    app.config["JOBS_INLINE"] = False
    run = open_run(session(), Period.MONTH, MONTH, actor=office.sales)
    job = start_calculation(session(), run, actor=office.sales, version_seen=run.version)
    session.commit()
    app.config["JOBS_INLINE"] = True
    return run, job


def wait_for(session, job: Job) -> JobStatus:
    deadline = time.monotonic() + PATIENCE
    while True:
        session.rollback()
        status = job.status
        session.rollback()
        if status not in {JobStatus.QUEUED, JobStatus.RUNNING}:
            return status
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def count(session, model, *conditions) -> int:
    session.rollback()
    found = session.scalar(select(func.count()).select_from(model).where(*conditions))
    session.rollback()
    return found


def work_until_done(nursery, session, job: Job) -> None:
    worker = nursery.start("work")
    assert wait_for(session, job) is JobStatus.DONE
    os.kill(worker, signal.SIGTERM)
    nursery.wait()


def test_a_calculation_killed_at_any_moment_is_not_taken_for_whole(nursery, app, session, network):
    dice = random.Random(4_2026)
    for _ in range(KILLS):
        run, job = queued(app, session, network)
        nursery.kill("work", dice.uniform(0, 1.2))
        session.rollback()
        session.refresh(run)
        stated = count(session, RebateStatement, RebateStatement.run_id == run.id)
        if run.calculated_at is not None:
            assert (run.statements, stated, run.due_fen) == (OUTLETS, OUTLETS, OUTLETS * 900_000)
        work_until_done(nursery, session, job)
        session.refresh(run)
        assert (run.statements, run.due_fen) == (OUTLETS, OUTLETS * 900_000)
        assert count(session, RebateStatement, RebateStatement.run_id == run.id) == OUTLETS
        withdraw_run(session(), run, actor=network.sales, version_seen=run.version, reason="again")
        session.commit()


def test_steps_killed_at_any_moment_are_nothing_or_whole_and_not_done_twice(nursery, app, session, network):
    """Each step is one transaction: killed anywhere and asked again, it has happened once."""
    dice = random.Random(5_2026)
    run, job = queued(app, session, network)
    work_until_done(nursery, session, job)
    session.refresh(run)
    check_run(session(), run, actor=network.finance, version_seen=run.version)
    session.commit()
    steps = (
        ("approve", RunStatus.APPROVED, LedgerPosting, LedgerPosting.kind == PostingKind.ACCRUE, OUTLETS),
        ("release", RunStatus.RELEASED, LedgerPosting, LedgerPosting.kind == PostingKind.RELEASE, OUTLETS),
        ("pay", RunStatus.PAID, Payout, Payout.run_id == run.id, 1),
    )
    for what, after, model, which, expected in steps:
        before = run.status
        session.rollback()
        for _ in range(KILLS):
            nursery.kill(what, dice.uniform(0, 0.25))
            session.rollback()
            session.refresh(run)
            done = run.status is after
            assert done or run.status is before
            assert count(session, model, which) == (expected if done else 0)
        nursery.run(what)  # refused where a killed one had come to its end
        session.refresh(run)
        assert run.status is after
        assert count(session, model, which) == expected
        assert faults(db.session()) == []
        session.rollback()
    assert session.scalar(select(func.sum(Payout.amount_fen))) == OUTLETS * 900_000
