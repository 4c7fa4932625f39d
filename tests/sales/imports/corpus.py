"""Files of a month as they really arrive, hostile or merely human, made by code: name → file name and bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.sales.imports.importing import (
    DETAIL_HEADER,
    book,
    csv_of,
    detail,
    line,
    saved,
    xlsx,
)

File = tuple[str, bytes]
BLOCK = [
    ["报表期间", "2026-09", "经销商编码", "D1"],
    ["填报人", "王芳", "电话", "138 0000 0001", "截止日", "2026-09-30"],
]
SHORT = ("网点编码", "车型", "期初库存", "本期进货", "本期零售", "期末库存")


def short(outlet: Any = "T1", model: Any = "三号机", *figures: Any) -> list[Any]:
    """A row under SHORT."""
    return [outlet, model, *(figures or (0, 10, 6, 4))]


def lines_book(rows: list[list[Any]], change: Callable[[Worksheet], None] | None = None) -> bytes:
    """A workbook of one sheet, its header among the rows."""
    made = book({"月度报表": rows})
    if change:
        change(made["月度报表"])
    return saved(made)


def edited(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with a text in one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            content = before.read(info)
            after.writestr(info.filename, content.replace(old, new) if info.filename == part else content)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one more part."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def _merge(sheet: Worksheet) -> None:
    sheet.merge_cells("A2:A3")


def _merge_header(sheet: Worksheet) -> None:
    sheet.merge_cells("C1:F1")


def _hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


def _hide_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["C"].hidden = True


def _two_months() -> bytes:
    made = Workbook()
    made.active.title = "9月"
    for row in ([*SHORT], short()):
        made.active.append(row)
    other = made.create_sheet("8月")
    for row in ([*SHORT], short("T2")):
        other.append(row)
    return saved(made)


def _hidden_sheet() -> bytes:
    made = book({"月度报表": [[*SHORT], short()], "旧": [[*SHORT], short("T2")]})
    made["旧"].sheet_state = "hidden"
    return saved(made)


HOSTILE: dict[str, Callable[[], File]] = {
    "a picture with another name": lambda: ("sales.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 99),
    "a PDF": lambda: ("sales.pdf", b"%PDF-1.7\n" + b"x" * 99),
    "words": lambda: ("sales.xlsx", b"just words"),
    "a web page exported as a spreadsheet": lambda: ("sales.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
    "an old workbook": lambda: ("sales.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a workbook with a password": lambda: (
        "sales.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
    ),
    "a workbook with macros": lambda: ("sales.xlsm", with_part(xlsx([line()]), "xl/vbaProject.bin", b"x")),
    "an empty file": lambda: ("sales.csv", b""),
    "a workbook cut short": lambda: ("sales.xlsx", xlsx([line()])[:-200]),
    "a zip bomb": lambda: (
        "sales.xlsx",
        edited(xlsx([line()]), SHEET, b"<sheetData>", b"<sheetData>" + b" " * 60_000_000),
    ),
    "a billion laughs": lambda: (
        "sales.xlsx",
        edited(xlsx([line()]), SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "ha">]><worksheet'),
    ),
    "two hundred parts": lambda: ("sales.xlsx", _many_parts()),
    "bytes that are no text": lambda: ("sales.csv", b"\x81\xff" * 50 + b"\n"),
    "NUL bytes": lambda: ("sales.csv", ",".join(SHORT).encode() + b"\nT1,\0,1,2,3,4\n"),
    "an open quotation mark": lambda: ("sales.csv", (",".join(SHORT) + '\n"T1,三号机,0,10,6,4\n').encode()),
    "an address as its name": lambda: ("=cmd|' /C calc'!A0.txt", b"x"),
}


def _many_parts() -> bytes:
    data = xlsx([line()])
    for number in range(200):
        data = with_part(data, f"xl/extra{number}.xml", b"<x/>")
    return data


def _csv(*rows: list[Any], header: Any = SHORT, encoding: str = "utf-8-sig", name: str = "sales.csv") -> File:
    return name, csv_of(rows, header, encoding)


def _lines(*rows: list[Any], header: Any = SHORT, change: Callable[[Worksheet], None] | None = None) -> File:
    return "sales.xlsx", lines_book([list(header), *rows], change)


def _details(*rows: list[Any]) -> File:
    return "sales.csv", csv_of(rows, DETAIL_HEADER)


# Errors: nothing is imported.
WRONG: dict[str, Callable[[], File]] = {
    "nothing in the cells": lambda: ("sales.xlsx", lines_book([[]])),
    "a header alone": lambda: _lines(),
    "another list": lambda: _lines(["1", "2"], header=("姓名", "分数")),
    "a column too few": lambda: _lines(["T1", "F3", 4], header=("网点编码", "车型编码", "期末库存")),
    "no column of the model": lambda: _lines(["T1", 6, 4], header=("网点编码", "本期零售", "期末库存")),
    "a column twice": lambda: _lines(
        ["T1", "F3", 6, 4, 4], header=("网点编码", "车型", "零售", "期末库存", "月末库存")
    ),
    "amounts in ten thousands": lambda: _lines(
        ["T1", "F3", 6, 4, 31.2], header=("网点编码", "车型", "本期零售", "期末库存", "金额（万元）")
    ),
    "the file of another month": lambda: _block([["报表期间：2026年8月", "经销商编码：D1"]]),
    "the file of another distributor": lambda: _block([["报表期间", "9月", "经销商编码", "D7"]]),
    "the template of another month": lambda: _block([["模板版本", "QD1-202608-00000000"]]),
    "another currency": lambda: _block([["币种", "USD"]]),
    "an as-of date far away": lambda: _block([["截止日", "2025-09-30"]]),
    "a period without its month": lambda: _block([["报表期间", "今年"]]),
    "rows of several months": lambda: _lines([*short(), "8月"], [*short("T2"), "2026/9"], header=(*SHORT, "月份")),
    "rows of several distributors": lambda: _lines(
        [*short(), "D1"], [*short("T2"), "D7"], header=(*SHORT, "经销商编码")
    ),
    "an unknown outlet": lambda: _lines(short("T9")),
    "a row without a model": lambda: _lines(short("T1", None)),
    "an unknown model": lambda: _lines(short("T1", "九号机")),
    "an outlet and model twice": lambda: _lines(short(), short()),
    "a word for a number": lambda: _lines(short("T1", "F3", 0, "十", 6, 4)),
    "a negative number": lambda: _lines(short("T1", "F3", 0, -10, 6, 4)),
    "half a machine": lambda: _lines(short("T1", "F3", 0, 10.5, 6, 4)),
    "a number beyond reason": lambda: _lines(short("T1", "F3", 0, 10_000_000, 6, 4)),
    "a number that became a date": lambda: _lines(short("T1", "F3", 0, date(2026, 9, 10), 6, 4)),
    "separators that mean two things": lambda: _csv(short("T1", "F3", 0, "1.234,5", 6, 4)),
    "an error of a formula": lambda: _lines(
        short("T1", "F3", 0, 10, 6, "#N/A"), change=lambda sheet: setattr(sheet["F2"], "data_type", "e")
    ),
    "a formula without its result": lambda: _lines(short("T1", "F3", 0, 10, 6, "=C2+D2-E2")),
    "true as a number": lambda: _lines(short("T1", "F3", 0, True, 6, 4)),
    "no closing stock": lambda: _lines(short("T1", "F3", 0, 10, 6, None)),
    "more old stock than stock": lambda: _lines([*short(), 5], header=(*SHORT, "库龄>90天")),
    "three decimal places of money": lambda: _lines([*short(), 10.125], header=(*SHORT, "金额")),
    "merged numbers": lambda: _lines(
        short("T1"), short("T2", "三号机", None, 10, 6, 4), change=lambda sheet: sheet.merge_cells("C2:C3")
    ),
    "a sale in another month": lambda: _details(detail(1, 销售日期="2026-10-02")),
    "a date that can be read in two ways": lambda: _details(detail(1, 销售日期="5/9/2026")),
    "a serial number twice": lambda: _details(detail(1), detail(1)),
    "one serial number for two": lambda: _details(detail(1, 数量=2)),
    "no units": lambda: _details(detail(1, 数量=0)),
    "a return that brings money": lambda: _details(detail(1, 数量=-1)),
    "a return of a later sale": lambda: _details(detail(1, 数量=-1, 金额=-52000, 原销售月份="2026-11")),
    "a county that nobody knows": lambda: _details(detail(1, **{"上牌/使用地区": "桃花源县"})),
    "a county that there is three times": lambda: _details(detail(1, **{"上牌/使用地区": "城中区"})),
    "a kind of customer of its own": lambda: _details(detail(1, 客户类型="亲戚")),
    "a serial number that lost digits": lambda: _details(detail(1, **{"VIN/序列号": "1.23457E+16"})),
}


def _block(rows: list[list[Any]]) -> File:
    return "sales.xlsx", lines_book([*rows, [], [*SHORT], short()])


# Read as they are meant, with a remark at most.
HUMAN: dict[str, Callable[[], File]] = {
    "numbers as people write them": lambda: _csv(short("T1", "F3", "１，２００", "1 000", "2,196", " 4 ")),
    "a title above and a total below": lambda: (
        "sales.xlsx",
        lines_book([["江城经销商九月报表"], [*SHORT], short(), short("T2"), ["合计", None, 0, 20, 12, 8]]),
    ),
    "the labels of the form above the list": lambda: ("sales.xlsx", lines_book([*BLOCK, [], [*SHORT], short()])),
    "a header in two rows, merged": lambda: (
        "sales.xlsx",
        lines_book(
            [["网点编码", "车型", "库存", None, None, None], [None, None, "期初", "进货", "零售", "期末"], short()],
            lambda sheet: sheet.merge_cells("C1:F1"),
        ),
    ),
    "an outlet merged over its models": lambda: _lines(short("T1", "F3"), short(None, "F4"), change=_merge),
    "a hidden row": lambda: _lines(short("T1"), short("T2"), change=_hide),
    "a hidden column": lambda: _lines(short("T1"), change=_hide_column),
    "a sheet for each month": lambda: ("sales.xlsx", _two_months()),
    "last month's sheet, hidden": lambda: ("sales.xlsx", _hidden_sheet()),
    "Chinese text of an old program": lambda: _csv(short("江城1号店", "三号机"), encoding="gb18030"),
    "semicolons": lambda: ("sales.csv", csv_of([short()], SHORT).replace(b",", b";")),
    "columns of its own": lambda: _lines([*short(), "老王"], header=(*SHORT, "店长")),
    "stray blanks and wide letters": lambda: _lines(short(" Ｔ１ ", "Ｆ３")),
    "names instead of codes": lambda: _lines(short("江城1号店", "三号机")),
    "a name that does not fit its code": lambda: _lines(
        ["T1", "江城2号店", *short()[1:]], header=("网点编码", "网点名称", *SHORT[1:])
    ),
    "its own store without a code": lambda: _lines(short(None)),
    "stock that does not add up": lambda: _lines(short("T1", "F3", 0, 10, 6, 5)),
    "stock that does not add up, with a reason": lambda: _lines(
        [*short("T1", "F3", 0, 10, 6, 5), "盘盈"], header=(*SHORT, "差异原因")
    ),
    "empty cells for nothing": lambda: _lines(
        short("T1", "F3", None, None, None, 0), short("T2", "F3", None, 10, 6, 4)
    ),
    "rows that were not filled in": lambda: _lines(short(), short("T2", "F3", 0, None, None, None)),
    "an outlet that sells to outlets": lambda: _lines([*short(), 3], header=(*SHORT, "本期批发")),
    "dates as day numbers and with a time": lambda: (
        "sales.xlsx",
        saved(
            book(
                {
                    "销售明细": [
                        DETAIL_HEADER,
                        detail(1, 销售日期=46270),
                        detail(
                            2,
                            销售日期=datetime(2026, 9, 5, 15, 30),  # noqa: DTZ001 - as a cell holds it
                        ),
                    ]
                }
            )
        ),
    ),
    "a return": lambda: _details(detail(1, 数量=-1, 金额=-52000, 原销售月份="2026年8月")),
    "names and phones of customers": lambda: (
        "sales.csv",
        csv_of([[*detail(1), "张三", "13800000000"]], (*DETAIL_HEADER, "客户姓名", "手机号")),
    ),
    "a VIN typed wrong": lambda: _details(detail(1, **{"VIN/序列号": "LSVOA4182E2184847"})),
    "a strange serial number": lambda: _details(detail(1, **{"VIN/序列号": "三号"})),
    "no units at all": lambda: (
        "sales.csv",
        csv_of([["2026-09-05", "T1", "F3"]], ("销售日期", "网点编码", "车型编码")),
    ),
    "details that do not add up to the lines": lambda: ("sales.xlsx", xlsx([line()], [detail(1), detail(2)])),
    "formulas as text": lambda: _lines(
        [*short(), "=1+1"], header=(*SHORT, "差异原因"), change=lambda sheet: setattr(sheet["G2"], "data_type", "s")
    ),
}
