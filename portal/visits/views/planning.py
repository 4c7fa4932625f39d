"""A month's plan, a day's way on the map, and what is planned next."""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.db import db
from portal.errors import InvalidInput, NotFound
from portal.i18n import pick
from portal.network.models import Distributor, Outlet
from portal.network.queries.parties import get_distributor, get_outlet, tidy_text
from portal.network.queries.text_search import contains_text
from portal.network.rules import TRADING
from portal.periods import format_month, last_day, month_of, next_month, parse_month, previous_month
from portal.permissions import Permission as P
from portal.products.models import ProductModel
from portal.visits.forms.activities import DayPlanForm, PlanForm, take_error
from portal.visits.models import FieldActivity
from portal.visits.queries.activities import activities_of_month, outlets_by_id
from portal.visits.queries.routes import Route, route_of
from portal.visits.services.activities import Plan, plan_activity, plan_day
from portal.visits.views import blueprint
from portal.visits.views.activities import read_day, words

OFFERED = 60


@blueprint.get("/activities/plan")
@requires(P.VISITS_ACTIVITIES_READ)
def show_plan() -> str:
    """The month as a calendar; the day that is open with its route."""
    return _plan_page(*_asked_day(request.args.get("month", ""), request.args.get("day", "")))


def _asked_day(month_text: str, day_text: str) -> tuple[date, date | None]:
    day = read_day(day_text)
    try:
        month = month_of(day) if day else parse_month(month_text)
    except ValueError:
        month = month_of(clock.today())
    return month, day


def _plan_page(month: date, day: date | None, form: DayPlanForm | None = None) -> str:
    session = db.session()
    may_plan = can(P.VISITS_ACTIVITIES_WRITE)
    is_mine = may_plan and request.args.get("who") != "all"
    found: dict[date, list[FieldActivity]] = defaultdict(list)
    for activity in activities_of_month(session, month, current_user.id if is_mine else None):
        found[activity.planned_on].append(activity)
    route = route_of(found[day]) if day else None
    sought = tidy_text(request.args.get("q", ""))
    offered = _offered(session, sought, found[day]) if day and may_plan else []
    form = form or DayPlanForm(formdata=None, client_key=secrets.token_hex(12), day=day.isoformat() if day else "")
    form.outlets.choices = [(each.id, f"{pick(each.name, each.name_en)} ({each.code})") for each in offered]
    return render_template(
        "visits/plan.html",
        month=month,
        month_key=format_month(month),
        before=format_month(previous_month(month)),
        after=format_month(next_month(month)),
        weeks=_weeks(month),
        found=found,
        day=day,
        today=clock.today(),
        route=route,
        mini_map=_map_of(route) if route else None,
        form=form,
        sought=sought,
        may_plan=may_plan,
        is_mine=is_mine,
        who="" if is_mine else "all",
        **words(),
    )


def _weeks(month: date) -> list[list[date | None]]:
    """The month's days in weeks from Monday on; None where a neighbour's day stands."""
    days: list[date | None] = [None] * month.weekday()
    days += [month + timedelta(days=number) for number in range(last_day(month).day)]
    days += [None] * (-len(days) % 7)
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def _offered(session: Session, sought: str, planned: list[FieldActivity]) -> list[Outlet]:
    """Outlets that may be added to the day: those that trade and are not on it yet."""
    statement = select(Outlet).where(Outlet.status.in_(TRADING))
    on_it = [each.outlet_id for each in planned if each.outlet_id]
    if on_it:
        statement = statement.where(Outlet.id.not_in(on_it))
    if sought:
        statement = statement.where(contains_text(Outlet.name, sought) | contains_text(Outlet.code, sought))
    return list(session.scalars(statement.order_by(Outlet.code).limit(OFFERED)))


def _map_of(route: Route) -> dict[str, Any] | None:
    """The day's way for the small map; the first stop's county is drawn around it."""
    if not route.stops:
        return None
    first = route.stops[0].activity.outlet
    stops = [
        {
            "lng": stop.activity.outlet.lng,
            "lat": stop.activity.outlet.lat,
            "label": f"{stop.number}. {pick(stop.activity.outlet.name, stop.activity.outlet.name_en)}",
        }
        for stop in route.stops
        if stop.activity.outlet is not None
    ]
    return {
        "lng": None,
        "lat": None,
        "county_code": first.county_code if first else None,
        "prefecture_code": first.prefecture_code if first else None,
        "stops": stops,
    }


@blueprint.post("/activities/plan")
@requires(P.VISITS_ACTIVITIES_WRITE)
def plan_visits() -> str | Response | tuple[str, int]:
    """Visits to the chosen outlets on the day."""
    session, form = db.session(), DayPlanForm()
    form.outlets.choices = []
    month, day = _asked_day("", form.day.data or "")
    if day is None:
        raise NotFound()
    chosen = [number for number in form.outlets.data or [] if 0 < number < 2**62][:OFFERED]
    if form.validate() and chosen:
        try:
            made = plan_day(
                session, outlets_by_id(session, chosen), day, actor=current_user, key=form.client_key.data or ""
            )
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
            return _plan_page(month, day, form)
        session.commit()
        flash(_("%(count)s visits planned.", count=len(made)), "success")
        return redirect(url_for("visits.show_plan", day=day.isoformat()))
    form.outlets.errors = [*form.outlets.errors, _("Choose at least one outlet.")]
    return _plan_page(month, day, form)


@blueprint.route("/activities/new", methods=["GET", "POST"])
@requires(P.VISITS_ACTIVITIES_WRITE)
def new_activity() -> str | Response:
    """Plan an activity, or put one down that nobody planned."""
    session = db.session()
    given = {
        "client_key": secrets.token_hex(12),
        "party": tidy_text(request.args.get("party", "")),
        "planned_on": read_day(request.args.get("day")) or clock.today(),
    }
    form = PlanForm(data=given) if request.method == "GET" else PlanForm()
    if form.validate_on_submit():
        try:
            distributor, outlet = _party(session, form.party.data or "")
            plan = Plan(
                form.kind.data,
                form.planned_on.data,
                form.theme.data or "",
                form.place.data or "",
                _model(session, form.model.data or ""),
                form.course.data or "",
                form.lecturer.data or "",
            )
            key = form.client_key.data or None
            activity = plan_activity(
                session, plan, distributor=distributor, outlet=outlet, actor=current_user, client_key=key
            )
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The activity is planned."), "success")
            return redirect(url_for("visits.show_activity", activity_id=activity.id))
    outlets = select(Outlet).where(Outlet.status.in_(TRADING)).order_by(Outlet.code).limit(200)
    models = select(ProductModel).order_by(ProductModel.code).limit(200)
    return render_template(
        "visits/new.html",
        form=form,
        outlets=[(each.code, pick(each.name, each.name_en)) for each in session.scalars(outlets)],
        models=[(each.code, pick(each.name_zh, each.name_en)) for each in session.scalars(models)],
        **words(),
    )


def _party(session: Session, code: str) -> tuple[Distributor, Outlet | None]:
    try:
        outlet = get_outlet(session, code)
    except NotFound:
        pass
    else:
        return outlet.distributor, outlet
    try:
        return get_distributor(session, code), None
    except NotFound:
        raise InvalidInput("party_unknown", field="party", value=code) from None


def _model(session: Session, code: str) -> ProductModel | None:
    if not code:
        return None
    found = session.scalar(select(ProductModel).where(ProductModel.code == code))
    if found is None:
        raise InvalidInput("model_unknown", field="model", value=code)
    return found
