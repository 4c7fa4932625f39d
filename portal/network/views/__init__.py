"""Pages of the network room: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("network", __name__)

from portal.network.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    archive,
    areas,
    distributors,
    imports,
    list_exports,
    listing,
    outlets,
    places,
    regions,
    territories,
)

__all__ = [
    "archive",
    "areas",
    "blueprint",
    "distributors",
    "imports",
    "list_exports",
    "listing",
    "outlets",
    "places",
    "regions",
    "territories",
]
