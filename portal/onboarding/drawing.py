"""The site sheet as a picture: places in a square of SIZE units, for the macro in onboarding/site_sheet.html."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians, sin
from typing import Any

SIZE = 400
# The catchment fills at least this much of the picture; outlets farther than WIDEST radii stand at its edge.
MARGIN = 26
WIDEST = 3.0
SCALES_KM = (0.5, 1, 2, 5, 10, 20, 50)
LONGEST_SCALE = 110


@dataclass(frozen=True)
class Spot:
    """A neighbour in the picture, numbered as in the table. `is_far`: it lies outside; the spot shows the direction."""

    number: int
    x: float
    y: float
    status: str
    is_own: bool
    is_far: bool
    is_label_left: bool


@dataclass(frozen=True)
class Picture:
    """Everything in units of the square, the site in its middle."""

    size: int
    centre: float
    radius: float
    spots: tuple[Spot, ...]
    scale_km: float
    scale_length: float


def draw_site(sheet: dict[str, Any]) -> Picture:
    """The picture of a site sheet (see queries.sites)."""
    judgement = sheet["judgement"]
    radius_m = judgement["radius_km"] * 1000
    nearest = judgement["nearest"]
    near = [each["distance_m"] for each in nearest if each["distance_m"] <= WIDEST * radius_m]
    reach = max([1.15 * radius_m, *(1.08 * distance for distance in near)])
    units = (SIZE / 2 - MARGIN) / reach
    spots = tuple(_spot(number, each, units, reach) for number, each in enumerate(nearest, start=1))
    scale_km = max((km for km in SCALES_KM if km * 1000 * units <= LONGEST_SCALE), default=SCALES_KM[0])
    return Picture(SIZE, SIZE / 2, round(radius_m * units, 1), spots, scale_km, round(scale_km * 1000 * units, 1))


def _spot(number: int, outlet: dict[str, Any], units: float, reach: float) -> Spot:
    distance, bearing = outlet["distance_m"], radians(outlet["bearing"])
    is_far = distance > reach
    length = (SIZE / 2 - 12) if is_far else distance * units
    east, north = length * sin(bearing), length * cos(bearing)
    if is_far:
        east, north = _to_edge(east, north)
    x, y = SIZE / 2 + east, SIZE / 2 - north
    return Spot(number, round(x, 1), round(y, 1), outlet["status"], outlet["is_own"], is_far, x > SIZE - 34)


def _to_edge(east: float, north: float) -> tuple[float, float]:
    """The same direction, at the edge of the square."""
    stretch = (SIZE / 2 - 12) / max(abs(east), abs(north), 1e-9)
    return (east * stretch, north * stretch) if hypot(east, north) else (0.0, SIZE / 2 - 12)
