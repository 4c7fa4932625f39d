"""The map on which the pin is dropped, and what is said at once about the place."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, url_for
from flask_babel import gettext as _

from portal.boundaries.manifest import read_manifest
from portal.db import db
from portal.i18n import current_language, pick
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel
from portal.network.services.placing import Placement
from portal.onboarding.forms.applications import PlaceStep
from portal.onboarding.forms.steps import StepForm
from portal.onboarding.labels import CITY_LEVEL, PART
from portal.onboarding.models import Application
from portal.onboarding.queries.application_lists import get_area
from portal.onboarding.queries.sites import RADIUS_KM, capital_of


def pin_map_config(start: tuple[float, float] | None) -> dict[str, Any]:
    """What the script of the map is told: addresses and words, nothing that people typed.

    `start`: latitude and longitude where it opens as long as there is no pin.
    """
    config = current_app.config
    manifest = read_manifest(config["GEODATA_DIR"])
    is_shifted = bool(config["TILE_URL"]) and config["TILE_DATUM"] == "gcj02"
    return {
        "language": "zh" if current_language() == "zh_Hans" else "en",
        "start": start,
        "leaflet": url_for("static", filename="vendor/leaflet/leaflet.js"),
        "datum": url_for("static", filename="js/map/datum.js") if is_shifted else "",
        "tiles": config["TILE_URL"],
        "boundaries": {
            "path": url_for("coverage.boundaries", name="-").removesuffix("-.json"),
            "version": manifest.folder if manifest else "",
        },
        "search": url_for("coverage.search"),
        "radiusKm": RADIUS_KM,
        "words": {
            "map": _("Map for the pin. Arrow keys move it, plus and minus zoom; a click or a tap drops the pin."),
            "zoomIn": _("Zoom in"),
            "zoomOut": _("Zoom out"),
            "pin": _("The proposed site. Drag it to move it."),
            "searching": _("Asking your device for its position…"),
            "refused": _("Your device does not give its position. Allow it in the browser, or drop the pin."),
            "found": _("The pin stands where you are, to within %(metres)s m.", metres="{n}"),
            "inexact": _("Your position is known to %(metres)s m only. Move the pin to the door.", metres="{n}"),
            "dropped": _("The pin has been dropped."),
        },
    }


def place_words(application: Application) -> str:
    """County, prefecture and province, and the sales area."""
    book, language = region_book(db.session()), current_language()
    levels = (
        (RegionLevel.COUNTY, application.county_code),
        (RegionLevel.PREFECTURE, application.prefecture_code),
        (RegionLevel.PROVINCE, application.province_code),
    )
    names = [name for level, code in levels if (name := book.name(level, code, language))]
    if not names:
        return ""
    area = get_area(db.session(), application)
    said = pick(area.name_zh, area.name_en) if area else _("not assigned")
    return _("%(place)s; sales area: %(area)s", place=" · ".join(dict.fromkeys(names)), area=said)


def place_notes(application: Application) -> dict[str, Any]:
    """What is said beside the fields at once: where the pin lies, and whether the capital is enough."""
    words, is_low = capital_words(application)
    return {"place": place_words(application), "capital": words, "capitalIsLow": is_low}


def capital_words(application: Application) -> tuple[str, bool]:
    """The least capital of this place as a sentence, and whether what is given stays below it."""
    stands = Placement(application.province_code, application.prefecture_code, application.county_code)
    needed = capital_of(db.session(), stands, application.capital_wan)
    if needed is None:
        return _("The minimum depends on the place: drop the pin first."), False
    values = {
        "minimum": needed["minimum_wan"],
        "part": PART[needed["part"]],
        "level": CITY_LEVEL[needed["city_level"]],
    }
    if needed["is_enough"] is not False:
        return _("At least %(minimum)s (10,000 yuan) here: %(part)s, %(level)s.", **values), False
    return _(
        "At least %(minimum)s (10,000 yuan) here: %(part)s, %(level)s. "
        "%(given)s is too little; the reviewers will see it.",
        given=needed["given_wan"],
        **values,
    ), True


def warn_of_county(application: Application, form: StepForm) -> None:
    """Say so where the pin lies in another county than the one that was named: the pin has decided."""
    if not isinstance(form, PlaceStep) or not form.county_code or application.lng is None:
        return
    if form.county_code == application.county_code:
        return
    book, language = region_book(db.session()), current_language()
    flash(
        _(
            "The coordinates lie in %(found)s, not in %(stated)s. They have decided; check the point and its datum.",
            found=book.name(RegionLevel.COUNTY, application.county_code, language),
            stated=book.name(RegionLevel.COUNTY, form.county_code, language),
        ),
        "warning",
    )
