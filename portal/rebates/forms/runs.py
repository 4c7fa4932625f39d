"""Lists of settlements and of a run's statements; the form that begins a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from portal.forms import EnumSelectField, PortalForm
from portal.network.models import Distributor, Outlet
from portal.rebates.labels import ACCOUNT, PERIOD, POSTING, RUN_STATUS, UNIT
from portal.rebates.models import LedgerEntry, LedgerPosting, RebatePolicy, RebateStatement, SettlementRun
from portal.rebates.rules.words import Period
from portal.tables import Column, Facet, ListSpec, Option

RUNS = ListSpec(
    (
        Column("period", _l("Period"), SettlementRun.period_month, fixed=True),
        Column("status", _l("Status"), SettlementRun.status),
        Column("clock", _l("To be paid by"), SettlementRun.due_on),
        Column("statements", _l("Statements"), SettlementRun.statements, numeric=True),
        Column("total", _l("Earned"), SettlementRun.total_fen, numeric=True),
        Column("posted", _l("Posted before"), SettlementRun.posted_fen, numeric=True, shown=False),
        Column("due", _l("Amount due"), SettlementRun.due_fen, numeric=True),
    ),
    (
        Facet("status", _l("Status"), [Option(str(key), word) for key, word in RUN_STATUS.items()]),
        Facet("kind", _l("Settled"), [Option(str(key), word) for key, word in PERIOD.items()]),
        Facet(
            "clock", _l("Clock"), [Option("open", _l("Not paid yet")), Option("overdue", _l("Overdue"))], multiple=False
        ),
    ),
    default_sort="-period",
    searchable=False,
)

KINDS = {
    "positive": _l("To be paid"),
    "negative": _l("Clawed back"),
    "changed": _l("Differs from what was posted"),
    "zero": _l("Nothing due"),
    "refused": _l("Nothing accrues"),
}
STATEMENTS = ListSpec(
    (
        Column("party", _l("Party"), Distributor.code, fixed=True),
        Column("outlet", _l("Outlet"), Outlet.code, nullable=True),
        Column("policy", _l("Policy"), RebatePolicy.code),
        Column("total", _l("Earned"), RebateStatement.total_fen, numeric=True),
        Column("posted", _l("Posted before"), RebateStatement.posted_fen, numeric=True),
        Column("due", _l("Amount due"), RebateStatement.due_fen, numeric=True),
        Column("points", _l("Points"), RebateStatement.due_points, numeric=True, shown=False),
        Column("goods", _l("Free units"), RebateStatement.due_goods, numeric=True, shown=False),
    ),
    (Facet("kind", _l("Kind"), [Option(key, word) for key, word in KINDS.items()], multiple=False),),
    default_sort="party",
)


def statements_spec(codes: Sequence[str]) -> ListSpec:
    """The statements of a run whose policies have these codes."""
    policies = Facet("policy", _l("Policy"), [Option(code, code) for code in codes])
    return replace(STATEMENTS, facets=(policies, *STATEMENTS.facets))


class NewRunForm(PortalForm):
    """Which period to settle."""

    kind = EnumSelectField(_l("Policies that settle"), enum=Period, labels=PERIOD, default=Period.MONTH)
    month = SelectField(_l("Period that ends with"), [InputRequired()])

    def offer(self, months: Sequence[tuple[date, str]]) -> None:
        """The months that may be chosen, with their names."""
        self.month.choices = [(f"{month:%Y-%m}", name) for month, name in months]


LEDGER = ListSpec(
    (
        Column("party", _l("Party"), Distributor.code, fixed=True),
        Column("outlet", _l("Outlet"), Outlet.code, nullable=True),
        Column("booked", _l("Booked on"), LedgerPosting.booked_on),
        Column("kind", _l("Posting"), LedgerPosting.kind),
        Column("account", _l("Account"), LedgerEntry.account),
        Column("amount", _l("Amount"), LedgerEntry.amount, numeric=True),
        Column("by", _l("By")),
    ),
    (
        Facet("kind", _l("Posting"), [Option(str(key), word) for key, word in POSTING.items()]),
        Facet("account", _l("Account"), [Option(str(key), word) for key, word in ACCOUNT.items()]),
        Facet("unit", _l("Unit"), [Option(str(key), word) for key, word in UNIT.items()]),
    ),
    default_sort="party",
)
