"""Words of targets and the sentences of their errors. Lazy: translated when shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from portal.errors import QudaoError
from portal.formatting import format_date, format_int, format_month
from portal.i18n import current_language
from portal.targets.rules.words import Basis, Level, PlanStatus

PLAN_STATUS: dict[PlanStatus, Any] = {
    PlanStatus.DRAFT: _lp("target plan", "Draft"),
    PlanStatus.PUBLISHED: _lp("target plan", "Published"),
}
PLAN_STATUS_COLOUR = {PlanStatus.DRAFT: "grey", PlanStatus.PUBLISHED: "green"}
BASIS: dict[Basis, Any] = {
    Basis.LAST_YEAR: _l("Last year's sales to customers"),
    Basis.POPULATION: _l("Residents of the county"),
    Basis.EQUAL: _l("Equally"),
}
LEVEL: dict[Level, Any] = {
    Level.AREA: _l("Sales area"),
    Level.DISTRIBUTOR: _l("Distributor"),
    Level.OUTLET: _l("Outlet"),
    Level.MODEL: _l("Model"),
}
KIND: dict[str, Any] = {
    "outlet": _l("Outlets"),
    "own": _l("Distributors' own stores"),
    "amended": _l("Amended"),
}
AGREED: dict[str, Any] = {"yes": _l("Agreed in writing"), "no": _l("Not agreed yet")}

SENTENCES: dict[str, Any] = {
    "total_negative": _l("%(value)s units cannot be a total. Give a number from 0 to 100,000,000."),
    "year_unlikely": _l("%(value)s is no year for a target. Give one from 2000 to 2100."),
    "first_month_outside": _l("%(value)s is not the first of a month of %(year)s. Choose one of that year."),
    "share_out_of_range": _l("%(value)s %% is no share. Give a number from 0 to 100."),
    "shares_exceed": _l("The shares add up to %(value)s %%. Together they can be at most 100 %%."),
    "step_out_of_range": _l("%(value)s is no step. Give 1 or more."),
    "weights_wrong": _l("Weights are whole numbers from 0 on, one for each month."),
    "season_unreadable": _l(
        "“%(value)s” is no season. Write months and units like 3-5:8000, or a share like 3-5:27%%."
    ),
    "month_unknown": _l("%(value)s is no month. Give a number from 1 to 12."),
    "season_outside": _l("Month %(value)s lies before the plan's first month (%(first)s). Leave it out."),
    "season_overlap": _l("Month %(value)s is in two seasons. Let each month be in one."),
    "season_exceeds": _l("The seasons have %(value)s units, more than the total of %(total)s. Take some off."),
    "season_falls_short": _l(
        "Every month is in a season, and together they have %(value)s of %(total)s units. Give the %(left)s that are "
        "left to one of them, or leave a month out."
    ),
    "plan_published": _l("This plan is published: it stays as it is. Make a revision of it, or amend single quotas."),
    "month_closed": _l(
        "The months up to %(last_month)s are locked: rebates rest on their quotas. Begin the plan after them."
    ),
    "valid_from_before_last": _l(
        "Quotas of these months are in force since %(last)s. Give that day or a later one as the day of effect."
    ),
    "nobody_there": _l("There is nobody to hand the target to: no distributor works in these months."),
    "no_plan": _l("There is no published plan for %(value)s. Publish the year's target first."),
    "months_reversed": _l("The last month is before the first one. Turn them round."),
    "months_of_two_years": _l("The months lie in two years. Amend each year on its own."),
    "units_out_of_range": _l("%(value)s units cannot be a quota. Give 0 or more."),
    "reason_missing": _l("Say why: the reason is kept with the change."),
    "agreed_in_future": _l("%(value)s is in the future. Give the day on which the paper was signed."),
    "unknown_party": _l("There is no outlet or distributor with the code “%(value)s”. Copy the code from its page."),
}


def sentence_of(error: QudaoError) -> str:
    """The error as a sentence in the reader's language."""
    words = SENTENCES.get(error.code)
    if words is None:
        return _("This is not possible (%(code)s).", code=error.code)
    details = dict(error.details)
    if error.code == "month_closed":
        details["last_month"] = format_month(details["last"], current_language())  # type: ignore[arg-type]
    return str(words) % {name: _shown(name, value) for name, value in details.items()}


def _shown(name: str, value: object) -> object:
    if isinstance(value, date):
        return format_date(value, current_language())
    if isinstance(value, float):
        return f"{value:g}"
    is_year = isinstance(value, int) and 1900 < value < 2200
    return format_int(value) if isinstance(value, int) and not is_year else value


def plan_name(year: int, revision: int) -> str:
    """What a plan is called: its year, and its number where there are several."""
    if revision == 1:
        return _("Target %(year)s", year=year)
    return _("Target %(year)s, revision %(number)s", year=year, number=revision)
