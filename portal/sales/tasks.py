"""What the monthly report does by itself: opens the months to come, reminds whoever has not reported."""

from __future__ import annotations

from flask import Flask

from portal import clock
from portal.audit.recorder import set_actor
from portal.db import db, writing
from portal.jobs.rounds import every
from portal.periods import month_of, next_month
from portal.sales.services.notices import remind
from portal.sales.services.periods import ensure_months
from portal.scope import EVERYTHING, bind_scope


@every(3600, "sales calendar and reminders")
def send_reminders(app: Flask) -> int:
    """Open this month and the next; tell whoever is due or late. Each step is told once, however often this runs."""
    with app.app_context(), writing():
        session = db.session()
        bind_scope(session, EVERYTHING)
        set_actor(session, actor_id=None, name="reminders")
        today = clock.today()
        months = (month_of(today), next_month(month_of(today)))
        ensure_months(session, months, due_day=app.config["SALES_DUE_DAY"])
        told = remind(session, today)
        session.commit()
        return told
