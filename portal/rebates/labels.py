"""Words of policies, settlements, disputes and the ledger. Lazy: translated when shown.

Colours follow the design sheet: grey not begun, blue under way, purple with a reviewer, amber returned, teal agreed,
green in force, red refused or overdue.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from portal.errors import QudaoError
from portal.formatting import format_date, format_month, format_yuan
from portal.i18n import current_language
from portal.rebates.rules.life import Action, DisputeStatus, GrantStatus, Guard, RunStatus, VersionStatus
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.rules.words import PartyKind, Period, Settle

VERSION_STATUS: dict[VersionStatus, Any] = {
    VersionStatus.DRAFT: _lp("policy status", "Draft"),
    VersionStatus.SUBMITTED: _lp("policy status", "Submitted"),
    VersionStatus.PUBLISHED: _lp("policy status", "Published"),
    VersionStatus.WITHDRAWN: _lp("policy status", "Withdrawn"),
}
VERSION_STATUS_COLOUR = {
    VersionStatus.DRAFT: "grey",
    VersionStatus.SUBMITTED: "purple",
    VersionStatus.PUBLISHED: "green",
    VersionStatus.WITHDRAWN: "red",
}
RUN_STATUS: dict[RunStatus, Any] = {
    RunStatus.DRAFT: _lp("run status", "Draft"),
    RunStatus.CHECKED: _lp("run status", "Checked"),
    RunStatus.APPROVED: _lp("run status", "Approved"),
    RunStatus.RELEASED: _lp("run status", "Released"),
    RunStatus.PAID: _lp("run status", "Paid"),
    RunStatus.WITHDRAWN: _lp("run status", "Withdrawn"),
}
RUN_STATUS_COLOUR = {
    RunStatus.DRAFT: "grey",
    RunStatus.CHECKED: "purple",
    RunStatus.APPROVED: "blue",
    RunStatus.RELEASED: "teal",
    RunStatus.PAID: "green",
    RunStatus.WITHDRAWN: "red",
}
DISPUTE_STATUS: dict[DisputeStatus, Any] = {
    DisputeStatus.OPEN: _lp("dispute status", "Open"),
    DisputeStatus.ANSWERED: _lp("dispute status", "Answered"),
    DisputeStatus.ACCEPTED: _lp("dispute status", "Accepted"),
    DisputeStatus.REFUSED: _lp("dispute status", "Refused"),
    DisputeStatus.WITHDRAWN: _lp("dispute status", "Taken back"),
}
DISPUTE_STATUS_COLOUR = {
    DisputeStatus.OPEN: "amber",
    DisputeStatus.ANSWERED: "purple",
    DisputeStatus.ACCEPTED: "green",
    DisputeStatus.REFUSED: "red",
    DisputeStatus.WITHDRAWN: "grey",
}
GRANT_STATUS: dict[GrantStatus, Any] = {
    GrantStatus.GRANTED: _lp("grant status", "Granted"),
    GrantStatus.PASSED_ON: _lp("grant status", "Passed on"),
    GrantStatus.CONFIRMED: _lp("grant status", "Confirmed"),
}
GRANT_STATUS_COLOUR = {
    GrantStatus.GRANTED: "amber",
    GrantStatus.PASSED_ON: "blue",
    GrantStatus.CONFIRMED: "green",
}
PARTY: dict[PartyKind, Any] = {
    PartyKind.OUTLET: _lp("policy party", "Outlets"),
    PartyKind.DISTRIBUTOR: _lp("policy party", "Distributors"),
}
PERIOD: dict[Period, Any] = {
    Period.MONTH: _lp("policy period", "Monthly"),
    Period.QUARTER: _lp("policy period", "Quarterly"),
    Period.YEAR: _lp("policy period", "Yearly"),
}
SETTLE: dict[Settle, Any] = {
    Settle.EACH_PERIOD: _l("Each period for itself"),
    Settle.CUMULATIVE: _l("The year so far, less what was settled"),
}
ACCOUNT: dict[Account, Any] = {
    Account.EXPENSE: _lp("account", "Rebate cost"),
    Account.ACCRUED: _lp("account", "Accrued"),
    Account.PAYABLE: _lp("account", "Payable"),
    Account.PAID: _lp("account", "Paid"),
    Account.REDEEMED: _lp("account", "Redeemed"),
    Account.EXPIRED: _lp("account", "Expired"),
    Account.SUBSIDY: _lp("account", "Subsidies granted"),
    Account.IN_PASSING: _lp("account", "With the distributor"),
    Account.PASSED_ON: _lp("account", "Handed down"),
}
UNIT: dict[Unit, Any] = {
    Unit.CASH: _lp("ledger unit", "Money"),
    Unit.POINTS: _lp("ledger unit", "Points"),
    Unit.GOODS: _lp("ledger unit", "Goods"),
}
POSTING: dict[PostingKind, Any] = {
    PostingKind.ACCRUE: _lp("posting", "Accrual"),
    PostingKind.TRUE_UP: _lp("posting", "True-up"),
    PostingKind.CLAW_BACK: _lp("posting", "Claw-back"),
    PostingKind.RELEASE: _lp("posting", "Release"),
    PostingKind.PAY: _lp("posting", "Payment"),
    PostingKind.REDEEM: _lp("posting", "Redemption"),
    PostingKind.EXPIRE: _lp("posting", "Expiry"),
    PostingKind.GRANT: _lp("posting", "Subsidy granted"),
    PostingKind.PASS_ON: _lp("posting", "Subsidy handed down"),
}
# What the button says.
ACTION: dict[Action, Any] = {
    Action.SAVE_DRAFT: _l("Save the draft"),
    Action.SUBMIT_POLICY: _l("Submit the policy"),
    Action.RETURN_POLICY: _l("Return the policy"),
    Action.PUBLISH_POLICY: _l("Publish the policy"),
    Action.DISCARD_POLICY: _l("Discard the draft"),
    Action.WITHDRAW_POLICY: _l("Withdraw the policy"),
    Action.CALCULATE_RUN: _l("Calculate"),
    Action.CHECK_RUN: _l("Mark as checked"),
    Action.RETURN_RUN: _l("Return the settlement"),
    Action.APPROVE_RUN: _l("Approve the settlement"),
    Action.RELEASE_RUN: _l("Release for payment"),
    Action.PAY_RUN: _l("Note the payment"),
    Action.WITHDRAW_RUN: _l("Withdraw the settlement"),
    Action.ANSWER_DISPUTE: _l("Answer"),
    Action.ACCEPT_DISPUTE: _l("Accept the dispute"),
    Action.REFUSE_DISPUTE: _l("Refuse the dispute"),
    Action.TAKE_BACK_DISPUTE: _l("Take the dispute back"),
    Action.PASS_ON: _l("Note what was handed down"),
    Action.CONFIRM_RECEIPT: _l("Confirm receipt"),
}
# What the timeline says.
ACTION_DONE: dict[Action, Any] = {
    Action.SAVE_DRAFT: _lp("rebate event", "Draft begun"),
    Action.SUBMIT_POLICY: _lp("rebate event", "Submitted"),
    Action.RETURN_POLICY: _lp("rebate event", "Returned"),
    Action.PUBLISH_POLICY: _lp("rebate event", "Published"),
    Action.DISCARD_POLICY: _lp("rebate event", "Discarded"),
    Action.WITHDRAW_POLICY: _lp("rebate event", "Withdrawn"),
    Action.CALCULATE_RUN: _lp("rebate event", "Calculated"),
    Action.CHECK_RUN: _lp("rebate event", "Checked"),
    Action.RETURN_RUN: _lp("rebate event", "Returned"),
    Action.APPROVE_RUN: _lp("rebate event", "Approved"),
    Action.RELEASE_RUN: _lp("rebate event", "Released"),
    Action.PAY_RUN: _lp("rebate event", "Paid"),
    Action.WITHDRAW_RUN: _lp("rebate event", "Withdrawn"),
}
GUARD: dict[Guard, Any] = {
    Guard.SOUND: _l("The policy is not sound yet: see what is wrong with it."),
    Guard.REASON_GIVEN: _l("Say why: the reason is kept."),
    Guard.NOT_THE_AUTHOR: _l("You have written or submitted this policy yourself: somebody else must decide."),
    Guard.CALCULATED: _l("The settlement is not calculated yet."),
    Guard.BASIS_UNCHANGED: _l("An earlier period was settled since this was calculated: calculate it again."),
    Guard.NOT_THE_CALCULATOR: _l("You have calculated this settlement yourself: somebody else must do this."),
    Guard.NOT_THE_APPROVER: _l("You have approved this settlement yourself: somebody else must do this."),
    Guard.OWN_PARTY: _l("Only whom it concerns may do this."),
}
# Why nothing accrues.
REFUSAL: dict[str, Any] = {
    "not_published": _l("The policy was not published."),
    "not_acknowledged": _l("The policy was not acknowledged: nothing accrues until it is."),
    "party_excluded": _l("The policy leaves this party out."),
    "party_not_named": _l("The policy does not name this party."),
}
SENTENCES: dict[str, Any] = {
    "stale_version": _l("Somebody else has changed this meanwhile. Reload the page and look at it again."),
    "illegal_move": _l("This step is not possible in the present state."),
    "not_found": _l("This does not exist, or it is not yours to see."),
    "policy_unsound": _l("The policy is not sound: %(problems)s problems stand below."),
    "code_missing": _l("The policy has no code. Give it one: letters, digits, hyphens, points and underscores."),
    "code_changed": _l("The code of a policy stays %(expected)s: “%(value)s” would be another policy."),
    "draft_exists": _l("Version %(number)s of this policy is not published yet. Edit that one."),
    "notice_after_effect": _l("The policy begins on %(effective_from)s: it must be told by then, not on %(value)s."),
    "begins_before_settled": _l("Periods up to %(settled_to)s are settled. Let the new version begin after that day."),
    "last_day_before_settled": _l("Periods up to %(settled_to)s are settled. Choose that day or a later one."),
    "last_day_after_end": _l("The policy ends on %(effective_to)s anyway. Choose an earlier day."),
    "already_acknowledged": _l("This was acknowledged before."),
    "idempotency_conflict": _l("This was sent before with other words. Reload the page and send it again."),
    "already_open": _l("There is one already that is not over yet."),
    "period_not_locked": _l("%(month)s is not locked yet: its figures may still change."),
    "no_policies": _l("No policy of this kind is in force in %(period)s."),
    "earlier_not_settled": _l("%(month)s is not settled yet: what pays the year so far is settled month by month."),
    "months_out_of_range": _l("Choose 1 to %(limit)s months that are over."),
    "months_too_short": _l("No whole period of the policy lies in these months. Choose more of them."),
    "text_missing": _l("Write what it is about."),
    "text_too_long": _l("At most %(limit)s characters, please."),
    "line_unknown": _l("The statement has no such line."),
    "amount_out_of_range": _l("%(value)s is no such amount."),
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


def _shown(name: str, value: object) -> object:
    if isinstance(value, date):
        show = format_month if name == "month" else format_date
        return show(value, current_language())
    if name.endswith("_fen") and isinstance(value, int):
        return format_yuan(value)
    return value
