"""Words of the monthly report: states, actions, guards, columns, questions, sentences. Lazy: translated when shown.

Colours follow the design sheet: grey not begun, blue under way, purple with a reviewer, amber returned, teal agreed,
green in force, red refused or overdue.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.errors import QudaoError
from portal.formatting import format_date, format_month, format_yuan
from portal.i18n import current_language
from portal.sales.models import ReportQuestion
from portal.sales.rules.calendar import Punctuality
from portal.sales.rules.checks import Check
from portal.sales.rules.states import Action, Guard
from portal.sales.rules.stock import LineError
from portal.sales.rules.words import (
    AmendmentStatus,
    CustomerKind,
    PeriodStatus,
    QuestionStatus,
    ReportStatus,
    SaleType,
)

REPORT_STATUS: dict[ReportStatus, Any] = {
    ReportStatus.DRAFT: lazy_pgettext("report status", "Draft"),
    ReportStatus.SUBMITTED: lazy_pgettext("report status", "Submitted"),
    ReportStatus.RETURNED: lazy_pgettext("report status", "Returned"),
    ReportStatus.ACCEPTED: lazy_pgettext("report status", "Accepted"),
}
REPORT_STATUS_COLOUR: dict[ReportStatus, str] = {
    ReportStatus.DRAFT: "grey",
    ReportStatus.SUBMITTED: "purple",
    ReportStatus.RETURNED: "amber",
    ReportStatus.ACCEPTED: "green",
}
PERIOD_STATUS: dict[PeriodStatus, Any] = {
    PeriodStatus.OPEN: lazy_pgettext("period status", "Open"),
    PeriodStatus.DUE: lazy_pgettext("period status", "Due"),
    PeriodStatus.LOCKED: lazy_pgettext("period status", "Locked"),
    PeriodStatus.SETTLED: lazy_pgettext("period status", "Settled"),
}
PERIOD_STATUS_COLOUR: dict[PeriodStatus, str] = {
    PeriodStatus.OPEN: "blue",
    PeriodStatus.DUE: "amber",
    PeriodStatus.LOCKED: "teal",
    PeriodStatus.SETTLED: "green",
}
AMENDMENT_STATUS: dict[AmendmentStatus, Any] = {
    AmendmentStatus.PROPOSED: lazy_pgettext("amendment status", "Proposed"),
    AmendmentStatus.APPROVED: lazy_pgettext("amendment status", "Approved"),
    AmendmentStatus.REFUSED: lazy_pgettext("amendment status", "Refused"),
}
AMENDMENT_STATUS_COLOUR: dict[AmendmentStatus, str] = {
    AmendmentStatus.PROPOSED: "purple",
    AmendmentStatus.APPROVED: "green",
    AmendmentStatus.REFUSED: "red",
}
QUESTION_STATUS: dict[QuestionStatus, Any] = {
    QuestionStatus.OPEN: lazy_pgettext("question status", "Open"),
    QuestionStatus.ANSWERED: lazy_pgettext("question status", "Answered"),
    QuestionStatus.SETTLED: lazy_pgettext("question status", "Settled"),
}
QUESTION_STATUS_COLOUR: dict[QuestionStatus, str] = {
    QuestionStatus.OPEN: "amber",
    QuestionStatus.ANSWERED: "purple",
    QuestionStatus.SETTLED: "grey",
}
PUNCTUALITY: dict[Punctuality, Any] = {
    Punctuality.IN_TIME: lazy_pgettext("punctuality", "In time"),
    Punctuality.LATE: lazy_pgettext("punctuality", "Late"),
    Punctuality.AWAITED: lazy_pgettext("punctuality", "Awaited"),
    Punctuality.MISSING: lazy_pgettext("punctuality", "Overdue"),
}
PUNCTUALITY_COLOUR: dict[Punctuality, str] = {
    Punctuality.IN_TIME: "green",
    Punctuality.LATE: "amber",
    Punctuality.AWAITED: "blue",
    Punctuality.MISSING: "red",
}
CUSTOMER_KIND: dict[CustomerKind, Any] = {
    CustomerKind.PRIVATE: lazy_pgettext("customer kind", "Private"),
    CustomerKind.COMPANY: lazy_pgettext("customer kind", "Company"),
    CustomerKind.GOVERNMENT: lazy_pgettext("customer kind", "Government"),
    CustomerKind.TAXI: lazy_pgettext("customer kind", "Taxi"),
    CustomerKind.RENTAL: lazy_pgettext("customer kind", "Rental"),
    CustomerKind.OTHER: lazy_pgettext("customer kind", "Other"),
}
SALE_TYPE: dict[SaleType, Any] = {
    SaleType.RETAIL: lazy_pgettext("sale type", "Retail"),
    SaleType.KEY_ACCOUNT: lazy_pgettext("sale type", "Key account"),
    SaleType.DEALER: lazy_pgettext("sale type", "To a dealer"),
    SaleType.DEMONSTRATOR: lazy_pgettext("sale type", "Demonstrator"),
    SaleType.ONLINE: lazy_pgettext("sale type", "Online"),
}
# Columns of a line, and of a detail beyond it.
COLUMN: dict[str, Any] = {
    "opening_stock": _l("Opening stock"),
    "sell_in": _l("Sell-in"),
    "transfers_in": _l("Transfers in"),
    "transfers_out": _l("Transfers out"),
    "in_transit": _l("In transit"),
    "sell_through": _l("Sell-through"),
    "retail": lazy_pgettext("sales column", "Retail"),
    "returns_in": _l("Returns from customers"),
    "returns_out": _l("Returns to the manufacturer"),
    "closing_stock": _l("Closing stock"),
    "counted_stock": _l("Counted stock"),
    "aged_stock": _l("Older than 90 days"),
    "channel_price_fen": _l("Channel price"),
    "amount_fen": lazy_pgettext("sales column", "Amount"),
    "reason": lazy_pgettext("sales column", "Reason for a difference"),
    "outlet_id": lazy_pgettext("sales column", "Outlet"),
    "model_id": lazy_pgettext("sales column", "Model"),
    "variant_id": lazy_pgettext("sales column", "Variant"),
    "sold_on": lazy_pgettext("sales column", "Date of sale"),
    "units": lazy_pgettext("sales column", "Units"),
    "serial": _l("Serial number"),
    "customer_kind": _l("Kind of customer"),
    "county_code": _l("County of use"),
    "sale_type": _l("Sale type"),
    "campaign": lazy_pgettext("sales column", "Campaign"),
    "original_month": _l("Month of the original sale"),
}
# What the button says.
ACTION: dict[Action, Any] = {
    Action.SAVE: lazy_pgettext("report action", "Save"),
    Action.SUBMIT: _l("Submit the report"),
    Action.RETURN: _l("Return the report"),
    Action.ACCEPT: _l("Accept the report"),
    Action.PROPOSE_AMENDMENT: _l("Propose an amendment"),
    Action.LOCK: _l("Lock the month"),
    Action.SETTLE: _l("Settle the month"),
    Action.ASK_REOPENING: _l("Ask to reopen the month"),
    Action.GRANT_REOPENING: _l("Reopen the month"),
    Action.REFUSE_REOPENING: _l("Leave the month locked"),
    Action.APPROVE_AMENDMENT: _l("Approve the amendment"),
    Action.REFUSE_AMENDMENT: _l("Refuse the amendment"),
    Action.ANSWER_QUESTION: lazy_pgettext("report action", "Answer the question"),
    Action.SETTLE_QUESTION: _l("Settle the question"),
}
# What the timeline says.
ACTION_DONE: dict[Action, Any] = {
    Action.SUBMIT: lazy_pgettext("report event", "Submitted"),
    Action.RETURN: lazy_pgettext("report event", "Returned"),
    Action.ACCEPT: lazy_pgettext("report event", "Accepted"),
    Action.PROPOSE_AMENDMENT: _l("Amendment proposed"),
    Action.APPROVE_AMENDMENT: _l("Amendment approved"),
    Action.REFUSE_AMENDMENT: _l("Amendment refused"),
}
GUARD: dict[Guard, Any] = {
    Guard.OWN_REPORT: _l("Only the distributor whose report it is may do this."),
    Guard.OWN_AREA: _l("Only the manager of the sales area in which the distributor is seated may do this."),
    Guard.PERIOD_WRITABLE: _l("The month is closed: its figures are changed by an amendment."),
    Guard.PERIOD_CLOSED: _l("The month is still open: change the report itself."),
    Guard.PERIOD_ENDED: _l("The month is not over yet."),
    Guard.COMPLETE: _l("Some lines cannot be handed in as they are."),
    Guard.REASON_GIVEN: _l("Say why: the reason is kept."),
    Guard.NOT_THE_REPORTER: _l("Whoever reported cannot judge the report."),
    Guard.NOT_THE_PROPOSER: _l("You have proposed this amendment yourself: somebody else must decide."),
    Guard.NOT_THE_ASKER: _l("You have asked for this yourself: somebody else must decide."),
    Guard.NOTHING_ASKED: _l("Somebody has asked to reopen the month: that must be decided first."),
    Guard.REOPENING_ASKED: _l("Nobody has asked to reopen the month."),
}
CHECK: dict[Check, Any] = {
    Check.STOCK_EQUATION: _l("Stock does not add up"),
    Check.OPENING_DIFFERS: _l("Opening stock differs from last month"),
    Check.COUNT_DIFFERS: _l("Counted stock differs"),
    Check.SELL_THROUGH_DIFFERS: _l("Sell-through differs from the outlets"),
    Check.TRANSFER_WITHOUT_OTHER_SIDE: _l("Transfer without its other side"),
    Check.DETAIL_DIFFERS: _l("Sales one by one differ from the line"),
    Check.CHANNEL_PRICE_OFF: _l("Unusual channel price"),
    Check.MONTH_END_SPIKE: _l("Many sales at the month's end"),
    Check.BUNCHING_ABOVE_THRESHOLD: _l("Often just above a threshold"),
    Check.SERIAL_SOLD_TWICE: _l("Serial number sold twice"),
    Check.REVERSAL_NEXT_MONTH: _l("Last month's sales taken back"),
}
# Questions, not verdicts: each has an everyday explanation.
QUESTION: dict[Check, Any] = {
    Check.STOCK_EQUATION: _l(
        "The figures lead to a closing stock of %(expected)s, the line says %(stated)s. What explains the difference?"
    ),
    Check.OPENING_DIFFERS: _l(
        "Last month closed with %(expected)s, this month opens with %(stated)s. What happened in between?"
    ),
    Check.COUNT_DIFFERS: _l("%(counted)s were counted, the line says %(stated)s. What explains the difference?"),
    Check.SELL_THROUGH_DIFFERS: _l(
        "You sold %(sold)s to your outlets, they took in %(taken_in)s. Where is the difference?"
    ),
    Check.TRANSFER_WITHOUT_OTHER_SIDE: _l(
        "%(moved_in)s were moved in and %(moved_out)s out. Where did the others come from, or go to?"
    ),
    Check.DETAIL_DIFFERS: _l("%(listed)s sales are listed one by one, the line says %(stated)s. Which is right?"),
    Check.CHANNEL_PRICE_OFF: _l("The channel price was %(expected_fen)s last month, now it is %(stated_fen)s. Why?"),
    Check.MONTH_END_SPIKE: _l(
        "%(late)s of %(units)s sales (%(percent)s%%) fall on the last %(days)s days. What brought them?"
    ),
    Check.BUNCHING_ABOVE_THRESHOLD: _l(
        "With %(units)s the month ends just above %(threshold)s, as in %(times)s of the months looked at (%(months)s)."
        " How does it come?"
    ),
    Check.SERIAL_SOLD_TWICE: _l(
        "%(serial)s is sold %(here)s times in this report and %(elsewhere)s times in others. Is the number right?"
    ),
    Check.REVERSAL_NEXT_MONTH: _l(
        "%(returned)s came back of the %(sold_before)s sold last month. Why did the customers return them?"
    ),
}
SENTENCES: dict[str, Any] = {
    "period_closed": _l("%(month)s is closed: its figures are changed by an amendment."),
    "idempotency_conflict": _l("This was sent before with other figures. Reload the page and send it again."),
    "stale_version": _l("Somebody else has changed this meanwhile. Reload the page and look at it again."),
    "illegal_move": _l("This step is not possible in the present state."),
    "lines_refused": _l("Nothing was saved: %(errors)s values cannot be right."),
    "nothing_changes": _l("The amendment changes nothing. Give at least one difference."),
    "not_found": _l("This report does not exist, or it is not yours to see."),
    # Of one value in a line.
    "negative": _l("%(field)s cannot be negative (%(value)s). Returns have columns of their own."),
    "too_large": _l("%(field)s is too large (%(value)s; at most %(limit)s)."),
    "aged_over_closing": _l("%(value)s units are older than 90 days, but the closing stock is only %(limit)s."),
    "no_lines": _l("The report has no lines yet."),
    "line_repeated": _l("This outlet and model stand in more than one line. Add them up into one."),
    "outlet_not_in_month": _l("This outlet is not yours, or was not open in the month."),
    "model_not_in_month": _l("This model was not sold in the month."),
    "place_not_in_month": _l("This outlet has no stock of the model left, and the model was not sold in the month."),
    "other_place": _l("This sale belongs to another outlet or model."),
    "day_outside_month": _l("The date of sale does not lie in the month of the report."),
    "units_out_of_range": _l("Give 1 or more units; for a return a negative number."),
    "variant_of_other_model": _l("This variant does not belong to the model."),
    "original_month_impossible": _l("Only a return names an original month, and no later one than the report's."),
    "not_amendable": _l("%(field)s cannot be amended."),
    "falls_below_zero": _l("%(field)s would fall below zero: it is %(limit)s, the difference %(value)s."),
}


def sentence_of(error: QudaoError) -> str:
    """The error as a sentence in the reader's language."""
    guards = error.details.get("guards")
    if isinstance(guards, list) and guards:
        return " ".join(str(GUARD[Guard(guard)]) for guard in guards)
    words = SENTENCES.get(error.code)
    if words is None:
        return _("This is not possible (%(code)s).", code=error.code)
    return str(words) % {name: _shown(name, value) for name, value in error.details.items()}


def sentence_of_line(error: LineError) -> str:
    """What is wrong with one value of a line, in the reader's language; the place is named by the page."""
    values = {"field": str(COLUMN.get(error.field, error.field)), "value": error.value, "limit": error.limit}
    if error.field.endswith("_fen"):
        values |= {"value": format_yuan(error.value), "limit": format_yuan(error.limit)}
    return str(SENTENCES[error.code]) % values


def question_text(question: ReportQuestion) -> str:
    """The question in the reader's language, with its figures."""
    words = QUESTION[Check(question.check)]
    return str(words) % {name: _shown_fact(name, value) for name, value in question.facts.items()}


def _shown_fact(name: str, value: Any) -> Any:
    if name.endswith("_fen"):
        return format_yuan(value)
    if name == "months":
        months = [format_month(date.fromisoformat(f"{month}-01"), current_language()) for month in value]
        return "、".join(months) if current_language().startswith("zh") else ", ".join(months)
    return value


def _shown(name: str, value: object) -> object:
    if isinstance(value, date):
        show = format_month if name == "month" else format_date
        return show(value, current_language())
    return value
