"""A small map as SVG: prefectures shaded by a sum. Drawn from the built boundaries; without them there is no map."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.boundaries.errors import BoundariesMissing
from portal.boundaries.layers import read_polygons
from portal.boundaries.rules import OVERVIEW, Level

WIDTH = 640
# In degrees: about a pixel on this map.
TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Shape:
    """A prefecture: its outline, and how strongly it is shaded, from -2 to 2."""

    code: str
    path: str
    shade: int


@dataclass(frozen=True, slots=True)
class RegionMap:
    """The map in pixels."""

    width: int
    height: int
    shapes: list[Shape]


def draw_regions(directory: Path, values: Mapping[str, int]) -> RegionMap | None:
    """Prefectures by code shaded by their value; None where no boundaries are built or none of them is known."""
    try:
        outlines = _outlines(directory, tuple(sorted(values)))
    except BoundariesMissing:
        return None
    if not outlines:
        return None
    west, north, east, south = _extent(outlines)
    across = math.cos(math.radians((north + south) / 2))
    scale = WIDTH / max((east - west) * across, 0.1)
    largest = max((abs(value) for value in values.values()), default=0)

    def point(lng: float, lat: float) -> str:
        return f"{(lng - west) * across * scale:.0f},{(north - lat) * scale:.0f}"

    shapes = [
        Shape(
            code, "".join(f"M{'L'.join(point(*at) for at in ring)}Z" for ring in rings), _shade(values[code], largest)
        )
        for code, rings in outlines.items()
    ]
    return RegionMap(WIDTH, round((north - south) * scale), shapes)


def _shade(value: int, largest: int) -> int:
    if not value or not largest:
        return 0
    strong = 2 if abs(value) * 2 > largest else 1
    return strong if value > 0 else -strong


Rings = tuple[tuple[tuple[float, float], ...], ...]


def _extent(outlines: Mapping[str, Rings]) -> tuple[float, float, float, float]:
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    lngs, lats = [lng for lng, _lat in points], [lat for _lng, lat in points]
    return min(lngs), max(lats), max(lngs), min(lats)


@lru_cache(maxsize=8)
def _outlines(directory: Path, codes: tuple[str, ...]) -> dict[str, Rings]:
    """The outer rings of the prefectures, simplified to what the map can show."""
    import shapely

    wanted, found = set(codes), dict[str, Rings]()
    layer = read_polygons(directory, OVERVIEW, Level.PREFECTURE)
    for code, polygon in zip(layer.codes, layer.polygons, strict=True):
        if code in wanted:
            found[code] = tuple(_rings(shapely.simplify(polygon, TOLERANCE)))
    return found


def _rings(polygon: Any) -> Any:
    for part in getattr(polygon, "geoms", [polygon]):
        if not part.is_empty:
            yield tuple((float(lng), float(lat)) for lng, lat in part.exterior.coords)
