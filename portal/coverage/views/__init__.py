"""Pages and data of the map: one module for each kind of answer, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("coverage", __name__)

from portal.coverage.views import boundaries, data, pages  # noqa: E402 - they attach their routes to the blueprint

__all__ = ["blueprint", "boundaries", "data", "pages"]
