"""What the dealers' pages share: names of parties and policies, payment clocks, months of lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from portal import clock
from portal.db import db
from portal.errors import NotFound
from portal.formatting import format_date, format_month, format_yuan, mark_negative
from portal.i18n import current_language, pick
from portal.paging import SortKey
from portal.periods import month_of, parse_month, shift_month
from portal.rebates.models import PolicyVersion
from portal.rebates.rules.life import RunStatus
from portal.rebates.rules.settling import days_overdue, span_of
from portal.rebates.rules.words import Period
from portal.scope import ScopeKind, bound_scope
from portal.tables import ListState


def is_dealer() -> bool:
    """Whether the reader is a distributor or an outlet, who sees only their own."""
    return bound_scope(db.session()).kind in (ScopeKind.DISTRIBUTOR, ScopeKind.OUTLET)


def party_name(row: Any) -> str:
    """The name of a row's outlet, or of its distributor: of a list row, or of an object with relationships."""
    if hasattr(row, "party_code"):
        if row.outlet_name or row.outlet_name_en:
            return pick(row.outlet_name, row.outlet_name_en)
        return pick(row.distributor_name, row.distributor_name_en)
    party = row.outlet or row.distributor
    return pick(party.name, party.name_en)


def party_code(row: Any) -> str:
    """The code of the outlet, or of the distributor."""
    return str((row.outlet or row.distributor).code)


def policy_name(version: PolicyVersion) -> str:
    """The policy's name in the reader's language."""
    return pick(version.name_zh, version.name_en) or version.policy.code


def period_words(kind: Period, month: date) -> str:
    """Oct 2026 · 2026年10月, 2026Q4, 2026: the period in which the month lies."""
    if kind is Period.MONTH:
        return format_month(month, current_language())
    label = span_of(kind, month).label
    return _("%(year)s, quarter %(number)s", year=label[:4], number=label[-1]) if kind is Period.QUARTER else label


def payment_words(status: RunStatus, due_on: date, due_fen: int, paid_on: date | None = None) -> Markup:
    """Paid; due in so many days; so many days overdue. What is taken back is set off, and never overdue."""
    language = current_language()
    if status is RunStatus.PAID:
        day = format_date(paid_on, language) if paid_on else ""
        return Markup('<span class="q-paid">{}</span>').format(_("Paid on %(day)s", day=day) if day else _("Paid"))
    if status is RunStatus.WITHDRAWN:
        return Markup("–")
    if due_fen <= 0:
        return Markup("<span>{}</span>").format(_("set off against what is paid next") if due_fen else "–")
    late = days_overdue(due_on, clock.today(), is_paid=False)
    if late > 0:
        words = ngettext("%(num)s day overdue", "%(num)s days overdue", late)
        return Markup('<strong class="q-late">{}</strong>').format(words)
    if late == 0:
        return Markup("<strong>{}</strong>").format(_("Due today"))
    left = ngettext("%(num)s day left", "%(num)s days left", -late)
    return Markup("<span>{}</span>").format(left)


def yuan(fen: int | None) -> Markup:
    """An amount in a cell, negative in red."""
    return mark_negative(format_yuan(fen))


def month_asked(default: date) -> date:
    """The month in the query, else the default; raises NotFound for what is no month."""
    text = request.args.get("month", "")
    if not text:
        return default
    try:
        return parse_month(text)
    except ValueError:
        raise NotFound() from None


def recent_months(count: int = 24) -> list[date]:
    """This month and those before it."""
    present = month_of(clock.today())
    return [shift_month(present, -back) for back in range(count + 1)]


def unique_order(state: ListState, key: Any) -> Sequence[SortKey]:
    """The list's order, ended by its primary key once."""
    keys = state.order(key)
    return keys[:1] if keys[0].expression is key else keys
