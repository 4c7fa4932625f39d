"""A file of a month killed at any moment leaves all rows or none in the report, and done again it does nothing twice.

KILLS=100 pytest tests/sales/imports/test_killed.py    as often as one likes; a few times by default
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from portal.jobs.models import Job
from portal.jobs.rules import JobStatus
from portal.jobs.services import start_job
from portal.sales import tasks_imports as tasks
from portal.sales.models import (
    MonthlyReport,
    ReportLine,
    SalesBatch,
    SalesDetail,
    SalesFinding,
    SalesRollup,
    StagedDetail,
    StagedLine,
)
from portal.sales.models.batches import SalesBatchStatus
from portal.sales.services import imports as services
from portal.sales.services.rollups import compare
from portal.scope import EVERYTHING, bind_scope
from portal.storage import SPREADSHEETS, Storage
from tests.nursery import PATIENCE, moments, nursery_of
from tests.sales.imports.importing import LINES, count, detail, make_known_dealer, xlsx
from tests.sales.reporting import MONTH

KILLS = int(os.environ.get("KILLS", "5"))
SALES = 600
NOTHING = (0, 0, 0, 0, 0)
# Lines, their retail, details, their units, finished batches.
EVERYTHING_ONCE = (6, 36, SALES, SALES, 1)


@pytest.fixture
def dealer(session):
    dealer = make_known_dealer()
    session.commit()
    return dealer


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "sales.xlsx"
    path.write_bytes(xlsx(LINES, [detail(number) for number in range(SALES)]))
    return path


@pytest.fixture
def nursery(app, session, dealer, file, tmp_path):
    arguments = (app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, file, dealer.distributor.id, "2026-09")
    session.rollback()  # what was just asked must not keep the others waiting
    with nursery_of("tests.sales.imports.nursery", arguments, tmp_path / "log") as nursery:
        yield nursery


def clear(session) -> None:
    for model in (
        SalesDetail,
        ReportLine,
        SalesRollup,
        StagedDetail,
        StagedLine,
        SalesFinding,
        SalesBatch,
        MonthlyReport,
    ):
        session.execute(delete(model))
    session.commit()


def state(session) -> tuple[int, ...]:
    """What stands in the books, as somebody else sees it."""
    session.rollback()
    brought = ReportLine.batch_id.is_not(None)
    found = (
        session.scalar(select(func.count(ReportLine.id)).where(brought)),
        session.scalar(select(func.coalesce(func.sum(ReportLine.retail), 0)).where(brought)),
        count(session, SalesDetail),
        session.scalar(select(func.coalesce(func.sum(SalesDetail.units), 0))),
        session.scalar(select(func.count(SalesBatch.id)).where(SalesBatch.imported_key.is_not(None))),
    )
    session.rollback()
    return found


def is_tidy(session) -> bool:
    """Nothing is left aside, no batch is left behind, and the sums are right."""
    tidy = count(session, StagedLine) + count(session, StagedDetail) == 0 and count(session, SalesBatch) == 1
    tidy = tidy and compare(session()) == []
    session.rollback()
    return tidy


def test_a_command_killed_at_any_moment_imports_all_rows_or_none(nursery, session):
    nursery.run("import")  # the first one also waits for the portal to be imported
    assert state(session) == EVERYTHING_ONCE
    clear(session)
    spent = nursery.run("import")
    for moment in moments(random.Random(10_2026), KILLS, spent):
        clear(session)
        nursery.kill("import", moment)
        assert state(session) in {NOTHING, EVERYTHING_ONCE}
        nursery.run("import")
        assert state(session) == EVERYTHING_ONCE
        assert is_tidy(session)


def queued(app, session, dealer, file: Path, tmp_path: Path, kind: str) -> int:
    """A batch that waits for a worker to check it, or to import it; returns the job."""
    bind_scope(session(), EVERYTHING)
    with file.open("rb") as stream:
        kept = Storage(tmp_path / "storage").store(stream, file.name, SPREADSHEETS)
    batch = services.hand_in(session(), kept=kept, distributor_id=dealer.distributor.id, month=MONTH, owner=dealer.user)
    services.start_checking(session(), batch)
    app.config["JOBS_INLINE"] = False
    bind_scope(session(), dealer.user.scope)
    job = start_job(session(), kind=kind, owner=dealer.user, arguments={"batch_id": batch.id}, limit=10**6)
    bind_scope(session(), EVERYTHING)
    session.commit()
    app.config["JOBS_INLINE"] = True
    return job.id


def wait_for(session, job_id: int) -> JobStatus:
    deadline = time.monotonic() + PATIENCE
    while True:
        session.rollback()
        status = session.get_one(Job, job_id).status
        session.rollback()
        if status not in {JobStatus.QUEUED, JobStatus.RUNNING}:
            return status
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def follow(app, session, dealer, check_id: int) -> int:
    """The checked batch is to be imported; returns the job."""
    session.rollback()
    batch = session.get_one(SalesBatch, session.get_one(Job, check_id).arguments["batch_id"])
    assert (batch.status, batch.error_count) == (SalesBatchStatus.CHECKED, 0)
    services.start_importing(session(), batch)
    app.config["JOBS_INLINE"] = False
    bind_scope(session(), dealer.user.scope)
    job = start_job(session(), kind=tasks.IMPORT, owner=dealer.user, arguments={"batch_id": batch.id}, limit=10**6)
    bind_scope(session(), EVERYTHING)
    session.commit()
    app.config["JOBS_INLINE"] = True
    return job.id


def test_a_worker_killed_at_any_moment_checks_and_imports_every_row_once(nursery, app, session, dealer, file, tmp_path):
    dice = random.Random(11_2026)
    for _ in range(KILLS):
        clear(session)
        job_id = queued(app, session, dealer, file, tmp_path, tasks.CHECK)
        nursery.kill("work", dice.uniform(0, 0.8))
        assert state(session) == NOTHING
        worker = nursery.start("work")
        assert wait_for(session, job_id) is JobStatus.DONE
        assert (count(session, StagedLine), count(session, StagedDetail)) == (len(LINES), SALES)
        session.rollback()
        os.kill(worker, signal.SIGTERM)
        nursery.wait()
        job_id = follow(app, session, dealer, job_id)
        nursery.kill("work", dice.uniform(0, 0.8))
        assert state(session) in {NOTHING, EVERYTHING_ONCE}
        worker = nursery.start("work")
        status = wait_for(session, job_id)
        os.kill(worker, signal.SIGTERM)
        nursery.wait()
        assert (status, state(session)) == (JobStatus.DONE, EVERYTHING_ONCE)
        assert is_tidy(session)
