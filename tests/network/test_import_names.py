"""Region names as people write them, against the facts of China."""

from __future__ import annotations

import pytest

from portal.boundaries.manifest import COMMITTED
from portal.boundaries.names import NameIndex
from portal.boundaries.regions import read_regions
from portal.network.models import ImportKind
from portal.network.services.imports_stated import StatedReader
from portal.network.uploads import specs_of
from portal.spreadsheets.columns import HeaderIndex


@pytest.fixture(scope="module")
def reader():
    return StatedReader(NameIndex(read_regions(COMMITTED / "regions.csv")))


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("四川", "成都", None), ("510000", "510100", None)),
        (("四川省", "成都市", "武侯区"), ("510000", "510100", "510107")),
        (("四川", "西昌", None), ("510000", "513400", "513401")),
        ((None, "郑州", None), ("410000", "410100", None)),
        ((None, "合肥包河", None), ("340000", "340100", "340111")),
        (("重庆", "重庆永川", None), ("500000", "500000", "500118")),
        (("云南", "安宁", None), ("530000", "530100", "530181")),
        (("Sichuan", "Chengdu", "Wuhou"), ("510000", "510100", "510107")),
        (("510000", "510100", "510107"), ("510000", "510100", "510107")),
        ((None, None, None), (None, None, None)),
    ],
)
def test_what_the_words_of_a_row_say(reader, words, codes):
    stated = reader.read(words)
    assert (stated.codes, stated.faults, stated.doubts) == (codes, (), ())


def test_a_name_of_two_counties_is_a_doubt_and_still_names_what_is_around_both(reader):
    stated = reader.read(("新疆", "伊宁", None))
    (doubt,) = stated.doubts
    assert [chain[0].name_zh for chain in doubt.candidates] == ["伊宁市", "伊宁县"]
    assert stated.codes == ("650000", "654000", None)


def test_a_name_that_lies_elsewhere_or_nowhere_is_a_fault(reader):
    (elsewhere,) = reader.read(("四川", "昆明", None)).faults
    assert (elsewhere.rule, elsewhere.params["found"]["zh"]) == ("region_elsewhere", "云南省昆明市")
    (nowhere,) = reader.read(("陕西", "西安杨凌", None)).faults
    assert (nowhere.rule, nowhere.value) == ("region_unknown", "西安杨凌")


ALIASES = {
    ImportKind.DISTRIBUTORS: {
        "大区": "sales_area", "Sales area": "sales_area", "省": "province", "市": "prefecture", "City": "prefecture",
        "县": "county", "小区代码": "sub_area", "经销商代码": "code", "Distributor code": "code", "经销商名称": "name",
        "Name": "name", "地址": "address", "经度": "lng", "纬度": "lat", "经度(BD-09)": "lng", "上级经销商": "parent",
        "统一社会信用代码": "credit_code", "联系人": "contact", "电话": "phone", "城市级别": "city_tier",
    },
    ImportKind.OUTLETS: {
        "网点编码": "code", "网点名称": "name", "经销商编码": "distributor", "经销商名称": "distributor_name",
        "类别": "store_class", "经营模式": "mode", "状态": "status", "开业日期": "opened_on", "退网日期": "exited_on",
        "Outlet code": "code", "Operating mode": "mode", "Status": "status", "Opened on": "opened_on",
        "*网点 编码：": "code",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", ImportKind)
def test_headers_in_both_languages_are_known(kind):
    index = HeaderIndex(specs_of(kind))
    found = {title: spec.field for title in ALIASES[kind] if (spec := index.find(title))}
    assert found == ALIASES[kind]
