"""What points accounts do by themselves: points that were not redeemed in time expire, once a day."""

from __future__ import annotations

from flask import Flask

from portal.audit.recorder import set_actor
from portal.db import db, writing
from portal.jobs.rounds import every
from portal.rebates.services.points import expire_points
from portal.scope import EVERYTHING, bind_scope


@every(86_400, "points that expire")
def expire_old_points(app: Flask) -> int:
    """Take off what is too old. Each lot expires once, however often this runs."""
    with app.app_context(), writing():
        session = db.session()
        bind_scope(session, EVERYTHING)
        set_actor(session, actor_id=None, name="points")
        expired = expire_points(session)
        session.commit()
        return expired
