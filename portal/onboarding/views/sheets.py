"""The site sheet as its readers may see it: while typing, on the application's page, frozen in a decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, jsonify, render_template, request
from flask.blueprints import BlueprintSetupState

from portal import clock
from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput
from portal.formatting import format_date
from portal.geo import Datum, convert
from portal.i18n import current_language, pick
from portal.network.labels import EXCLUSIVITY, OUTLET_STATUS
from portal.network.services.parties import check_point
from portal.network.services.placing import Placement
from portal.onboarding.drawing import draw_site
from portal.onboarding.labels import CITY_LEVEL, PART, sentence_of
from portal.onboarding.models import Application
from portal.onboarding.queries.application_lists import get_seen_application
from portal.onboarding.queries.places import place_of_point
from portal.onboarding.queries.sites import site_sheet
from portal.onboarding.rules.site import masked
from portal.onboarding.views import blueprint
from portal.permissions import Permission as P
from portal.scope import Scope, ScopeKind, bound_scope, scope_of_system

MOST_WAN = 1_000_000


@blueprint.record_once
def _give_templates_the_picture(state: BlueprintSetupState) -> None:
    """So that the macro needs nothing but the sheet, on whoever's page it stands."""
    state.app.jinja_env.filters["site_name"] = lambda region: pick(region["name_zh"], region["name_en"])
    state.app.jinja_env.filters["site_day"] = lambda day: format_date(date.fromisoformat(day), current_language())
    state.app.jinja_env.globals.update(
        draw_site=draw_site,
        site_words={
            "status": {status.value: word for status, word in OUTLET_STATUS.items()},
            "exclusivity": {kind.value: word for kind, word in EXCLUSIVITY.items()},
            "part": PART,
            "city_level": CITY_LEVEL,
        },
    )


@blueprint.get("/applications/<int:application_id>/sheet.json")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def site_sheet_data(application_id: int) -> Response | tuple[Response, int]:
    """The sheet of the application's site, or of the point in the query: lng, lat, datum, capital (万元)."""
    application = get_seen_application(db.session(), application_id)
    try:
        return jsonify(sheet=asked_sheet(application))
    except InvalidInput as error:
        return jsonify(error=error.code, message=sentence_of(error)), 400


@blueprint.get("/applications/<int:application_id>/sheet")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def site_sheet_part(application_id: int) -> str:
    """The same as a part of a page."""
    application = get_seen_application(db.session(), application_id)
    try:
        sheet, sentence = asked_sheet(application), ""
    except InvalidInput as error:
        sheet, sentence = None, sentence_of(error)
    return render_template(
        "onboarding/application_sheet.html", sheet=sheet, sentence=sentence, is_own_scope=sees_own_only()
    )


def asked_sheet(application: Application) -> dict[str, Any] | None:
    """The sheet for the point in the query string, else for the application's own; None where there is no point."""
    lng, lat = _asked_point() or (application.lng, application.lat)
    if lng is None or lat is None:
        return None
    if (lng, lat) == (application.lng, application.lat):
        stands = Placement(
            application.province_code, application.prefecture_code, application.county_code, application.sales_area_id
        )
    else:
        stands = place_of_point(db.session(), lng, lat)
    return sheet_at(application, lng, lat, stands, capital_wan=_asked_capital(application))


def _asked_point() -> tuple[float, float] | None:
    """The point of the query in WGS-84. Raises InvalidInput."""
    texts = request.args.get("lng", ""), request.args.get("lat", "")
    if not all(texts):
        return None
    try:
        lng, lat = (float(text) for text in texts)
        datum = Datum(request.args.get("datum", Datum.WGS84.value))
    except ValueError:
        raise InvalidInput("coordinates_not_a_number", field="lng", value=", ".join(texts)[:60]) from None
    check_point(lng, lat)
    return convert(lng, lat, datum, Datum.WGS84)


def _asked_capital(application: Application) -> int | None:
    text = request.args.get("capital", "")
    if text.isascii() and text.isdigit() and int(text[:8]) <= MOST_WAN:
        return int(text[:8])
    return application.capital_wan


def sheet_at(
    application: Application, lng: float, lat: float, stands: Placement, *, capital_wan: int | None
) -> dict[str, Any]:
    """The sheet as the reader may see it.

    A distributor judges among its own outlets. A manager reads the whole network's figures, and names in their areas.
    """
    session = db.session()

    def judged() -> dict[str, Any]:
        return site_sheet(
            session,
            lng=lng,
            lat=lat,
            place=stands,
            on=clock.today(),
            capital_wan=capital_wan,
            distributor_id=application.distributor_id,
            but_outlet_id=application.outlet_id,
        )

    if sees_own_only():
        return judged()
    with scope_of_system(session):
        sheet = judged()
    return sheet_for_reader(sheet) or {}


def sees_own_only() -> bool:
    """Whether the reader is a distributor."""
    return bound_scope(db.session()).kind is ScopeKind.DISTRIBUTOR


def sheet_for_reader(sheet: dict[str, Any]) -> dict[str, Any] | None:
    """A sheet over the whole network (a frozen one) as the reader may see it; None for the applicant's side."""
    scope: Scope = bound_scope(db.session())
    if scope.kind is ScopeKind.EVERYTHING:
        return sheet
    return masked(sheet, scope.ids) if scope.kind is ScopeKind.AREAS else None
