"""Headers as people write them."""

from __future__ import annotations

import pytest

from portal.spreadsheets import ColumnSpec, Words, match_header
from portal.spreadsheets.columns import HeaderIndex, find_header
from tests.spreadsheets.corpus import SPECS


@pytest.mark.parametrize(
    "header",
    [
        "网点编码",
        " 网点 编码 ",
        "*网点编码",
        "网点编码＊",
        "网点编码（必填）",
        "网点编码:",
        "网点\n编码",
        "OUTLET CODE",
        "outlet_code",
        "Ｏｕｔｌｅｔ Code*",
        "网点编码 Outlet code",
        "网点编码（Outlet code）",
        "经销商代码",
        "code",
        "【网点编码】",
    ],
)
def test_one_header_in_many_dresses(header: str) -> None:
    match = match_header([header, "网点名称"], SPECS)
    assert [found.spec.field for found in match.matched] == ["code", "name"]


def test_units_in_brackets_are_no_part_of_the_name() -> None:
    match = match_header(["网点编码", "网点名称", "结算价（元）", "期末库存(台)", "经度[WGS-84]"], SPECS)
    assert match.unknown == ()
    assert match.columns()["price"] == (2, "结算价（元）")


def test_the_name_with_its_bracket_goes_first() -> None:
    specs = (
        ColumnSpec("price", Words("Price", "价格")),
        ColumnSpec("net", Words("Net price", "净价", ("价格（不含税）",))),
    )
    match = match_header(["价格（不含税）", "价格（元）"], specs)
    assert {found.spec.field: found.index for found in match.matched} == {"net": 0, "price": 1}


def test_the_users_mapping_goes_before_the_words() -> None:
    match = match_header(["网点编码", "网点名称", "老编码"], SPECS, {"老 编码": "code", "网点编码": ""})
    assert match.columns()["code"] == (2, "老编码")
    assert match.unknown == ()
    assert match.is_complete


def test_a_column_set_aside_by_a_mapping_is_unknown_not_double() -> None:
    match = match_header(["网点编码", "网点名称", "老编码"], SPECS, {"老编码": "code"})
    assert match.columns()["code"] == (2, "老编码")
    assert match.unknown == ((0, "网点编码"),)
    assert match.duplicated == ()


def test_two_specs_may_not_share_a_word() -> None:
    with pytest.raises(ValueError, match="share the header"):
        HeaderIndex((ColumnSpec("a", Words("Name", "名称")), ColumnSpec("b", Words("Title", "名 称"))))


def test_the_header_is_found_below_a_title_that_names_a_field() -> None:
    rows = [(1, ["网点名称", "", ""]), (3, ["网点编码", "网点名称", "期末库存"]), (4, ["A", "B", "1"])]
    found = find_header(rows, HeaderIndex(SPECS))
    assert found is not None
    assert (found.row, found.height) == (3, 1)


def test_without_any_known_header_the_first_row_is_offered_for_mapping() -> None:
    found = find_header([(2, ["", ""]), (3, ["甲", "乙"]), (4, ["1", "2"])], HeaderIndex(SPECS))
    assert found is not None
    assert (found.row, found.titles, found.score) == (3, ("甲", "乙"), 0)
