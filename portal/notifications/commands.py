"""Commands of the notifications room."""

from __future__ import annotations

import click
from flask import current_app

from portal.notifications.outbox import send_outbox


@click.group("notifications")
def notifications() -> None:
    """Notices and their mail."""


@notifications.command("send")
def send_command() -> None:
    """Send the mail that waits (the worker does so by itself)."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo(f"{send_outbox(app)} sent")


commands = (notifications,)
