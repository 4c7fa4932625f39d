"""Where something stands, as people type it: a county by name or code, coordinates with their datum."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.boundaries.names import match_region
from portal.boundaries.rules import Level
from portal.db import db
from portal.forms import EnumSelectField, VersionedForm, labelled_choices
from portal.geo import Datum, convert
from portal.i18n import current_language
from portal.network.labels import CITY_TIER, SENTENCES
from portal.network.models import Distributor, Outlet
from portal.network.queries.region_names import region_book
from portal.network.rules import CityTier, RegionLevel
from portal.network.services.parties import COORDINATE_DECIMALS

DATUMS = {
    Datum.WGS84: _l("WGS-84 (GPS)"),
    Datum.GCJ02: _l("GCJ-02 (AMap, Tencent)"),
    Datum.BD09: _l("BD-09 (Baidu)"),
}
CHOSEN = (DataRequired(_l("Choose one.")),)
_LEADING_CODE = re.compile(r"\d{6,12}\b")


class PlaceForm(VersionedForm):
    """The fields of a place; `place_facts` gives them as the services want them."""

    # What the county field was read as.
    county_code: str | None = None

    address = StringField(_l("Address"), [Length(max=300)])
    county = StringField(
        _l("County"),
        [Length(max=80)],
        description=_l("Name or six-digit code. The coordinates decide where they are given."),
    )
    city_tier = EnumSelectField(_l("City tier"), enum=CityTier, labels=CITY_TIER, blank=True)
    datum = SelectField(
        _l("Datum of the coordinates"), CHOSEN, choices=labelled_choices(DATUMS), default=Datum.WGS84.value
    )
    lng = StringField(_l("Longitude"), [Length(max=30)])
    lat = StringField(_l("Latitude"), [Length(max=30)])

    def validate_county(self, field: StringField) -> None:
        """Exactly one county is meant."""
        self.county_code = county_code_of(field.data or "")

    def validate_lng(self, field: StringField) -> None:
        """A number of degrees, or nothing."""
        _degrees(field.data or "")

    def validate_lat(self, field: StringField) -> None:
        """A number of degrees, or nothing."""
        _degrees(field.data or "")

    def place_facts(self) -> dict[str, Any]:
        """Address, county and the point in WGS-84."""
        lng, lat = _degrees(self.lng.data or ""), _degrees(self.lat.data or "")
        if lng is not None and lat is not None:
            lng, lat = convert(lng, lat, self.datum.data, Datum.WGS84)
        return {
            "address": self.address.data or "",
            "county_code": self.county_code,
            "city_tier": self.city_tier.data,
            "lng": lng,
            "lat": lat,
        }


def place_values(party: Distributor | Outlet) -> dict[str, Any]:
    """What the fields of a place show of a party."""
    return {
        "address": party.address,
        "county": county_text(party.county_code),
        "city_tier": party.city_tier,
        "datum": Datum.WGS84.value,
        "lng": _degrees_text(party.lng),
        "lat": _degrees_text(party.lat),
    }


def county_text(code: str | None) -> str:
    """`510681 广汉市`, as the field shows and reads it."""
    if not code:
        return ""
    return f"{code} {region_book(db.session()).name(RegionLevel.COUNTY, code, current_language())}"


def county_code_of(text: str) -> str | None:
    """The code of the one county that is meant; ValidationError where it is none or several."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if found := _LEADING_CODE.match(plain):
        return found.group()
    meant = match_region(plain, Level.COUNTY)
    if len(meant) == 1:
        return meant[0].code
    if not meant:
        raise ValidationError(str(SENTENCES["unknown_region"]) % {"value": plain})
    shown = ", ".join(f"{region.code} {region.name_zh} ({_parent_name(region)})" for region in meant[:8])
    raise ValidationError(str(SENTENCES["county_ambiguous"]) % {"value": plain, "candidates": shown})


def _parent_name(region: Any) -> str:
    path = region_book(db.session()).path((RegionLevel.COUNTY, region.code))
    return " ".join(entry.name(current_language()) for entry in path[:-1]) or str(region.parent_code)


def _degrees(text: str) -> float | None:
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("°")
    if not plain:
        return None
    try:
        degrees = float(plain)
    except ValueError:
        raise ValidationError(str(SENTENCES["coordinates_not_a_number"]) % {"value": text}) from None
    if degrees != degrees or abs(degrees) > 1e6:
        raise ValidationError(str(SENTENCES["coordinates_not_a_number"]) % {"value": text})
    return degrees


def _degrees_text(degrees: float | None) -> str:
    return "" if degrees is None else f"{degrees:.{COORDINATE_DECIMALS}f}".rstrip("0").rstrip(".")
