"""Pages of the targets room: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

from portal.targets.services import telling  # noqa: F401 - it answers what the monthly report asks

blueprint = Blueprint("targets", __name__)

from portal.targets.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    plans,
    quotas,
    what_if,
    wizard,
)

__all__ = ["blueprint", "plans", "quotas", "what_if", "wizard"]
