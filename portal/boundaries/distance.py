"""How far a point lies outside a region: for sentences such as "1,900 km outside Sichuan"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from portal.boundaries.layers import read_polygons
from portal.boundaries.locate import get_locator
from portal.boundaries.manifest import require_manifest
from portal.boundaries.rules import DISPLAY, Level
from portal.geo import distance_m

# The display layer is good to a kilometre: what lies nearer is measured to the finest one.
_NEAR_M = 20_000.0


def distance_to_region(directory: Path, level: Level, code: str, lngs: ArrayLike, lats: ArrayLike) -> NDArray[Any]:
    """Metres from each WGS-84 point to the nearest border of the region; 0 inside. Raises BoundariesMissing.

    NaN for a region that has no shape.
    """
    x, y = np.asarray(lngs, dtype=float), np.asarray(lats, dtype=float)
    if level is Level.COUNTY:
        return _to_shapes(_counties(directory, level, code), x, y)
    folder = require_manifest(directory).folder
    found = _to_shapes([shape] if (shape := _wide(directory, folder, level).get(code)) else [], x, y)
    near = np.flatnonzero(found < _NEAR_M)
    if len(near):
        found[near] = _to_shapes(_counties(directory, level, code), x[near], y[near])
    return found


def _to_shapes(shapes: Sequence[Any], x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    return np.min([_to_shape(shape, x, y) for shape in shapes], axis=0) if shapes else np.full(len(x), np.nan)


def _to_shape(shape: Any, x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """The nearest place is looked for in a plane that is true to scale at the points' own latitude."""
    found = np.zeros(len(x))
    outside = np.flatnonzero(~shapely.intersects_xy(shape, x, y))
    for degree in np.unique(np.round(y[outside])):
        at = outside[np.round(y[outside]) == degree]
        scale = np.array([np.cos(np.radians(degree)), 1.0])
        flat = shapely.transform(shape, lambda xy, scale=scale: xy * scale)
        points = shapely.points(x[at] * scale[0], y[at])
        nearest = shapely.get_point(shapely.shortest_line(flat, points), 0)
        found[at] = distance_m(shapely.get_x(nearest) / scale[0], shapely.get_y(nearest), x[at], y[at])
    return found


@lru_cache(maxsize=2)
def _wide(directory: Path, _folder: str, level: Level) -> dict[str, Any]:
    """Provinces or prefectures of the current build."""
    polygons = read_polygons(directory, DISPLAY, level)
    return dict(zip(polygons.codes, polygons.polygons, strict=True))


def _counties(directory: Path, level: Level, code: str) -> list[Any]:
    """The shapes of the counties in a region, as the locator has them."""
    locator = get_locator(directory)
    codes = {
        Level.PROVINCE: lambda place: place.province_code,
        Level.PREFECTURE: lambda place: place.prefecture_code,
        Level.COUNTY: lambda place: place.county_code,
    }[level]
    return [shape for place, shape in zip(locator.places, locator.polygons, strict=True) if codes(place) == code]
