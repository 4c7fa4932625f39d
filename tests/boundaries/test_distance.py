"""How far a point lies outside a region of the hand-made country."""

from __future__ import annotations

import numpy as np
import pytest

from portal.boundaries.distance import distance_to_region
from portal.boundaries.rules import Level
from portal.geo import distance_m


def test_inside_is_no_distance(country):
    for level, code in ((Level.PROVINCE, "910000"), (Level.PREFECTURE, "910100"), (Level.COUNTY, "910101")):
        assert distance_to_region(country, level, code, [100.5], [28.3]).tolist() == [0.0]


def test_the_way_to_the_nearest_border_is_measured_on_the_ground(country):
    """0.25° west of the border at 102°, and a point far to the north-east."""
    found = distance_to_region(country, Level.PROVINCE, "920000", [101.75, 120.0], [28.5, 45.0])
    assert found[0] == pytest.approx(distance_m(101.75, 28.5, 102.0, 28.5), rel=0.01)
    assert found[1] == pytest.approx(distance_m(120.0, 45.0, 104.2, 29.5), rel=0.02)


def test_near_borders_are_measured_to_the_finest_layer(country):
    (found,) = distance_to_region(country, Level.PREFECTURE, "910200", [100.995], [28.3])
    assert 400 < found < 560


def test_a_region_without_a_shape_has_no_distance(country):
    assert np.isnan(distance_to_region(country, Level.COUNTY, "999999", [100.5], [28.3])).all()
