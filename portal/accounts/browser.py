"""The signed-in browser of the present request: begun, ended, known."""

from __future__ import annotations

from flask import current_app, g, request, session
from flask_login import current_user, login_user, logout_user

from portal.accounts import throttle
from portal.accounts.models import LoginAttempt, User, UserSession
from portal.accounts.sessions import start_session
from portal.db import db


def address() -> str:
    """Where the request comes from, as far as the trusted proxies vouch for it."""
    return request.remote_addr or ""


def present_session() -> UserSession | None:
    """The session at the server that this browser uses; None for anonymous visitors."""
    row: UserSession | None = g.get("user_session")
    return row


def present_user() -> User:
    """The signed-in user themself, not flask-login's stand-in for them."""
    user: User = current_user._get_current_object()
    return user


def begin(user: User) -> None:
    """A new session at the server and an empty cookie with its token: nothing of before survives (CWE-384)."""
    start_session(db.session(), user, address=address(), agent=request.user_agent.string)
    _empty_cookie()
    login_user(user)


def leave() -> None:
    """Forget everything in this browser but its language."""
    logout_user()
    _empty_cookie()


def _empty_cookie() -> None:
    language = session.get("locale")
    session.clear()
    # The token against forged requests is kept for the length of a request, too.
    g.pop("csrf_token", None)
    if language:
        session["locale"] = language


def count_try(account: str) -> LoginAttempt:
    """Count a try to prove something; raises TooManyTries. Commit at once."""
    limits = throttle.Limits.from_config(current_app.config)
    return throttle.admit(db.session(), account, address=address(), limits=limits)


def forget_try(attempt_id: int) -> None:
    """The try succeeded."""
    throttle.take_back(db.session(), attempt_id)
