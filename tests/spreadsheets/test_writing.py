"""Exports, templates and the user's own file back."""

# ruff: noqa: DTZ001  (moments in spreadsheets have no time zone)

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from portal.spreadsheets import Column, Limits, annotate, write_csv, write_template, write_xlsx
from portal.spreadsheets import export as export_module
from tests.spreadsheets.corpus import HEADER, SPECS, csv_text, workbook
from tests.spreadsheets.reading import read, rules

PAYLOADS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", '=HYPERLINK("http://x")', "http://x.example", "mailto:a@b",
    "{=1}", "＝1+1", "0123", "1E5", "a\x07b", "\ufffe", "🙂", "x" * 40_000,
]  # fmt: skip
COLUMNS = (Column("=名称", "text"), Column("数量", "integer"))


def test_no_cell_of_an_xlsx_export_is_a_formula() -> None:
    out = io.BytesIO()
    assert write_xlsx(COLUMNS, ([payload, index] for index, payload in enumerate(PAYLOADS)), out) == len(PAYLOADS)
    sheet = load_workbook(out).active
    assert [sheet.cell(row, 1).data_type for row in range(1, len(PAYLOADS) + 2)] == ["s"] * (len(PAYLOADS) + 1)
    assert [sheet.cell(row, 2).data_type for row in range(2, len(PAYLOADS) + 2)] == ["n"] * len(PAYLOADS)
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    values = [sheet.cell(row, 1).value for row in range(2, len(PAYLOADS) + 2)]
    assert values[0] == "=1+1"
    assert values[-1] == "x" * 32_766 + "…"
    assert values[14] == "ab"


def test_values_keep_their_types() -> None:
    out = io.BytesIO()
    row = [
        12,
        Decimal("1234.50"),
        date(2026, 8, 1),
        datetime(2026, 8, 1, 9, 30, tzinfo=UTC),
        True,
        None,
        10**15,
        "00123",
    ]
    write_xlsx([Column(str(index)) for index in range(len(row))], [row], out)
    cells = [cell.value for cell in load_workbook(out).active[2]]
    assert cells == [12, 1234.5, datetime(2026, 8, 1), datetime(2026, 8, 1, 9, 30), True, None, str(10**15), "00123"]


def test_a_long_export_goes_on_in_a_second_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "LAST_ROW", 3)
    out = io.BytesIO()
    write_xlsx([Column("n")], ([number] for number in range(7)), out, sheet_name="网点")
    book = load_workbook(out)
    assert book.sheetnames == ["网点", "网点 2", "网点 3"]
    assert [sheet.max_row for sheet in book] == [4, 4, 2]


def test_csv_is_utf8_with_a_mark_and_no_formulas() -> None:
    out = io.BytesIO()
    assert write_csv(COLUMNS, ([payload, -5] for payload in PAYLOADS), out) == len(PAYLOADS)
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert rows[0] == ["'=名称", "数量"]
    assert [row[0] for row in rows[1:5]] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)"]
    assert not any(row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\0", "＝")) for row in rows)
    assert {row[1] for row in rows[1:]} == {"-5"}


def test_a_guarded_code_of_our_own_csv_is_read_back_as_it_was(tmp_path: Path) -> None:
    out = io.BytesIO()
    write_csv([Column("网点编码"), Column("网点名称")], [["-A1", "=店"]], out)
    records, report = read(tmp_path, "list.csv", out.getvalue())
    assert report.errors == report.warnings == []
    assert records[0].values == {"code": "-A1", "name": "=店"}


# -- templates


@pytest.mark.parametrize(("locale", "title"), [("en", "Outlet code *"), ("zh", "网点编码 *")])
def test_a_template_can_be_filled_in_and_uploaded(tmp_path: Path, locale: str, title: str) -> None:
    out = io.BytesIO()
    write_template(SPECS, locale, out, rows=[["SC001", "成都一店", "直营"]], choices={"code": ["SC001", "SC002"]})
    book = load_workbook(out)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == title
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["A2:A5001", "C2:C5001"]
    assert book.worksheets[2].sheet_state == "hidden"
    records, report = read(tmp_path, "template.xlsx", out.getvalue())
    assert report.errors == report.warnings == []
    assert records[0].values["mode"] == "owned"


def test_an_empty_template_has_no_rows(tmp_path: Path) -> None:
    out = io.BytesIO()
    write_template(SPECS, "zh", out)
    _records, report = read(tmp_path, "template.xlsx", out.getvalue())
    assert rules(report.errors) == ["no_rows"]


# -- the user's own file back


def bad_file() -> bytes:
    def embolden(sheet: Worksheet) -> None:
        sheet["A1"].font = Font(name="宋体", bold=True)
        sheet["D3"].number_format = "#,##0"
        sheet["F2"].value = "=D2*2"

    rows = [
        HEADER,
        ["SC001", "成都一店 ", "租赁", 12],
        ["SC002", "德阳店", "加盟", "许多"],
        ["SC003", "绵阳店", "直营", 3],
    ]
    return workbook(rows, embolden)


def test_wrong_cells_come_back_red_with_a_comment_and_a_sentence(tmp_path: Path) -> None:
    _records, report = read(tmp_path, "list.xlsx", bad_file())
    done = annotate(tmp_path / "stored", report, "zh", output=tmp_path / "back.xlsx", name="list.xlsx")
    assert (done.rows, done.is_whole) == (2, True)
    sheet = load_workbook(done.path).active
    assert sheet["C2"].fill.start_color.rgb.endswith("FFC7CF")
    assert sheet["B2"].fill.start_color.rgb.endswith("FFEB9D")
    assert "“租赁”不在允许的取值内" in sheet["C2"].comment.text
    assert sheet["G1"].value == "问题说明（不读取）"
    assert sheet["G2"].value.count("\n") == 1
    assert sheet["G4"].value is None
    assert (sheet["A1"].font.name, sheet["D3"].number_format, sheet["F2"].value) == ("宋体", "#,##0", "=D2*2")


def test_the_file_can_be_uploaded_again_and_marks_of_the_last_round_go(tmp_path: Path) -> None:
    _records, report = read(tmp_path, "list.xlsx", bad_file())
    back = annotate(tmp_path / "stored", report, "zh", output=tmp_path / "back.xlsx", name="list.xlsx").path
    book = load_workbook(back)
    book.active["C2"].value = "加盟"
    book.active["F2"].value = None
    book.save(back)
    _records, report = read(tmp_path, "back.xlsx", back.read_bytes())
    assert rules(report.errors) == ["not_number"]
    assert rules(report.warnings) == ["stray_blanks"]
    again = annotate(tmp_path / "stored", report, "en", output=tmp_path / "again.xlsx", name="back.xlsx").path
    sheet = load_workbook(again).active
    assert sheet["C2"].comment is None
    assert sheet["C2"].fill.fill_type is None
    assert sheet["D3"].comment is not None
    assert sheet["G1"].value == "Problems (not read)"
    assert sheet["H1"].value is None


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_csv_comes_back_as_a_workbook(tmp_path: Path, encoding: str) -> None:
    rows = [["2026年网点"], HEADER, ["00123", "成都一店", "租赁", "1200"], ["SC002", "德阳店", "加盟", "5"]]
    _records, report = read(tmp_path, "list.csv", csv_text(rows, ";").encode(encoding))
    done = annotate(tmp_path / "stored", report, "en", output=tmp_path / "back.xlsx", name="list.csv")
    sheet = load_workbook(done.path).active
    assert [cell.value for cell in sheet[3]][:4] == ["00123", "成都一店", "租赁", "1200"]
    assert sheet["C3"].fill.start_color.rgb.endswith("FFC7CF")
    assert sheet["E2"].value == "Problems (not read)"
    records, report = read(tmp_path, "back.xlsx", done.path.read_bytes())
    assert (len(records), rules(report.errors)) == (2, ["not_choice"])


def test_a_big_file_comes_back_with_its_wrong_rows_only(tmp_path: Path) -> None:
    rows = [HEADER, *[[f"SC{number}", "店", "租赁" if number == 30 else "直营", 1] for number in range(40)]]
    _records, report = read(tmp_path, "list.xlsx", workbook(rows))
    small = Limits(keep_format_bytes=100)
    done = annotate(tmp_path / "stored", report, "zh", output=tmp_path / "back.xlsx", name="list.xlsx", limits=small)
    assert (done.rows, done.is_whole) == (1, False)
    sheet = load_workbook(done.path).active
    assert sheet["A1"].value.startswith("原文件过大或格式特殊，此处只列出40行中有问题的1行。")
    assert [cell.value for cell in sheet[3]][:4] == [32, "SC30", "店", "租赁"]
    assert sheet["D3"].fill.start_color.rgb.endswith("FFC7CF")
    assert "租赁" in sheet["F3"].value


def test_nothing_can_be_marked_where_nothing_was_read(tmp_path: Path) -> None:
    _records, report = read(tmp_path, "list.xlsx", b"text")
    with pytest.raises(ValueError, match="nothing was read"):
        annotate(tmp_path / "stored", report, "en", output=tmp_path / "back.xlsx", name="list.xlsx")
