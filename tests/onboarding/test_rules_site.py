"""A judged site agrees with geodesics and with exact polygons."""

from __future__ import annotations

import random

import pytest
import shapely
from pyproj import Geod, Transformer
from shapely.geometry import Point

from portal.onboarding.rules.site import Neighbour, judge

SITE = (104.2819, 30.9766)
GEOD = Geod(ellps="GRS80")


def outlets(count: int, spread: float, seed: int = 7) -> list[Neighbour]:
    chance = random.Random(seed)
    return [
        Neighbour(
            f"T{number}",
            "shop",
            SITE[0] + chance.uniform(-spread, spread),
            SITE[1] + chance.uniform(-spread, spread),
            "open",
            "D1",
            is_own=False,
        )
        for number in range(count)
    ]


def exact_overlap(neighbours: list[Neighbour], radius_km: float) -> float:
    """The share by polygons of 1,024 corners in a transverse projection that the judge does not use."""
    to_plane = Transformer.from_crs(4326, f"+proj=tmerc +lon_0={SITE[0]} +lat_0={SITE[1]} +datum=WGS84", always_xy=True)
    points = [to_plane.transform(n.lng, n.lat) for n in neighbours]
    circles = [Point(point).buffer(radius_km * 1000, quad_segs=256) for point in points]
    disc = Point(to_plane.transform(*SITE)).buffer(radius_km * 1000, quad_segs=256)
    return shapely.union_all(circles).intersection(disc).area / disc.area


def test_distances_are_geodesic():
    found = judge(*SITE, outlets(50, 0.5), radius_km=10)
    for near in found.nearest:
        _, _, true = GEOD.inv(*SITE, near.lng, near.lat)
        assert near.distance_m == pytest.approx(true, rel=0.0005, abs=1)
    assert [n.distance_m for n in found.nearest] == sorted(n.distance_m for n in found.nearest)


@pytest.mark.parametrize(("count", "spread", "radius_km"), [(3, 0.1, 10), (12, 0.2, 8), (60, 0.4, 5), (200, 0.5, 3)])
def test_overlap_is_within_one_point_of_exact_polygons(count, spread, radius_km):
    neighbours = outlets(count, spread)
    found = judge(*SITE, neighbours, radius_km=radius_km)
    assert found.overlap_share == pytest.approx(exact_overlap(neighbours, radius_km), abs=0.01)


def test_an_empty_country_is_all_gain():
    found = judge(*SITE, [], radius_km=10)
    assert found.nearest == ()
    assert found.overlap_share == 0
    assert found.gain_km2 == pytest.approx(314.16, abs=0.01)


def test_a_site_on_top_of_an_outlet_gains_nothing():
    twin = Neighbour("T1", "shop", *SITE, "open", "D1", is_own=True)
    found = judge(*SITE, [twin], radius_km=10)
    assert found.overlap_share == 1
    assert found.gain_km2 == 0


def test_the_only_incumbent_loses_the_half_nearer_to_the_site():
    """Two equal circles a quarter radius apart: the new one takes what lies on its side of the middle."""
    neighbour = Neighbour("T1", "shop", SITE[0] + 0.026, SITE[1], "open", "D1", is_own=False)
    found = judge(*SITE, [neighbour], radius_km=10)
    (loss,) = found.losses
    assert loss.catchment_km2 == pytest.approx(314.16, rel=0.01)
    assert 0.40 < loss.lost_share < 0.47


def test_the_order_of_outlets_does_not_matter():
    neighbours = outlets(40, 0.3)
    shuffled = random.Random(3).sample(neighbours, len(neighbours))
    assert judge(*SITE, neighbours, radius_km=6) == judge(*SITE, shuffled, radius_km=6)
