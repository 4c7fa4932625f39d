"""The one way out: rows as .xlsx or .csv in which no cell is ever a formula.

Control: OWASP ASVS 5.0, 1.2.10 (formula injection), for both formats.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.spreadsheets.cells import FORMULA_STARTS, LONGEST_CELL

WORKBOOK_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "remove_timezone": True,
}
LAST_ROW = 1_048_575
"""0-based; a longer export goes on in a further sheet."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

Look = Literal["general", "text", "integer", "decimal", "date", "month", "moment", "percent"]
_NUMBER_FORMATS: dict[str, str] = {
    "text": "@",
    "integer": "#,##0",
    "decimal": "#,##0.00",
    "date": "yyyy-mm-dd",
    "month": "yyyy-mm",
    "moment": "yyyy-mm-dd hh:mm",
    "percent": "0.0%",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: its title, how its cells look, its width in characters."""

    title: str
    look: Look = "general"
    width: float = 16


def clean_text(text: str) -> str:
    """Without the characters that XML cannot hold, and as long as a cell can be."""
    clean = _CONTROL.sub("", text)
    return clean if len(clean) <= LONGEST_CELL else clean[: LONGEST_CELL - 1] + "…"


def write_cell(sheet: Worksheet, row: int, column: int, value: Any, style: Format | None = None) -> None:
    """One cell by the type of its value; text stays text. Numbers beyond 15 digits are written as text."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, (int, float, Decimal)) and _is_exact(value):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, (date, time, timedelta)):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_string(row, column, clean_text(str(value)), style)


def _is_exact(number: int | float | Decimal) -> bool:
    if isinstance(number, Decimal):
        return number.is_finite() and len(number.normalize().as_tuple().digits) <= 15
    return abs(number) < 10**15


def write_xlsx(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], file: BinaryIO | Path | str, *, sheet_name: str = "Sheet1"
) -> int:
    """Write rows (each as long as `columns`) and return their number; memory does not grow with it."""
    target = str(file) if isinstance(file, Path) else file
    with xlsxwriter.Workbook(target, WORKBOOK_OPTIONS) as book:
        writer = _SheetWriter(book, columns, sheet_name)
        for cells in rows:
            writer.write(cells)
        return writer.count


class _SheetWriter:
    def __init__(self, book: xlsxwriter.Workbook, columns: Sequence[Column], name: str) -> None:
        self._book, self._columns, self._name = book, columns, name
        self._header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._styles = [cell_style(book, column.look) for column in columns]
        self._moment = cell_style(book, "moment")
        self._day = cell_style(book, "date")
        self.count = 0
        self._start_sheet()

    def write(self, cells: Sequence[Any]) -> None:
        if self._row > LAST_ROW:
            self._start_sheet()
        for index, value in enumerate(cells):
            write_cell(self._sheet, self._row, index, value, self._styles[index] or self._style_of(value))
        self._row += 1
        self.count += 1

    def _style_of(self, value: Any) -> Format | None:
        if isinstance(value, datetime):
            return self._moment
        return self._day if isinstance(value, date) else None

    def _start_sheet(self) -> None:
        number = len(self._book.worksheets()) + 1
        self._sheet = self._book.add_worksheet(self._name if number == 1 else f"{self._name[:26]} {number}")
        for index, column in enumerate(self._columns):
            self._sheet.set_column(index, index, column.width)
            self._sheet.write_string(0, index, clean_text(column.title), self._header)
        self._sheet.freeze_panes(1, 0)
        self._row = 1


def cell_style(book: xlsxwriter.Workbook, look: Look) -> Format | None:
    """The number format of a look; None for general."""
    return book.add_format({"num_format": _NUMBER_FORMATS[look]}) if look in _NUMBER_FORMATS else None


def safe_csv_text(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers."""
    if not isinstance(value, str):
        return "" if value is None else value
    guarded = "'" + value if value.startswith(FORMULA_STARTS) else value
    return _CONTROL.sub("", guarded)


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Any]], file: BinaryIO) -> int:
    """Write UTF-8 with a byte order mark, which Excel needs to read Chinese. Returns the number of rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([safe_csv_text(column.title) for column in columns])
        count = 0
        for cells in rows:
            writer.writerow([safe_csv_text(value) for value in cells])
            count += 1
        return count
    finally:
        text.detach()
