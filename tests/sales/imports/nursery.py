"""Run as a process: forks an import or a worker for every order, so that tests may kill it (tests/nursery.py).

    python -m tests.sales.imports.nursery DATABASE_URL INSTANCE_DIR FILE DISTRIBUTOR_ID MONTH

"import" is `flask sales import` of the file, "work" a worker.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from portal import create_app, worker
from portal.boundaries.names import get_index
from portal.db import db
from portal.periods import parse_month
from portal.sales.services import imports_staging
from portal.sales.tasks_imports import SalesImport
from portal.sales.uploads import Upload
from tests.nursery import serve


def main() -> None:
    """Fork for every line, until stdin ends."""
    url, folder, file, distributor_id, month = sys.argv[1:]
    worker.SWEEP_EVERY = 0.05
    imports_staging.CHUNK_ROWS = 100  # many short transactions to be killed between
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": url,
            "INSTANCE_DIR": Path(folder),
            "STORAGE_DIR": Path(folder) / "storage",
            "SECRET_KEY": "for tests only, 32 bytes or more....",
            "JOB_LEASE_SECONDS": 0.4,
        }
    )
    get_index(app.config["GEODATA_DIR"])  # once, for all that are forked
    path = Path(file)
    upload = Upload(path, path.name, int(distributor_id), parse_month(month))
    serve({"import": lambda: _import(app, upload), "work": lambda: worker.work(app)})


def _import(app: Any, upload: Upload) -> None:
    with app.app_context():
        SalesImport.configured(app.config).run(db.session(), upload, is_dry=False)


if __name__ == "__main__":
    main()
