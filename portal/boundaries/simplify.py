"""From counties to layers: simplify the shared borders once, then dissolve upward, so that all borders nest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from portal.boundaries.rules import LAYERS, Layer, Level
from portal.boundaries.sources import Boundaries, Report

Polygons = NDArray[Any]
WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class Table:
    """One layer at one level: codes and their polygons (WGS-84), in order of code."""

    layer: Layer
    level: Level
    codes: list[str]
    polygons: Polygons


def list_tables(boundaries: Boundaries, report: Report) -> Iterator[Table]:
    """Every layer at every level, finest layer first.

    Simplification runs in an equal-area plane, each layer from the one before: Visvalingam's order of removal is by
    triangle area, so a coarser layer's vertices are a subset of a finer one's.
    """
    plane = _projector(WGS84, boundaries.plane)
    sphere = _projector(boundaries.plane, WGS84)
    counties = shapely.transform(boundaries.polygons, plane)
    for layer in LAYERS:
        report(layer.name, 0.0)
        counties = shapely.coverage_simplify(counties, layer.tolerance_m)
        report(layer.name, 0.6)
        for level in layer.levels:
            yield _table(boundaries, layer, level, counties, sphere)
        report(layer.name, 1.0)


def _table(boundaries: Boundaries, layer: Layer, level: Level, counties: Polygons, sphere: Any) -> Table:
    owners = owner_codes(boundaries, level)
    codes, members = np.unique(owners, return_inverse=True)
    order = np.argsort(members, kind="stable")
    groups = np.split(counties[order], np.flatnonzero(np.diff(members[order])) + 1)
    polygons = np.array([_dissolve(group) for group in groups], dtype=object)
    if layer.drops_islets:
        keeps = _kept_whole(boundaries, level)
        polygons = np.array(
            [
                whole if code in keeps else without_islets(whole, layer.tolerance_m**2)
                for code, whole in zip(codes, polygons, strict=True)
            ],
            dtype=object,
        )
    return Table(layer, level, [str(code) for code in codes], shapely.transform(polygons, sphere))


def owner_codes(boundaries: Boundaries, level: Level) -> NDArray[Any]:
    """For each county the code of the region of this level that holds it."""
    attribute = {Level.PROVINCE: "province_code", Level.PREFECTURE: "prefecture_code", Level.COUNTY: "code"}[level]
    return np.array([getattr(county, attribute) for county in boundaries.counties])


def without_islets(polygon: Any, least_m2: float) -> Any:
    """The polygon without its parts below an area; its largest part always stays."""
    parts = shapely.get_parts(polygon)
    areas = shapely.area(parts)
    kept = parts[(areas >= least_m2) | (areas == areas.max())]
    return polygon if len(kept) == len(parts) else shapely.multipolygons(kept)


def _dissolve(group: Polygons) -> Any:
    if len(group) == 1:
        return group[0]
    try:
        return shapely.coverage_union_all(group)
    except shapely.errors.GEOSException:  # a user's file whose counties touch in places, yet share no border
        return shapely.union_all(group)


def _kept_whole(boundaries: Boundaries, level: Level) -> set[str]:
    owners = owner_codes(boundaries, level)
    return {
        str(owner)
        for owner, county in zip(owners, boundaries.counties, strict=True)
        if county.province_code in boundaries.keep_islets
    }


def _projector(source: str, target: str) -> Any:
    transformer = Transformer.from_crs(source, target, always_xy=True)
    return lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
