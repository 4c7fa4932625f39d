"""Headers on every answer, the request's id, trusted proxies, and what is refused at start-up."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from portal.settings import WEAK_KEYS


class RowNumber(IntegerConverter):
    """`<int:…>` in a URL: a number that the database can hold. A longer one is no page (404), not an error."""

    def __init__(self, url_map: Any, fixed_digits: int = 0, min: int = 0, max: int = 2**63 - 1, signed: bool = False):
        super().__init__(url_map, fixed_digits, min, max, signed)


def content_security_policy(tile_origin: str = "") -> str:
    """The policy of every page. Only images may come from the configured tile server."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob: {tile_origin}".rstrip(),
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
            "form-action 'self'",
        )
    )


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}".replace("{s}", "*") if rest else ""


def init_app(app: Flask) -> None:
    """Attach headers and request ids; refuse a weak key and debug outside development."""
    if not app.config.get("TESTING") and str(app.config["SECRET_KEY"]) in WEAK_KEYS:
        raise RuntimeError(
            "SECRET_KEY is empty or a known word: set it to 32 random bytes, or unset it to have one made"
        )
    app.url_map.converters["int"] = RowNumber
    https = bool(app.config["HTTPS"])
    app.config.update(
        SESSION_COOKIE_NAME="__Host-qudao" if https else "qudao",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=https,
    )
    policy = content_security_policy(_origin(str(app.config["TILE_URL"])))
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    @app.before_request
    def _number_request() -> None:
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=(), payment=()"
        headers["X-Request-Id"] = getattr(g, "request_id", "")
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        # A view that says nothing of caching (a download's "no-cache" is Flask's own default) is kept by nobody.
        if request.endpoint != "static" and headers.get("Cache-Control", "no-cache") == "no-cache":
            headers["Cache-Control"] = "no-store"
        return response
