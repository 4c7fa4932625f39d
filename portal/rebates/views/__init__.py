"""Pages of the rebates room: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

from portal.rebates import models, tasks  # noqa: F401 - tables are known, and kinds of jobs, once the room is

blueprint = Blueprint("rebates", __name__)

from portal.rebates.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    policies,
    policy_editor,
    settlements,
)

__all__ = ["blueprint", "policies", "policy_editor", "settlements"]
