"""Files that cannot be read: each gets one sentence in each language, with the rule and the remedy."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.spreadsheets import Limits
from tests.spreadsheets.corpus import (
    HEADER,
    PLAIN,
    ROW,
    SHEET,
    archive,
    billion_laughs,
    csv_text,
    edited,
    far_cell,
    lying_directory,
    ole,
    png,
    with_part,
    workbook,
    zip_bomb,
)
from tests.spreadsheets.reading import read

MACRO_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
SHEET_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

# name, bytes, rule, what the English and the Chinese sentence must say
REFUSED: list[tuple[str, Callable[[], bytes], str, str, str]] = [
    ("list.xlsx", lambda: b"", "file_empty", "0 bytes", "0字节"),
    ("list.xlsx", lambda: b"just text", "is_not_workbook", "is not an Excel workbook", "不是 Excel 工作簿"),
    ("list.xlsx", lambda: b"%PDF-1.7 ...", "is_document", "PDF document", "PDF 文档"),
    ("list.xlsx", png, "is_document", "is a picture", "是图片"),
    ("list.xlsx", lambda: b"<html><table><tr><td>1", "is_html", "web page", "网页"),
    ("list.csv", lambda: b"\xef\xbb\xbf<!DOCTYPE html><table>", "is_html", "Save as", "另存为"),
    ("list.xls", lambda: b"<html xmlns:x='urn:x'><table>", "is_html", "web page", "网页"),
    ("list.xls", lambda: ole("Workbook"), "is_xls", "old Excel format", "旧版 Excel"),
    ("list.xlsx", lambda: ole("Workbook"), "is_xls", "old Excel format", "旧版 Excel"),
    ("list.xlsx", lambda: ole("EncryptionInfo", "EncryptedPackage"), "is_encrypted", "password", "密码"),
    ("list.xlsb", lambda: archive(("xl/workbook.bin", b"x")), "is_xlsb", ".xlsb", ".xlsb"),
    ("list.xlsx", lambda: archive(("xl/workbook.bin", b"x")), "is_xlsb", "binary workbook", "二进制工作簿"),
    ("list.xlsm", lambda: with_part(PLAIN, "xl/vbaProject.bin", b"x"), "is_macro_workbook", "macro", "宏"),
    ("list.xlsx", lambda: with_part(PLAIN, "xl/vbaProject.bin", b"x"), "is_macro_workbook", "VBA", "VBA"),
    (
        "list.xlsx",
        lambda: edited(PLAIN, "[Content_Types].xml", lambda xml: xml.replace(SHEET_TYPE, MACRO_TYPE)),
        "is_macro_workbook",
        "macro workbook",
        "启用宏",
    ),
    ("list.xlsm", lambda: PLAIN, "is_macro_workbook", "without macros", "不含宏"),
    (
        "list.ods",
        lambda: archive(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<a/>")),
        "is_ods",
        "OpenDocument",
        "OpenDocument",
    ),
    ("list.numbers", lambda: archive(("Index/Document.iwa", b"x")), "is_numbers", "Numbers", "Numbers"),
    ("list.xlsx", lambda: archive(("word/document.xml", b"<a/>")), "is_document", "text document", "文字文档"),
    ("list.xlsx", lambda: archive(("photo.jpg", b"x")), "is_document", "compressed archive", "压缩包"),
    ("list.zip", lambda: PLAIN, "extension_not_allowed", ".xlsx or .csv", ".xlsx 或 .csv"),
    ("list.csv", lambda: PLAIN, "is_workbook_named_csv", "Rename it", "改为 .xlsx"),
    ("list.csv", lambda: bytes(range(1, 32)) * 40, "is_binary", "binary data", "二进制数据"),
    ("list.xlsx", lambda: PLAIN[:-60], "is_damaged", "damaged", "损坏"),
    ("list.xlsx", lambda: edited(PLAIN, SHEET, lambda xml: xml[: len(xml) // 2]), "is_damaged", "repair", "修复"),
    ("list.xlsx", zip_bomb, "packed_suspiciously", "decompression bomb", "压缩炸弹"),
    ("list.xlsx", billion_laughs, "has_entities", "XML entities", "XML 实体"),
    (
        "list.xlsx",
        lambda: archive(("xl/workbook.xml", b"<a/>"), *[(f"p{n}", b"") for n in range(200)]),
        "too_many_parts",
        "201 parts, the limit is 200",
        "201个部件，超过上限200",
    ),
    ("list.xlsx", lambda: far_cell(), "needs_too_much_memory", "stray cell", "零散内容"),
    ("list.xlsx", lambda: workbook([]), "no_cells", "no cell with content", "没有任何内容"),
    ("list.xlsx", lambda: workbook([HEADER]), "no_rows", "no row below it", "没有数据行"),
    ("list.csv", lambda: csv_text([HEADER]).encode(), "no_rows", "Row 1", "第1行"),
    ("list.csv", lambda: b"\r\n\r\n  \r\n", "no_cells", "no cell", "没有任何内容"),
    ("list.csv", lambda: "网点编码,网点名称\r\nA1,a\0b\r\n".encode(), "nul_bytes", "Row 2", "第2行"),
    (
        "list.csv",
        lambda: "网点编码,网点名称\r\nA1,".encode("gb18030") + b"\xff\xff\r\n",
        "encoding_unknown",
        "Row 2: The text is neither",
        "第2行：文本不是",
    ),
    ("list.csv", lambda: '网点编码,网点名称\r\nA1,"a\r\nA2,b\r\n'.encode(), "csv_quotes", "quotation mark", "引号"),
    (
        "list.xlsx",
        lambda: workbook([HEADER, *[[f"A{n}", "店"] for n in range(51)]]),
        "too_many_rows",
        "Row 52: The list has more than 50 rows",
        "第52行：表格超过上限50行",
    ),
    (
        "list.csv",
        lambda: csv_text([HEADER[:2], *[[f"A{n}", "b"] for n in range(51)]]).encode(),
        "too_many_rows",
        "Split it",
        "拆分",
    ),
    (
        "list.xlsx",
        lambda: workbook([HEADER, [*ROW, *[""] * 20, "x"]]),
        "too_many_columns",
        "beyond column 12",
        "第12列之后",
    ),
]


@pytest.mark.parametrize(("name", "data", "rule", "english", "chinese"), REFUSED)
def test_a_file_that_cannot_be_read_gets_its_sentence(
    tmp_path: Path, name: str, data: Callable[[], bytes], rule: str, english: str, chinese: str
) -> None:
    _records, report = read(tmp_path, name, data())
    assert [note.rule for note in report.errors] == [rule]
    assert english in report.as_dict("en")["errors"][0]["message"]
    assert chinese in report.as_dict("zh_Hans")["errors"][0]["message"]


def test_the_list_of_200_000_rows_ends_there(tmp_path: Path) -> None:
    data = "网点编码,网点名称\n" + "".join(f"SC{number},店\n" for number in range(200_001))
    records, report = read(tmp_path, "list.csv", data.encode(), limits=Limits())
    assert len(records) == 200_000
    assert report.as_dict("en")["errors"] == [
        {
            "row": 200_002,
            "column": "",
            "value": "",
            "rule": "too_many_rows",
            "message": "Row 200002: The list has more than 200000 rows, which is the limit. Split it into several "
            "files of up to 200000 rows.",
        }
    ]


def test_a_directory_that_lies_about_sizes_costs_little(tmp_path: Path) -> None:
    started = time.process_time()
    _records, report = read(tmp_path, "list.xlsx", lying_directory())
    assert report.errors[0].rule in ("is_damaged", "needs_too_much_memory", "no_cells")
    assert time.process_time() - started < 5


def test_a_stray_cell_costs_no_more_than_the_memory_limit(tmp_path: Path) -> None:
    data = workbook([HEADER, ROW], lambda sheet: sheet.cell(250_000, 100, "x"))  # 25 million cells of 24 bytes
    _records, report = read(tmp_path, "list.xlsx", data)
    assert [note.rule for note in report.errors] == ["needs_too_much_memory"]


def test_a_file_above_the_size_limit_is_not_opened(tmp_path: Path) -> None:
    _records, report = read(tmp_path, "list.xlsx", PLAIN, limits=Limits(file_bytes=1000))
    assert [note.rule for note in report.errors] == ["file_too_big"]


def test_every_refusal_names_value_rule_and_remedy_in_both_languages(tmp_path: Path) -> None:
    _records, report = read(tmp_path, "经销商.xls", ole("Workbook"))
    assert report.as_dict("zh")["errors"][0]["message"] == (
        "“经销商.xls”是旧版 Excel 格式（.xls）。请打开后另存为“Excel 工作簿（.xlsx）”再上传。"
    )
