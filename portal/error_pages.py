"""Errors as pages: a plain sentence, what to do next, the request's id. Nothing of the inside is shown."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal.db import db
from portal.errors import QudaoError

log = structlog.get_logger()
PAGES = frozenset({400, 401, 403, 404, 409, 413, 422, 429, 500})


def init_app(app: Flask) -> None:
    """Attach the handlers."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _http)
    app.register_error_handler(QudaoError, _named)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(Exception, _unexpected)


def _page(status: int, *, error: object = None) -> tuple[Response | str, int]:
    db.session.rollback()
    if request.path.endswith(".json"):
        return jsonify(error=status, request_id=getattr(g, "request_id", "")), status
    name = status if status in PAGES else (400 if status < 500 else 500)
    return render_template(f"errors/{name}.html", error=error, request_id=getattr(g, "request_id", "")), status


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return _page(error.code, error=None)


def _named(error: QudaoError) -> ResponseReturnValue:
    return _page(error.status, error=error)


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    return _page(409)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected", path=request.path, method=request.method)
    return _page(500)
