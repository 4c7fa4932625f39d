"""Pages of the products room: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("products", __name__)

from portal.products.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    groups,
    models,
    series,
)

__all__ = ["blueprint", "groups", "models", "series"]
