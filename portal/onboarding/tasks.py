"""What onboarding does by itself."""

from __future__ import annotations

from flask import Flask

from portal import clock
from portal.audit.recorder import set_actor
from portal.db import db, writing
from portal.jobs.rounds import every
from portal.onboarding.services.notices import remind
from portal.scope import EVERYTHING, bind_scope


@every(3600, "onboarding reminders")
def send_reminders(app: Flask) -> int:
    """Tell whoever has something due; each due day is told once, however often this runs."""
    with app.app_context(), writing():
        session = db.session()
        bind_scope(session, EVERYTHING)
        set_actor(session, actor_id=None, name="reminders")
        told = remind(session, clock.today())
        session.commit()
        return told
