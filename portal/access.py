"""Who may call which URL. A route names its permission in one line; a route that names none is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.db import db, set_may_write
from portal.permissions import Permission, is_allowed
from portal.scope import NOTHING, bind_scope

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def requires(permission: Permission) -> Callable[[View], View]:
    """The view may be called by signed-in users whose role holds `permission`."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """The view may be called by anybody, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> str | None:
    """What the endpoint asks for: a permission, `public`, or None where nothing is declared."""
    if endpoint == "static":
        return PUBLIC
    return getattr(app.view_functions[endpoint], "access", None)


def can(permission: Permission | str) -> bool:
    """Whether the present user holds the permission. The same answer in views and in templates."""
    user = current_user._get_current_object()  # once: every look through the proxy searches anew
    return user.is_authenticated and is_allowed(user.role, Permission(permission))


def init_app(app: Flask) -> None:
    """Check every request before its view runs; bind the user's scope to the session."""

    @app.before_request
    def _check() -> Response | None:
        set_may_write(request.method not in SAFE_METHODS)
        if request.endpoint is None:
            return None  # routing has failed already: 404 or 405
        needed = access_of(current_app, request.endpoint)
        if request.endpoint == "static":
            return None
        user = current_user._get_current_object()
        scope = user.scope if user.is_authenticated else NOTHING
        bind_scope(db.session(), scope)
        g.scope = scope
        if needed == PUBLIC:
            return None
        if not user.is_authenticated:
            return _ask_to_sign_in()
        if needed is None or not is_allowed(user.role, Permission(needed)):
            abort(403)
        return None

    app.jinja_env.globals.update(can=can)


def _ask_to_sign_in() -> Response:
    if request.method != "GET" or request.headers.get("HX-Request") or request.path.endswith(".json"):
        abort(401)
    target = request.full_path if request.query_string else request.path
    return redirect(url_for("accounts.sign_in", next=target))
