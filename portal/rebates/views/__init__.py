"""Pages of the rebates room: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

from portal.rebates import models  # noqa: F401 - the tables are known once the room is

blueprint = Blueprint("rebates", __name__)

# Modules attach their routes to the blueprint above: import each here, sorted.

__all__ = ["blueprint"]
