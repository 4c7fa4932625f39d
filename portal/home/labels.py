"""Words of the work list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.home.rules import Task, Urgency

TASKS = {
    Task.REPORTS_OVERDUE: _l("Monthly reports overdue"),
    Task.REPORTS_DUE: _l("Monthly reports to hand in"),
    Task.REPORTS_RETURNED: _l("Monthly reports returned to you"),
    Task.REPORT_QUESTIONS: _l("Questions about your monthly reports"),
    Task.REPORTS_TO_REVIEW: _l("Monthly reports to accept or return"),
    Task.AMENDMENTS_TO_DECIDE: _l("Amendments of closed months to decide"),
    Task.REOPENINGS_TO_DECIDE: _l("Closed months that somebody asks to reopen"),
    Task.IN_REVIEW: _l("Outlets in review"),
    Task.APPLIED: _l("Applications to take up"),
    Task.OPENING_OVERDUE: _l("Openings past their planned date"),
    Task.DOCUMENTS_EXPIRED: _l("Outlets whose licence or contract has run out"),
    Task.DOCUMENTS_EXPIRING: _l("Outlets whose licence or contract runs out within 60 days"),
    Task.OWNER_DOCUMENTS_EXPIRED: _l("Distributors whose licence or contract has run out"),
    Task.OWNER_DOCUMENTS_EXPIRING: _l("Distributors whose licence or contract runs out within 60 days"),
    Task.ON_WATCH: _l("Outlets on the watch list"),
    Task.SUSPENDED: _l("Suspended outlets"),
    Task.NOT_ASSIGNED: _l("Outlets in no sales area"),
    Task.NO_COORDINATES: _l("Outlets without a place on the map"),
    Task.RETURNED: _l("Applications that need more information from you"),
    Task.DESK_OVERDUE: _l("Applications on your desk, overdue"),
    Task.ON_MY_DESK: _l("Applications on your desk"),
    Task.POLICIES_SUBMITTED: _l("Rebate policies that wait for a second person"),
    Task.RUNS_OVERDUE: _l("Settlements that should have been paid"),
    Task.RUNS_TO_CHECK: _l("Settlements to check"),
    Task.RUNS_TO_APPROVE: _l("Settlements to approve"),
    Task.RUNS_TO_PAY: _l("Settlements to release or pay"),
    Task.EVIDENCE_WAITING: _l("Evidence of field work to accept or return"),
    Task.EVIDENCE_RETURNED: _l("Evidence of field work that came back to you"),
    Task.PLANS_OVERDUE: _l("Planned activities of yours whose day is over"),
    Task.FIELD_TASKS: _l("Tasks from visits for you to answer"),
    Task.FIELD_TASKS_LATE: _l("Tasks from visits that are overdue"),
}

URGENCIES = {
    Urgency.OVERDUE: _l("Overdue"),
    Urgency.RETURNED: _l("Returned to you"),
    Urgency.WAITING: _l("To do"),
    Urgency.NOTE: _l("To watch"),
}

COLOURS = {Urgency.OVERDUE: "red", Urgency.RETURNED: "orange", Urgency.WAITING: "blue", Urgency.NOTE: "yellow"}
