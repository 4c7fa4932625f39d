"""The first page after signing in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.db import db
from portal.formatting import format_month
from portal.home import labels, queries
from portal.home.rules import SETTLING, Task, work_list
from portal.i18n import current_language
from portal.network.rules import PLANNED, TRADING, Need
from portal.onboarding.rules.states import ApplicationStatus
from portal.periods import format_month as month_key
from portal.periods import month_of, previous_month
from portal.permissions import Permission
from portal.rebates.rules.life import RunStatus, VersionStatus
from portal.sales.rules.calendar import Punctuality
from portal.sales.rules.words import AmendmentStatus, ReportStatus

blueprint = Blueprint("home", __name__)

# Which list, under which filter, shows the objects behind a count.
LINKS: dict[Task, dict[str, Any]] = {
    Task.IN_REVIEW: {"status": "in_review"},
    Task.APPLIED: {"status": "applied"},
    Task.OPENING_OVERDUE: {"need": Need.OPENING_OVERDUE},
    Task.DOCUMENTS_EXPIRED: {"need": Need.PAPERS_EXPIRED},
    Task.DOCUMENTS_EXPIRING: {"need": Need.PAPERS_EXPIRING},
    Task.OWNER_DOCUMENTS_EXPIRED: {"need": Need.PAPERS_EXPIRED},
    Task.OWNER_DOCUMENTS_EXPIRING: {"need": Need.PAPERS_EXPIRING},
    Task.ON_WATCH: {"status": "watch"},
    Task.SUSPENDED: {"status": "suspended"},
    Task.NOT_ASSIGNED: {"need": Need.NO_AREA},
    Task.NO_COORDINATES: {"need": Need.NO_PLACE},
    Task.RETURNED: {"status": ApplicationStatus.MORE_INFORMATION},
    Task.DESK_OVERDUE: {"overdue": "yes"},
    Task.ON_MY_DESK: {},
    Task.REPORTS_OVERDUE: {"punctuality": Punctuality.MISSING},
    Task.REPORTS_DUE: {},
    Task.REPORTS_RETURNED: {},
    Task.REPORT_QUESTIONS: {},
    Task.REPORTS_TO_REVIEW: {"status": ReportStatus.SUBMITTED},
    Task.AMENDMENTS_TO_DECIDE: {"status": AmendmentStatus.PROPOSED},
    Task.REOPENINGS_TO_DECIDE: {},
    Task.POLICIES_SUBMITTED: {"status": VersionStatus.SUBMITTED},
    Task.RUNS_OVERDUE: {"clock": "overdue"},
    Task.RUNS_TO_CHECK: {"status": RunStatus.DRAFT},
    Task.RUNS_TO_APPROVE: {"status": RunStatus.CHECKED},
    Task.RUNS_TO_PAY: {"status": [RunStatus.APPROVED, RunStatus.RELEASED]},
    Task.EVIDENCE_WAITING: {"status": "submitted", "sort": "day"},
    Task.EVIDENCE_RETURNED: {"status": "returned", "mine": "yes"},
    Task.PLANS_OVERDUE: {"status": "planned", "mine": "yes", "sort": "day"},
    Task.FIELD_TASKS: {"task": "distributor"},
    Task.FIELD_TASKS_LATE: {"task": "distributor", "late": "yes"},
}
# Lists other than that of the outlets.
ENDPOINTS = {
    Task.OWNER_DOCUMENTS_EXPIRED: "network.list_distributors",
    Task.OWNER_DOCUMENTS_EXPIRING: "network.list_distributors",
    Task.RETURNED: "onboarding.list_applications",
    Task.DESK_OVERDUE: "onboarding.list_reviews",
    Task.ON_MY_DESK: "onboarding.list_reviews",
    Task.REPORTS_OVERDUE: "sales.list_reports",
    Task.REPORTS_DUE: "sales.list_reports",
    Task.REPORTS_RETURNED: "sales.list_reports",
    Task.REPORT_QUESTIONS: "sales.list_reports",
    Task.REPORTS_TO_REVIEW: "sales.list_reports",
    Task.AMENDMENTS_TO_DECIDE: "sales.list_amendments",
    Task.REOPENINGS_TO_DECIDE: "sales.list_periods",
    Task.POLICIES_SUBMITTED: "rebates.list_policies",
    Task.RUNS_OVERDUE: "rebates.list_runs",
    Task.RUNS_TO_CHECK: "rebates.list_runs",
    Task.RUNS_TO_APPROVE: "rebates.list_runs",
    Task.RUNS_TO_PAY: "rebates.list_runs",
    **dict.fromkeys(
        (
            Task.EVIDENCE_WAITING,
            Task.EVIDENCE_RETURNED,
            Task.PLANS_OVERDUE,
            Task.FIELD_TASKS,
            Task.FIELD_TASKS_LATE,
        ),
        "visits.list_activities",
    ),
}
# Whose list begins with a month of its own: the one that was counted.
OF_MONTH = frozenset({Task.REPORTS_OVERDUE, Task.REPORTS_TO_REVIEW})


@blueprint.get("/")
@requires(Permission.ACCOUNTS_OWN_MANAGE)
def index() -> str:
    """Work list, figures, chart."""
    today = clock.today()
    session = db.session()
    counts = queries.count_tasks(session, today, is_settling=current_user.role in SETTLING)
    counts |= queries.count_applications(session, current_user, today)
    counts |= queries.count_reports(session, today) | queries.count_field_work(session, current_user, today)
    items = work_list(current_user.role, counts)
    months, opened, exited = queries.openings_and_exits(db.session(), today)
    names = [format_month(month, current_language()) for month in months]
    return render_template(
        "home/index.html",
        items=[(item, _list_url(item.task)) for item in items],
        numbers=queries.get_figures(db.session(), today),
        today=today,
        trading=sorted(TRADING),
        planned=sorted(PLANNED),
        rows=list(zip(names, opened, exited, strict=True)),
        chart={"categories": names, "series": [_series(_("Opened"), opened, 0), _series(_("Exited"), exited, 1)]},
        labels=labels,
    )


def _list_url(task: Task) -> str:
    month = {"month": month_key(previous_month(month_of(clock.today())))} if task in OF_MONTH else {}
    return url_for(ENDPOINTS.get(task, "network.list_outlets"), **month, **LINKS[task])


def _series(name: str, values: list[int], number: int) -> dict[str, object]:
    """A row of bars; the colours are those of the design sheet."""
    colour, fallback = (("--q-teal-solid", "#128090"), ("--q-orange-solid", "#d4631c"))[number]
    return {"name": name, "values": values, "colour": colour, "fallback": fallback}
