"""Files of users: flat or as a tree, in other coordinate systems, overlapping, and unusable in every way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely import box

from portal.boundaries.build import build
from portal.boundaries.errors import BoundaryFileError
from portal.boundaries.files import Columns, FileSource
from portal.boundaries.labels import explain
from portal.boundaries.locate import CountyLocator
from portal.boundaries.manifest import require_manifest
from portal.boundaries.regions import list_current_regions, list_successions
from portal.boundaries.rules import Level
from portal.geo import Datum, convert, distance_m

FLAT = Columns(
    code="GID_2", name="NAME_2", province="GID_0", province_name="COUNTRY", prefecture="GID_1", prefecture_name="NAME_1"
)


def flat_frame(**overrides: Any) -> geopandas.GeoDataFrame:
    columns: dict[str, Any] = {
        "GID_0": ["X"] * 3,
        "COUNTRY": ["Xland"] * 3,
        "GID_1": ["X1", "X1", "X2"],
        "NAME_1": ["North", "North", "South"],
        "GID_2": ["X1a", "X1b", "X2a"],
        "NAME_2": ["Alpha", "Beta", "Gamma"],
    } | overrides
    shapes = columns.pop("geometry", [box(10, 50, 11, 51), box(11, 50, 12, 51), box(10, 49, 12, 50)])
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def save(frame: geopandas.GeoDataFrame, path: Path) -> Path:
    frame.to_file(path)
    return path


@pytest.mark.parametrize("name", ["flat.gpkg", "flat.shp", "flat.geojson"])
def test_flat_files_of_any_kind_in_any_projection(tmp_path: Path, name: str) -> None:
    frame = flat_frame()
    path = save(frame if name.endswith("json") else frame.to_crs("EPSG:25832"), tmp_path / name)
    build(tmp_path / "geo", FileSource(path, FLAT))
    place = CountyLocator(tmp_path / "geo").locate(11.5, 50.5)
    assert place is not None
    assert (place.province.name_zh, place.prefecture.name_zh, place.county.name_zh) == ("Xland", "North", "Beta")
    assert place.county_code == "X1b"
    assert list_successions(tmp_path / "geo") == ()
    assert require_manifest(tmp_path / "geo").source.kind == "file"


def test_missing_levels_are_filled(tmp_path: Path) -> None:
    path = save(flat_frame(), tmp_path / "islands.gpkg")
    build(
        tmp_path / "geo",
        FileSource(path, Columns(code="GID_2", name="NAME_2", province="GID_1", province_name="NAME_1")),
    )
    regions = {(r.level, r.code): r for r in list_current_regions(tmp_path / "geo")}
    assert regions[Level.PREFECTURE, "X1"].name_zh == regions[Level.PROVINCE, "X1"].name_zh == "North"
    build(tmp_path / "bare", FileSource(path, Columns(code="GID_2", name="NAME_2")))
    province = next(r for r in list_current_regions(tmp_path / "bare") if r.level is Level.PROVINCE)
    assert province.code == "islands"


def test_rows_of_one_code_are_one_county(tmp_path: Path) -> None:
    path = save(flat_frame(GID_2=["X1a", "X1a", "X2a"]), tmp_path / "parts.gpkg")
    build(tmp_path / "geo", FileSource(path, FLAT))
    locator = CountyLocator(tmp_path / "geo")
    assert {place.county_code for place in locator.places} == {"X1a", "X2a"}
    assert locator.locate(10.5, 50.5) == locator.locate(11.5, 50.5)


def test_overlaps_are_fitted_together(tmp_path: Path) -> None:
    shapes = [box(10, 50, 11.01, 51), box(11, 50, 12, 51), box(10, 49, 12, 50)]
    path = save(flat_frame(geometry=shapes), tmp_path / "overlap.gpkg")
    build(tmp_path / "geo", FileSource(path, FLAT))
    place = CountyLocator(tmp_path / "geo").locate(11.005, 50.5)
    assert place is not None


def test_files_drawn_in_gcj02_are_shifted_back(tmp_path: Path) -> None:
    shapes = [box(104, 30, 105, 31), box(105, 30, 106, 31), box(104, 29, 106, 30)]
    path = save(flat_frame(geometry=shapes), tmp_path / "amap.gpkg")
    build(tmp_path / "geo", FileSource(path, FLAT, Datum.GCJ02))
    west, south, *_rest = require_manifest(tmp_path / "geo").bounds
    assert distance_m(west, south, *convert(104.0, 29.0, Datum.GCJ02, Datum.WGS84)) < 500
    assert distance_m(west, south, 104.0, 29.0) > 100


def tree(*rows: dict[str, Any]) -> str:
    features = [
        {"type": "Feature", "properties": {k: v for k, v in row.items() if k != "shape"}, "geometry": row.get("shape")}
        for row in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


SQUARE = {"type": "Polygon", "coordinates": [[[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]]}
POINT = {"type": "Point", "coordinates": [10, 50]}
PROVINCE = {"code": "1", "name": "One", "level": "province", "parent": ""}
COUNTY = {"code": "11", "name": "Eleven", "level": "county", "parent": "1", "shape": SQUARE}


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("not json at all", "file_unreadable", "cannot be read"),
        (tree(), "file_empty", "contains no shapes"),
        (tree(PROVINCE), "no_counties", "no counties"),
        (tree(PROVINCE, {**COUNTY, "level": "village"}), "unknown_level", "Row 2: the level “village”"),
        (tree(PROVINCE, {**COUNTY, "parent": "7"}), "unknown_parent", "Row 2 (11) belongs to 7"),
        (tree(PROVINCE, {**COUNTY, "code": ""}), "no_code", "Row 2 has no code"),
        (tree(PROVINCE, {**COUNTY, "shape": POINT}), "no_polygon", "Row 2 (11) has no area"),
        (tree({**PROVINCE, "shape": SQUARE}), "no_counties", "no counties"),
        (tree({"kode": "1", "shape": SQUARE, "level": "county"}), "no_field", "Its columns are: kode, level"),
    ],
)
def test_unusable_files_are_refused_with_a_sentence(tmp_path: Path, content: str, code: str, said: str) -> None:
    path = tmp_path / "mine.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BoundaryFileError) as caught:
        build(tmp_path / "geo", FileSource(path, Columns(level="level")))
    assert caught.value.code == code
    assert said in explain(caught.value)


def test_metres_without_a_coordinate_system_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "metres.shp"
    flat_frame().to_crs("EPSG:25832").to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(BoundaryFileError, match="no_crs"):
        build(tmp_path / "geo", FileSource(path, FLAT))
