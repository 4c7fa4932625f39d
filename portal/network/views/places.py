"""Where a party stands, as its pages say it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from portal.access import requires
from portal.db import db
from portal.i18n import current_language
from portal.network.forms.places import PlaceForm
from portal.network.models import Distributor, Outlet
from portal.network.queries.parties import tidy_text
from portal.network.queries.region_names import find_counties, region_book
from portal.network.rules import RegionLevel
from portal.network.views import blueprint
from portal.permissions import Permission as P

SUGGESTED = 12


@blueprint.get("/places/counties")
@requires(P.NETWORK_REGIONS_READ)
def suggest_counties() -> str:
    """Counties whose name or code holds what has been typed into the field, as options of its list."""
    typed = tidy_text(request.args.get("county", ""))
    found = find_counties(region_book(db.session()), typed, SUGGESTED) if typed else []
    return render_template("network/county_options.html", counties=found)


@dataclass(frozen=True, slots=True)
class RegionLink:
    """A region around a party, with the outlets in it."""

    name: str
    code: str
    outlets_url: str


def region_chain(party: Distributor | Outlet) -> list[RegionLink]:
    """Province, prefecture and county as far as they are known, widest first."""
    book, language, base = region_book(db.session()), current_language(), url_for("network.list_outlets")
    codes = (
        (RegionLevel.PROVINCE, party.province_code),
        (RegionLevel.PREFECTURE, party.prefecture_code),
        (RegionLevel.COUNTY, party.county_code),
    )
    return [
        RegionLink(book.name(level, code, language), code, f"{base}?region={level.value}:{code}")
        for level, code in codes
        if code
    ]


def warn_of_county(party: Distributor | Outlet, form: PlaceForm) -> None:
    """Say so where the point lies in another county than the one stated: the point has decided."""
    if not form.county_code or party.lng is None or form.county_code == party.county_code:
        return
    book, language = region_book(db.session()), current_language()
    flash(
        _(
            "The coordinates lie in %(found)s, not in %(stated)s. They were believed: check them and their datum.",
            found=book.name(RegionLevel.COUNTY, party.county_code, language),
            stated=book.name(RegionLevel.COUNTY, form.county_code, language),
        ),
        "warning",
    )
