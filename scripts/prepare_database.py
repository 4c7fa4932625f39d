"""Bring the database up to date, in one process: its tables, the regions, and the demonstration where it is wanted.

    python scripts/prepare_database.py     safe to repeat: what is there already is left alone

The demonstration is loaded into an empty network while PORTAL_DEMO is on.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import click  # noqa: E402
from flask import Flask  # noqa: E402
from flask_migrate import upgrade  # noqa: E402

from portal import create_app  # noqa: E402
from portal.db import db  # noqa: E402


def main() -> int:
    """Prepare the database of this installation; returns the exit code."""
    app = create_app()
    with app.app_context():
        migrate()
        url = db.engine.url.render_as_string(hide_password=True)
    run(app, "network", "load-regions")
    if app.config["PORTAL_DEMO"]:
        run(app, "demo", "load", "--if-empty")
    print(f"database: {url} is up to date")
    return 0


def migrate() -> None:
    """To the newest tables."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade()


def run(app: Flask, *words: str) -> None:
    """A command of the portal, in this process; ends the program where the command fails."""
    command, *arguments = words
    with app.app_context():
        app.cli.commands[command].main(arguments, prog_name=f"flask {command}", standalone_mode=False, obj=None)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
