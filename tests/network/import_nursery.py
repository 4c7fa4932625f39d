"""Run as a process: forks an import or a worker for every order, so that tests may kill it (tests/nursery.py).

    python -m tests.network.import_nursery DATABASE_URL INSTANCE_DIR GEODATA_DIR FILE

"import" is `flask network import` of the file, "work" a worker.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from portal import create_app, worker
from portal.boundaries.locate import get_locator
from portal.db import db
from portal.geo import Datum
from portal.network.models import ImportKind
from portal.network.tasks import FileImport
from portal.network.uploads import Upload
from tests.nursery import serve


def main() -> None:
    """Fork for every line, until stdin ends."""
    url, folder, geodata, file = sys.argv[1:]
    worker.SWEEP_EVERY = 0.05
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": url,
            "INSTANCE_DIR": Path(folder),
            "STORAGE_DIR": Path(folder) / "storage",
            "GEODATA_DIR": Path(geodata),
            "SECRET_KEY": "for tests only, 32 bytes or more....",
            "JOB_LEASE_SECONDS": 0.4,
        }
    )
    get_locator(Path(geodata))  # once, for all that are forked
    serve({"import": lambda: _import(app, Path(file)), "work": lambda: worker.work(app)})


def _import(app: Any, file: Path) -> None:
    with app.app_context():
        upload = Upload(file, file.name, ImportKind.OUTLETS, Datum.WGS84)
        FileImport(app.config).run(db.session(), upload, is_dry=False)


if __name__ == "__main__":
    main()
