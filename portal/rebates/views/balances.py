"""Balances by kind (money, points, goods), from the ledger, with the entries behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.formatting import format_date, format_int, format_month, format_yuan, mark_negative
from portal.i18n import current_language
from portal.permissions import Permission as P
from portal.rebates.forms.dealer_lists import entry_spec
from portal.rebates.labels import ACCOUNT, POSTING, UNIT
from portal.rebates.models import LedgerEntry
from portal.rebates.queries import accounts as queries
from portal.rebates.queries.accounts import Sums, sums_by_unit
from portal.rebates.queries.statements import open_payments
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.views import blueprint
from portal.rebates.views.dealer_words import payment_words, period_words, unique_order
from portal.spreadsheets import Column
from portal.tables import ListState

EXPIRING_WITHIN = timedelta(days=90)


@blueprint.get("/balances")
@requires(P.REBATES_STATEMENTS_READ)
def show_balances() -> str:
    """What was earned, owed and paid by kind, as far as the reader sees; below it the entries."""
    session, state = db.session(), _state()
    page, count = queries.list_entries(
        session,
        _wanted(state),
        order=unique_order(state, LedgerEntry.id),
        cursor=state.cursor,
        size=state.size,
    )
    today, language = clock.today(), current_language()
    soon = queries.points_expiring(session, today, today + EXPIRING_WITHIN)
    return render_template(
        "rebates/balances.html",
        state=state,
        page=page,
        count=count,
        cells=_cells(page.rows),
        units=[_unit(unit, sums) for unit, sums in sums_by_unit(session).items()],
        expiring=[
            _("%(points)s points after %(day)s", points=format_int(points), day=format_date(day, language))
            for day, points in soon
        ],
        clocks=[
            (period_words(row.period_kind, row.month), Markup("{} · {}").format(
                mark_negative(format_yuan(int(row.due_fen))), payment_words(row.status, row.due_on, row.due_fen)))
            for row in open_payments(session)
        ],
    )  # fmt: skip


def _state() -> ListState:
    spec = entry_spec(with_cost=can(P.REBATES_LEDGER_READ))
    return spec.read(url_for("rebates.show_balances"), request.args)


def _wanted(state: ListState) -> queries.EntryFilter:
    return queries.EntryFilter(
        text=state.text,
        units=tuple(Unit(each) for each in state.chosen("unit")),
        kinds=tuple(PostingKind(each) for each in state.chosen("kind")),
        accounts=tuple(Account(each) for each in state.chosen("account")),
    )


def _unit(unit: Unit, sums: Sums) -> dict[str, Any]:
    """What the reader is owed of a kind, and the way there."""

    def show(amount: int) -> Markup:
        return mark_negative(format_yuan(amount) if unit is Unit.CASH else format_int(amount))

    rows = [(_("Earned"), show(sums.earned))]
    if sums.clawed_back:
        rows.append((_("Taken back"), show(-sums.clawed_back)))
    rows += [
        (_("Accrued, not released yet"), show(sums.of(Account.ACCRUED))),
        (_("To redeem") if unit is Unit.POINTS else _("Released, to be paid"), show(sums.of(Account.PAYABLE))),
    ]
    if unit is Unit.POINTS:
        rows += [
            (_("Redeemed"), show(sums.of(Account.REDEEMED))),
            (_("Expired"), show(sums.of(Account.EXPIRED))),
        ]
    else:
        rows.append((_("Paid"), show(sums.of(Account.PAID))))
    if sums.of(Account.IN_PASSING) or sums.of(Account.PASSED_ON):
        rows += [
            (_("Subsidies with the distributor"), show(sums.of(Account.IN_PASSING))),
            (_("Subsidies passed on"), show(sums.of(Account.PASSED_ON))),
        ]
    return {"label": UNIT[unit], "open": show(sums.owed), "rows": rows}


def _cells(rows: Sequence[Any]) -> dict[str, Any]:
    language = current_language()
    return {
        "booked": [format_date(row.booked_on, language) for row in rows],
        "kind": [_kind(row) for row in rows],
        "account": [str(ACCOUNT[row.account]) for row in rows],
        "party": [row.party_code for row in rows],
        "month": [format_month(row.month, language) for row in rows],
        "amount": [_amount(row) for row in rows],
        "expires": [format_date(row.expires_on, language) for row in rows],
        "memo": [row.memo or "–" for row in rows],
    }


def _kind(row: Any) -> Markup:
    words = str(POSTING[row.kind])
    if row.statement_id is None:
        return Markup("{}").format(words)
    url = url_for("rebates.show_statement", statement_id=row.statement_id)
    return Markup('<a class="q-row-link" href="{}">{}</a>').format(url, words)


def _amount(row: Any) -> Markup:
    """As the dealer reads it: what is owed or paid to them is positive. (In the ledger it is a credit.)"""
    amount = -row.amount if row.account not in (Account.EXPENSE, Account.SUBSIDY) else row.amount
    if row.unit is Unit.CASH:
        return mark_negative(format_yuan(amount))
    return mark_negative(format_int(amount)) + Markup(" <small>{}</small>").format(str(UNIT[row.unit]))


@blueprint.post("/balances/export/<kind>")
@requires(P.REBATES_STATEMENTS_READ)
def export_entries(kind: str) -> Response:
    """The entries that the filters leave, as a file."""
    columns = [
        Column(_("Booked on"), "date"),
        Column(_("What"), "text"),
        Column(pgettext("ledger", "Account"), "text"),
        Column(_("For whom"), "text"),
        Column(_("Month"), "month"),
        Column(_("Kind"), "text"),
        Column(_("Amount"), "decimal"),
        Column(_("Valid until"), "date"),
        Column(_("Note"), "text", 32),
    ]
    rows = queries.stream_entries(db.session(), _wanted(_state()))
    return export_table(kind, "rebate-entries", columns, _exported(rows))


def _exported(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    for row in rows:
        amount = -row.amount if row.account not in (Account.EXPENSE, Account.SUBSIDY) else row.amount
        yield [
            row.booked_on,
            str(POSTING[row.kind]),
            str(ACCOUNT[row.account]),
            row.party_code,
            row.month,
            str(UNIT[row.unit]),
            amount / 100 if row.unit is Unit.CASH else amount,
            row.expires_on,
            row.memo,
        ]
