"""The site sheet: one site judged on the map, within the reader's scope.

A distributor's own sheet knows its own outlets only; the reviewers' sheet is made by the product and knows all of them
(see rules.site.masked for what a manager reads of it).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import cos, radians
from typing import Any

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from portal.geo import distance_m
from portal.network.models import Distributor, Outlet, Region, Territory
from portal.network.queries.parties import Rows
from portal.network.rules import TRADING, OutletStatus, RegionLevel
from portal.network.services.placing import Placement
from portal.onboarding.rules.scores import city_level, minimum_capital_wan, part_of
from portal.onboarding.rules.site import NEAREST, Neighbour, judge

RADIUS_KM = 10
# Outlets that count as competition for a site: those that trade, and those already decided.
COUNTED = TRADING | {OutletStatus.APPROVED, OutletStatus.OPENING}
# Where fewer than NEAREST stand around a site they are looked for in wider squares (half a side in km), then anywhere.
WIDER_KM = (100, 300, 1000)
# Distances on a flat earth choose these from the whole country; true distances put them into order.
FLAT_NEAREST = 50
KM_A_DEGREE = 110.5


def neighbours_of(
    session: Session,
    lng: float,
    lat: float,
    *,
    radius_km: float = RADIUS_KM,
    distributor_id: int | None = None,
    but_outlet_id: int | None = None,
) -> list[Neighbour]:
    """Counted outlets within four radii, and, where fewer than five stand there, the nearest ones beyond."""
    for half_side in (4 * radius_km, *(km for km in WIDER_KM if km > 4 * radius_km)):
        found = _read(session, _in_square(_neighbours(but_outlet_id), lng, lat, half_side), distributor_id)
        if _count_within(found, lng, lat, half_side) >= NEAREST:
            return found
    return _read(session, _nearest_first(_neighbours(but_outlet_id), lng, lat), distributor_id)


def _neighbours(but_outlet_id: int | None) -> Rows:
    statement = (
        select(
            Outlet.id,
            Outlet.code,
            Outlet.name,
            Outlet.lng,
            Outlet.lat,
            Outlet.status,
            Outlet.distributor_id,
            Outlet.sales_area_id,
            Distributor.name.label("owner"),
        )
        .outerjoin(Distributor, Distributor.id == Outlet.distributor_id)
        .where(Outlet.lng.is_not(None))
    )
    return statement if but_outlet_id is None else statement.where(Outlet.id != but_outlet_id)


def _in_square(statement: Rows, lng: float, lat: float, half_side_km: float) -> Rows:
    high = half_side_km / KM_A_DEGREE
    wide = high / max(0.05, cos(radians(lat)))
    # Neither the status nor an order is asked of the database: it would walk its index of all trading outlets instead.
    return statement.where(Outlet.lng.between(lng - wide, lng + wide), Outlet.lat.between(lat - high, lat + high))


def _nearest_first(statement: Rows, lng: float, lat: float) -> Rows:
    shrink = cos(radians(lat))
    east, north = (Outlet.lng - lng) * shrink, Outlet.lat - lat
    counted = statement.where(Outlet.status.in_(COUNTED))
    return counted.order_by(east * east + north * north, Outlet.id).limit(FLAT_NEAREST)


def _count_within(found: Sequence[Neighbour], lng: float, lat: float, radius_km: float) -> int:
    """How many stand within the circle: those in a square's corners may be farther than others beyond its sides."""
    if not found:
        return 0
    count = len(found)
    metres = distance_m([lng] * count, [lat] * count, [each.lng for each in found], [each.lat for each in found])
    return sum(1 for each in metres if each <= radius_km * 1000)


def _read(session: Session, statement: Rows, distributor_id: int | None) -> list[Neighbour]:
    rows = [row for row in session.execute(statement).all() if row.status in COUNTED]
    return [
        Neighbour(
            code=row.code,
            name=row.name,
            lng=row.lng,
            lat=row.lat,
            status=row.status.value,
            distributor=row.owner or "",
            is_own=row.distributor_id == distributor_id,
            sales_area_id=row.sales_area_id,
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]


def site_sheet(
    session: Session,
    *,
    lng: float,
    lat: float,
    place: Placement,
    on: date,
    radius_km: float = RADIUS_KM,
    capital_wan: int | None = None,
    distributor_id: int | None = None,
    but_outlet_id: int | None = None,
) -> dict[str, Any]:
    """The whole sheet as plain data: what JSON, the page, the frozen copy and the command show.

    Keys: `site`, `place`, `judgement` (see rules.site), `territory`, `potential`, `capital`.
    """
    around = neighbours_of(
        session, lng, lat, radius_km=radius_km, distributor_id=distributor_id, but_outlet_id=but_outlet_id
    )
    regions = _regions(session, place)
    return {
        "site": {"lng": round(lng, 6), "lat": round(lat, 6), "datum": "wgs84", "on": on.isoformat()},
        "place": {level: _named(region) for level, region in regions.items()},
        "judgement": judge(lng, lat, around, radius_km=radius_km).as_data(),
        "territory": _territory(session, place.county_code, on, distributor_id),
        "potential": _potential(session, regions, but_outlet_id),
        "capital": _capital(regions, capital_wan),
    }


def _regions(session: Session, place: Placement) -> dict[str, Region | None]:
    wanted = {
        RegionLevel.PROVINCE: place.province_code,
        RegionLevel.PREFECTURE: place.prefecture_code,
        RegionLevel.COUNTY: place.county_code,
    }
    conditions = [(Region.level == level) & (Region.code == code) for level, code in wanted.items() if code]
    rows = session.scalars(select(Region).where(or_(*conditions))).all() if conditions else []
    found = {row.level: row for row in rows}
    return {level.value: found.get(level) for level in RegionLevel}


def _named(region: Region | None) -> dict[str, str] | None:
    return None if region is None else {"code": region.code, "name_zh": region.name_zh, "name_en": region.name_en}


def _territory(session: Session, county: str | None, on: date, distributor_id: int | None) -> list[dict[str, Any]]:
    """Who holds the county on the day, as far as the reader may know."""
    if county is None:
        return []
    rows = session.execute(
        select(Distributor.id, Distributor.code, Distributor.name, Territory.exclusivity)
        .join(Territory, Territory.distributor_id == Distributor.id)
        .where(Territory.county_code == county, Territory.valid_from <= on)
        .where(or_(Territory.valid_to.is_(None), Territory.valid_to >= on))
        .order_by(Distributor.code)
    )
    return [
        {"code": code, "name": name, "exclusivity": kind.value, "is_own": row_id == distributor_id}
        for row_id, code, name, kind in rows
    ]


def _potential(session: Session, regions: dict[str, Region | None], but_outlet_id: int | None) -> dict[str, Any] | None:
    """Residents per outlet before and after, in the narrowest region whose population is known."""
    others = Outlet.id != but_outlet_id if but_outlet_id is not None else true()
    for level, column in (("county", Outlet.county_code), ("prefecture", Outlet.prefecture_code)):
        region = regions[level]
        if region is None or not region.population:
            continue
        outlets = (
            session.scalar(
                select(func.count(Outlet.id)).where(column == region.code, Outlet.status.in_(COUNTED), others)
            )
            or 0
        )
        return {
            "level": level,
            "code": region.code,
            "population": region.population,
            "outlets": outlets,
            "per_outlet_before": region.population // outlets if outlets else None,
            "per_outlet_after": region.population // (outlets + 1),
        }
    return None


def capital_of(session: Session, place: Placement, given: int | None) -> dict[str, Any] | None:
    """The least capital of the place, and whether `given` (万元) is enough; None where the place is not known."""
    return _capital(_regions(session, place), given)


def _capital(regions: dict[str, Region | None], given: int | None) -> dict[str, Any] | None:
    province, prefecture, county = (regions[level.value] for level in RegionLevel)
    if province is None or county is None:
        return None
    part = part_of(province.code)
    level = city_level(prefecture.code if prefecture else "", county.name_zh)
    minimum = minimum_capital_wan(part, level)
    return {
        "part": part.value,
        "city_level": level.value,
        "minimum_wan": minimum,
        "given_wan": given,
        "is_enough": None if given is None else given >= minimum,
    }
