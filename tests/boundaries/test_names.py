"""Names as people write them, over the committed tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.boundaries.manifest import COMMITTED
from portal.boundaries.names import NameIndex, fold, get_index, match_region, short_names
from portal.boundaries.regions import list_regions, read_regions


@pytest.fixture(scope="module")
def china(tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    """The committed tables, whatever is built in geodata/."""
    return get_index(tmp_path_factory.mktemp("nothing-built"))


def found(index: NameIndex, text: str, level: str | None = None, within: str | None = None) -> list[str]:
    return [f"{region.level} {region.name_zh}" for region in index.match(text, level, within)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("成都", ["prefecture 成都市"]),
        ("成都市", ["prefecture 成都市"]),
        (" 成 都　", ["prefecture 成都市"]),
        ("西昌", ["county 西昌市"]),
        ("郑州", ["prefecture 郑州市"]),
        ("重庆", ["province 重庆市"]),
        ("香港", ["province 香港特别行政区"]),
        ("内蒙古", ["province 内蒙古自治区"]),
        ("新疆", ["province 新疆维吾尔自治区"]),
        ("吉林", ["province 吉林省", "prefecture 吉林市"]),
        ("吉林市", ["prefecture 吉林市"]),
        ("阿坝州", ["prefecture 阿坝藏族羌族自治州"]),
        ("凉山", ["prefecture 凉山彝族自治州"]),
        ("甘孜", ["prefecture 甘孜藏族自治州", "county 甘孜县"]),
        ("北川县", ["county 北川羌族自治县"]),
        ("东莞", ["prefecture 东莞市"]),
        ("矿区", ["county 矿区"]),
        ("510100", ["prefecture 成都市"]),
        ("５１０１００", ["prefecture 成都市"]),
    ],
)
def test_names_of_today(china: NameIndex, text: str, meant: list[str]) -> None:
    assert found(china, text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("合肥包河", "包河区"),
        ("四川成都", "成都市"),
        ("四川省成都市武侯区", "武侯区"),
        ("四川省 / 成都市 / 武侯区", "武侯区"),
        ("重庆永川", "永川区"),
        ("重庆市永川区", "永川区"),
        ("南京鼓楼", "鼓楼区"),
        ("绵阳安县", "安州区"),
        ("Hefei Baohe", "包河区"),
        ("Sichuan, Deyang, Luojiang District", "罗江区"),
    ],
)
def test_names_run_together(china: NameIndex, text: str, meant: str) -> None:
    assert [region.name_zh for region in china.match(text)] == [meant]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("安县", ["510705"]),
        ("罗江县", ["510604"]),
        ("510724", ["510705"]),
        ("郫县", ["510117"]),
        ("双流县", ["510116"]),
        ("会理县", ["513402"]),
        ("开县", ["500154"]),
        ("横县", ["450181"]),
        ("无为县", ["340281"]),  # two steps: 341422 to 340225 to 340281
        ("襄樊", ["420600"]),
        ("达县", ["511702", "511703"]),  # divided between two districts
        ("Anxian", ["510705"]),
    ],
)
def test_former_names_lead_to_today(china: NameIndex, text: str, codes: list[str]) -> None:
    assert [region.code for region in china.match(text)] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Chengdu", "510100"),
        ("chengdu CITY", "510100"),
        ("Xi'an", "610100"),
        ("Xi’an", "610100"),
        ("Inner Mongolia", "150000"),
        ("Shaanxi", "610000"),
        ("Shanxi", "140000"),
        ("Sichuan Province", "510000"),
        ("Xizang", "540000"),
        ("Macau", "820000"),
        ("Luliang", "141100"),
        ("Lüliang", "141100"),
        ("Rong'an", "450224"),
        ("Liangshan Yi Autonomous Prefecture", "513400"),
    ],
)
def test_english_names(china: NameIndex, text: str, code: str) -> None:
    assert [region.code for region in china.match(text)] == [code]


@pytest.mark.parametrize("text", ["", "  ", "安", "火星", "foo", "安县县", "成" * 200, "!!!"])
def test_nothing_is_guessed(china: NameIndex, text: str) -> None:
    assert china.match(text) == []


def test_level_and_within_narrow(china: NameIndex) -> None:
    assert len(found(china, "朝阳")) == 4
    assert found(china, "朝阳", "prefecture") == ["prefecture 朝阳市"]
    assert found(china, "朝阳", "county", "110000") == ["county 朝阳区"]
    assert found(china, "西昌", "prefecture") == []
    assert found(china, "重庆", "prefecture") == ["prefecture 重庆市"]
    assert len(found(china, "市中区")) == 4
    assert found(china, "市中区", within="511000") == ["county 市中区"]
    assert found(china, "武侯", within="500000") == []


def test_every_region_answers_to_its_own_names(china: NameIndex) -> None:
    for region in read_regions(COMMITTED / "regions.csv"):
        for name in (region.name_zh, region.name_en):
            assert china.match(name, region.level), name
        if region.valid_to is None:
            within = region.parent_code or None
            assert china.match(region.name_zh, region.level, within) == [region]


def test_answers_are_the_caller_s_own(china: NameIndex) -> None:
    china.match("成都").clear()
    assert len(china.match("成都")) == 1


def test_regions_of_a_users_file(country: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEODATA_DIR", str(country))
    assert [region.code for region in match_region("东城区")] == ["910101", "920101"]
    assert [region.code for region in match_region("海宁东城")] == ["920101"]
    assert [region.code for region in match_region("林原州")] == ["920200"]
    assert match_region("成都") == []


def test_short_names(country: Path) -> None:
    names = {region.name_zh: short_names(region) for region in list_regions(country)}
    assert names["林原彝族自治州"] == ["林原彝族", "林原", "林原州", "linyuan yi", "linyuan"]
    assert names["石门县"] == ["石门", "shimen"]


def test_fold() -> None:
    assert fold(" Ｘi’an　District ") == "xiandistrict"
    assert fold("Lüliang") == "luliang"
