"""The points of a file, all at once: their datum, the county each lies in, points that several rows share.

Arrays in, arrays out; nothing here knows of reports or of the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.boundaries.locate import NOWHERE, CountyLocator, Place, get_locator
from portal.boundaries.manifest import read_manifest
from portal.boundaries.rules import LEVELS, Level
from portal.geo import Datum, convert
from portal.network.services.imports_stated import Stated
from portal.network.services.parties import COORDINATE_DECIMALS

CHUNK = 10_000
# So many rows are tried under the other datums.
SAMPLE = 6_000
# How unlikely it must be that another datum fits better by chance.
CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Located:
    """WGS-84 points (NaN where a row has none) and the position of their county in `places` (-1: in none)."""

    lng: NDArray[Any]
    lat: NDArray[Any]
    county: NDArray[np.intp]
    places: Sequence[Place]
    is_known: bool
    """Whether there are boundaries at all."""


@dataclass(frozen=True, slots=True)
class BetterDatum:
    """Another datum puts more rows into the county that they state."""

    datum: Datum
    fits: int
    fits_now: int
    tried: int


def locate_points(directory: Path, lng: NDArray[Any], lat: NDArray[Any], datum: Datum) -> Located:
    """Convert to WGS-84 and find the counties."""
    x, y = (np.round(each, COORDINATE_DECIMALS) for each in convert(lng, lat, datum, Datum.WGS84))
    if read_manifest(directory) is None:
        return Located(x, y, np.full(len(x), NOWHERE, dtype=np.intp), (), is_known=False)
    locator = get_locator(directory)
    return Located(x, y, _counties(locator, x, y), locator.places, is_known=True)


def _counties(locator: CountyLocator, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.intp]:
    """In chunks: a hundred thousand points as objects of their own take 60 MB."""
    parts = [locator.locate_many(x[at : at + CHUNK], y[at : at + CHUNK]) for at in range(0, len(x), CHUNK)]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.intp)


class CodeTable:
    """Region codes as numbers, so that what rows state and where they lie is compared as arrays."""

    def __init__(self, places: Sequence[Place], stated: Sequence[Stated]) -> None:
        self._ids: dict[tuple[Level, str], int] = {}
        codes = [(place.province_code, place.prefecture_code, place.county_code) for place in places]
        self.places = self._table(codes)
        self.stated = self._table([each.codes for each in stated])

    def _table(self, rows: Sequence[tuple[str | None, ...]]) -> NDArray[np.int64]:
        """Shape (rows, 3); -1 where nothing is stated."""
        ids = self._ids
        numbers = [
            [-1 if code is None else ids.setdefault((level, code), len(ids)) for level, code in zip(LEVELS, row)]  # noqa: B905
            for row in rows
        ]
        return np.array(numbers, dtype=np.int64).reshape(len(rows), 3)

    def outside(self, county: NDArray[np.intp], stated: NDArray[Any]) -> NDArray[np.int64]:
        """For each row the widest stated level (0 province … 2 county) in which its point does not lie; -1 if none."""
        found = np.full(len(county), -1, dtype=np.int64)
        inside = np.flatnonzero(county != NOWHERE)
        if not len(self.places) or not len(self.stated):
            return found
        wanted, there = self.stated[stated[inside]], self.places[county[inside]]
        differs = (wanted >= 0) & (wanted != there)
        found[inside] = np.where(differs.any(axis=1), differs.argmax(axis=1), -1)
        return found

    def fits(self, county: NDArray[np.intp], stated: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether each point lies in everything that its row states."""
        return (county != NOWHERE) & (self.outside(county, stated) < 0)


def find_better_datum(
    directory: Path,
    codes: CodeTable,
    points: tuple[NDArray[Any], NDArray[Any]],
    stated: NDArray[Any],
    datum: Datum,
) -> BetterDatum | None:
    """Whether the points, taken in another datum, fit what the rows state so much better that it is no chance.

    `points` are as the file has them, all finite; rows that fit under both datums, or under neither, say nothing.
    """
    step = -(-len(stated) // SAMPLE)
    if not len(stated):
        return None
    (x, y), wanted = (points[0][::step], points[1][::step]), stated[::step]
    locator = get_locator(directory)
    fits = {
        each: codes.fits(_counties(locator, *convert(x, y, each, Datum.WGS84)), wanted)
        for each in (datum, *(other for other in Datum if other is not datum))
    }
    best = max(fits, key=lambda each: int(fits[each].sum()))
    won, lost = int((fits[best] & ~fits[datum]).sum()), int((fits[datum] & ~fits[best]).sum())
    if best is datum or _chance(won, lost) > CHANCE:
        return None
    return BetterDatum(best, int(fits[best].sum()), int(fits[datum].sum()), len(wanted))


def _chance(won: int, lost: int) -> float:
    """The chance of at least `won` heads in won + lost throws (a one-sided sign test)."""
    throws = won + lost
    if throws > 1_000:  # by then a plain margin says the same
        return 0.0 if won > lost * 1.2 else 1.0
    return sum(comb(throws, heads) for heads in range(won, throws + 1)) / 2**throws


def shared_points(lng: NDArray[Any], lat: NDArray[Any]) -> list[NDArray[np.intp]]:
    """Positions of rows that have exactly the same point, a group each, in the order of the file."""
    filled = np.flatnonzero(np.isfinite(lng) & np.isfinite(lat))
    order = filled[np.lexsort((filled, lat[filled], lng[filled]))]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (np.diff(lng[order]) != 0) | (np.diff(lat[order]) != 0)
    starts = np.flatnonzero(is_new)
    lengths = np.diff(np.append(starts, len(order)))
    groups = [
        order[start : start + length] for start, length in zip(starts[lengths > 1], lengths[lengths > 1], strict=True)
    ]
    return sorted(groups, key=lambda group: int(group[0]))
