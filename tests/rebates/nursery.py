"""Run as a process: forks a worker or a step of a settlement for every order, so that tests may kill it.

    python -m tests.rebates.nursery DATABASE_URL INSTANCE_DIR APPROVER_ID FINANCE_ID

"work" is a worker; "approve", "release" and "pay" move the newest run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal import create_app, worker
from portal.accounts.models import User
from portal.db import db, set_may_write
from portal.rebates.models import SettlementRun
from portal.rebates.services import calculation
from portal.rebates.services.settlement import approve, pay, release
from portal.scope import EVERYTHING, bind_scope
from tests.nursery import serve


def main() -> None:
    """Fork for every line, until stdin ends."""
    url, folder, approver, finance = sys.argv[1:]
    worker.SWEEP_EVERY = 0.05
    calculation.CHUNK = 20  # many short transactions to be killed between
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": url,
            "INSTANCE_DIR": Path(folder),
            "SECRET_KEY": "for tests only, 32 bytes or more....",
            "JOB_LEASE_SECONDS": 0.4,
        }
    )
    serve(
        {
            "work": lambda: worker.work(app),
            "approve": lambda: _move(app, approve, int(approver)),
            "release": lambda: _move(app, release, int(finance)),
            "pay": lambda: _move(app, pay, int(finance)),
        }
    )


def _move(app: Any, verb: Any, user_id: int) -> None:
    with app.app_context():
        set_may_write(True)
        session = db.session()
        bind_scope(session, EVERYTHING)
        run = session.scalars(select(SettlementRun).order_by(SettlementRun.id.desc()).limit(1)).one()
        verb(session, run, actor=session.get_one(User, user_id), version_seen=run.version)
        session.commit()


if __name__ == "__main__":
    main()
