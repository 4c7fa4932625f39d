"""Mail for notices: each reader's language, one short message with the link."""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.db import db, writing
from portal.jobs.rounds import every
from portal.mail import is_configured, send_mail
from portal.notifications.labels import sentence
from portal.notifications.models import Notice
from portal.notifications.services import send_unmailed


@every(10, "notices by mail")
def send_outbox(app: Flask) -> int:
    """Send what waits: by SMTP where it is configured, else as text files into INSTANCE_DIR/outbox; how many."""
    with app.app_context(), writing():
        return send_unmailed(db.session(), lambda notice: _send(app, notice))


def _send(app: Flask, notice: Notice) -> bool:
    with force_locale(notice.user.locale):
        subject = sentence(notice.kind, notice.params)
        link = f"{app.config['BASE_URL'].rstrip('/')}{notice.path}"
        body = _("%(sentence)s\n\n%(link)s\n\nThis message was sent by Qudao.", sentence=subject, link=link)
    if is_configured(app.config):
        return send_mail(app.config, to=notice.user.email, subject=subject, body=body)
    return _keep(Path(app.config["INSTANCE_DIR"]) / "outbox", notice, subject, body)


def _keep(folder: Path, notice: Notice, subject: str, body: str) -> bool:
    """The way of a machine without a mail server: the operator can read what would have been sent."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{notice.id:08}.txt").write_text(f"To: {notice.user.email}\n{subject}\n\n{body}\n", encoding="utf8")
    except OSError as error:
        print(f"outbox: {error}", file=sys.stderr)
        return False
    return True
