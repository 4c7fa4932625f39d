"""Many synthetic outlets, to see how the portal bears a large network: real counties, invented shops.

Deterministic: the same number of outlets over the same boundaries gives the same rows. Written by bulk statements, so
this is the one demonstration that does not go through the services; the audit has one entry for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal import clock
from portal.audit.recorder import record
from portal.boundaries.layers import read_polygons
from portal.boundaries.locate import Place, get_locator
from portal.boundaries.regions import list_populations
from portal.boundaries.rules import ASSIGN, Level
from portal.errors import InvalidInput
from portal.network.models import Distributor, Outlet
from portal.network.rules import (
    CityTier,
    DistributorStatus,
    DistributorTier,
    OperatingMode,
    OutletStatus,
    StoreClass,
)
from portal.network.services.placing import AreaResolver, Placement

PREFIX = "SCALE"
SEED = 20_260_901
CHUNK = 10_000
FIRST_DAY = date(2019, 1, 1)
DAYS = 2_400
# Shares of a network in motion, in the order of OutletStatus.
SHARES = (0.05, 0.03, 0.03, 0.03, 0.03, 0.04, 0.62, 0.06, 0.03, 0.07, 0.01)
SERVED = frozenset({OutletStatus.OPEN, OutletStatus.WATCH, OutletStatus.SUSPENDED, OutletStatus.EXITED})
# What a county of ordinary size counts for where no census is committed; wide ones are emptier.
RESIDENTS, ORDINARY_KM2 = 520_000, 3_500

Report = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class County:
    """A county with its polygon, its share of all outlets, and where they belong."""

    place: Place
    polygon: Any
    weight: float


def make_outlets(session: Session, count: int, *, geodata: Path, report: Report = lambda _done: None) -> int:
    """Put `count` outlets of a few hundred distributors into the books, in committed chunks; returns how many.

    Raises InvalidInput (`scale_present`) where synthetic outlets stand already, BoundariesMissing without boundaries.
    """
    present = session.scalar(select(func.count()).select_from(Outlet).where(Outlet.code.startswith(PREFIX)))
    if present:
        raise InvalidInput("scale_present", field="outlets", value=present)
    counties = list_counties(geodata)
    resolver = AreaResolver(session)
    owners = _make_distributors(session, counties, resolver)
    random = np.random.default_rng(SEED)
    each = random.multinomial(count, [county.weight for county in counties])
    rows = _outlet_rows(counties, each, owners=owners, resolver=resolver, random=random)
    made = 0
    for chunk in _chunks(rows):
        session.execute(insert(Outlet), chunk)
        session.commit()
        made += len(chunk)
        report(len(chunk))
    record(session, "scale", object_type="outlets", label=f"{PREFIX}…", changes={"outlets": [None, made]})
    session.commit()
    return made


def list_counties(geodata: Path) -> list[County]:
    """The counties of the current boundaries, with shares that sum to 1."""
    layer, places = read_polygons(geodata, ASSIGN, Level.COUNTY), get_locator(geodata).places
    lat = np.radians(shapely.get_y(shapely.centroid(layer.polygons)))
    km2 = shapely.area(layer.polygons) * 111.32**2 * np.cos(lat)
    residents = RESIDENTS / (1 + (km2 / ORDINARY_KM2) ** 1.3)
    _fit_to_census(residents, places, list_populations(geodata))
    shares = residents / residents.sum()
    return [
        County(place, polygon, float(share))
        for place, polygon, share in zip(places, layer.polygons, shares, strict=True)
    ]


def _fit_to_census(residents: NDArray[Any], places: list[Place], census: dict[str, int]) -> None:
    """Where a prefecture's residents are known, its counties sum to them."""
    codes = np.array([place.prefecture_code for place in places])
    for code, population in census.items():
        inside = codes == code
        if inside.any():
            residents[inside] *= population / residents[inside].sum()


def _make_distributors(session: Session, counties: list[County], resolver: AreaResolver) -> dict[str, int]:
    """One distributor a prefecture, seated in its most populous county; prefecture code → id."""
    seats: dict[str, County] = {}
    for county in counties:
        code = county.place.prefecture_code
        if code not in seats or county.weight > seats[code].weight:
            seats[code] = county
    rows = [_distributor(number, seats[code], resolver) for number, code in enumerate(sorted(seats), 1)]
    session.execute(insert(Distributor), rows)
    codes = select(Distributor.prefecture_code, Distributor.id).where(Distributor.code.startswith(f"{PREFIX}-D"))
    return {str(prefecture): owner for prefecture, owner in session.execute(codes)}


def _distributor(number: int, seat: County, resolver: AreaResolver) -> dict[str, Any]:
    inside = shapely.point_on_surface(seat.polygon)
    prefecture = seat.place.prefecture
    return {
        **_stamps(),
        **_placed(seat, resolver.placement(seat.place.county_code)),
        "code": f"{PREFIX}-D{number:04}",
        "name": f"{prefecture.name_zh}总经销商",
        "name_en": f"{prefecture.name_en} general distributor",
        "lng": round(inside.x, 6),
        "lat": round(inside.y, 6),
        "tier": DistributorTier.PREFECTURE_GENERAL,
        "status": DistributorStatus.ACTIVE,
        "operating_mode": OperatingMode.FRANCHISE,
        "opened_on": FIRST_DAY,
    }


def _outlet_rows(
    counties: list[County],
    each: NDArray[Any],
    *,
    owners: dict[str, int],
    resolver: AreaResolver,
    random: np.random.Generator,
) -> Iterator[dict[str, Any]]:
    number = 0
    for county, wanted in zip(counties, each, strict=True):
        if not wanted:
            continue
        placed = _placed(county, resolver.placement(county.place.county_code))
        shared = {**_stamps(), **placed, "distributor_id": owners[county.place.prefecture_code]}
        for place, (lng, lat) in enumerate(_scatter(county.polygon, int(wanted), random), 1):
            number += 1
            yield {**shared, **_shop(number, place, county.place, random), "lng": lng, "lat": lat}


def _shop(number: int, place: int, where: Place, random: np.random.Generator) -> dict[str, Any]:
    status = list(OutletStatus)[random.choice(len(SHARES), p=SHARES)]
    day = FIRST_DAY + timedelta(days=int(random.integers(DAYS)))
    return {
        "code": f"{PREFIX}{number:06}",
        "name": f"{where.county.name_zh}{place}号店",
        "name_en": f"{where.county.name_en} shop {place}",
        "status": status,
        "status_on": day + timedelta(days=90) if status in SERVED else day,
        "opened_on": day if status in SERVED else None,
        "exited_on": day + timedelta(days=90) if status is OutletStatus.EXITED else None,
        "operating_mode": list(OperatingMode)[random.integers(len(OperatingMode))],
        "store_class": list(StoreClass)[random.integers(len(StoreClass))],
        "address": f"{where.province.name_zh}{where.prefecture.name_zh}{where.county.name_zh}人民路{place}号",
    }


def _scatter(polygon: Any, wanted: int, random: np.random.Generator) -> list[tuple[float, float]]:
    """Points inside a polygon, dense around a few towns and thin between them."""
    shapely.prepare(polygon)
    towns = _inside(polygon, 1 + min(5, wanted // 6), random)
    west, south, east, north = polygon.bounds
    spread = 0.04 * max(east - west, north - south)
    points: list[tuple[float, float]] = []
    for _round in range(8):
        missing = wanted - len(points)
        if missing <= 0:
            break
        at = towns[random.integers(len(towns), size=missing * 2)]
        near = at + random.normal(scale=spread, size=at.shape) * random.gamma(2.0, 0.5, size=(len(at), 1))
        kept = near[shapely.contains_xy(polygon, near[:, 0], near[:, 1])][:missing]
        points += [(round(float(x), 6), round(float(y), 6)) for x, y in kept]
    inside = shapely.point_on_surface(polygon)
    return points + [(round(inside.x, 6), round(inside.y, 6))] * (wanted - len(points))


def _inside(polygon: Any, wanted: int, random: np.random.Generator) -> NDArray[Any]:
    """Some points inside a polygon; one that surely is, at least."""
    west, south, east, north = polygon.bounds
    tried = random.uniform((west, south), (east, north), size=(wanted * 12, 2))
    kept = tried[shapely.contains_xy(polygon, tried[:, 0], tried[:, 1])][:wanted]
    sure = shapely.point_on_surface(polygon)
    return kept if len(kept) else np.array([[sure.x, sure.y]])


def _placed(county: County, placement: Placement | None) -> dict[str, Any]:
    place = county.place
    return {
        "province_code": place.province_code,
        "prefecture_code": place.prefecture_code,
        "county_code": place.county_code,
        "sales_area_id": placement.sales_area_id if placement else None,
        "city_tier": CityTier.THIRD,
    }


def _stamps() -> dict[str, Any]:
    return {"created_at": clock.now(), "updated_at": clock.now(), "version": 1}


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
