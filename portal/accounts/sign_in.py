"""Loads the user of a request from its session token, and puts the user's name to what the request writes."""

from __future__ import annotations

from flask import Flask, g, request
from flask_login import current_user

from portal.accounts.demo_accounts import is_demo_account
from portal.accounts.models import User
from portal.accounts.sessions import find_session, touch
from portal.audit.recorder import set_actor
from portal.db import db
from portal.extensions import login_manager
from portal.scope import scope_of_system


def init_app(app: Flask) -> None:
    """Attach flask-login to the session table."""
    login_manager.init_app(app)

    @login_manager.user_loader
    def _load(token: str) -> User | None:
        session = db.session()
        with scope_of_system(session):
            row = find_session(session, token)
        if row is None or (is_demo_account(row.user.email) and not app.config["PORTAL_DEMO"]):
            return None
        touch(session, row)
        g.user_session = row
        row.user.session_token = token
        return row.user

    @app.before_request
    def _name_actor() -> None:
        if request.endpoint == "static":
            return
        if current_user.is_authenticated:
            set_actor(
                db.session(), actor_id=current_user.id, name=current_user.name, request_id=g.get("request_id", "")
            )
        else:
            set_actor(db.session(), actor_id=None, name="anonymous", request_id=g.get("request_id", ""))
