"""Pages of the rebates room: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("rebates", __name__)

# Modules attach their routes to the blueprint above: import each here, sorted.

__all__ = ["blueprint"]
