"""Pages of territories: a distributor's counties by date, given and ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput, NotFound
from portal.i18n import current_language
from portal.network.forms.parties import take_error
from portal.network.forms.territories import EndTerritoryForm, TerritoryForm, holder_lines, read_counties
from portal.network.labels import EXCLUSIVITY
from portal.network.models import Distributor, Territory
from portal.network.queries import territories as queries
from portal.network.queries.parties import get_distributor
from portal.network.queries.region_names import region_book
from portal.network.rules import DistributorStatus, RegionLevel
from portal.network.services import territories as services
from portal.network.views import blueprint
from portal.permissions import Permission as P


@blueprint.get("/distributors/<code>/territories")
@requires(P.NETWORK_DISTRIBUTORS_READ)
def list_territories(code: str) -> str:
    """The counties of a distributor: in force, to come, ended."""
    distributor = get_distributor(db.session(), code)
    return render_template("network/territories.html", distributor=distributor, **territories_of(distributor))


def territories_of(distributor: Distributor) -> dict[str, Any]:
    """What network/territories_table.html shows; the distributor's own page includes it with the same values."""
    return {
        "territories": queries.list_territories(db.session(), distributor, clock.today()),
        "exclusivities": EXCLUSIVITY,
        "language": current_language(),
        "takes_territories": distributor.status is not DistributorStatus.EXITED,
    }


@blueprint.route("/distributors/<code>/territories/new", methods=["GET", "POST"])
@requires(P.NETWORK_TERRITORIES_WRITE)
def create_territories(code: str) -> str | Response:
    """Give a distributor counties of a prefecture."""
    session = db.session()
    distributor = get_distributor(session, code)
    form = TerritoryForm()
    prefecture = request.args.get("prefecture") or distributor.prefecture_code or _first_prefecture()
    ticked = read_counties(request.form.getlist("county"))
    holders: list[str] = []
    if form.validate_on_submit():
        try:
            given = services.add_territories(
                session,
                distributor.id,
                counties=ticked,
                exclusivity=form.exclusivity.data,
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
            )
        except InvalidInput as error:
            session.rollback()
            holders = _take_holders(form, error)
        else:
            number = len(given)
            session.commit()
            flash(ngettext("%(num)d county has been added.", "%(num)d counties have been added.", number), "success")
            return redirect(url_for("network.list_territories", code=distributor.code))
    return render_template(
        "network/territory_new.html",
        distributor=distributor,
        form=form,
        holders=holders,
        prefecture=prefecture,
        prefectures=list(_prefecture_groups()),
        counties=list(_counties(prefecture, ticked)),
    )


@blueprint.route("/distributors/<code>/territories/<int:territory_id>/end", methods=["GET", "POST"])
@requires(P.NETWORK_TERRITORIES_WRITE)
def end_territory(code: str, territory_id: int) -> str | Response:
    """Say on which day a territory ends."""
    session = db.session()
    territory = _territory_of(code, territory_id)
    form = EndTerritoryForm()
    if form.validate_on_submit():
        try:
            services.end_territory(session, territory.id, last_day=form.last_day.data)
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The territory's last day has been saved."), "success")
            return redirect(url_for("network.list_territories", code=code))
    return render_template(
        "network/territory_end.html",
        territory=territory,
        county=region_book(session).name(RegionLevel.COUNTY, territory.county_code, current_language()),
        form=form,
        exclusivities=EXCLUSIVITY,
    )


def _territory_of(code: str, territory_id: int) -> Territory:
    territory = queries.get_territory(db.session(), territory_id)
    if territory.distributor.code != code:
        raise NotFound()
    return territory


def _take_holders(form: TerritoryForm, error: InvalidInput) -> list[str]:
    if error.code == "territory_held":
        form.form_errors.append(_("Counties that you ticked are held on these days."))
        return holder_lines(error.details["holders"], region_book(db.session()))  # type: ignore[arg-type]
    take_error(form, error)
    return []


def _first_prefecture() -> str:
    return next((options[0][0] for _group, options in _prefecture_groups() if options), "")


def _prefecture_groups() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    book, language = region_book(db.session()), current_language()
    for province in book.children.get(None, ()):
        prefectures = book.children.get(province.key, ())
        yield province.name(language), [(entry.code, entry.name(language)) for entry in prefectures]


def _counties(prefecture: str, ticked: list[str]) -> Iterator[dict[str, Any]]:
    """The counties of a prefecture with who holds them today."""
    session, language = db.session(), current_language()
    counties = queries.counties_in(session, prefecture)
    holders = queries.list_holders_of(session, [entry.code for entry in counties], clock.today())
    for entry in counties:
        yield {
            "code": entry.code,
            "name": entry.name(language),
            "is_ticked": entry.code in ticked,
            "holders": [row.territory for row in holders.get(entry.code, [])],
        }
