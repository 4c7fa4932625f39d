"""Twelve kinds of mistakes in the filled-in template: each comes back marked, and the mended file is imported."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import time_machine
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from portal.sales.models import ReportLine, SalesBatch, SalesDetail
from portal.sales.models.batches import SalesBatchStatus
from tests.sales.imports.importing import count
from tests.sales.reporting import NOW

RED = "FFC7CF"
# Sheet, row below the header (from 1), column → what somebody wrote, a word of the sentence, what it should be.
MISTAKES: tuple[tuple[str, int, str, Any, str, Any], ...] = (
    ("月度报表", 1, "网点编码", "T99", "没有编码或名称为“T99”的网点", "D1 江城经销商"),
    ("月度报表", 2, "车型编码", "X9", "没有编码或名称为“X9”的车型", "F4 四号机"),
    ("月度报表", 3, "本期进货", "十台", "不是数字", 10),
    ("月度报表", 3, "本期零售", -6, "小于允许的最小值", 6),
    ("月度报表", 4, "期末库存", None, "此项必填", 4),
    ("月度报表", 5, "库龄>90天", 9, "期末库存只有4台", 1),
    ("月度报表", 6, "金额", "1.234,56", "无法判断是千位分隔还是小数点", 1234.56),
    ("销售明细", 1, "销售日期", "9月5日", "缺少年份", date(2026, 9, 5)),
    ("销售明细", 2, "VIN/序列号", "LSVAA4182E2000001", "在第2行已填写", "LSVAA4182E2000002"),
    ("销售明细", 3, "数量", 0, "数量为0不是销售", 1),
    ("销售明细", 4, "上牌/使用地区", "城中区", "有多个区县", "广汉市"),
    ("销售明细", 5, "客户类型", "亲戚", "不在允许的取值内", "个人"),
)


@pytest.fixture
def client(client_for, known):
    known.user.locale = "zh_Hans"
    with time_machine.travel(NOW, tick=True):
        yield client_for(known.user)


def header_of(sheet: Worksheet) -> tuple[int, dict[str, int]]:
    """The header's row, and title → column."""
    for row in sheet.iter_rows():
        titles = {str(cell.value).removesuffix(" *"): cell.column for cell in row if cell.value}
        if {"网点编码", "车型编码"} <= titles.keys():
            return row[0].row, titles
    raise AssertionError("no header")


def fill(sheet: Worksheet, number: int, **cells: Any) -> None:
    top, columns = header_of(sheet)
    for title, value in cells.items():
        sheet.cell(top + number, columns[title]).value = value


def filled_in_template(client: Any) -> Workbook:
    """All six lines and five details, nothing wrong."""
    with client.get("/reports/template?distributor=D1&month=2026-09") as response:
        book = load_workbook(io.BytesIO(response.data))
    for number in range(1, 7):
        fill(book["月度报表"], number, 本期进货=10, 本期零售=6, 期末库存=4, **{"库龄>90天": 1}, 金额=312000.5)
    for number in range(1, 6):
        fill(book["销售明细"], number, 销售日期=date(2026, 9, 5), 网点编码="T1", 车型编码="F3", 数量=1, 客户类型="个人",
             **{"VIN/序列号": f"LSVAA4182E200000{number}", "上牌/使用地区": "广汉市"})  # fmt: skip
    return book


def upload(client: Any, session: Any, book: Workbook, name: str) -> SalesBatch:
    out = io.BytesIO()
    book.save(out)
    data = {"distributor": "D1", "month": "2026-09", "file": (io.BytesIO(out.getvalue()), name)}
    assert client.post("/reports/uploads/new", data=data).status_code == 302
    session.rollback()
    return session.scalars(select(SalesBatch).order_by(SalesBatch.id.desc())).first()


def findings(client: Any, batch: SalesBatch) -> Workbook:
    with client.get(f"/reports/uploads/{batch.id}/findings") as response:
        return load_workbook(io.BytesIO(response.data))


def red_cells(sheet: Worksheet) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if RED in str(cell.fill.start_color.rgb)}


def test_each_mistake_is_marked_and_the_mended_file_is_imported(client, known, session):
    book = filled_in_template(client)
    for sheet, row, title, wrong, _sentence, _right in MISTAKES:
        fill(book[sheet], row, **{title: wrong})
    batch = upload(client, session, book, "mistakes.xlsx")
    assert (batch.status, batch.error_count) == (SalesBatchStatus.CHECKED, len(MISTAKES))
    marked = findings(client, batch)
    places: dict[str, set[str]] = {}
    for sheet, row, title, _wrong, sentence, right in MISTAKES:
        top, columns = header_of(marked[sheet])
        cell = marked[sheet].cell(top + row, columns[title])
        places.setdefault(sheet, set()).add(cell.coordinate)
        assert sentence in cell.comment.text, (title, cell.comment.text)
        assert sentence in marked[sheet].cell(top + row, columns["问题说明（不读取）"]).value
        cell.value = right
    assert {sheet: red_cells(marked[sheet]) for sheet in places} == places
    mended = upload(client, session, marked, "mended.xlsx")
    assert (mended.status, mended.error_count, mended.warning_count, mended.row_count) == ("checked", 0, 2, 11)
    client.post(f"/reports/uploads/{mended.id}/run")
    session.rollback()
    assert session.get_one(SalesBatch, mended.id).imported_count == 11
    assert (count(session, ReportLine), count(session, SalesDetail)) == (6, 5)
    assert not red_cells(findings(client, mended)["月度报表"])


def test_a_file_without_mistakes_passes_at_once(client, known, session):
    batch = upload(client, session, filled_in_template(client), "right.xlsx")
    assert (batch.error_count, batch.summary["good"]) == (0, {"lines": 6, "details": 5})
