"""What a map shows at which zoom, in which box, under which sign and in which class. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from portal.errors import InvalidInput
from portal.network.rules import PLANNED, OutletStatus, RegionLevel


class Symbol(StrEnum):
    """Signs on the map: few enough to tell apart, each with a shape of its own."""

    OPEN = "open"
    WATCH = "watch"
    SUSPENDED = "suspended"
    COMING = "coming"
    PROSPECT = "prospect"
    EXITED = "exited"
    DROPPED = "dropped"


class Metric(StrEnum):
    """What regions are shaded by."""

    OPEN = "open"
    PLANNED = "planned"
    PER_MILLION = "per_million"
    RETAIL = "retail"
    AREA = "area"


S = OutletStatus
SYMBOL_OF: dict[OutletStatus, Symbol] = {
    S.CANDIDATE: Symbol.PROSPECT,
    S.SURVEYED: Symbol.PROSPECT,
    S.APPLIED: Symbol.PROSPECT,
    S.IN_REVIEW: Symbol.PROSPECT,
    S.APPROVED: Symbol.COMING,
    S.OPENING: Symbol.COMING,
    S.OPEN: Symbol.OPEN,
    S.WATCH: Symbol.WATCH,
    S.SUSPENDED: Symbol.SUSPENDED,
    S.EXITED: Symbol.EXITED,
    S.DROPPED: Symbol.DROPPED,
}
STATUSES = tuple(OutletStatus)
# Open to customers today: a suspended shop sells nothing.
SERVING = frozenset({S.OPEN, S.WATCH})
METRIC_STATUSES: dict[Metric, frozenset[OutletStatus]] = {
    Metric.OPEN: SERVING,
    Metric.PLANNED: PLANNED,
    Metric.PER_MILLION: SERVING,
    # Counts what was sold, not outlets.
    Metric.RETAIL: frozenset(),
}

# The last zoom at which a level is drawn as bubbles; beyond the county's, outlets are drawn one by one.
LAST_ZOOM = {RegionLevel.PROVINCE: 5, RegionLevel.PREFECTURE: 7, RegionLevel.COUNTY: 9}
FIRST_POINT_ZOOM = LAST_ZOOM[RegionLevel.COUNTY] + 1
MAX_POINTS = 5_000
# Up to so many points carry their names: they can be written beside the signs.
MAX_NAMED_POINTS = 400
CLASSES = 5


class Box(NamedTuple):
    """Degrees: west, south, east, north. West is greater than east where the box crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    @property
    def crosses_date_line(self) -> bool:
        return self.west > self.east


def level_at(zoom: int) -> RegionLevel | None:
    """The level whose bubbles are drawn at `zoom`, or None where outlets are drawn themselves."""
    return next((level for level, last in LAST_ZOOM.items() if zoom <= last), None)


def parse_box(text: str) -> Box:
    """`west,south,east,north` in degrees. Longitudes that ran round the globe come back to ±180.

    Raises InvalidInput (`box_shape`, `box_not_numbers`, `box_upside_down`, `box_off_globe`).
    """
    parts = text.split(",")
    if len(parts) != 4:
        raise InvalidInput("box_shape", field="bbox", value=text[:80])
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise InvalidInput("box_not_numbers", field="bbox", value=text[:80]) from None
    if not all(math.isfinite(side) and abs(side) <= 1080 for side in (west, south, east, north)):
        raise InvalidInput("box_not_numbers", field="bbox", value=text[:80])
    if max(abs(south), abs(north)) > 90:
        raise InvalidInput("box_off_globe", field="bbox", value=text[:80])
    if south >= north or west == east:
        raise InvalidInput("box_upside_down", field="bbox", value=text[:80])
    if east - west >= 360:
        return Box(-180.0, south, 180.0, north)
    return Box(_around(west), south, _around(east), north)


def _around(longitude: float) -> float:
    """The same meridian within ±180; numbers already there stay exactly as they are."""
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


def class_breaks(maximum: float, *, is_count: bool = True, classes: int = CLASSES) -> list[float]:
    """Lower bounds of the classes above zero, of the series 1, 2, 5, 10 … so that a legend can be read.

    The last bound is at most `maximum`; fewer classes where there are not enough different values.
    """
    if maximum <= 0:
        return []
    ladder = _ladder(1.0 if is_count else _round_125(maximum / 50), maximum)
    if len(ladder) <= classes:
        return ladder
    step = (len(ladder) - 1) / (classes - 1)
    return [ladder[round(place * step)] for place in range(classes)]


def _ladder(lowest: float, highest: float) -> list[float]:
    steps, value = [], lowest
    while value <= highest:
        steps.append(value)
        value = _round_125(value * 1.5)
    return steps


def _round_125(value: float) -> float:
    """The smallest of 1, 2, 5 × a power of ten that is not below `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    mantissa = next(m for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-9))
    return round(mantissa * power, 6)


def pack_deltas(numbers: Iterable[int]) -> list[int]:
    """The first number, then the differences: short in JSON where the numbers rise."""
    packed, before = [], 0
    for number in numbers:
        packed.append(number - before)
        before = number
    return packed


def status_letters(statuses: Sequence[OutletStatus]) -> str:
    """One letter a status: `a` for the first of STATUSES and so on."""
    return "".join(_LETTER[status] for status in statuses)


_LETTER = {status: chr(ord("a") + place) for place, status in enumerate(STATUSES)}
