"""Statements (对账单): the list, and one with every reason down to the sales lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import NotFound
from portal.formatting import format_int
from portal.i18n import pick
from portal.network.labels import words_of
from portal.periods import parse_month
from portal.permissions import Permission as P
from portal.rebates.forms.dealer_lists import statement_spec
from portal.rebates.labels import (
    DISPUTE_STATUS,
    DISPUTE_STATUS_COLOUR,
    REFUSAL,
    RUN_STATUS,
    RUN_STATUS_COLOUR,
)
from portal.rebates.labels_result import blocks_of, payout_of, told_of
from portal.rebates.labels_terms import describe_terms, effective_words, word_of
from portal.rebates.models import RebateStatement
from portal.rebates.queries import statements as queries
from portal.rebates.queries.disputes import disputes_of
from portal.rebates.rules.evaluation import Result
from portal.rebates.rules.life import OPEN_DISPUTES, RunStatus
from portal.rebates.rules.volumes import counting_terms, is_in_effect
from portal.rebates.rules.words import Period
from portal.rebates.views import blueprint
from portal.rebates.views.dealer_words import (
    is_dealer,
    party_code,
    party_name,
    payment_words,
    period_words,
    policy_name,
    unique_order,
    yuan,
)
from portal.sales.labels import SALE_TYPE
from portal.sales.rules.words import SaleType
from portal.spreadsheets import Column
from portal.table_rows import draw_badges
from portal.tables import ListState


@blueprint.get("/statements")
@requires(P.REBATES_STATEMENTS_READ)
def list_statements() -> str:
    """The statements that the reader sees; those of a run that is not approved yet are head office's alone."""
    session, state = db.session(), _state()
    page, count = queries.list_statements(
        session,
        _wanted(state),
        order=unique_order(state, RebateStatement.id),
        cursor=state.cursor,
        size=state.size,
    )
    return render_template("rebates/statement_list.html", state=state, page=page, count=count, cells=_cells(page.rows))


def _state() -> ListState:
    spec = statement_spec(queries.months_with_statements(db.session()), all_states=not is_dealer())
    return spec.read(url_for("rebates.list_statements"), request.args)


def _wanted(state: ListState) -> queries.StatementFilter:
    month = state.chosen_one("month")
    return queries.StatementFilter(
        text=state.text,
        statuses=tuple(RunStatus(each) for each in state.chosen("status")),
        month=parse_month(month) if month else None,
        periods=tuple(Period(each) for each in state.chosen("period")),
        overdue_on=clock.today() if state.chosen("payment") else None,
    )


def _cells(rows: Sequence[Any]) -> dict[str, Any]:
    statuses = draw_badges(RUN_STATUS, RUN_STATUS_COLOUR)
    return {
        "link": [url_for("rebates.show_statement", statement_id=row.id) for row in rows],
        "month": [period_words(row.period_kind, row.month) for row in rows],
        "policy": [pick(row.name_zh, row.name_en) for row in rows],
        "code": [row.policy_code for row in rows],
        "party": [f"{row.party_code} · {party_name(row)}" for row in rows],
        "total": [yuan(row.total_fen) for row in rows],
        "due": [yuan(row.due_fen) for row in rows],
        "beside": [_beside(row) for row in rows],
        "status": [statuses[row.status] for row in rows],
        "payment": [payment_words(row.status, row.due_on, row.due_fen) for row in rows],
    }


def _beside(row: Any) -> str:
    parts = []
    if row.due_points:
        parts.append(_("%(number)s points", number=format_int(row.due_points)))
    if row.due_goods:
        parts.append(_("%(number)s free units", number=format_int(row.due_goods)))
    return ", ".join(parts) or "–"


@blueprint.post("/statements/export/<kind>")
@requires(P.REBATES_STATEMENTS_READ)
def export_statements(kind: str) -> Response:
    """The list that the filters leave, as a file."""
    columns = [
        Column(_("Period"), "text"),
        Column(_("Policy"), "text"),
        Column(_("For whom"), "text"),
        Column(_("Name of the party"), "text", 32),
        Column(_("Run"), "integer"),
        Column(_("Status"), "text"),
        Column(_("Entitled to"), "decimal"),
        Column(_("Settled before"), "decimal"),
        Column(pgettext("rebates", "Due"), "decimal"),
        Column(_("Points"), "integer"),
        Column(_("Free units"), "integer"),
        Column(_("To be paid by"), "date"),
    ]
    rows = queries.stream_statements(db.session(), _wanted(_state()))
    return export_table(kind, "rebate-statements", columns, _exported(rows))


def _exported(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield [
            period_words(row.period_kind, row.month),
            row.policy_code,
            row.party_code,
            party_name(row),
            row.run_number,
            str(RUN_STATUS[row.status]),
            row.total_fen / 100,
            row.posted_fen / 100,
            row.due_fen / 100,
            row.due_points,
            row.due_goods,
            row.due_on,
        ]


# ---- one statement


@blueprint.get("/statements/<int:statement_id>")
@requires(P.REBATES_STATEMENTS_READ)
def show_statement(statement_id: int) -> str:
    """What it says, why, what did not count, what was settled before; computed anew from its own figures."""
    session = db.session()
    statement = queries.get_statement(session, statement_id)
    result = queries.computed_again(statement)
    told = told_of(result)
    policy, run = result.policy, statement.run
    disputes = disputes_of(session, statement_id)
    return render_template(
        "rebates/statement.html",
        statement=statement,
        run=run,
        result=result,
        name=policy_name(statement.policy_version),
        party=party_name(statement),
        code=party_code(statement),
        days=effective_words(policy),
        period=period_words(statement.period_kind, statement.month),
        status=RUN_STATUS[run.status],
        status_colour=RUN_STATUS_COLOUR[run.status],
        payment=payment_words(run.status, run.due_on, statement.due_fen, run.paid_at),
        blocks=blocks_of(result, told),
        terms={term.id: term for term in describe_terms(policy)},
        payout=payout_of(told),
        lines=line_views(result),
        others=(others := queries.other_statements(session, statement)),
        is_later=any(other.run.number < run.number for other in others),
        disputes=disputes,
        open_lines={each.line_ref for each in disputes if each.status in OPEN_DISPUTES and each.line_ref},
        dispute_words=words_of(DISPUTE_STATUS),
        dispute_colours=DISPUTE_STATUS_COLOUR,
        refusal=REFUSAL.get(statement.refusal, statement.refusal) if statement.refusal else "",
        is_same=queries.is_same(statement, result),
        may_ask=can(P.REBATES_DISPUTES_WRITE) and statement.approved_on is not None,
        reads_runs=can(P.REBATES_SETTLEMENTS_READ),
    )


def line_views(result: Result) -> list[dict[str, Any]]:
    """The lines that the rules were given, each with the terms that count it."""
    labels = [word_of(term.label) for term in result.policy.terms]
    found = []
    for lines, is_now in ((result.facts.lines, True), (result.facts.year_to_date, False)):
        for line in lines:
            counts = counting_terms(result.policy, line) if is_in_effect(result.policy, line) else ()
            found.append(
                {
                    "ref": line.ref,
                    "model": line.model,
                    "units": line.units,
                    "amount_fen": line.amount_fen,
                    "sale_type": _sale_type(line.sale_type),
                    "tags": line.tags,
                    "is_now": is_now,
                    "terms": [labels[number] for number in counts],
                }
            )
    return found


def _sale_type(name: str) -> str:
    return str(SALE_TYPE[SaleType(name)]) if name in set(SaleType) else name


@blueprint.get("/statements/<int:statement_id>/line")
@requires(P.REBATES_STATEMENTS_READ)
def show_line(statement_id: int) -> str | Response:
    """The sales one by one that a line of the statement sums (`ref`)."""
    session = db.session()
    statement = queries.get_statement(session, statement_id)
    ref = request.args.get("ref", "")
    if not ref:
        return redirect(url_for("rebates.show_statement", statement_id=statement_id, _anchor="lines"))
    result = queries.computed_again(statement)
    line = next((each for each in line_views(result) if each["ref"] == ref), None)
    key = queries.read_ref(ref)
    if line is None or key is None:
        raise NotFound()
    sales = queries.sales_behind(session, statement, key)
    is_cut = len(sales) > queries.MOST_SALES
    sales = sales[: queries.MOST_SALES]
    return render_template(
        "rebates/statement_line.html",
        statement=statement,
        ref=ref,
        line=line,
        name=policy_name(statement.policy_version),
        party=party_name(statement),
        period=period_words(statement.period_kind, statement.month),
        sales=sales,
        is_cut=is_cut,
        sum_units=sum(sale.units for sale in sales),
        sum_fen=sum(sale.amount_fen or 0 for sale in sales),
        sale_types=SALE_TYPE,
        may_ask=can(P.REBATES_DISPUTES_WRITE) and statement.approved_on is not None,
        nothing=Markup("–"),
    )
