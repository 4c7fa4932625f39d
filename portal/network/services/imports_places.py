"""Where the rows of a file lie, against what they state: findings, and the regions that each row gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.boundaries.distance import distance_to_region
from portal.boundaries.locate import NOWHERE, Place
from portal.boundaries.rules import LEVELS, Level
from portal.geo import CHINA_BOUNDS, Datum, find_coordinate_fault
from portal.network.rules import RegionLevel
from portal.network.services.imports_points import (
    CodeTable,
    Located,
    find_better_datum,
    locate_points,
    shared_points,
)
from portal.network.services.imports_stated import Doubt, Stated, name_chain, name_of
from portal.network.services.placing import AreaResolver, Placement
from portal.spreadsheets import Report

_OUTSIDE = {Level.PROVINCE: "outside_province", Level.PREFECTURE: "outside_prefecture", Level.COUNTY: "outside_county"}
# A group of rows that share a point is named up to so many.
_NAMED_ROWS = 12
NO_PLACEMENT = Placement()


@dataclass(frozen=True, slots=True)
class Points:
    """The coordinates of a file as it has them: NaN where a row has none. `stated` points into `readings`."""

    rows: NDArray[np.int64]
    """Row numbers as the spreadsheet shows them."""
    lng: NDArray[Any]
    lat: NDArray[Any]
    stated: NDArray[np.int64]
    readings: Sequence[Stated]
    has_columns: bool
    """Whether the file has columns for coordinates at all."""


class PlaceCheck:
    """Holds the points of one file against the boundaries; after `run`, `placement(i)` is where row i belongs."""

    def __init__(self, points: Points, report: Report, resolver: AreaResolver, *, datum: Datum, geodata: Path) -> None:
        self._points = points
        self._report = report
        self._resolver = resolver
        self._datum = datum
        self._geodata = geodata
        self.refused: set[int] = set()
        """Positions of rows whose coordinates are no place."""
        self.located = Located(np.empty(0), np.empty(0), np.empty(0, dtype=np.intp), (), is_known=False)

    def run(self) -> None:
        """Add the findings."""
        points = self._points
        if not points.has_columns:
            self._report.warn("no_coordinate_columns")
        self._check_faults()
        for group in shared_points(points.lng, points.lat):
            self._warn_of_shared(group)
        self.located = locate_points(self._geodata, points.lng, points.lat, self._datum)
        if not self.located.is_known:
            self._report.warn("boundaries_not_built")
        codes = CodeTable(self.located.places, points.readings)
        self._check_datum(codes)
        self._check_regions(codes)

    # -- the coordinates themselves

    def _check_faults(self) -> None:
        points, box = self._points, CHINA_BOUNDS
        x, y = points.lng, points.lat
        has_x, has_y = np.isfinite(x), np.isfinite(y)
        inside = (x >= box.west) & (x <= box.east) & (y >= box.south) & (y <= box.north)
        for at in np.flatnonzero((has_x | has_y) & ~inside):
            self._refuse(int(at), bool(has_x[at]), bool(has_y[at]))
        if points.has_columns:
            for at in np.flatnonzero(~has_x & ~has_y):
                self._warn_of_missing(int(at))

    def _refuse(self, at: int, has_lng: bool, has_lat: bool) -> None:
        points, row = self._points, int(self._points.rows[at])
        lng, lat = float(points.lng[at]), float(points.lat[at])
        points.lng[at] = points.lat[at] = np.nan
        self.refused.add(at)
        if not (has_lng and has_lat):
            self._report.error("coordinates_incomplete", row=row, field="lat" if has_lng else "lng")
            return
        fault = find_coordinate_fault(lng, lat)
        self._report.error(f"coordinates_{fault}", row=row, field="lng", value=_pair(lng, lat))

    def _warn_of_missing(self, at: int) -> None:
        """Not where a cell was refused already: that row has an error."""
        row, stated = int(self._points.rows[at]), self._reading(at).narrowest
        if row in self._rows_with_bad_cells:
            return
        rule = "coordinates_missing" if stated else "place_missing"
        self._report.warn(rule, row=row, field="lng", **({"stated": name_of(stated)} if stated else {}))

    @cached_property
    def _rows_with_bad_cells(self) -> set[int | None]:
        return {note.row for note in self._report.errors if note.field in ("lng", "lat")}

    def _warn_of_shared(self, group: NDArray[np.intp]) -> None:
        points = self._points
        rows = [int(row) for row in points.rows[group]]
        value = _pair(float(points.lng[group[0]]), float(points.lat[group[0]]))
        for row in rows:
            others = _row_list([other for other in rows if other != row])
            self._report.warn("shared_point", row=row, field="lng", value=value, others=others, count=len(rows))

    def _check_datum(self, codes: CodeTable) -> None:
        points = self._points
        says_something = np.array([reading.narrowest is not None for reading in points.readings], dtype=bool)
        if not self.located.is_known or not says_something.any():
            return
        at = np.flatnonzero(np.isfinite(points.lng) & says_something[points.stated])
        pair = (points.lng[at], points.lat[at])
        better = find_better_datum(self._geodata, codes, pair, points.stated[at], self._datum)
        if better:
            self._report.warn(
                "likely_other_datum", field="lng", value=self._datum.label, better=better.datum.label,
                option=better.datum.value, fits=better.fits, fits_now=better.fits_now, tried=better.tried,
            )  # fmt: skip

    # -- the regions

    def _check_regions(self, codes: CodeTable) -> None:
        points, located = self._points, self.located
        outside = codes.outside(located.county, points.stated)
        distances = self._distances(outside)
        is_lost = np.isfinite(located.lng) & (located.county == NOWHERE) & located.is_known
        says = np.array([bool(each.faults or each.doubts) for each in points.readings], dtype=bool)
        for at in np.flatnonzero((outside >= 0) | is_lost | says[points.stated]):
            self._warn_of_words(int(at))
            if is_lost[at]:
                self._warn_of_nowhere(int(at))
            elif outside[at] >= 0:
                self._warn_of_outside(int(at), LEVELS[outside[at]], distances[int(at)])

    def _distances(self, outside: NDArray[np.int64]) -> dict[int, float]:
        """Metres to the stated region, by position; one question for all rows that state the same region."""
        groups: dict[tuple[Level, str], list[int]] = defaultdict(list)
        for at in np.flatnonzero(outside >= 0):
            level = LEVELS[outside[at]]
            groups[level, self._reading(int(at)).codes[outside[at]] or ""].append(int(at))
        found: dict[int, float] = {}
        for (level, code), rows in groups.items():
            x, y = self.located.lng[rows], self.located.lat[rows]
            found.update(zip(rows, distance_to_region(self._geodata, level, code, x, y).tolist(), strict=True))
        return found

    def _warn_of_words(self, at: int) -> None:
        reading, row = self._reading(at), int(self._points.rows[at])
        for fault in reading.faults:
            self._report.warn(fault.rule, row=row, field=fault.field, value=fault.value, **fault.params)
        for doubt in reading.doubts:
            meant = self._meant(at, doubt)
            candidates = _both("、", *(name_chain(each) for each in doubt.candidates))
            rule, params = ("region_settled", {"meant": meant}) if meant else ("region_ambiguous", {})
            self._report.warn(rule, row=row, field=doubt.field, value=doubt.value, candidates=candidates, **params)

    def _meant(self, at: int, doubt: Doubt) -> dict[str, str] | None:
        """The one of several regions in which the row's point lies."""
        place = self._place(at)
        if place is None:
            return None
        around = {region.key for region in (place.province, place.prefecture, place.county)}
        return next((name_chain(each) for each in doubt.candidates if each[0].key in around), None)

    def _warn_of_outside(self, at: int, level: Level, metres: float) -> None:
        place, stated = self._place(at), self._reading(at).at(level)
        if place is None or stated is None:  # pragma: no cover - outside means that both are known
            return
        found = name_chain([place.county, place.prefecture, place.province])
        self._report.warn(
            _OUTSIDE[level], row=int(self._points.rows[at]), field="lng", value=self._value(at),
            found=found, stated=name_of(stated), km=_kilometres(metres), datum=self._datum.label,
        )  # fmt: skip

    def _warn_of_nowhere(self, at: int) -> None:
        stated, row = self._reading(at).narrowest, int(self._points.rows[at])
        if stated is None:
            self._report.warn("nowhere", row=row, field="lng", value=self._value(at))
            return
        x, y = self.located.lng[at : at + 1], self.located.lat[at : at + 1]
        metres = float(distance_to_region(self._geodata, stated.level, stated.code, x, y)[0])
        self._report.warn(
            "nowhere_but_stated", row=row, field="lng", value=self._value(at), stated=name_of(stated),
            km=_kilometres(metres),
        )  # fmt: skip

    # -- what a row gets

    def placement(self, at: int) -> Placement:
        """The regions and sales area of a row: those around its point, else those that it states."""
        county = int(self.located.county[at])
        return self._stated_placement(int(self._points.stated[at])) if county == NOWHERE else self._at_place(county)

    def placements(self) -> Iterator[tuple[str | None, str | None, str | None, int | None]]:
        """The same for every row, as province, prefecture, county and sales area."""
        by_place: dict[int, tuple[str | None, str | None, str | None, int | None]] = {}
        for county, stated in zip(self.located.county.tolist(), self._points.stated.tolist(), strict=True):
            key = ~stated if county == NOWHERE else county
            found = by_place.get(key)
            if found is None:
                place = self._stated_placement(stated) if county == NOWHERE else self._at_place(county)
                found = place.province_code, place.prefecture_code, place.county_code, place.sales_area_id
                by_place[key] = found
            yield found

    def _at_place(self, county: int) -> Placement:
        return self._resolver.placement(self.located.places[county].county_code) or NO_PLACEMENT

    def _stated_placement(self, stated: int) -> Placement:
        region = self._points.readings[stated].narrowest
        if region is None:
            return NO_PLACEMENT
        return self._resolver.placement(region.code, RegionLevel(region.level.value)) or NO_PLACEMENT

    def _reading(self, at: int) -> Stated:
        return self._points.readings[self._points.stated[at]]

    def _place(self, at: int) -> Place | None:
        county = int(self.located.county[at])
        return None if county == NOWHERE else self.located.places[county]

    def _value(self, at: int) -> str:
        return _pair(float(self._points.lng[at]), float(self._points.lat[at]))


def _pair(lng: float, lat: float) -> str:
    return f"{lng:.10g}, {lat:.10g}"


def _kilometres(metres: float) -> str:
    """0.4, 12, 1,900: as exact as the sentence needs."""
    if not np.isfinite(metres):
        return "?"
    kilometres = metres / 1000
    return f"{kilometres:,.0f}" if kilometres >= 10 else f"{max(kilometres, 0.1):.1f}"


def _row_list(rows: Sequence[int]) -> dict[str, str]:
    some = ", ".join(map(str, rows[:_NAMED_ROWS]))
    more = " …" if len(rows) > _NAMED_ROWS else ""
    return {"en": some + more, "zh": some.replace(", ", "、") + more}


def _both(zh_separator: str, *names: dict[str, str]) -> dict[str, str]:
    return {"en": "; ".join(name["en"] for name in names), "zh": zh_separator.join(name["zh"] for name in names)}
