"""Who stands how to a report: its own distributor, the manager of its area."""

from __future__ import annotations

from portal.accounts.models import User
from portal.sales.models import MonthlyReport
from portal.scope import ScopeKind


def is_own_report(report: MonthlyReport, actor: User | None) -> bool:
    """Whether the report is the actor's distributor's own; the house at work counts as the distributor."""
    return actor is None or (actor.scope.kind is ScopeKind.DISTRIBUTOR and report.distributor_id in actor.scope.ids)


def is_own_area(report: MonthlyReport, actor: User | None) -> bool:
    """Whether the report's distributor is seated in a sales area of the manager's."""
    if actor is None or actor.scope.kind is not ScopeKind.AREAS:
        return False
    return report.distributor.sales_area_id in actor.scope.ids
