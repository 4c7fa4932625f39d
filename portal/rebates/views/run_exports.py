"""What is taken away of settlements as a file: the list of runs, the statements of one, what finance pays."""

from __future__ import annotations

from decimal import Decimal

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.i18n import pick
from portal.permissions import Permission as P
from portal.rebates import labels
from portal.rebates.forms.runs import RUNS
from portal.rebates.models import SettlementRun
from portal.rebates.queries import run_pages as queries
from portal.rebates.rules.settling import span_of
from portal.rebates.views import blueprint
from portal.rebates.views.settlements import statements_state
from portal.spreadsheets import Column


@blueprint.post("/settlements/export/<kind>")
@requires(P.REBATES_SETTLEMENTS_READ)
def export_runs(kind: str) -> Response:
    """The filtered list as a file."""
    state = RUNS.read(url_for("rebates.list_runs"), request.args)
    columns = [
        Column(_("Period"), "text"),
        Column(_("Run"), "integer"),
        Column(_("Status"), "text"),
        Column(_("To be paid by"), "date"),
        Column(_("Statements"), "integer"),
        Column(_("Earned"), "decimal"),
        Column(_("Posted before"), "decimal"),
        Column(_("Amount due"), "decimal"),
        Column(_("Calculated by"), "text"),
        Column(_("Checked by"), "text"),
        Column(_("Approved by"), "text"),
        Column(_("Paid by"), "text"),
    ]
    rows = (
        [
            span_of(run.period_kind, run.period_month).label,
            run.number,
            str(labels.RUN_STATUS[run.status]),
            run.due_on,
            run.statements,
            _yuan(run.total_fen),
            _yuan(run.posted_fen),
            _yuan(run.due_fen),
            run.calculated_by_name,
            run.checked_by_name,
            run.approved_by_name,
            run.paid_by_name,
        ]
        for run in queries.export_runs(db.session(), state, clock.today())
    )
    return export_table(kind, "settlements", columns, rows)


@blueprint.post("/settlements/<int:run_id>/statements/export/<kind>")
@requires(P.REBATES_SETTLEMENTS_READ)
def export_run_statements(run_id: int, kind: str) -> Response:
    """The filtered statements of a run as a file."""
    session = db.session()
    run = queries.get_run(session, run_id)
    state = statements_state(run, [each.code for each in queries.sums_by_policy(session, run)])
    columns = [
        Column(_("Period"), "text"),
        Column(_("Policy"), "text", 20),
        Column(_("Version"), "integer"),
        Column(_("Distributor code"), "text"),
        Column(_("Distributor"), "text", 28),
        Column(_("Outlet code"), "text"),
        Column(_("Outlet"), "text", 28),
        Column(_("Earned"), "decimal"),
        Column(_("Posted before"), "decimal"),
        Column(_("Amount due"), "decimal"),
        Column(_("Points"), "integer"),
        Column(_("Free units"), "integer"),
        Column(_("Nothing accrues because"), "text", 30),
    ]
    period = _label(run)
    rows = (
        [
            period,
            row.policy_code,
            row.policy_number,
            row.owner_code,
            pick(row.owner_name, row.owner_name_en),
            row.outlet_code or "",
            pick(row.outlet_name, row.outlet_name_en) if row.outlet_code else "",
            _yuan(row.total_fen),
            _yuan(row.posted_fen),
            _yuan(row.due_fen),
            row.due_points,
            row.due_goods,
            str(labels.REFUSAL.get(row.refusal, row.refusal)) if row.refusal else "",
        ]
        for row in queries.export_statements(session, run, state)
    )
    return export_table(kind, f"statements-{period}-{run.number}", columns, rows)


@blueprint.post("/settlements/<int:run_id>/finance/<kind>")
@requires(P.REBATES_SETTLEMENTS_READ)
def export_finance(run_id: int, kind: str) -> Response:
    """What finance pays, a row for each distributor, for the ledger system."""
    run = queries.get_run(db.session(), run_id)
    columns = [
        Column(_("Settlement"), "text"),
        Column(_("Distributor code"), "text"),
        Column(_("Distributor"), "text", 28),
        Column(_("Statements"), "integer"),
        Column(_("Earned"), "decimal"),
        Column(_("Posted before"), "decimal"),
        Column(_("To pay"), "decimal"),
        Column(_("Points"), "integer"),
        Column(_("Free units"), "integer"),
        Column(_("To be paid by"), "date"),
    ]
    key = f"{_label(run)}-{run.number}"
    rows = (
        [
            key,
            row.code,
            pick(row.name, row.name_en),
            row.statements,
            _yuan(row.total_fen),
            _yuan(row.posted_fen),
            _yuan(row.due_fen),
            int(row.due_points),
            int(row.due_goods),
            run.due_on,
        ]
        for row in queries.sums_by_distributor(db.session(), run)
    )
    return export_table(kind, f"payout-{key}", columns, rows, noted_as="settlement payout")


def _yuan(fen: int) -> Decimal:
    return Decimal(int(fen)).scaleb(-2)


def _label(run: SettlementRun) -> str:
    return span_of(run.period_kind, run.period_month).label
