"""A user's own boundaries: GeoJSON, GeoPackage or Shapefile, of any country.

Two shapes of file are understood. *Flat*: every row is a county, and columns name its prefecture and province.
*Tree*: rows of several levels with a level column and the code of the row above; only the counties' polygons are used,
and the wider regions are dissolved from them, so that all borders nest. A country with fewer levels is filled up: a
missing prefecture is the province once more, a missing province is the whole file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from portal.boundaries.errors import BoundaryFileError
from portal.boundaries.manifest import FORMAT, SourceInfo
from portal.boundaries.regions import Region
from portal.boundaries.rules import LAYERS, Level
from portal.boundaries.sources import Boundaries, County, Report
from portal.geo import Datum, convert

# Gaps between counties up to this width (degrees, about 50 m) are slips of the drawing, and are closed.
_SLIVER = 0.0005
_SHAPEFILE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
_LEVEL_WORDS = {
    Level.PROVINCE: {"province", "state", "1", "adm1", "admin1", "省", "省级"},
    Level.PREFECTURE: {"prefecture", "city", "2", "adm2", "admin2", "市", "地级", "市级"},
    Level.COUNTY: {"county", "district", "3", "adm3", "admin3", "县", "区县", "县级"},
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of the file say what. With `level` the file is a tree, without it is flat."""

    code: str = "code"
    name: str = "name"
    name_en: str | None = None
    level: str | None = None
    parent: str = "parent"
    province: str | None = None
    province_name: str | None = None
    prefecture: str | None = None
    prefecture_name: str | None = None


@dataclass(slots=True)
class _Row:
    """One row of the file; `number` counts from 1."""

    number: int
    level: Level
    code: str
    name: str
    name_en: str
    parent: str
    polygon: Any


class FileSource:
    """Boundaries from a file on disk. `datum` is that of its longitudes and latitudes (files drawn on AMap: gcj02)."""

    def __init__(self, path: Path, columns: Columns | None = None, datum: Datum = Datum.WGS84) -> None:
        self.path, self.columns, self.datum = path, columns or Columns(), datum

    @cached_property
    def info(self) -> SourceInfo:
        digest = hashlib.sha256(f"{FORMAT} {LAYERS} {asdict(self.columns)} {self.datum}".encode())
        for path in _with_companions(self.path):
            digest.update(path.name.encode() + path.read_bytes())
        return SourceInfo("file", self.path.name, "", "", digest.hexdigest())

    def load(self, report: Report) -> Boundaries:
        table = _Table(self.path)
        report("counties", 0.3)
        rows = table.tree(self.columns) if self.columns.level else table.flat(self.columns, self.path.stem)
        boundaries = _boundaries(rows, self.datum)
        report("counties", 1.0)
        return boundaries


class _Table:
    """The file as columns and polygons in longitude and latitude."""

    def __init__(self, path: Path) -> None:
        from pyogrio.errors import DataSourceError
        from pyogrio.raw import read

        try:
            meta, _ids, wkb, values = read(path, force_2d=True)
        except (DataSourceError, ValueError) as error:
            raise BoundaryFileError("file_unreadable", file=path.name, reason=str(error)) from None
        if wkb is None or len(wkb) == 0:
            raise BoundaryFileError("file_empty", file=path.name)
        self.file = path.name
        self.values = dict(zip((str(name) for name in meta["fields"]), values, strict=True))
        self.polygons = _in_degrees(shapely.from_wkb(wkb), meta["crs"], path.name)

    def tree(self, columns: Columns) -> list[_Row]:
        levels = [_level(text, row, columns.level) for row, text in enumerate(self._texts(columns.level), 1)]
        return list(self._rows(columns, levels, self._texts(columns.parent)))

    def flat(self, columns: Columns, country: str) -> list[_Row]:
        size = len(self.polygons)
        provinces = self._texts(columns.province) if columns.province else [country] * size
        prefectures = self._texts(columns.prefecture) if columns.prefecture else provinces
        wide = self._wide(Level.PROVINCE, provinces, columns.province_name, [""] * size)
        middle_name = columns.prefecture_name if columns.prefecture else columns.province_name
        middle = self._wide(Level.PREFECTURE, prefectures, middle_name, provinces)
        return [*wide, *middle, *self._rows(columns, [Level.COUNTY] * size, prefectures)]

    def _wide(self, level: Level, codes: list[str], name: str | None, parents: list[str]) -> Iterable[_Row]:
        names = self._texts(name) if name else codes
        rows = zip(codes, names, parents, strict=True)
        return {
            code: _Row(number, level, code, said, said, parent, None)
            for number, (code, said, parent) in enumerate(rows, 1)
        }.values()

    def _rows(self, columns: Columns, levels: list[Level], parents: list[str]) -> Iterable[_Row]:
        codes, names = self._texts(columns.code), self._texts(columns.name)
        english = self._texts(columns.name_en) if columns.name_en else names
        for number, (level, parent, polygon) in enumerate(zip(levels, parents, self.polygons, strict=True), 1):
            code, name = codes[number - 1], names[number - 1]
            if not code:
                raise BoundaryFileError("no_code", row=number, field=columns.code)
            yield _Row(number, level, code, name or code, english[number - 1] or name or code, parent, polygon)

    def _texts(self, field: str | None) -> list[str]:
        if field not in self.values:
            raise BoundaryFileError("no_field", file=self.file, field=field, fields=", ".join(sorted(self.values)))
        return [_text(value) for value in self.values[field]]


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a point, nothing as nothing."""
    if value is None or value != value:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return str(value).strip()


def _level(text: str, row: int, field: str | None) -> Level:
    for level, words in _LEVEL_WORDS.items():
        if text.casefold() in words:
            return level
    raise BoundaryFileError("unknown_level", row=row, field=field, value=text)


def _in_degrees(polygons: NDArray[Any], crs: str | None, file: str) -> NDArray[Any]:
    from pyproj import CRS, Transformer

    if crs is None:
        west, south, east, north = shapely.total_bounds(polygons)
        if west < -180 or east > 180 or south < -90 or north > 90:
            raise BoundaryFileError("no_crs", file=file)
        return polygons
    if CRS.from_user_input(crs).equals(CRS.from_epsg(4326), ignore_axis_order=True):
        return polygons
    sphere = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    moved: NDArray[Any] = shapely.transform(
        polygons, lambda points: np.column_stack(sphere.transform(points[:, 0], points[:, 1]))
    )
    return moved


def _boundaries(rows: list[_Row], datum: Datum) -> Boundaries:
    known: dict[tuple[Level, str], _Row] = {(row.level, row.code): row for row in rows if row.level is not Level.COUNTY}
    grouped: dict[str, list[_Row]] = {}
    for row in rows:
        if row.level is Level.COUNTY:
            grouped.setdefault(row.code, []).append(row)
    if not grouped:
        raise BoundaryFileError("no_counties")
    first = [group[0] for group in grouped.values()]
    counties = [_county(row, known) for row in first]
    polygons = _coverage([_polygon(group) for group in grouped.values()], datum)
    regions = _regions(first, counties, known, polygons)
    return Boundaries(counties, polygons, regions, _plane(polygons))


def _county(row: _Row, known: dict[tuple[Level, str], _Row]) -> County:
    """The chain above a county; `known` gains the levels that the file does without."""
    if (Level.PREFECTURE, row.parent) not in known:
        province = known.get((Level.PROVINCE, row.parent))
        if province is None:
            raise BoundaryFileError("unknown_parent", row=row.number, region=row.code, parent=row.parent)
        known[Level.PREFECTURE, row.parent] = _Row(
            province.number, Level.PREFECTURE, province.code, province.name, province.name_en, province.code, None
        )
    prefecture = known[Level.PREFECTURE, row.parent]
    if (Level.PROVINCE, prefecture.parent) not in known:
        raise BoundaryFileError(
            "unknown_parent", row=prefecture.number, region=prefecture.code, parent=prefecture.parent
        )
    return County(row.code, prefecture.code, prefecture.parent)


def _polygon(group: list[_Row]) -> Any:
    """The county's polygon, of all the rows that share its code."""
    parts: list[Any] = []
    for row in group:
        shape = None if row.polygon is None else shapely.make_valid(row.polygon)
        found = [part for part in shapely.get_parts(shape) if part.geom_type in {"Polygon", "MultiPolygon"}]
        if not found:
            raise BoundaryFileError("no_polygon", row=row.number, region=row.code)
        parts += found
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _coverage(shapes: list[Any], datum: Datum) -> NDArray[Any]:
    """Polygons in WGS-84 whose shared borders are the same, point by point."""
    polygons = np.array(shapes, dtype=object)
    if not shapely.coverage_is_valid(polygons, gap_width=_SLIVER):
        polygons = shapely.coverage_clean(polygons, gap_width=_SLIVER)
    if shapely.is_empty(polygons).any() or not shapely.coverage_is_valid(polygons):
        raise BoundaryFileError("not_a_coverage")
    if datum is Datum.WGS84:
        return polygons
    moved: NDArray[Any] = shapely.transform(
        polygons, lambda points: np.column_stack(convert(points[:, 0], points[:, 1], datum, Datum.WGS84))
    )
    return moved


def _plane(polygons: NDArray[Any]) -> str:
    """Lambert's equal-area plane around the middle of the file."""
    west, south, east, north = shapely.total_bounds(polygons)
    return f"+proj=laea +lon_0={(west + east) / 2:.4f} +lat_0={(south + north) / 2:.4f} +datum=WGS84 +units=m"


def _regions(
    rows: list[_Row], counties: list[County], known: dict[tuple[Level, str], _Row], polygons: NDArray[Any]
) -> list[Region]:
    """Regions of all levels that hold a county; a wider one is labelled in its largest county."""
    named = {(Level.COUNTY, row.code): row for row in rows} | known
    labels: dict[tuple[Level, str], int] = {}
    for index in np.argsort(-shapely.area(polygons), kind="stable"):
        county = counties[int(index)]
        chain = ((Level.PROVINCE, county.province_code), (Level.PREFECTURE, county.prefecture_code))
        for key in (*chain, (Level.COUNTY, county.code)):
            labels.setdefault(key, int(index))
    points = shapely.get_coordinates(shapely.point_on_surface(polygons))
    parents = {(Level.COUNTY, county.code): county.prefecture_code for county in counties}
    return [
        Region(
            level=level,
            code=code,
            parent_code=parents.get((level, code), named[level, code].parent),
            name_zh=named[level, code].name,
            name_en=named[level, code].name_en,
            lng=float(points[index][0]),
            lat=float(points[index][1]),
        )
        for (level, code), index in sorted(labels.items(), key=lambda item: (list(Level).index(item[0][0]), item[0][1]))
    ]


def _with_companions(path: Path) -> list[Path]:
    """The file, and for a Shapefile its .dbf, .shx, .prj and .cpg."""
    if path.suffix.lower() != ".shp":
        return [path]
    return sorted(p for p in path.parent.glob(f"{path.stem}.*") if p.suffix.lower() in _SHAPEFILE)
