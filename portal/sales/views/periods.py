"""The calendar of business months: due days, locking, settling, reopening by two people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.db import db
from portal.errors import IllegalMove, NotFound, StaleVersion
from portal.merging import differences, put_error
from portal.periods import format_month, parse_month
from portal.permissions import Permission as P
from portal.sales.errors import GuardFailed
from portal.sales.forms.periods import PeriodForm, StepForm
from portal.sales.labels import (
    ACTION,
    GUARD,
    PERIOD_STATUS,
    PERIOD_STATUS_COLOUR,
    PUNCTUALITY,
    PUNCTUALITY_COLOUR,
    REPORT_STATUS,
    REPORT_STATUS_COLOUR,
    sentence_of,
)
from portal.sales.models import ReportingPeriod
from portal.sales.queries import calendar
from portal.sales.queries.periods import events_of_period, get_period, list_reopenings
from portal.sales.queries.standings import count_punctuality, count_statuses
from portal.sales.rules.calendar import is_writable, standing_of
from portal.sales.rules.states import Action, Guard
from portal.sales.services import periods as services
from portal.sales.views import blueprint

# Steps of a month, by the name in the URL.
STEPS = {
    "lock": Action.LOCK,
    "settle": Action.SETTLE,
    "ask-reopening": Action.ASK_REOPENING,
}
ANSWERS = {"grant": Action.GRANT_REOPENING, "refuse": Action.REFUSE_REOPENING}
URL_OF_STEP = {action: name for name, action in (STEPS | ANSWERS).items()}


@blueprint.get("/periods")
@requires(P.SALES_PERIODS_READ)
def list_periods() -> str:
    """The months of a year with their due days, states and reports."""
    session, today = db.session(), clock.today()
    years = calendar.years_of_calendar(session) or [today.year]
    year = request.args.get("year", today.year, type=int)
    year = year if year in years else years[0]
    rows = calendar.periods_between(session, date(year, 1, 1), date(year, 12, 1))
    months = [row.month for row in rows]
    return render_template(
        "sales/periods.html",
        rows=rows,
        year=year,
        years=years,
        counts=calendar.count_reports(session, months),
        proposed=calendar.count_proposed(session, months),
        asked=calendar.periods_asked(session),
        standing_of=lambda row: standing_of(row.status, row.due_on, today),
        month_key=format_month,
        may_open=can(P.SALES_PERIODS_MANAGE),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "statuses": REPORT_STATUS,
        "colours": REPORT_STATUS_COLOUR,
        "standings": PERIOD_STATUS,
        "standing_colours": PERIOD_STATUS_COLOUR,
        "punctualities": PUNCTUALITY,
        "punctuality_colours": PUNCTUALITY_COLOUR,
    }


@blueprint.post("/periods/open-year")
@requires(P.SALES_PERIODS_MANAGE)
def open_year() -> Response:
    """Open the twelve months of a year where they are missing."""
    year = request.form.get("year", type=int)
    if year is None or not clock.today().year - 3 <= year <= clock.today().year + 2:
        raise NotFound()
    due_day = current_app.config["SALES_DUE_DAY"]
    services.ensure_periods(db.session(), year, due_day=due_day, actor=current_user)
    db.session.commit()
    flash(_("The twelve months of %(year)s are open.", year=year), "success")
    return redirect(url_for("sales.list_periods", year=year))


@dataclass(frozen=True, slots=True)
class Button:
    """A step that the table offers, and what stands against it."""

    label: Any
    url: str
    obstacle: str
    is_main: bool


@blueprint.get("/periods/<month>")
@requires(P.SALES_PERIODS_READ)
def show_period(month: str) -> str:
    """One month: its state, who has reported, what happened to it."""
    session, today = db.session(), clock.today()
    period = _period(month)
    return render_template(
        "sales/period.html",
        period=period,
        standing=standing_of(period.status, period.due_on, today),
        is_open=is_writable(period.status),
        punctuality_counts=count_punctuality(session, period, today),
        status_counts=count_statuses(session, period),
        events=events_of_period(session, period),
        reopenings=list_reopenings(session, period),
        proposed=calendar.count_proposed(session, [period.month]).get(period.month, 0),
        buttons=_buttons(period),
        month_key=month,
        may_change=can(P.SALES_PERIODS_MANAGE) and is_writable(period.status),
        **_words(),
    )


def _period(text: str) -> ReportingPeriod:
    try:
        return get_period(db.session(), parse_month(text))
    except ValueError:
        raise NotFound() from None


def _buttons(period: ReportingPeriod) -> list[Button]:
    possible = services.possible_period_actions(db.session(), period, current_user)
    month = format_month(period.month)
    found = []
    for action, guards in possible.items():
        if Guard.REOPENING_ASKED in guards:  # nothing to decide
            continue
        endpoint = "sales.step_period" if action in STEPS.values() else "sales.decide_period_reopening"
        found.append(
            Button(
                ACTION[action],
                url_for(endpoint, month=month, step=URL_OF_STEP[action]),
                " ".join(str(GUARD[guard]) for guard in guards),
                action in (Action.LOCK, Action.SETTLE, Action.GRANT_REOPENING),
            )
        )
    return found


@blueprint.route("/periods/<month>/edit", methods=["GET", "POST"])
@requires(P.SALES_PERIODS_MANAGE)
def edit_period(month: str) -> str | Response | tuple[str, int]:
    """Another due day, and what uploads may do."""
    session = db.session()
    period = _period(month)
    form, found = PeriodForm(data=_values(period)), []
    if form.validate_on_submit():
        try:
            services.change_period(
                session,
                period,
                actor=current_user,
                version=form.read_version or 0,
                due_on=form.due_on.data,
                allows_partial=form.allows_partial.data,
            )
            session.commit()
            flash(_("The month has been saved."), "success")
            return redirect(url_for("sales.show_period", month=month))
        except StaleVersion:
            session.rollback()
            values = _values(_period(month))
            found, form.version.data = differences(form, values), str(values["version"])
        except IllegalMove as error:
            session.rollback()
            put_error(form, "", sentence_of(error))
    page = render_template(
        "sales/period_edit.html", form=form, period=_period(month), month_key=month, differences=found
    )
    return (page, 409) if found else page


def _values(period: ReportingPeriod) -> dict[str, Any]:
    return {"due_on": period.due_on, "allows_partial": period.allows_partial, "version": period.version}


@blueprint.route("/periods/<month>/<any('lock', 'settle', 'ask-reopening'):step>", methods=["GET", "POST"])
@requires(P.SALES_PERIODS_MANAGE)
def step_period(month: str, step: str) -> str | Response | tuple[str, int]:
    """Lock or settle a month, or ask for it to be opened again."""
    session, action = db.session(), STEPS[step]

    def act(period: ReportingPeriod, version: int, reason: str) -> None:
        if action is Action.ASK_REOPENING:
            services.ask_reopening(session, period, reason, actor=current_user, version=version)
            return
        verb = services.lock_period if action is Action.LOCK else services.settle_period
        verb(session, period, actor=current_user, version=version, reason=reason)

    return _step(month, action, act)


@blueprint.route("/periods/<month>/reopening/<any('grant', 'refuse'):step>", methods=["GET", "POST"])
@requires(P.SALES_PERIODS_REOPEN)
def decide_period_reopening(month: str, step: str) -> str | Response | tuple[str, int]:
    """The second person grants or refuses the reopening."""
    action = ANSWERS[step]

    def act(period: ReportingPeriod, version: int, reason: str) -> None:
        is_granted = action is Action.GRANT_REOPENING
        services.decide_reopening(
            db.session(), period, actor=current_user, version=version, is_granted=is_granted, reason=reason
        )

    return _step(month, action, act)


def _step(
    month: str, action: Action, act: Callable[[ReportingPeriod, int, str], None]
) -> str | Response | tuple[str, int]:
    session = db.session()
    period = _period(month)
    possible = services.possible_period_actions(session, period, current_user)
    if request.method == "GET" and (action not in possible or possible[action]):
        guards = possible.get(action, [])
        sentence = " ".join(str(GUARD[guard]) for guard in guards) or sentence_of(IllegalMove())
        return _refused(period, month, sentence), 409
    form = StepForm(data={"version": period.version})
    if form.validate_on_submit():
        try:
            act(period, form.read_version or 0, form.reason.data or "")
            session.commit()
        except StaleVersion:
            session.rollback()
            return _refused(_period(month), month, _("The month has moved on since you opened this page.")), 409
        except GuardFailed as error:
            session.rollback()
            if error.guards != (Guard.REASON_GIVEN,):
                return _refused(_period(month), month, sentence_of(error)), 409
            form.reason.errors = [*form.reason.errors, str(GUARD[Guard.REASON_GIVEN])]
        except IllegalMove as error:
            session.rollback()
            return _refused(_period(month), month, sentence_of(error)), 409
        else:
            flash(_("Done: %(step)s.", step=ACTION[action]), "success")
            return redirect(url_for("sales.show_period", month=month))
    return _step_page(_period(month), month, action, form)


def _step_page(period: ReportingPeriod, month: str, action: Action, form: StepForm) -> str:
    session, today = db.session(), clock.today()
    return render_template(
        "sales/period_step.html",
        period=period,
        month_key=month,
        action=action.value,
        title=ACTION[action],
        form=form,
        standing=standing_of(period.status, period.due_on, today),
        counts=count_punctuality(session, period, today) if action is Action.LOCK else {},
        reopenings=list_reopenings(session, period),
        **_words(),
    )


def _refused(period: ReportingPeriod, month: str, sentence: str) -> str:
    standing = standing_of(period.status, period.due_on, clock.today())
    return render_template(
        "sales/period_refused.html", period=period, standing=standing, month_key=month, sentence=sentence, **_words()
    )
