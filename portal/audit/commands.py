"""Commands of the audit."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from portal.audit.queries import broken_entry
from portal.db import db, reading


@click.group("audit")
def audit() -> None:
    """Who did what."""


@audit.command("check")
@with_appcontext
def check() -> None:
    """Follow the chain of hashes from the first entry to the last. Exit 1 where an entry was tampered with."""
    with reading():
        broken = broken_entry(db.session())
    if broken is not None:
        raise click.ClickException(f"entry {broken} was changed, or one before it was removed")
    click.echo("The audit is whole.")


commands: tuple[click.Command, ...] = (audit,)
