"""Layers nest, builds are atomic and are skipped where nothing changed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import shapely

from portal.boundaries.build import build
from portal.boundaries.errors import BoundariesMissing
from portal.boundaries.files import FileSource
from portal.boundaries.layers import read_frame, read_polygons
from portal.boundaries.manifest import build_dir, manifest_path, read_manifest, require_manifest
from portal.boundaries.rules import ASSIGN, DETAIL, DISPLAY, LAYERS, OVERVIEW, Level
from tests.boundaries.country import COLUMNS, FILE, build_country

ISLET = shapely.box(104.2, 29.0, 104.205, 29.005)


def test_every_layer_has_its_regions(country: Path) -> None:
    counts = {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 8}
    for layer in LAYERS:
        for level in layer.levels:
            table = read_polygons(country, layer, level)
            assert len(table.codes) == counts[level]
            assert table.codes == sorted(table.codes)
            assert shapely.is_valid(table.polygons).all()


@pytest.mark.parametrize("layer", [DETAIL, DISPLAY])
def test_borders_nest(country: Path, layer: object) -> None:
    whole = [shapely.union_all(read_polygons(country, layer, level).polygons) for level in Level]  # type: ignore[arg-type]
    for narrower in whole[1:]:
        assert shapely.symmetric_difference(whole[0], narrower).area < 1e-9
    assert shapely.coverage_is_valid(read_polygons(country, layer, Level.COUNTY).polygons)  # type: ignore[arg-type]


def test_coarser_layers_have_fewer_vertices_and_keep_the_bump(country: Path) -> None:
    vertices = [
        int(shapely.get_num_coordinates(read_polygons(country, layer, Level.COUNTY).polygons).sum())
        for layer in (ASSIGN, DETAIL, DISPLAY)
    ]
    assert vertices == sorted(vertices, reverse=True)
    assert vertices[0] > vertices[2]
    east = read_polygons(country, DISPLAY, Level.PROVINCE).polygons[0].bounds[2]
    assert east == pytest.approx(102.05, abs=1e-6)


def test_islets_leave_only_the_overview(country: Path) -> None:
    for layer, is_there in ((ASSIGN, True), (DISPLAY, True)):
        assert any(shapely.intersects(read_polygons(country, layer, Level.COUNTY).polygons, ISLET)) is is_there
    assert not any(shapely.intersects(read_polygons(country, OVERVIEW, Level.PROVINCE).polygons, ISLET))


def test_frames_carry_names(country: Path) -> None:
    frame = read_frame(country, DISPLAY, Level.PREFECTURE)
    assert list(frame["name_zh"]) == ["江城市", "山阳市", "海宁市", "林原彝族自治州"]
    assert list(frame["parent_code"]) == ["910000", "910000", "920000", "920000"]
    assert frame.crs.to_epsg() == 4326


def test_browser_files(country: Path) -> None:
    folder = build_dir(country) / require_manifest(country).folder / "browser"
    assert sorted(path.name for path in (folder / "county").glob("*.json")) == [
        "910100.json",
        "910200.json",
        "920100.json",
        "920200.json",
    ]
    collection = json.loads((folder / "county/910100.json").read_bytes())
    assert [feature["properties"]["code"] for feature in collection["features"]] == ["910101", "910121"]
    first = collection["features"][0]
    assert first["properties"] == {
        "code": "910101",
        "level": "county",
        "parent": "910100",
        "name_zh": "东城区",
        "name_en": "Dongcheng District",
    }
    assert all(number == round(number, 4) for number in shapely.get_coordinates(_shape(first)).ravel())
    packed = (folder / "county/910100.json.gz").read_bytes()
    assert gzip.decompress(packed) == (folder / "county/910100.json").read_bytes()
    index = json.loads((folder / "index.json").read_bytes())
    assert set(index["sets"]) == {"province", "prefecture", "county", "detail"}
    assert index["sets"]["prefecture"]["910000"]["bounds"] == [100.0, 28.0, 102.05, 29.5]
    assert json.loads((folder / "lines.json").read_bytes())["features"] == []


def _shape(feature: dict[str, object]) -> object:
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def test_nothing_is_done_twice(tmp_path: Path) -> None:
    first = build_country(tmp_path)
    second = build_country(tmp_path)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.manifest == first.manifest
    forced = build_country(tmp_path, force=True)
    assert forced.is_new
    assert forced.manifest.folder != first.manifest.folder
    assert [path.name for path in build_dir(tmp_path).iterdir() if path.is_dir()] == [forced.manifest.folder]


def test_a_changed_file_is_built_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.geojson"
    file.write_bytes(FILE.read_bytes())
    build(tmp_path / "geo", FileSource(file, COLUMNS))
    file.write_text(file.read_text(encoding="utf-8").replace("江城市", "河城市"), encoding="utf-8")
    assert build(tmp_path / "geo", FileSource(file, COLUMNS)).is_new


def test_a_failed_build_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build_country(tmp_path).manifest

    def fail(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.boundaries.build.write_regions", fail)
    with pytest.raises(KeyboardInterrupt):
        build_country(tmp_path, force=True)
    assert read_manifest(tmp_path) == before
    assert [path.name for path in build_dir(tmp_path).iterdir() if path.is_dir()] == [before.folder]


def test_boundaries_of_a_file_stay_until_forced(tmp_path: Path) -> None:
    mine = build_country(tmp_path).manifest
    assert build(tmp_path).manifest == mine


def test_a_damaged_manifest_counts_as_none(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    build_country(tmp_path)
    manifest_path(tmp_path).write_text("{", encoding="utf-8")
    assert read_manifest(tmp_path) is None
    with pytest.raises(BoundariesMissing):
        require_manifest(tmp_path)
    assert build_country(tmp_path).is_new


def test_progress_reaches_the_end_of_every_stage(tmp_path: Path) -> None:
    seen: dict[str, float] = {}
    build(tmp_path, FileSource(FILE, COLUMNS), report=seen.__setitem__)
    assert seen == dict.fromkeys(("counties", "assign", "detail", "display", "overview"), 1.0)
