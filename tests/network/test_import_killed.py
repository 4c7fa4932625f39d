"""An import killed at any moment leaves all rows or none, and done again it does nothing twice.

KILLS=100 pytest tests/network/test_import_killed.py    as often as one likes; a few times by default
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from portal.geo import Datum
from portal.jobs.models import Job
from portal.jobs.rules import JobStatus
from portal.jobs.services import start_job
from portal.network import tasks
from portal.network.models import ImportBatch, ImportKind, ImportStatus, LifeEvent, Outlet
from portal.network.services.imports import hand_in, start_checking, start_importing
from portal.storage import SPREADSHEETS, Storage
from tests.factories import make_distributor, make_user
from tests.network.importing import count, country_books, outlet_row, write_csv
from tests.nursery import PATIENCE, moments, nursery_of

KILLS = int(os.environ.get("KILLS", "5"))
ROWS = 600


@pytest.fixture
def country(app, session, tmp_path_factory):
    yield from country_books(app, session, tmp_path_factory)


@pytest.fixture
def file(country, session, tmp_path) -> Path:
    make_distributor(code="D1")
    session.commit()
    return write_csv(tmp_path / "outlets.csv", [outlet_row(number) for number in range(ROWS)])


@pytest.fixture
def nursery(app, country, file, tmp_path):
    arguments = (app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, country, file)
    with nursery_of("tests.network.import_nursery", arguments, tmp_path / "log") as nursery:
        yield nursery


def clear(session) -> None:
    for model in (LifeEvent, Outlet, ImportBatch):
        session.execute(delete(model))
    session.commit()


def state(session) -> tuple[int, int, int]:
    """Outlets, life events and finished imports, as somebody else sees them."""
    session.rollback()
    finished = select(ImportBatch).where(ImportBatch.imported_key.is_not(None))
    found = count(session, Outlet), count(session, LifeEvent), len(session.scalars(finished).all())
    session.rollback()
    return found


def test_a_command_killed_at_any_moment_imports_all_rows_or_none(nursery, session):
    nursery.run("import")  # the first one also waits for the portal to be imported
    assert state(session) == (ROWS, ROWS, 1)
    clear(session)
    spent = nursery.run("import")
    for moment in moments(random.Random(10_2026), KILLS, spent):
        clear(session)
        nursery.kill("import", moment)
        assert state(session) in {(0, 0, 0), (ROWS, ROWS, 1)}
        nursery.run("import")
        assert state(session) == (ROWS, ROWS, 1)


def queued_import(app, session, file: Path, tmp_path: Path) -> int:
    """A batch that waits for a worker; returns the job."""
    owner = make_user()
    storage = Storage(tmp_path / "storage")
    with file.open("rb") as stream:
        kept = storage.store(stream, file.name, SPREADSHEETS)
    batch = hand_in(session(), kept=kept, kind=ImportKind.OUTLETS, datum=Datum.WGS84, actor=owner)
    start_checking(session(), batch)
    batch.status, batch.row_count = ImportStatus.CHECKED, ROWS
    session.flush()
    start_importing(session(), batch)
    app.config["JOBS_INLINE"] = False
    job = start_job(session(), kind=tasks.IMPORT, owner=owner, arguments={"batch_id": batch.id}, limit=10**6)
    session.commit()
    app.config["JOBS_INLINE"] = True
    return job.id


def ended(session, job_id: int) -> JobStatus | None:
    session.rollback()
    status = session.get_one(Job, job_id).status
    session.rollback()
    return status if status not in {JobStatus.QUEUED, JobStatus.RUNNING} else None


def test_a_worker_killed_at_any_moment_imports_every_row_once(nursery, app, session, file, tmp_path):
    dice = random.Random(11_2026)
    for _ in range(KILLS):
        clear(session)
        job_id = queued_import(app, session, file, tmp_path)
        nursery.kill("work", dice.uniform(0, 0.8))
        assert state(session) in {(0, 0, 0), (ROWS, ROWS, 1)}
        pid = nursery.start("work")
        deadline = time.monotonic() + PATIENCE
        while not (status := ended(session, job_id)):
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)
        os.kill(pid, signal.SIGTERM)
        nursery.wait()
        assert (status, state(session)) == (JobStatus.DONE, (ROWS, ROWS, 1))
