"""What a settlement has posted in the ledger: every side of every posting, as a list and as a file."""

from __future__ import annotations

from decimal import Decimal

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.formatting import format_int, format_yuan
from portal.permissions import Permission as P
from portal.rebates import labels
from portal.rebates.forms.runs import LEDGER
from portal.rebates.models import SettlementRun
from portal.rebates.queries import run_pages as queries
from portal.rebates.rules.settling import Unit, span_of
from portal.rebates.views import blueprint
from portal.rebates.views.settlements import period_words
from portal.spreadsheets import Column
from portal.tables import ListState


def amount_words(unit: Unit, amount: int) -> str:
    """¥1,000.00, 500, 3, with the sign of its side."""
    return format_yuan(amount) if unit is Unit.CASH else format_int(amount)


@blueprint.get("/settlements/<int:run_id>/ledger")
@requires(P.REBATES_LEDGER_READ)
def list_run_entries(run_id: int) -> str:
    """The postings of a run: debits are positive, credits negative; each posting sums to nothing."""
    session = db.session()
    run = queries.get_run(session, run_id)
    state = _state(run)
    page, count = queries.list_entries(session, run, state)
    return render_template(
        "rebates/run_ledger.html",
        run=run,
        title=period_words(run),
        state=state,
        page=page,
        count=count,
        postings={key: str(word) for key, word in labels.POSTING.items()},
        accounts={key: str(word) for key, word in labels.ACCOUNT.items()},
        units={key: str(word) for key, word in labels.UNIT.items()},
        amount_words=amount_words,
    )


def _state(run: SettlementRun) -> ListState:
    return LEDGER.read(url_for("rebates.list_run_entries", run_id=run.id), request.args)


@blueprint.post("/settlements/<int:run_id>/ledger/export/<kind>")
@requires(P.REBATES_LEDGER_READ)
def export_run_entries(run_id: int, kind: str) -> Response:
    """The filtered postings as a file."""
    session = db.session()
    run = queries.get_run(session, run_id)
    columns = [
        Column(_("Booked on"), "date"),
        Column(_("Posting"), "text"),
        Column(_("Distributor code"), "text"),
        Column(_("Outlet code"), "text"),
        Column(_("Month"), "month"),
        Column(_("Account"), "text"),
        Column(_("Unit"), "text"),
        Column(_("Amount"), "decimal"),
        Column(_("By"), "text"),
    ]
    rows = (
        [
            row.booked_on,
            str(labels.POSTING[row.kind]),
            row.owner_code,
            row.outlet_code or "",
            row.month,
            str(labels.ACCOUNT[row.account]),
            str(labels.UNIT[row.unit]),
            Decimal(row.amount).scaleb(-2) if row.unit is Unit.CASH else row.amount,
            row.actor_name,
        ]
        for row in queries.export_entries(session, run, _state(run))
    )
    label = f"{span_of(run.period_kind, run.period_month).label}-{run.number}"
    return export_table(kind, f"ledger-{label}", columns, rows, noted_as="settlement ledger")
