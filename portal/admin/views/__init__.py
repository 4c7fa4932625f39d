"""Pages of the admin room."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from portal.admin.views import access, users  # noqa: E402 - the modules attach their routes to the blueprint above

__all__ = ["access", "blueprint", "users"]
