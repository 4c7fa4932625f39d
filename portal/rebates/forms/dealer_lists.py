"""What the dealers' lists offer in their URLs: columns, order, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.formatting import format_month
from portal.i18n import current_language
from portal.network.labels import words_of
from portal.periods import format_month as month_key
from portal.rebates.labels import ACCOUNT, DISPUTE_STATUS, GRANT_STATUS, PERIOD, POSTING, RUN_STATUS, UNIT
from portal.rebates.models import (
    LedgerEntry,
    LedgerPosting,
    PassThroughGrant,
    PolicyAddressee,
    PolicyVersion,
    RebateDispute,
    RebatePolicy,
    RebateStatement,
    SettlementRun,
    SubsidyNotice,
)
from portal.rebates.queries.accounts import OWN_ACCOUNTS
from portal.rebates.queries.statements import PARTY_CODE
from portal.rebates.rules.life import RunStatus
from portal.tables import Column, Facet, ListSpec, Option, translate_columns

MONTH_PATTERN = r"\d{4}-(0[1-9]|1[0-2])"
SPECS = 128
_STATUS, _MONTH, _PARTY = lazy_pgettext("column", "Status"), _l("Month"), lazy_pgettext("rebates", "For whom")
_POLICY = lazy_pgettext("rebates", "Policy")

ADDRESSED_COLUMNS = (
    Column("policy", _POLICY, PolicyVersion.name_zh, fixed=True),
    Column("party", _PARTY, PARTY_CODE),
    Column("version", _l("Version"), numeric=True),
    Column("period", _l("Settles")),
    Column("days", lazy_pgettext("policy", "In force"), PolicyVersion.effective_from, nullable=True),
    Column("acknowledged", _l("Acknowledged"), PolicyAddressee.acknowledged_on, nullable=True),
    Column("number", _l("Latest"), PolicyAddressee.id, shown=False),
)
STATEMENT_COLUMNS = (
    Column("month", lazy_pgettext("rebates", "Period"), RebateStatement.month, fixed=True),
    Column("policy", _POLICY, RebatePolicy.code),
    Column("party", _PARTY, PARTY_CODE),
    Column("total", _l("Entitled to"), RebateStatement.total_fen, numeric=True),
    Column("due", lazy_pgettext("rebates", "Due"), RebateStatement.due_fen, numeric=True),
    Column("beside", _l("Points and goods"), numeric=True, shown=False),
    Column("status", _STATUS, SettlementRun.status),
    Column("payment", _l("Payment"), SettlementRun.due_on),
)
DISPUTE_COLUMNS = (
    Column("number", _l("Dispute"), RebateDispute.id, fixed=True),
    Column("statement", _l("Statement"), RebateStatement.month),
    Column("party", _PARTY, PARTY_CODE),
    Column("about", _l("About")),
    Column("question", _l("Question")),
    Column("status", _STATUS, RebateDispute.status),
    Column("asked", _l("Asked on"), RebateDispute.asked_at),
    Column("decided", _l("Decided on"), RebateDispute.decided_at, nullable=True),
)
ENTRY_COLUMNS = (
    Column("booked", _l("Booked on"), LedgerPosting.booked_on, fixed=True),
    Column("kind", _l("What"), LedgerPosting.kind),
    Column("account", lazy_pgettext("ledger", "Account")),
    Column("party", _PARTY, PARTY_CODE),
    Column("month", lazy_pgettext("rebates", "Period"), LedgerEntry.month),
    Column("amount", lazy_pgettext("rebates", "Amount"), LedgerEntry.amount, numeric=True),
    Column("expires", _l("Valid until"), LedgerEntry.expires_on, nullable=True, shown=False),
    Column("memo", _l("Note"), shown=False),
)
GRANT_COLUMNS = (
    Column("outlet", _l("Outlet"), PARTY_CODE, fixed=True),
    Column("notice", _l("Notice"), SubsidyNotice.code),
    Column("month", _MONTH, PassThroughGrant.month),
    Column("granted", lazy_pgettext("subsidy", "Granted"), PassThroughGrant.granted_fen, numeric=True),
    Column("passed_on", lazy_pgettext("subsidy", "Passed on"), PassThroughGrant.passed_on_fen, numeric=True),
    Column("confirmed", lazy_pgettext("subsidy", "Confirmed"), PassThroughGrant.confirmed_fen, numeric=True),
    Column("status", _STATUS, PassThroughGrant.status),
)


def addressed_spec() -> ListSpec:
    """Policies addressed to the reader."""
    return _addressed_spec(current_language())


@lru_cache
def _addressed_spec(language: str) -> ListSpec:
    facets = (
        Facet("waiting", str(_l("Acknowledged")), [Option("yes", str(_l("Not acknowledged yet")))]),
        Facet("force", str(lazy_pgettext("policy", "In force")), [Option("now", str(_l("In force now")))]),
        Facet("period", str(_l("Settles")), _options(PERIOD)),
    )
    return ListSpec(translate_columns(ADDRESSED_COLUMNS, language), facets, default_sort="-number")


def statement_spec(months: Sequence[date], *, all_states: bool) -> ListSpec:
    """Statements; drafts of a run are head office's alone."""
    return _statement_spec(tuple(months), all_states, current_language())


@lru_cache(maxsize=SPECS)
def _statement_spec(months: tuple[date, ...], all_states: bool, language: str) -> ListSpec:
    seen = (RunStatus.APPROVED, RunStatus.RELEASED, RunStatus.PAID)
    facets = (
        _month_facet(months, language),
        Facet("status", str(_STATUS), [each for each in _options(RUN_STATUS) if all_states or each.value in seen]),
        Facet("period", str(_l("Settles")), _options(PERIOD)),
        Facet("payment", str(_l("Payment")), [Option("overdue", str(_l("Overdue")))]),
    )
    return ListSpec(translate_columns(STATEMENT_COLUMNS, language), facets, default_sort="-month")


def dispute_spec() -> ListSpec:
    """Disputes."""
    return _dispute_spec(current_language())


@lru_cache
def _dispute_spec(language: str) -> ListSpec:
    facets = (Facet("status", str(_STATUS), _options(DISPUTE_STATUS)),)
    return ListSpec(translate_columns(DISPUTE_COLUMNS, language), facets, default_sort="-number")


def entry_spec(*, with_cost: bool) -> ListSpec:
    """Entries of the ledger; the manufacturer's own accounts only for head office."""
    return _entry_spec(with_cost, current_language())


@lru_cache
def _entry_spec(with_cost: bool, language: str) -> ListSpec:
    accounts = [each for each in _options(ACCOUNT) if with_cost or each.value in OWN_ACCOUNTS]
    facets = (
        Facet("unit", str(_l("Kind")), _options(UNIT)),
        Facet("kind", str(_l("What")), _options(POSTING)),
        Facet("account", str(lazy_pgettext("ledger", "Account")), accounts),
    )
    return ListSpec(translate_columns(ENTRY_COLUMNS, language), facets, default_sort="-booked")


def grant_spec(months: Sequence[date]) -> ListSpec:
    """What was granted of subsidy notices."""
    return _grant_spec(tuple(months), current_language())


@lru_cache(maxsize=SPECS)
def _grant_spec(months: tuple[date, ...], language: str) -> ListSpec:
    facets = (_month_facet(months, language), Facet("status", str(_STATUS), _options(GRANT_STATUS)))
    return ListSpec(translate_columns(GRANT_COLUMNS, language), facets, default_sort="-month")


def _month_facet(months: Sequence[date], language: str) -> Facet:
    options = [Option(month_key(month), format_month(month, language)) for month in months]
    return Facet("month", str(_MONTH), options, MONTH_PATTERN, multiple=False)


def _options(labels: Mapping[Any, Any]) -> list[Option]:
    return [Option(member.value, word) for member, word in words_of(labels).items()]
