"""Pages of the rebates room: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

from portal.rebates import models, tasks, tasks_points  # noqa: F401 - tables, kinds of jobs and rounds are known

blueprint = Blueprint("rebates", __name__)

from portal.rebates.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    addressed,
    balances,
    disputes,
    forecast,
    pass_through,
    points,
    policies,
    policy_editor,
    printing,
    run_exports,
    run_ledger,
    settlements,
    statements,
    what_if,
)

__all__ = [
    "addressed",
    "balances",
    "blueprint",
    "disputes",
    "forecast",
    "pass_through",
    "points",
    "policies",
    "policy_editor",
    "printing",
    "run_exports",
    "run_ledger",
    "settlements",
    "statements",
    "what_if",
]
