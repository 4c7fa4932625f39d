"""Apply all migrations to an empty database and compare it with the models. Exit 1 where they differ."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask_migrate import check, upgrade  # noqa: E402

from portal import create_app  # noqa: E402


def main() -> None:
    """`flask db upgrade`, then `flask db check`, on a SQLite file that is thrown away."""
    with TemporaryDirectory() as folder:
        app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/check.db", "INSTANCE_DIR": Path(folder)})
        with app.app_context():
            upgrade()
            check()


if __name__ == "__main__":
    main()
