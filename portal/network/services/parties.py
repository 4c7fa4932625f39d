"""What distributors and outlets have in common when they are written: code, name, credit code, place."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import InvalidInput
from portal.geo import CoordinateFault, find_coordinate_fault
from portal.network.models import Distributor, Outlet
from portal.network.rules import CityTier, code_fault, credit_code_fault
from portal.network.services.placing import place
from portal.scope import scope_of_system

# 0.1 m: what is shown in a form comes back as it was stored.
COORDINATE_DECIMALS = 6
PLACE_FIELDS = ("lng", "lat", "county_code")


class PlaceFacts(TypedDict, total=False):
    """Where a party stands. Longitude and latitude are WGS-84; an empty county is taken from the point."""

    address: str
    lng: float | None
    lat: float | None
    county_code: str | None
    city_tier: CityTier | None


def tidy_code(code: str) -> str:
    """Half-width signs without blanks at the ends (ＡＢ０１ → AB01)."""
    return unicodedata.normalize("NFKC", code).strip()


def check_code(session: Session, model: type[Distributor] | type[Outlet], code: str) -> None:
    """The code is well formed and free, among all rows and not only those that the asker sees."""
    if fault := code_fault(code):
        raise InvalidInput(fault, field="code", value=code)
    with scope_of_system(session):
        taken = session.scalar(select(model.id).where(model.code == code))
    if taken is not None:
        raise InvalidInput("code_taken", field="code", value=code)


def check_name(name: str) -> None:
    """A name says something."""
    if not name.strip():
        raise InvalidInput("name_missing", field="name", value=name)


def check_credit_code(code: str) -> None:
    """Empty, or a valid unified social credit code."""
    if code and (fault := credit_code_fault(code)):
        raise InvalidInput(fault, field="credit_code", value=code)


def check_point(lng: float | None, lat: float | None) -> None:
    """Both or none, and a place in China."""
    if lng is None and lat is None:
        return
    if lng is None or lat is None:
        raise InvalidInput("coordinates_incomplete", field="lng" if lng is None else "lat", value="")
    fault: CoordinateFault | None = find_coordinate_fault(lng, lat)
    if fault is not None:
        raise InvalidInput(f"coordinates_{fault.value}", field="lng", value=f"{lng}, {lat}")


def apply_changes(row: Distributor | Outlet, changes: Mapping[str, Any], *, allowed: frozenset[str]) -> None:
    """Write plain columns; a name that is not allowed is a programming error."""
    unknown = set(changes) - allowed
    if unknown:
        raise TypeError(f"not a fact of {type(row).__name__}: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def settle(session: Session, party: Distributor | Outlet, changes: Mapping[str, Any]) -> None:
    """Write the point, and the regions and sales area that follow from it (or, without one, from the county)."""
    lng, lat = _rounded(changes.get("lng", party.lng)), _rounded(changes.get("lat", party.lat))
    county = changes.get("county_code", party.county_code) or None
    if (lng, lat, county) == (party.lng, party.lat, party.county_code):
        return
    check_point(lng, lat)
    placement = place(session, lng=lng, lat=lat, county_code=county)
    party.lng, party.lat = lng, lat
    for name in ("province_code", "prefecture_code", "county_code", "sales_area_id"):
        setattr(party, name, getattr(placement, name))


def _rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, COORDINATE_DECIMALS)
