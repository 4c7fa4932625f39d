"""Files with several lists, the block of labels above a list, rows by columns, money."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from portal.spreadsheets import ColumnSpec, Limits, Parsed, Problem, Refused, Report, Words, open_table, parse_value
from portal.spreadsheets.annotated import annotate
from portal.spreadsheets.blocks import read_blocks
from portal.spreadsheets.books import BookReport, open_book
from portal.spreadsheets.headblocks import read_block
from tests.spreadsheets.corpus import SPECS

CODE = ColumnSpec("code", Words("Outlet code", "网点编码"), kind="code")
STOCK = (CODE, ColumnSpec("stock", Words("Stock", "库存"), kind="integer", required=True),
         ColumnSpec("count", Words("Count", "盘点"), kind="integer"))  # fmt: skip
SALES = (CODE, ColumnSpec("day", Words("Day", "日期"), kind="date", required=True),
         ColumnSpec("sum", Words("Sum", "金额"), kind="money", minimum=0))  # fmt: skip
BLOCK = (ColumnSpec("month", Words("Period", "期间"), kind="month"), ColumnSpec("who", Words("Reporter", "填报人")))
PARTS = {"stock": STOCK, "sales": SALES}
MONEY = SALES[2]


def saved(sheets: dict[str, list[list[Any]]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def read(
    folder: Path, data: bytes, name: str = "book.xlsx", **options: Any
) -> tuple[dict[str, list], BookReport, dict]:
    """List → its rows as tuples in the order of the specs; the report; what stands above."""
    path = folder / "stored"
    path.write_bytes(data)
    report, rows, above = BookReport(tuple(PARTS)), {}, {}
    with open_book(path, PARTS, block=BLOCK, name=name, **options) as book:
        for part, table in book.tables:
            above |= read_block(table.block, report.parts[part])
            rows[part] = []
            for block in read_blocks(table, report.parts[part], size=2):
                columns = [block.column(spec.field) for spec in PARTS[part]]
                rows[part] += zip(block.numbers, *columns, strict=True)
    return rows, report, above


TWO = {
    "出库": [["网点编码", "日期", "金额"], ["A", date(2026, 9, 1), 12.5], ["B", date(2026, 9, 2), "1,000"]],
    "库存": [["网点编码", "库存", "盘点"], ["A", 1, 1], ["B", 2, None], ["C", 3, 3]],
    "说明": [["请填写"]],
}


def test_each_sheet_is_read_as_the_list_that_it_fits(tmp_path):
    rows, report, _above = read(tmp_path, saved(TWO))
    assert rows == {
        "stock": [(2, "A", 1, 1), (3, "B", 2, None), (4, "C", 3, 3)],
        "sales": [(2, "A", date(2026, 9, 1), 1250), (3, "B", date(2026, 9, 2), 100_000)],
    }
    assert (report.rows, report.has_errors) == (5, False)


def test_a_text_file_is_the_list_that_it_fits(tmp_path):
    rows, _report, _above = read(tmp_path, "网点编码,日期\nA,2026-09-01\n".encode(), "a.csv")
    assert list(rows) == ["sales"]


def test_findings_name_their_sheets_and_are_marked_there(tmp_path):
    sheets = {**TWO, "库存": [["网点编码", "库存"], ["A", "一"]], "出库": [["网点编码", "日期"], ["A", "昨天"]]}
    _rows, report, _above = read(tmp_path, saved(sheets))
    found = report.as_dict("en")["errors"]
    assert [(each["sheet"], each["row"], each["rule"]) for each in found] == [
        ("库存", 2, "not_number"), ("出库", 2, "not_date"),
    ]  # fmt: skip
    assert found[1]["message"].startswith("Sheet “出库”, row 2, column “日期” (B2): ")
    annotate(tmp_path / "stored", report, "zh", output=tmp_path / "marked.xlsx", name="book.xlsx")
    from openpyxl import load_workbook

    book = load_workbook(tmp_path / "marked.xlsx")
    assert "不是数字" in book["库存"]["B2"].comment.text
    assert "不是日期" in book["出库"].cell(2, 3).value
    again, _report, _above = read(tmp_path, (tmp_path / "marked.xlsx").read_bytes())
    assert set(again) == {"stock", "sales"}


def test_what_is_too_big_comes_back_with_its_findings_only_on_both_sheets(tmp_path):
    sheets = {**TWO, "库存": [["网点编码", "库存"], ["A", "一"]], "出库": [["网点编码", "日期"], ["A", "昨天"]]}
    _rows, report, _above = read(tmp_path, saved(sheets))
    small = Limits(keep_format_bytes=10)
    done = annotate(tmp_path / "stored", report, "en", output=tmp_path / "m.xlsx", name="book.xlsx", limits=small)
    assert (done.is_whole, done.rows) == (False, 2)


def test_a_mapping_names_columns_of_either_list_and_what_none_has_is_said_once(tmp_path):
    sheets = {"库存": [["网点编码", "数"], ["A", 1]], "出库": [["网点编码", "日期", "钱"], ["A", "2026-09-01", 2]]}
    mapping = {"数": "stock", "钱": "sum"}
    rows, report, _above = read(tmp_path, saved(sheets), mapping=mapping)
    assert rows == {"stock": [(2, "A", 1, None)], "sales": [(2, "A", date(2026, 9, 1), 200)]}
    assert not report.has_errors
    _rows, report, _above = read(tmp_path, saved(TWO), mapping={"没有": "stock", "日期": "nonsense"})
    assert sorted(note.rule for _part, _is_warning, note in report.notes() if not _is_warning).count(
        "mapping_unknown_column"
    ) == 1  # fmt: skip


@pytest.mark.parametrize(
    "above",
    [
        [["期间", "2026-09", "填报人", "王芳"]],
        [["期间：2026年9月", "填报人:王芳"]],
        [["期间", None, date(2026, 9, 1)], ["填报人", None, "王芳"]],
        [["Period (YYYY-MM)", "2026/9", None, "Reporter", "王芳"]],
    ],
)
def test_labels_and_values_above_a_list_are_read(tmp_path, above):
    _rows, report, values = read(tmp_path, saved({"库存": [*above, ["网点编码", "库存"], ["A", 1]]}))
    assert values == {"month": date(2026, 9, 1), "who": "王芳"}
    assert [note.rule for _part, _is_warning, note in report.notes()] == []


def test_a_label_without_a_value_and_one_with_a_wrong_value(tmp_path):
    data = saved({"库存": [["填报人", "期间", "九月"], ["库存表"], ["网点编码", "库存"], ["A", 1]]})
    _rows, report, values = read(tmp_path, data)
    assert values == {"who": None, "month": None}
    (error,) = report.as_dict("en")["errors"]
    assert (error["row"], error["column"], error["rule"]) == (1, "期间", "not_month")
    assert [each["rule"] for each in report.as_dict("en")["warnings"]] == ["title_skipped"]


ODD = [
    ["code", "name", "mode", "stock", "price", "opened"],
    ["A1", "一店", "直营", 1, 2.5, date(2026, 1, 1)],
    [None] * 6,
    ["A2", "二店", "不知", 2.5, "1,000.50", "2026-02-30"],
    ["A3", "三店", "加盟", True, 1, 20260303],
    ["合计", None, None, 3],
    ["Ａ４", " 四店 ", None, "５", None, 46082],
    [5, "五店", "直营", 7, 0.1 + 0.2, date(2026, 5, 5)],
]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_rows_by_columns_say_the_same_as_rows_one_by_one(tmp_path, size):
    path = tmp_path / "odd.xlsx"
    path.write_bytes(saved({"数据": ODD}))
    one, many = Report(), Report()
    with open_table(path, SPECS) as table:
        records = list(table.records(one))
    rows = []
    with open_table(path, SPECS) as table:
        for block in read_blocks(table, many, size):
            names = list(block.columns)
            rows += [
                (number, dict(zip(names, values, strict=True)), frozenset(block.bad.get(at, ())))
                for at, (number, *values) in enumerate(zip(block.numbers, *block.columns.values(), strict=True))
            ]
    assert rows == [(record.number, record.values, record.bad) for record in records]
    assert (many.rows, many.as_dict("en")) == (one.rows, one.as_dict("en"))


def test_too_many_rows_and_columns_are_refused_by_columns_too(tmp_path):
    path = tmp_path / "long.xlsx"
    path.write_bytes(saved({"数据": [["code", "name"], *([f"A{number}", "店"] for number in range(60))]}))
    with pytest.raises(Refused), open_table(path, SPECS, limits=Limits(rows=50)) as table:
        list(read_blocks(table, Report()))


@pytest.mark.parametrize(
    ("raw", "fen"),
    [("1,234.5", 123_450), (0.1 + 0.2, 30), ("￥１２.３４", 1234), ("12元", 1200), (1e9, 10**11), (None, None)],
)
def test_money_is_read_in_hundredths(raw, fen):
    assert parse_value(MONEY, raw) == Parsed(fen)


@pytest.mark.parametrize(("raw", "rule"), [("1.005", "too_many_places"), (-1, "below_minimum"), ("多", "not_number")])
def test_money_that_cannot_be_is_refused(raw, rule):
    problem = parse_value(MONEY, raw)
    assert isinstance(problem, Problem)
    assert problem.rule == rule
