"""Files as people really make them: read right, or reported with place, value, rule and remedy."""

# ruff: noqa: DTZ001  (moments in spreadsheets have no time zone)

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from portal.spreadsheets import Limits
from tests.spreadsheets.corpus import HEADER, PLAIN, ROW, SHEET, csv_text, edited, saved, workbook
from tests.spreadsheets.reading import read, rules

CSV_ROWS = [HEADER, ["SC001", "成都一店", "直营", "1200"], ["SC002", "德阳店", "特许", "5"]]


def codes(folder: Path, data: bytes, name: str = "list.xlsx", **options: Any) -> list[Any]:
    records, report = read(folder, name, data, **options)
    assert report.errors == []
    return [record.values["code"] for record in records]


# -- where the table is


def test_a_title_above_and_a_total_below_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [["2026年8月网点一览表"], [], HEADER, ROW, ["SC002", "德阳店", "加盟", 5], ["合 计：", None, None, 17]]
    records, report = read(tmp_path, "list.xlsx", workbook(rows))
    assert [record.number for record in records] == [4, 5]
    assert report.rows == 2
    assert report.errors == []
    warnings = report.as_dict("en")["warnings"]
    assert [(warning["row"], warning["rule"]) for warning in warnings] == [(1, "title_skipped"), (6, "total_skipped")]
    assert "“合 计：”" in warnings[1]["message"]


@pytest.mark.parametrize("word", ["合计", "总计", "小计", "Total", "Grand total:", "合計"])
def test_words_for_a_total(tmp_path: Path, word: str) -> None:
    assert codes(tmp_path, workbook([HEADER, ROW, [None, word, None, 17]])) == ["SC001"]


def test_a_dealer_whose_name_is_total_is_data(tmp_path: Path) -> None:
    records, _report = read(tmp_path, "list.xlsx", workbook([["网点名称", "网点编码"], ["Total", "SC900"]]))
    assert [record.values["code"] for record in records] == ["SC900"]


def test_a_sheet_that_starts_at_c5_keeps_its_places(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for column, title in enumerate(HEADER, 3):
            sheet.cell(5, column, title)
            sheet.cell(6, column, ROW[column - 3])
        sheet.cell(6, 6, "许多")

    records, report = read(tmp_path, "list.xlsx", workbook([], fill))
    assert records[0].number == 6
    error = report.findings("en")[0][0]
    assert (error.row, error.column, error.cell, error.value) == (6, "期末库存", "F6", "许多")


def test_a_header_of_two_rows_with_merged_groups(tmp_path: Path) -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:B2")
        sheet.merge_cells("C1:D1")

    rows = [["网点编码", "网点名称", "期末", None], [None, None, "库存", "备注"], ["SC001", "成都一店", 12, "x"]]
    records, report = read(tmp_path, "list.xlsx", workbook(rows, merge))
    assert report.errors == []
    assert records[0].values == {"code": "SC001", "name": "成都一店", "stock": 12}
    assert rules(report.warnings) == ["unknown_column"]


def test_the_sheet_whose_header_fits_is_read_and_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "封面"
    book.active.append(["渠道管理部"])
    sheet = book.create_sheet("网点")
    for row in (HEADER, ROW):
        sheet.append(row)
    records, report = read(tmp_path, "list.xlsx", saved(book))
    assert len(records) == 1
    message = report.as_dict("zh")["warnings"][0]["message"]
    assert message.startswith("工作表“网点”：只读取了表头最匹配的工作表“网点”，未读取：“封面”。")


def test_a_chosen_sheet_is_read_and_one_that_does_not_exist_is_told(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("1月", "2月"):
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        sheet.append([name, *ROW[1:]])
    assert codes(tmp_path, saved(book), sheet="2月") == ["2月"]
    _records, report = read(tmp_path, "list.xlsx", saved(book), sheet="3月")
    assert "“1月”、“2月”" in report.as_dict("zh")["errors"][0]["message"]


def test_what_is_hidden_is_read_and_told(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    records, report = read(tmp_path, "list.xlsx", workbook([HEADER, ROW, ["SC002", "德阳店"]], hide))
    assert len(records) == 2
    messages = [warning["message"] for warning in report.as_dict("en")["warnings"]]
    assert messages[0].startswith("1 rows are hidden or filtered out (rows 3)")
    assert messages[1].startswith("Columns C are hidden")


def test_a_hidden_sheet_that_looks_like_the_list_is_told(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("网点", "旧"):
        sheet = book.active if name == "网点" else book.create_sheet(name)
        sheet.title = name
        sheet.append(HEADER)
        sheet.append(ROW)
    book["旧"].sheet_state = "hidden"
    records, report = read(tmp_path, "list.xlsx", saved(book))
    assert len(records) == 1
    assert rules(report.warnings) == ["hidden_sheet"]


def test_cells_merged_downwards_count_for_each_row_but_not_numbers(tmp_path: Path) -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("C2:C3")
        sheet.merge_cells("D2:D3")

    rows = [HEADER, ["SC001", "成都一店", "直营", 12], ["SC002", "德阳店", None, None]]
    records, report = read(tmp_path, "list.xlsx", workbook(rows, merge))
    assert [record.values["mode"] for record in records] == ["owned", "owned"]
    assert rules(report.warnings) == ["merged_filled"]
    assert rules(report.errors) == ["merged_number"]
    assert report.as_dict("en")["errors"][0]["message"].startswith("Row 2, column “期末库存” (D2): The cells D2:D3 are")


# -- the header


def test_a_missing_header_names_the_columns_that_might_be_it(tmp_path: Path) -> None:
    records, report = read(tmp_path, "list.xlsx", workbook([["网点名称", "她的列"], ["成都一店", "SC001"]]))
    assert records == []
    error = report.as_dict("en")["errors"][0]
    assert (error["row"], error["column"], error["rule"]) == (1, "Outlet code", "missing_column")
    assert "rename the right column to “Outlet code”" in error["message"]
    assert "“她的列”" in error["message"]
    assert "“网点编码”列" in report.as_dict("zh")["errors"][0]["message"]


def test_a_mapping_names_the_column(tmp_path: Path) -> None:
    data = workbook([["网点名称", "她的列"], ["成都一店", "SC001"]])
    assert codes(tmp_path, data, mapping={"她的列": "code"}) == ["SC001"]


def test_a_mapping_that_fits_nothing_is_told(tmp_path: Path) -> None:
    _records, report = read(tmp_path, "list.xlsx", PLAIN, mapping={"没有": "code", "网点名称": "nmae"})
    assert set(rules(report.errors)) == {"mapping_unknown_column", "mapping_unknown_field", "missing_column"}


def test_two_columns_for_one_field_are_told(tmp_path: Path) -> None:
    _records, report = read(tmp_path, "list.xlsx", workbook([[*HEADER, "Outlet code"], [*ROW, "SC009"]]))
    error = report.as_dict("en")["errors"][0]
    assert error["rule"] == "duplicate_column"
    assert "A “网点编码”, E “Outlet code”" in error["message"]


def test_an_unknown_column_is_a_warning(tmp_path: Path) -> None:
    records, report = read(tmp_path, "list.xlsx", workbook([[*HEADER, "备注"], [*ROW, "x"]]))
    assert len(records) == 1
    warning = report.findings("zh")[1][0]
    assert (warning.rule, warning.cell, warning.column) == ("unknown_column", "E1", "备注")


# -- csv


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_every_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [[*HEADER, "Channel price"], *[[*row, "1.5"] for row in CSV_ROWS[1:]]]
    records, report = read(tmp_path, "list.csv", csv_text(rows, delimiter).encode(encoding))
    assert report.errors == []
    assert [record.values["name"] for record in records] == ["成都一店", "德阳店"]
    assert rules(report.warnings) == (["csv_encoding"] if encoding.startswith("gb") else [])


def test_the_warning_about_gb18030_says_what_to_do(tmp_path: Path) -> None:
    _records, report = read(tmp_path, "list.csv", csv_text(CSV_ROWS).encode("gb18030"))
    assert report.as_dict("zh")["warnings"][0]["message"] == (
        "文件不是 UTF-8 编码，已按 GB18030 读取。请核对名称是否正确；建议保存为“CSV UTF-8”或 .xlsx。"
    )


def test_csv_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    text = 'sep=;\r\n网点编码;网点名称\r\n\r\nSC1;"two\r\nlines"\r\nSC2;\r\n'
    _records, report = read(tmp_path, "list.csv", text.encode())
    assert [(note.rule, note.row) for note in report.errors] == [("required", 4)]


def test_leading_zeros_and_apostrophes_of_codes_in_csv(tmp_path: Path) -> None:
    rows = [HEADER, ["00123", "a店"], ["'00124", "b店"], ["ＳＣ００５", "c店"]]
    records, report = read(tmp_path, "list.csv", csv_text(rows).encode())
    assert [record.values["code"] for record in records] == ["00123", "00124", "SC005"]
    assert rules(report.warnings) == ["full_width"]
    assert "“ＳＣ００５”" in report.as_dict("zh")["warnings"][0]["message"]


# -- cells


def test_typed_cells(tmp_path: Path) -> None:
    header = ["网点编码", "网点名称", "期末库存", "结算价", "开业日期", "报表期间", "经度", "纬度"]
    row = [123, "成都一店", 5, 1234.5, datetime(2026, 8, 1), datetime(2026, 8, 15), 104.0657, 30.6595]
    records, report = read(tmp_path, "list.xlsx", workbook([header, row]))
    assert report.errors == []
    assert records[0].values == {
        "code": "123",
        "name": "成都一店",
        "stock": 5,
        "price": Decimal("1234.5"),
        "opened": date(2026, 8, 1),
        "month": date(2026, 8, 1),
        "lng": 104.0657,
        "lat": 30.6595,
    }


def test_error_cells_and_formulas_without_results_are_not_empty(tmp_path: Path) -> None:
    rows = [HEADER, [*ROW[:3], "#N/A"], ["SC002", "德阳店", None, "=1+1"]]
    _records, report = read(tmp_path, "list.xlsx", workbook(rows))
    assert [(note.row, note.rule, note.value) for note in report.errors] == [
        (2, "cell_error", "#N/A"),
        (3, "formula_empty", ""),
    ]


def test_a_formula_with_its_result_is_a_value(tmp_path: Path) -> None:
    data = workbook([HEADER, [*ROW[:3], "=6*7"]])
    data = edited(data, SHEET, lambda xml: re.sub(rb"<f>6\*7</f><v ?/?>(</v>)?", b"<f>6*7</f><v>42</v>", xml))
    records, report = read(tmp_path, "list.xlsx", data)
    assert report.errors == []
    assert records[0].values["stock"] == 42


def test_thousands_of_formulas_without_results_are_one_sentence(tmp_path: Path) -> None:
    rows = [HEADER, *[[f"SC{number}", "店", None, "=1+1"] for number in range(1_001)]]
    _records, report = read(tmp_path, "list.xlsx", workbook(rows), limits=Limits())
    assert rules(report.errors) == ["formulas_without_values"]


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    def as_text(sheet: Worksheet) -> None:
        sheet["B2"].value = "=HYPERLINK(1)"
        sheet["B2"].data_type = "s"

    records, _report = read(tmp_path, "list.xlsx", workbook([HEADER, ROW], as_text))
    assert records[0].values["name"] == "=HYPERLINK(1)"


def test_blank_rows_between_are_skipped_and_blanks_are_empty(tmp_path: Path) -> None:
    rows = [HEADER, [], [" ", "\u3000"], ROW, ["", " ", None, 3]]
    records, report = read(tmp_path, "list.xlsx", workbook(rows))
    assert [record.number for record in records] == [4, 5]
    assert [(note.row, note.field, note.rule) for note in report.errors] == [
        (5, "code", "required"),
        (5, "name", "required"),
    ]


def test_a_bad_cell_leaves_the_other_cells_of_its_row(tmp_path: Path) -> None:
    records, report = read(tmp_path, "list.xlsx", workbook([HEADER, ["SC001", "成都一店", "租赁", "很多"]]))
    assert records[0].bad == {"mode", "stock"}
    assert records[0].values["code"] == "SC001"
    messages = [error["message"] for error in report.as_dict("en")["errors"]]
    assert messages == [
        "Row 2, column “经营方式” (C2): “租赁” is not one of the values allowed. Choose one of: Owned, Franchise.",
        "Row 2, column “期末库存” (D2): “很多” is not a number. Write digits only, for example 1200 or 1,200.50, "
        "without units or words.",
    ]
