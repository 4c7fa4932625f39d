"""The side menu: groups of entries, each with its endpoint and the permission of that endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l

from portal.access import can
from portal.permissions import Permission as P


@dataclass(frozen=True)
class Entry:
    """One line of the menu. `icon` is a name in the icon sprite."""

    label: Any
    endpoint: str
    permission: P
    icon: str


MENU: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (
        _l("Work"),
        (
            Entry(_l("Home"), "home.index", P.ACCOUNTS_OWN_MANAGE, "home"),
            Entry(_l("Background work"), "jobs.list_jobs", P.JOBS_OWN_READ, "progress"),
        ),
    ),
    (
        _l("Network"),
        (
            Entry(_l("Outlet map"), "coverage.outlet_map", P.COVERAGE_MAP_READ, "map"),
            Entry(_l("Outlets"), "network.list_outlets", P.NETWORK_OUTLETS_READ, "building-store"),
            Entry(_l("Distributors"), "network.list_distributors", P.NETWORK_DISTRIBUTORS_READ, "users-group"),
            Entry(_l("Sales areas"), "network.list_areas", P.NETWORK_AREAS_READ, "vector-triangle"),
            Entry(_l("Regions"), "network.list_regions", P.NETWORK_REGIONS_READ, "map-pin"),
            Entry(_l("Imports"), "network.list_imports", P.NETWORK_IMPORTS_RUN, "file-import"),
        ),
    ),
    (
        _l("Sales"),
        (
            Entry(_l("Monthly reports"), "sales.list_reports", P.SALES_REPORTS_READ, "report"),
            Entry(_l("Figures"), "sales.show_figures", P.SALES_ROLLUPS_READ, "chart-bar"),
            Entry(_l("Calendar of periods"), "sales.list_periods", P.SALES_PERIODS_READ, "calendar"),
            Entry(_l("Targets"), "targets.list_plans", P.TARGETS_PLANS_READ, "target"),
            Entry(_l("Quotas"), "targets.list_quotas", P.TARGETS_QUOTAS_READ, "list-numbers"),
            Entry(_l("Products"), "products.list_series", P.PRODUCTS_CATALOGUE_READ, "box"),
        ),
    ),
    (
        _l("Field work"),
        (
            Entry(_l("Activities"), "visits.list_activities", P.VISITS_ACTIVITIES_READ, "checklist"),
            Entry(_l("Plan of the month"), "visits.show_plan", P.VISITS_ACTIVITIES_READ, "calendar"),
            Entry(_l("Norms"), "visits.show_board", P.VISITS_NORMS_READ, "clipboard-check"),
        ),
    ),
    (
        _l("Rebates"),
        (
            Entry(_l("Rebate policies"), "rebates.list_policies", P.REBATES_POLICIES_READ, "report-money"),
            Entry(_l("Settlements"), "rebates.list_runs", P.REBATES_SETTLEMENTS_READ, "receipt"),
            Entry(_l("My policies"), "rebates.list_addressed", P.REBATES_POLICIES_ACKNOWLEDGE, "file-check"),
            Entry(_l("Forecast"), "rebates.list_forecasts", P.REBATES_STATEMENTS_READ, "trending-up"),
            Entry(_l("Statements"), "rebates.list_statements", P.REBATES_STATEMENTS_READ, "receipt-yuan"),
            Entry(_l("Disputes"), "rebates.list_disputes", P.REBATES_STATEMENTS_READ, "message-circle"),
            Entry(_l("Balance"), "rebates.show_balances", P.REBATES_STATEMENTS_READ, "report-money"),
            Entry(_l("Subsidies handed down"), "rebates.list_grants", P.REBATES_PASS_THROUGH_READ, "coin-yuan"),
            Entry(_l("Points accounts"), "rebates.show_points", P.REBATES_POINTS_READ, "star"),
        ),
    ),
    (
        _l("Onboarding"),
        (
            Entry(_l("Reviews"), "onboarding.list_reviews", P.ONBOARDING_APPLICATIONS_REVIEW, "clipboard-check"),
            Entry(
                _l("Applications"), "onboarding.list_applications", P.ONBOARDING_APPLICATIONS_READ, "file-description"
            ),
            Entry(_l("Recruiting"), "onboarding.list_candidates", P.ONBOARDING_CANDIDATES_READ, "user-plus"),
            Entry(_l("Openings"), "onboarding.list_openings", P.ONBOARDING_APPLICATIONS_READ, "checklist"),
            Entry(_l("Exits"), "onboarding.list_exits", P.ONBOARDING_EXITS_READ, "logout"),
            Entry(_l("Rollout plan"), "onboarding.show_plan", P.ONBOARDING_PLAN_READ, "target-arrow"),
            Entry(_l("Delegations"), "onboarding.list_delegations", P.ONBOARDING_DELEGATIONS_MANAGE, "users"),
        ),
    ),
    (
        _l("Administration"),
        (
            Entry(_l("Users"), "admin.list_users", P.ACCOUNTS_USERS_MANAGE, "user-cog"),
            Entry(_l("Audit trail"), "audit.list_entries", P.AUDIT_ENTRIES_READ, "history"),
        ),
    ),
)


def menu_for_user() -> list[dict[str, Any]]:
    """The groups and entries that the present user may open; the open one is marked."""
    groups = []
    for title, entries in MENU:
        shown = [
            {
                "label": entry.label,
                "url": url_for(entry.endpoint),
                "icon": entry.icon,
                "active": request.endpoint == entry.endpoint,
            }
            for entry in entries
            if can(entry.permission) and entry.endpoint in current_app.view_functions
        ]
        if shown:
            groups.append({"label": title, "entries": shown})
    return groups


def init_app(app: Flask) -> None:
    """Hand the menu to the layout."""

    @app.context_processor
    def _navigation() -> dict[str, Any]:
        return {"menu_for_user": menu_for_user}
