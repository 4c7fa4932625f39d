"""Coordinates: the three datums in use in China, distances on the ellipsoid, and whether a pair is plausible.

Everything that is stored is WGS-84. GCJ-02 (the shifted datum of AMap, Tencent and printed web maps) and BD-09
(Baidu's shift on top of it) are converted where data enter, or where they are shown on such tiles. The shift is
300-700 m, so a wrong datum puts a shop into the next street and sometimes into the next county.

Longitude comes before latitude everywhere. Functions take numbers or numpy arrays and answer in kind.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Datum(StrEnum):
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"

    @property
    def label(self) -> str:
        """As people write it, in any language: WGS-84."""
        return {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}[self.value]


class CoordinateFault(StrEnum):
    """Why a pair of numbers is not believed to be a place."""

    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    ZERO = "zero"
    SWAPPED = "swapped"
    OUTSIDE = "outside"


class Bounds(NamedTuple):
    """A box in degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    def has(self, lng: float, lat: float) -> bool:
        return self.west <= lng <= self.east and self.south <= lat <= self.north


# Mainland, Taiwan and the islands of the South China Sea, with half a degree to spare.
CHINA_BOUNDS = Bounds(73.0, 3.0, 136.0, 54.5)

# GCJ-02 is defined on the Krasovsky 1940 ellipsoid, and only inside this box; outside, all datums agree.
_SHIFTED_BOX = Bounds(72.004, 0.8293, 137.8347, 55.8271)
_KRASOVSKY_A = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BAIDU_ANGLE = math.pi * 3000.0 / 180.0

# The shift changes by at most some 1e-3 per degree, so each step of the inverse gains about three digits.
_INVERSE_STEPS = 4

_WGS84_A = 6378137.0
_WGS84_E2 = 0.0066943799901413165


def convert(lng: Any, lat: Any, source: Datum | str, target: Datum | str) -> tuple[Any, Any]:
    """Longitude and latitude of `source` in `target`; floats for numbers, arrays for arrays.

    Identity outside the box in which GCJ-02 is defined. Raises ValueError for an unknown datum.
    """
    import numpy as np

    source, target = Datum(source), Datum(target)
    x, y = np.asarray(lng, dtype=float), np.asarray(lat, dtype=float)
    if source is not target:
        gcj = _to_gcj02(x, y, source)
        x, y = _from_gcj02(*gcj, target)
    if x.ndim == 0 and y.ndim == 0:
        return float(x), float(y)
    return x, y


def to_ecef(lng: Any, lat: Any) -> NDArray[Any]:
    """Earth-centred metres on the WGS-84 ellipsoid, shape (n, 3), for nearest-neighbour trees.

    A straight chord in these coordinates is shorter than the way over the ground by 0.01 % at 300 km.
    """
    import numpy as np

    lam, phi = np.radians(np.atleast_1d(lng)), np.radians(np.atleast_1d(lat))
    n = _WGS84_A / np.sqrt(1.0 - _WGS84_E2 * np.sin(phi) ** 2)
    return np.column_stack(
        (n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1.0 - _WGS84_E2) * np.sin(phi))
    )


def distance_m(lng1: Any, lat1: Any, lng2: Any, lat2: Any) -> Any:
    """Geodesic distance in metres on WGS-84, pair by pair."""
    return _geod().inv(lng1, lat1, lng2, lat2)[2]


def find_coordinate_fault(lng: float, lat: float, bounds: Bounds = CHINA_BOUNDS) -> CoordinateFault | None:
    """The first reason not to believe this pair, or None. `bounds` is the box that places are expected in."""
    if not (math.isfinite(lng) and math.isfinite(lat)):
        return CoordinateFault.NOT_A_NUMBER
    if bounds.has(lng, lat):
        return None
    if bounds.has(lat, lng):
        return CoordinateFault.SWAPPED
    if abs(lng) > 180.0 or abs(lat) > 90.0:
        return CoordinateFault.OUT_OF_RANGE
    if lng == 0.0 and lat == 0.0:
        return CoordinateFault.ZERO
    return CoordinateFault.OUTSIDE


def _geod() -> Any:
    global _GEOD
    if _GEOD is None:
        from pyproj import Geod

        _GEOD = Geod(ellps="WGS84")
    return _GEOD


_GEOD: Any = None


def _to_gcj02(x: Any, y: Any, source: Datum) -> tuple[Any, Any]:
    if source is Datum.GCJ02:
        return x, y
    if source is Datum.WGS84:
        return _shift_wgs84(x, y)
    return _invert(_shift_gcj02, x, y)


def _from_gcj02(x: Any, y: Any, target: Datum) -> tuple[Any, Any]:
    if target is Datum.GCJ02:
        return x, y
    if target is Datum.BD09:
        return _shift_gcj02(x, y)
    return _invert(_shift_wgs84, x, y)


def _invert(shift: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Fixed point of p = q - (shift(p) - p), started at q itself."""
    px, py = x, y
    for _ in range(_INVERSE_STEPS):
        qx, qy = shift(px, py)
        px, py = px - (qx - x), py - (qy - y)
    return px, py


def _shift_wgs84(x: Any, y: Any) -> tuple[Any, Any]:
    """WGS-84 to GCJ-02 by the published approximation (China's own transform is not public; within 1-2 m)."""
    import numpy as np

    east, north = _gcj02_polynomial(x - 105.0, y - 35.0)
    phi = np.radians(y)
    w = 1.0 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian = _KRASOVSKY_A * (1.0 - _KRASOVSKY_E2) / (w * np.sqrt(w))
    parallel = _KRASOVSKY_A / np.sqrt(w) * np.cos(phi)
    inside = _is_inside(x, y)
    return (
        np.where(inside, x + np.degrees(east / parallel), x),
        np.where(inside, y + np.degrees(north / meridian), y),
    )


def _gcj02_polynomial(u: Any, v: Any) -> tuple[Any, Any]:
    """Metres east and north that GCJ-02 adds at 105+u, 35+v degrees."""
    import numpy as np

    sin, pi, root = np.sin, math.pi, np.sqrt(np.abs(u))
    common = (20.0 * sin(6.0 * u * pi) + 20.0 * sin(2.0 * u * pi)) * 2.0 / 3.0
    east = 300.0 + u + 2.0 * v + 0.1 * u * u + 0.1 * u * v + 0.1 * root + common
    east += (20.0 * sin(u * pi) + 40.0 * sin(u / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(u / 12.0 * pi) + 300.0 * sin(u / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * u + 3.0 * v + 0.2 * v * v + 0.1 * u * v + 0.2 * root + common
    north += (20.0 * sin(v * pi) + 40.0 * sin(v / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(v / 12.0 * pi) + 320.0 * sin(v * pi / 30.0)) * 2.0 / 3.0
    return east, north


def _shift_gcj02(x: Any, y: Any) -> tuple[Any, Any]:
    """GCJ-02 to BD-09."""
    import numpy as np

    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU_ANGLE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU_ANGLE)
    inside = _is_inside(x, y)
    return (
        np.where(inside, radius * np.cos(angle) + 0.0065, x),
        np.where(inside, radius * np.sin(angle) + 0.006, y),
    )


def _is_inside(x: Any, y: Any) -> Any:
    box = _SHIFTED_BOX
    return (x >= box.west) & (x <= box.east) & (y >= box.south) & (y <= box.north)
