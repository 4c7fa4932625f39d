"""Words of reviews, openings, exits, recruiting and the plan, and sentences of their errors. Lazy."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.errors import QudaoError
from portal.formatting import format_date
from portal.i18n import current_language
from portal.onboarding.labels import GUARD
from portal.onboarding.labels import sentence_of as sentence_of_application
from portal.onboarding.models import ExitStage, RecruitingStage
from portal.onboarding.rules.desks import Desk
from portal.onboarding.rules.openings import ChecklistKind, ExitAction
from portal.onboarding.rules.plan import Grouping
from portal.onboarding.rules.scores import Criterion, Quality, Size, TargetClass
from portal.onboarding.rules.states import Guard
from portal.permissions import Role

DESK_VIEW: dict[Desk, Any] = {
    Desk.MINE: _l("On my desk"),
    Desk.ALL: _l("All under review"),
    Desk.RETURNED: _l("With the applicant"),
    Desk.APPROVED: lazy_pgettext("queue", "Approved"),
    Desk.ENDED: _l("Refused and withdrawn"),
}
ROLE: dict[Role, Any] = {
    Role.REGIONAL_MANAGER: _l("regional manager"),
    Role.HO_SALES: _l("sales administration"),
    Role.HO_NETWORK: _l("network department"),
    Role.HO_APPROVER: _l("head office"),
    Role.DISTRIBUTOR: _l("distributor"),
}
CRITERION: dict[Criterion, Any] = {
    Criterion.COMMITMENT: _l("Commitment and reputation"),
    Criterion.BRAND_ATTITUDE: _l("Attitude to the brand"),
    Criterion.MARKET_OPENING: _l("Ability to open the market"),
    Criterion.SUB_CHANNELS: _l("Ability to build sub-channels"),
    Criterion.FUNDS: _l("Funds"),
    Criterion.LOCATION: _l("Location of the shop"),
}
CHECKLIST: dict[ChecklistKind, Any] = {
    ChecklistKind.CONTRACT: _l("Contract signed"),
    ChecklistKind.LICENCE: _l("Licence registered"),
    ChecklistKind.DECORATION: _l("Decorated to standard"),
    ChecklistKind.STAFF: _l("Staff hired"),
    ChecklistKind.TRAINING: _l("Staff trained"),
    ChecklistKind.SYSTEMS: _l("Systems set up"),
    ChecklistKind.FIRST_STOCK: _l("First stock delivered"),
}
EXIT_STAGE: dict[ExitStage, Any] = {
    ExitStage.NOTICE: lazy_pgettext("exit", "Notice given"),
    ExitStage.HANDOVER: lazy_pgettext("exit", "Customers being handed over"),
    ExitStage.SETTLEMENT: lazy_pgettext("exit", "Final settlement"),
    ExitStage.CLOSED: lazy_pgettext("exit", "Closed"),
    ExitStage.WITHDRAWN: lazy_pgettext("exit", "Notice taken back"),
}
EXIT_STAGE_COLOUR: dict[ExitStage, str] = {
    ExitStage.NOTICE: "amber",
    ExitStage.HANDOVER: "orange",
    ExitStage.SETTLEMENT: "orange",
    ExitStage.CLOSED: "red",
    ExitStage.WITHDRAWN: "grey",
}
EXIT_ACTION: dict[ExitAction, Any] = {
    ExitAction.CONFIRM: _l("Confirm the exit"),
    ExitAction.HAND_OVER: _l("Record the hand-over"),
    ExitAction.SETTLE: _l("Close the case"),
    ExitAction.WITHDRAW: _l("Take the notice back"),
}
STAGE: dict[RecruitingStage, Any] = {
    RecruitingStage.SURVEY: lazy_pgettext("recruiting", "Survey"),
    RecruitingStage.FIRST_VISIT: lazy_pgettext("recruiting", "First visit"),
    RecruitingStage.CLASSIFIED: lazy_pgettext("recruiting", "Classified"),
    RecruitingStage.POLICY: lazy_pgettext("recruiting", "Policy explained"),
    RecruitingStage.STRATEGY: lazy_pgettext("recruiting", "Strategy agreed"),
    RecruitingStage.APPOINTMENT: lazy_pgettext("recruiting", "Appointment"),
    RecruitingStage.NEGOTIATION: lazy_pgettext("recruiting", "Negotiation"),
    RecruitingStage.SIGNED: lazy_pgettext("recruiting", "Signed"),
    RecruitingStage.DROPPED: lazy_pgettext("recruiting", "Dropped"),
}
STAGE_COLOUR: dict[RecruitingStage, str] = {
    **dict.fromkeys(RecruitingStage, "blue"),
    RecruitingStage.SURVEY: "grey",
    RecruitingStage.NEGOTIATION: "purple",
    RecruitingStage.SIGNED: "green",
    RecruitingStage.DROPPED: "red",
}
QUALITY: dict[Quality, Any] = {
    Quality.HIGH: lazy_pgettext("quality", "High"),
    Quality.LOW_COULD_CHANGE: lazy_pgettext("quality", "Low, could change"),
    Quality.LOW: lazy_pgettext("quality", "Low"),
}
SIZE: dict[Size, Any] = {Size.LARGE: lazy_pgettext("size", "Large"), Size.SMALL: lazy_pgettext("size", "Small")}
TARGET_CLASS: dict[TargetClass, Any] = {
    TargetClass.KEY: _l("Key target"),
    TargetClass.SECOND: _l("Second target"),
    TargetClass.GENERAL: _l("General target"),
    TargetClass.NONE: _l("No target"),
}
TARGET_CLASS_COLOUR: dict[TargetClass, str] = {
    TargetClass.KEY: "green",
    TargetClass.SECOND: "teal",
    TargetClass.GENERAL: "blue",
    TargetClass.NONE: "grey",
}
SIGNING: dict[str, Any] = {
    "with_press": _l("In public, with press"),
    "simple": _l("Simple ceremony"),
    "on_paper": _l("On paper only"),
}
DIFFICULTY: dict[int, Any] = {
    1: lazy_pgettext("difficulty", "Easy"),
    2: lazy_pgettext("difficulty", "Middle"),
    3: lazy_pgettext("difficulty", "Hard"),
}
GROUPING: dict[Grouping, Any] = {
    Grouping.PREFECTURE: _l("Prefecture"),
    Grouping.COUNTY: _l("County"),
    Grouping.TIER: _l("City tier"),
    Grouping.CLASS: _l("Class"),
    Grouping.MONTH: _l("Month"),
}
REVIEW_SENTENCES: dict[str, Any] = {
    "not_your_desk": _l(
        "A site is visited and scored by the regional manager, as long as the application is on their desk."
    ),
    "findings_missing": _l("Say what you found at the site."),
    "visit_too_old": _l(
        "A visit on %(value)s is more than %(limit)s days before the application. Visit the site again."
    ),
    "knock_out_unexplained": _l("Say how the applicant disturbs the market: the knock-out stops the application."),
    "role_cannot_delegate": _l("Only reviewers of head office can lend their desk."),
    "receiver_not_possible": _l("%(value)s does not sit at a desk of head office. Choose somebody else."),
    "period_over": _l("%(value)s is past. Give today or a later day."),
    "period_too_long": _l("A desk is lent for %(limit)s days at most. Choose an earlier last day than %(value)s."),
    "not_the_requester": _l("You have given the notice yourself: somebody else must confirm it."),
    "not_your_notice": _l("Only whoever gave the notice, or head office, takes it back."),
    "not_allowed": _l("Your role does not decide on exits."),
    "not_trading": _l("Only an outlet that is open, on watch or suspended can leave the network."),
    "exit_open_already": _l("The exit of %(value)s is under way already."),
    "receiver_missing": _l("Say who takes over the customers."),
    "day_before_notice": _l("%(value)s is before the notice (%(first)s). Give that day or a later one."),
    "day_before_handover": _l("%(value)s is before the hand-over (%(first)s). Give that day or a later one."),
    "held_already": _l("This review has been held on %(value)s."),
    "not_due": _l("This review is due on %(due_on)s; %(value)s is earlier."),
    "quantity_negative": _l("Units sold cannot be negative (%(value)s)."),
    "source_missing": _l("Say where the figure comes from."),
    "county_missing": _l("Say in which county: its name or its six-digit code."),
    "county_not_yours": _l("This county lies outside your sales areas."),
    "classification_missing": _l("Give quality and size first: a candidate is classified by both."),
    "signing_missing": _l("Say how the contract was signed."),
    "day_out_of_order": _l("%(value)s does not fit: not in the future, and not before the last step (%(last_on)s)."),
    "not_first_of_month": _l("“%(value)s” is no month."),
    "out_of_range": _l("“%(value)s” is out of range."),
    "candidate_ended": _l("This candidate has been signed or dropped."),
}


def sentence_of(error: QudaoError) -> str:
    """The error as a sentence in the reader's language."""
    words = REVIEW_SENTENCES.get(error.code)
    if words is None:
        return sentence_of_application(error)
    return str(words) % {name: _shown(value) for name, value in error.details.items()}


def guards_of(codes: list[str]) -> list[str]:
    """What stands against an action, one sentence a guard."""
    return [str(GUARD[Guard(code)]) for code in codes]


def _shown(value: object) -> object:
    return format_date(value, current_language()) if isinstance(value, date) else value
