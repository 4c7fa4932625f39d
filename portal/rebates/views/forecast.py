"""The forecast: what a policy brings by the figures so far, what is still missing, and a slider to try more."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from portal import clock
from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput, NotFound
from portal.i18n import pick
from portal.periods import format_month, month_of, next_month, shift_month
from portal.permissions import Permission as P
from portal.rebates.labels_result import blocks_of, payout_of, told_of, totals_of
from portal.rebates.labels_terms import effective_words
from portal.rebates.models import PolicyAddressee
from portal.rebates.queries.addressed import addressees_in_force, get_addressee
from portal.rebates.queries.forecast import (
    Forecast,
    default_month,
    forecast,
    forecasts_of,
    last_reported,
    latest_day,
    step_of,
)
from portal.rebates.queries.known import policy_of
from portal.rebates.rules.evaluation import Result
from portal.rebates.rules.life import VersionStatus
from portal.rebates.rules.trying import MOST_UNITS
from portal.rebates.views import blueprint
from portal.rebates.views.dealer_words import (
    is_dealer,
    month_asked,
    party_code,
    party_name,
    period_words,
    policy_name,
)

# A page of forecasts computes each of them: more parties than this are searched for.
MOST_FORECASTS = 60


@blueprint.get("/forecast")
@requires(P.REBATES_STATEMENTS_READ)
def list_forecasts() -> str:
    """What each policy in force brings each of the reader's parties by this month's figures so far."""
    session, today = db.session(), clock.today()
    month = min(month_asked(month_of(latest_day(session, today))), next_month(month_of(today)))
    text = request.args.get("q", "").strip()[:100]
    rows: list[Any] = []
    if is_dealer() or text:
        last = date.fromordinal(next_month(month).toordinal() - 1)
        rows = addressees_in_force(session, month, last, limit=MOST_FORECASTS + 1, text=text)
    lines = _lines(rows[:MOST_FORECASTS], month)
    reported = last_reported(session, month)
    return render_template(
        "rebates/forecast_list.html",
        rows=lines,
        is_empty=bool(lines) and reported != month,
        reported=reported,
        reported_url=_list_url(reported, text) if reported else "",
        is_cut=len(rows) > MOST_FORECASTS,
        is_dealer=is_dealer(),
        month=month,
        text=text,
        before=_list_url(shift_month(month, -1), text),
        after=_list_url(next_month(month), text) if month < month_of(today) else "",
    )


def _list_url(month: date, text: str) -> str:
    return url_for("rebates.list_forecasts", month=format_month(month), **({"q": text} if text else {}))


def _lines(rows: list[Any], month: date) -> list[dict[str, Any]]:
    results = forecasts_of(db.session(), rows, month)
    return [
        {
            "url": url_for("rebates.show_forecast", addressee_id=row.id, month=format_month(month)),
            "party": party_name(row),
            "code": row.party_code,
            "policy": pick(row.name_zh, row.name_en),
            "policy_code": row.policy_code,
            "is_acknowledged": row.acknowledged_on is not None,
            "totals": totals_of(results[row.id]) if row.id in results else [],
            "missing": _missing(results[row.id]) if row.id in results else [],
        }
        for row in rows
    ]


def _missing(result: Result) -> list[tuple[str, str, str]]:
    """Term, what is missing for its next tier, what it would bring."""
    lines = []
    for block in blocks_of(result, told_of(result)):
        rung = next((rung for rung in block.rungs if not rung.is_reached and rung.missing), None)
        if rung is not None:
            lines.append((block.label, rung.missing, rung.more))
    return lines


@blueprint.get("/forecast/<int:addressee_id>")
@requires(P.REBATES_STATEMENTS_READ)
def show_forecast(addressee_id: int) -> str:
    """One policy for one party, with a slider for each model. Nothing is stored: the address holds what is tried."""
    addressee = get_addressee(db.session(), addressee_id)
    policy = policy_of(addressee.policy_version)
    today = clock.today()
    month = month_asked(default_month(policy, latest_day(db.session(), today)))
    wrong = ""
    try:
        wanted = _wanted()
    except InvalidInput as error:
        wanted, wrong = {}, wrong_count(error)
    found = forecast(db.session(), addressee, month, wanted)
    if found is None:
        raise NotFound()
    step = step_of(policy.period)
    first, last = found.span.first, found.span.ends_on
    return render_template(
        "rebates/forecast.html",
        addressee=addressee,
        wrong=wrong,
        name=policy_name(addressee.policy_version),
        party=party_name(addressee),
        code=party_code(addressee),
        days=effective_words(policy),
        period=period_words(policy.period, first),
        is_over=last < today,
        is_acknowledged=addressee.acknowledged_on is not None,
        is_withdrawn=addressee.policy_version.status is VersionStatus.WITHDRAWN,
        month=format_month(first),
        before=_url(addressee, shift_month(first, -step)) if first > policy.effective_from else "",
        after=_url(addressee, next_month(found.span.last)) if last < min(policy.effective_to, today) else "",
        **_result(found),
    )


def _url(addressee: PolicyAddressee, month: date) -> str:
    return url_for("rebates.show_forecast", addressee_id=addressee.id, month=format_month(month))


@blueprint.get("/forecast/<int:addressee_id>/try")
@requires(P.REBATES_STATEMENTS_READ)
def try_forecast(addressee_id: int) -> str:
    """The same with other units: the part of the page that changes."""
    addressee = get_addressee(db.session(), addressee_id)
    month, wrong = month_asked(month_of(clock.today())), ""
    try:
        wanted = _wanted()
    except InvalidInput as error:
        wanted, wrong = {}, wrong_count(error)
    found = forecast(db.session(), addressee, month, wanted)
    if found is None:
        raise NotFound()
    return render_template("rebates/forecast_result.html", wrong=wrong, **_result(found))


def wrong_count(error: InvalidInput) -> str:
    """Where a number of units is none, and what to write."""
    return _(
        "%(model)s: “%(value)s” is no number of units. Write a whole number from 0 to %(most)s.",
        model=error.details["field"],
        value=error.details["value"],
        most=f"{MOST_UNITS:,}",
    )


def _wanted() -> dict[str, int]:
    """Units by model in the query (`u.F3=6`); what is no number is refused with its place."""
    wanted = {}
    for key, value in request.args.items():
        if not key.startswith("u.") or not value.strip():
            continue
        text = value.strip()
        if not text.isdecimal() or len(text) > 6 or int(text) > MOST_UNITS:
            raise InvalidInput("not_a_count", field=key[2:], value=text[:20])
        wanted[key[2:]] = int(text)
    return wanted


def _result(found: Forecast) -> dict[str, Any]:
    told = told_of(found.tried)
    return {
        "found": found,
        "sliders": found.sliders,
        "blocks": blocks_of(found.tried, told),
        "payout": payout_of(told),
        "totals": totals_of(found.tried),
        "now_fen": found.now.total_fen,
        "more_fen": found.more_fen,
        "is_tried": found.is_tried,
        "has_sales": bool(found.facts.lines),
        "not_yet": _("Nothing is reported for this period yet: every slider begins at 0."),
    }
