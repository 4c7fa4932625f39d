"""One site judged against the outlets around it: true distances, overlap of catchments, gain and loss. Pure.

Everything is measured in the azimuthal equidistant plane around the site: directions and distances from the site are
geodesic (WGS-84), distances between other points within 60 km are off by less than 0.001 %. Areas come from points
spread evenly over the catchment (a sunflower of SAMPLES points), so shares are right to about 0.3 percentage points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from math import pi
from typing import Any

import numpy as np
from pyproj import Geod
from scipy.spatial import cKDTree

WGS84 = Geod(ellps="WGS84")
SAMPLES = 10_000
INCUMBENT_SAMPLES = 3_000
NEAREST = 5
# Incumbents that lose less of their catchment than this are not listed.
LEAST_LOSS = 0.005


@dataclass(frozen=True)
class Neighbour:
    """An outlet that trades, or is approved or being opened."""

    code: str
    name: str
    lng: float
    lat: float
    status: str
    distributor: str
    is_own: bool
    sales_area_id: int | None = None


@dataclass(frozen=True)
class Near:
    """An outlet near the site, and how far: metres along the geodesic, degrees clockwise from north."""

    code: str
    name: str
    status: str
    distributor: str
    is_own: bool
    sales_area_id: int | None
    lng: float
    lat: float
    distance_m: int
    bearing: int


@dataclass(frozen=True)
class Loss:
    """What an incumbent gives up: the part of its catchment for which the new site would be nearer."""

    code: str
    name: str
    is_own: bool
    sales_area_id: int | None
    catchment_km2: float
    lost_km2: float
    lost_share: float


@dataclass(frozen=True)
class Judgement:
    """The figures of a site. Areas in km², shares from 0 to 1."""

    lng: float
    lat: float
    radius_km: float
    nearest: tuple[Near, ...]
    within_radius: int
    catchment_km2: float
    overlap_share: float
    gain_km2: float
    losses: tuple[Loss, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def judge(lng: float, lat: float, neighbours: Sequence[Neighbour], *, radius_km: float) -> Judgement:
    """Judge the site against `neighbours` (all outlets within four radii, and the nearest ones beyond)."""
    x, y, distance, bearing = _plane(lng, lat, neighbours)
    radius = radius_km * 1000
    near = np.argsort(distance, kind="stable")[:NEAREST]
    overlap, losses = (0.0, ()) if not neighbours else _overlap_and_losses(x, y, neighbours, radius)
    area = pi * radius_km**2
    return Judgement(
        lng=lng,
        lat=lat,
        radius_km=radius_km,
        nearest=tuple(_near(neighbours[i], distance[i], bearing[i]) for i in near),
        within_radius=int((distance <= radius).sum()),
        catchment_km2=round(area, 2),
        overlap_share=round(overlap, 4),
        gain_km2=round(area * (1 - overlap), 2),
        losses=losses,
    )


def _plane(lng: float, lat: float, neighbours: Sequence[Neighbour]) -> tuple[np.ndarray, ...]:
    """East and north in metres from the site, geodesic distance, bearing."""
    count = len(neighbours)
    azimuth, _back, distance = WGS84.inv(
        np.full(count, lng), np.full(count, lat), [n.lng for n in neighbours], [n.lat for n in neighbours]
    )
    azimuth, distance = np.asarray(azimuth, dtype=float), np.asarray(distance, dtype=float)
    radians = np.radians(azimuth)
    return distance * np.sin(radians), distance * np.cos(radians), distance, azimuth % 360


def _near(outlet: Neighbour, distance: float, bearing: float) -> Near:
    return Near(
        code=outlet.code,
        name=outlet.name,
        status=outlet.status,
        distributor=outlet.distributor,
        is_own=outlet.is_own,
        sales_area_id=outlet.sales_area_id,
        lng=outlet.lng,
        lat=outlet.lat,
        distance_m=round(float(distance)),
        bearing=round(float(bearing)) % 360,
    )


@cache
def _sunflower(count: int) -> np.ndarray:
    """`count` points spread evenly over the unit disc."""
    index = np.arange(count) + 0.5
    radius, angle = np.sqrt(index / count), index * pi * (3 - np.sqrt(5))
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def _overlap_and_losses(
    x: np.ndarray, y: np.ndarray, neighbours: Sequence[Neighbour], radius: float
) -> tuple[float, tuple[Loss, ...]]:
    """Share of the new catchment that is covered already, and what each incumbent would lose."""
    points = np.column_stack((x, y))
    tree = cKDTree(points)
    disc = _sunflower(SAMPLES) * radius
    nearest, owner = tree.query(disc, distance_upper_bound=radius)
    covered = np.isfinite(nearest)
    nearer = covered & (np.hypot(disc[:, 0], disc[:, 1]) < nearest)
    lost = np.bincount(owner[nearer], minlength=len(points))
    cell = pi * radius**2 / SAMPLES / 1e6
    losses = []
    for index in map(int, np.flatnonzero(lost)):
        own = _own_share(tree, points[index], index, radius)
        catchment = own * pi * radius**2 / 1e6
        share = min(1.0, lost[index] * cell / catchment) if catchment else 1.0
        if share >= LEAST_LOSS:
            losses.append(_loss(neighbours[index], catchment, lost[index] * cell, share))
    losses.sort(key=lambda loss: (-loss.lost_share, loss.code))
    return float(covered.mean()), tuple(losses)


def _own_share(tree: Any, centre: np.ndarray, index: int, radius: float) -> float:
    """Share of an incumbent's disc for which it is the nearest outlet today."""
    _distance, owner = tree.query(centre + _sunflower(INCUMBENT_SAMPLES) * radius)
    return float((owner == index).mean())


def _loss(outlet: Neighbour, catchment: float, lost: float, share: float) -> Loss:
    return Loss(
        code=outlet.code,
        name=outlet.name,
        is_own=outlet.is_own,
        sales_area_id=outlet.sales_area_id,
        catchment_km2=round(catchment, 2),
        lost_km2=round(float(lost), 2),
        lost_share=round(share, 4),
    )


def masked(sheet: dict[str, Any], seen_areas: frozenset[int]) -> dict[str, Any]:
    """The sheet for a manager: outlets of other sales areas keep place and distance, and lose name and owner."""
    judgement = sheet["judgement"]
    hidden = {"code": "", "name": "", "distributor": ""}
    shown = {
        part: [
            row if row["sales_area_id"] in seen_areas else {**row, **{k: v for k, v in hidden.items() if k in row}}
            for row in judgement[part]
        ]
        for part in ("nearest", "losses")
    }
    return {**sheet, "judgement": {**judgement, **shown}}
