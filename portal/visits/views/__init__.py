"""Pages of the field work: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("visits", __name__)

from portal.visits.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    activities,
    findings,
    norms,
    planning,
    recording,
)

__all__ = ["activities", "blueprint", "findings", "norms", "planning", "recording"]
