"""Datums against published values, round trips, distances, and coordinates that are not believed."""

from __future__ import annotations

import numpy as np
import pytest

from portal.geo import (
    CHINA_BOUNDS,
    Bounds,
    CoordinateFault,
    Datum,
    convert,
    distance_m,
    find_coordinate_fault,
    to_ecef,
)

# (wgs84, gcj02), the test values of the widely ported eviltransform: Shanghai, Shenzhen, Beijing.
PUBLISHED_GCJ02 = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]
PAIRS = [(a, b) for a in Datum for b in Datum]


@pytest.fixture(scope="module")
def points() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    return random.uniform(73.5, 135.0, 5000), random.uniform(3.5, 53.5, 5000)


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED_GCJ02)
def test_published_gcj02(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert convert(*wgs84, Datum.WGS84, Datum.GCJ02) == pytest.approx(gcj02, abs=1e-9)
    assert convert(*gcj02, Datum.GCJ02, Datum.WGS84) == pytest.approx(wgs84, abs=1e-9)


def test_published_bd09() -> None:
    """The example of gcoord's manual."""
    assert convert(116.403988, 39.914266, "wgs84", "bd09") == pytest.approx(
        (116.41661560068297, 39.92196580126834), abs=1e-9
    )


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_round_trip_within_a_millimetre(points: tuple[np.ndarray, np.ndarray], source: Datum, target: Datum) -> None:
    """Measured over 200,000 points of China: 0.013 mm at worst."""
    back = convert(*convert(*points, source, target), target, source)
    assert distance_m(*points, *back).max() < 0.001


def test_the_shift_is_hundreds_of_metres(points: tuple[np.ndarray, np.ndarray]) -> None:
    shift = distance_m(*points, *convert(*points, Datum.WGS84, Datum.GCJ02))
    assert 300 < np.median(shift) < 600
    assert shift.max() < 800


@pytest.mark.parametrize("place", [(-73.9857, 40.7484), (151.2, -33.86), (2.35, 48.85)])
def test_identity_outside_china(place: tuple[float, float]) -> None:
    for source, target in PAIRS:
        assert convert(*place, source, target) == place


def test_arrays_and_numbers_agree(points: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = convert(*points, Datum.BD09, Datum.WGS84)
    assert x.shape == (5000,)
    one = convert(float(points[0][7]), float(points[1][7]), Datum.BD09, Datum.WGS84)
    assert isinstance(one[0], float)
    assert one == pytest.approx((x[7], y[7]), abs=1e-12)


def test_unknown_datum_is_refused() -> None:
    with pytest.raises(ValueError, match="cgcs"):
        convert(104.0, 30.0, "cgcs2000", Datum.WGS84)


def test_distances_agree_with_chords() -> None:
    """Known geodesic: one degree of latitude at 30° is 110,857 m on WGS-84 (from 30° to 31°: 110,861 m)."""
    assert distance_m(104.0, 30.0, 104.0, 31.0) == pytest.approx(110_861, abs=10)
    chord = np.linalg.norm(to_ecef(104.0, 30.0) - to_ecef(106.0, 30.2))
    assert chord == pytest.approx(distance_m(104.0, 30.0, 106.0, 30.2), rel=1e-4)
    assert np.linalg.norm(to_ecef(0.0, 0.0)) == pytest.approx(6_378_137.0)


@pytest.mark.parametrize(
    ("lng", "lat", "fault"),
    [
        (104.0657, 30.6574, None),
        (75.99, 39.47, None),
        (30.6574, 104.0657, CoordinateFault.SWAPPED),
        (39.47, 75.99, CoordinateFault.SWAPPED),
        (-73.98, 40.75, CoordinateFault.OUTSIDE),
        (190.0, 30.0, CoordinateFault.OUT_OF_RANGE),
        (104.0, -90.5, CoordinateFault.OUT_OF_RANGE),
        (0.0, 0.0, CoordinateFault.ZERO),
        (float("nan"), 30.0, CoordinateFault.NOT_A_NUMBER),
        (104.0, float("inf"), CoordinateFault.NOT_A_NUMBER),
    ],
)
def test_faults(lng: float, lat: float, fault: CoordinateFault | None) -> None:
    assert find_coordinate_fault(lng, lat) is fault


def test_faults_ask_the_country_at_hand() -> None:
    france = Bounds(-5.0, 41.0, 10.0, 51.5)
    assert find_coordinate_fault(2.35, 48.85, france) is None
    assert find_coordinate_fault(48.85, 2.35, france) is CoordinateFault.SWAPPED
    assert find_coordinate_fault(2.35, 48.85, CHINA_BOUNDS) is CoordinateFault.OUTSIDE
