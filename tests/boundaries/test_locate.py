"""Points and their counties."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from portal.boundaries.errors import BoundariesMissing
from portal.boundaries.locate import NOWHERE, CountyLocator, get_locator
from tests.boundaries.country import build_country


@pytest.fixture(scope="module")
def locator(country: Path) -> CountyLocator:
    return CountyLocator(country)


@pytest.mark.parametrize(
    ("lng", "lat", "codes"),
    [
        (100.5, 28.3, ("910000", "910100", "910101")),
        (100.5, 29.2, ("910000", "910100", "910121")),
        (103.9, 29.4, ("920000", "920200", "920222")),
        (104.2025, 29.0025, ("920000", "920200", "920222")),  # on the islet
        (102.02, 28.375, ("910000", "910200", "910201")),  # in the bump
        (104.0015, 28.3, ("920000", "920200", "920221")),  # on the quay, 100 m off the coast
    ],
)
def test_places(locator: CountyLocator, lng: float, lat: float, codes: tuple[str, str, str]) -> None:
    place = locator.locate(lng, lat)
    assert place is not None
    assert (place.province_code, place.prefecture_code, place.county_code) == codes


@pytest.mark.parametrize(
    "point", [(104.1, 28.3), (0.0, 0.0), (28.3, 100.5), (float("nan"), 28.3), (100.5, float("inf"))]
)
def test_nowhere(locator: CountyLocator, point: tuple[float, float]) -> None:
    assert locator.locate(*point) is None


def test_a_shared_corner_has_one_owner_each_time(locator: CountyLocator) -> None:
    once, again = (locator.locate_many([101.0] * n, [28.75] * n) for n in (1, 3))
    assert set(again) == set(once)
    assert locator.places[once[0]].county_code in {"910101", "910121", "910201", "910221"}


def test_many_at_once_agree_with_one_by_one(locator: CountyLocator) -> None:
    random = np.random.default_rng(2)
    x, y = random.uniform(99.8, 104.3, 500), random.uniform(27.9, 29.6, 500)
    x[3] = np.nan
    found = locator.locate_many(x, y)
    assert found.dtype.kind == "i"
    for index, lng, lat in zip(found, x, y, strict=True):
        assert locator.locate(lng, lat) == (None if index == NOWHERE else locator.places[index])
    assert (found == NOWHERE).any()
    assert locator.locate_many([], []).shape == (0,)


def test_loaded_once_and_again_after_a_build(tmp_path: Path) -> None:
    with pytest.raises(BoundariesMissing):
        get_locator(tmp_path)
    build_country(tmp_path)
    first = get_locator(tmp_path)
    assert get_locator(tmp_path) is first
    build_country(tmp_path, force=True)
    assert get_locator(tmp_path) is not first
