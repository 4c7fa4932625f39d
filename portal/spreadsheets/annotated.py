"""The user's own file back: wrong cells red, doubtful ones yellow, a comment on each, all sentences in a last column.

The file can be uploaded again as it is: the added column is skipped, and marks of the last round are taken off.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import Workbook as OpenpyxlWorkbook
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from portal.spreadsheets.books import BookReport
from portal.spreadsheets.columns import IGNORED_TITLES, ROW_NUMBER_TITLES, is_ignored_title
from portal.spreadsheets.export import WORKBOOK_OPTIONS, clean_text, write_cell
from portal.spreadsheets.filekinds import check_file
from portal.spreadsheets.findings import Finding, Layout, Report
from portal.spreadsheets.limits import DEFAULT_LIMITS, Limits
from portal.spreadsheets.messages import language
from portal.spreadsheets.patches import Row
from portal.spreadsheets.texttables import DELIMITERS, TextTable, detect_encoding
from portal.spreadsheets.workbooks import Workbook

AUTHOR = "Qudao"
MOST_COMMENTS = 2_000
"""A workbook with more is slow to open; the last column has every sentence anyway."""
_RED, _YELLOW = "FFC7CF", "FFEB9D"
"""One off the colours of Excel's own styles, so that only our marks are taken off again."""
_WRONG = PatternFill("solid", start_color=_RED, end_color=_RED)
_DOUBTFUL = PatternFill("solid", start_color=_YELLOW, end_color=_YELLOW)
_UNMARKED = PatternFill()
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_ONLY_ERRORS = {
    "en": "This file holds only the {count} rows with findings out of {rows}, because yours is too big or too unusual "
    "to be given back whole. Correct them in your own file (the first column names the rows).",
    "zh": "原文件过大或格式特殊，此处只列出{rows}行中有问题的{count}行。请按第一列的行号在您的原文件中更正。",
}


@dataclass(frozen=True, slots=True)
class Annotated:
    """What was written."""

    path: Path
    rows: int
    """Rows that carry a sentence."""
    is_whole: bool
    """False when the file was too big and holds only the rows with findings."""


@dataclass(slots=True)
class _Marks:
    """All findings of one row."""

    sentences: list[str]
    cells: dict[int, list[str]]
    """0-based column -> sentences."""
    wrong: set[int]
    """Columns with an error, not only a warning."""


def annotate(
    original: Path | str,
    report: Report | BookReport,
    locale: str,
    *,
    output: Path | str,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Annotated:
    """Write the annotated copy to `output` (an .xlsx, also for a .csv). `name` is the user's file name.

    ValueError when the report has no layout, because nothing could be read. Raises Refused as `open_table` does.
    """
    original, output = Path(original), Path(output)
    reports = [report] if isinstance(report, Report) else list(report)
    lists = [_List(each.layout, _marks(each, locale)) for each in reports if each.layout is not None]
    if not lists:
        raise ValueError("nothing was read from this file, so there is nothing to mark in it")
    kind = check_file(original, name or lists[0].layout.file_name, limits)
    job = _Job(original, output, lists, language(locale), report.rows, limits)
    if _unpacked_size(original, kind) > limits.keep_format_bytes:
        return job.write_only_findings(kind)
    return job.mark_workbook() if kind == "xlsx" else job.write_whole_csv()


def _unpacked_size(path: Path, kind: str) -> int:
    if kind == "csv":
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


def _marks(report: Report, locale: str) -> dict[int, _Marks]:
    errors, warnings = report.findings(locale)
    marks: dict[int, _Marks] = {}
    for finding in errors:
        _add(marks, finding, is_error=True)
    for finding in warnings:
        _add(marks, finding, is_error=False)
    return marks


def _add(marks: dict[int, _Marks], finding: Finding, *, is_error: bool) -> None:
    if finding.row is None:
        return
    mark = marks.setdefault(finding.row, _Marks([], {}, set()))
    mark.sentences.append(finding.message)
    if finding.cell:
        column = column_index_from_string(coordinate_from_string(finding.cell)[0]) - 1
        mark.cells.setdefault(column, []).append(finding.message)
        if is_error:
            mark.wrong.add(column)


@dataclass(frozen=True, slots=True)
class _List:
    """One list of the file and its findings by row."""

    layout: Layout
    marks: dict[int, _Marks]

    def mark_for(self, number: int, lang: str) -> "_Marks | str | None":
        return IGNORED_TITLES[lang] if number == self.layout.header_row else self.marks.get(number)


@dataclass(frozen=True, slots=True)
class _Job:
    original: Path
    output: Path
    lists: list[_List]
    lang: str
    rows: int
    limits: Limits

    @property
    def marked(self) -> int:
        return sum(len(each.marks) for each in self.lists)

    # -- an .xlsx of ordinary size: marked in place, formatting kept

    def mark_workbook(self) -> Annotated:
        try:
            with self.original.open("rb") as stream:
                book: OpenpyxlWorkbook = load_workbook(stream)
        except Exception:  # openpyxl fails in many ways on unusual workbooks that calamine reads
            return self.write_only_findings("xlsx")
        comments = MOST_COMMENTS
        for each in self.lists:
            comments = self._mark_sheet(book[each.layout.sheet], each, comments)
        first = next((each for each in self.lists if each.marks), self.lists[0])
        book.active = book.index(book[first.layout.sheet])
        book.save(self.output)
        return Annotated(self.output, self.marked, is_whole=True)

    def _mark_sheet(self, sheet: Worksheet, of: _List, comments: int) -> int:
        """Returns how many comments may still be made."""
        column = _take_off_marks(sheet, of.layout.header_row)
        title = sheet.cell(of.layout.header_row, column, IGNORED_TITLES[self.lang])
        title.font = Font(bold=True)
        sheet.column_dimensions[title.column_letter].width = 80
        for row, mark in of.marks.items():
            self._mark_row(sheet, row, mark, column, of.layout.header_row, has_comments=comments > 0)
            comments -= len(mark.cells)
        return comments

    def _mark_row(
        self, sheet: Worksheet, row: int, mark: _Marks, column: int, header_row: int, *, has_comments: bool
    ) -> None:
        for index, sentences in mark.cells.items():
            cell = _top_left(sheet, row, index + 1)
            cell.fill = _WRONG if index in mark.wrong else _DOUBTFUL
            if has_comments and cell.comment is None:
                cell.comment = Comment(clean_text("\n".join(sentences)), AUTHOR, height=120, width=320)
        if row != header_row:
            cell = sheet.cell(row, column)
            cell.value = clean_text("\n".join(mark.sentences))
            cell.data_type = "s"
            cell.alignment = _WRAPPED

    # -- a .csv of ordinary size: the same rows as a workbook

    def write_whole_csv(self) -> Annotated:
        of = self.lists[0]
        with _Writer(self.output, self.lang) as writer:
            skipped: frozenset[int] = frozenset()
            for number, cells in self._text_rows(of.layout):
                if number == of.layout.header_row:
                    skipped = _ignored_columns(cells)
                writer.write(number - 1, _without(cells, skipped), of.mark_for(number, self.lang), 0)
        return Annotated(self.output, self.marked, is_whole=True)

    # -- too big: only the rows that have findings

    def write_only_findings(self, kind: str) -> Annotated:
        sentence = _ONLY_ERRORS[self.lang].format(count=self.marked, rows=self.rows)
        with _Writer(self.output, self.lang) as writer:
            for each in self.lists:
                writer.start_sheet(each.layout.sheet)
                writer.write(0, [sentence], None, 0)
                self._write_marked(writer, each, kind)
        return Annotated(self.output, self.marked, is_whole=False)

    def _write_marked(self, writer: "_Writer", of: _List, kind: str) -> None:
        header_row, skipped, target = of.layout.header_row, frozenset[int](), 1
        for number, cells in self._source_rows(of.layout, kind):
            if number == header_row:
                skipped = _ignored_columns(cells)
                cells, number = [ROW_NUMBER_TITLES[self.lang], *_without(cells, skipped)], header_row
            elif number > header_row and number in of.marks:
                cells = [number, *_without(cells, skipped)]
            else:
                continue
            writer.write(target, cells, of.mark_for(number, self.lang), 1)
            target += 1

    def _source_rows(self, layout: Layout, kind: str) -> Iterator[Row]:
        if kind == "csv":
            yield from self._text_rows(layout)
            return
        book = Workbook(self.original, self.limits)
        try:
            book.choose(next(sheet.index for sheet in book.sheets if sheet.name == layout.sheet))
            yield from book.rows()
        finally:
            book.close()

    def _text_rows(self, layout: Layout) -> Iterator[Row]:
        encoding = detect_encoding(self.original)
        tables = [TextTable(self.original, encoding, delimiter) for delimiter in DELIMITERS]
        return max(tables, key=lambda table: _titles_found(table, layout)).rows()


def _titles_found(table: TextTable, layout: Layout) -> int:
    header = next((cells for number, cells in table.rows() if number == layout.header_row), [])
    return sum(index < len(header) and " ".join(header[index].split()) == title
               for index, title in layout.columns.values())  # fmt: skip


def _ignored_columns(cells: Iterable[Any]) -> frozenset[int]:
    return frozenset(index for index, cell in enumerate(cells) if isinstance(cell, str) and is_ignored_title(cell))


def _without(cells: Iterable[Any], skipped: frozenset[int]) -> list[Any]:
    """The cells with those of an earlier round emptied, so that no column moves."""
    return ["" if index in skipped else cell for index, cell in enumerate(cells)]


def _top_left(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell itself, or the one that shows for it when it is merged."""
    cell = sheet.cell(row, column)
    if isinstance(cell, Cell):
        return cell
    span = next(span for span in sheet.merged_cells.ranges if cell.coordinate in span)
    return sheet.cell(span.min_row, span.min_col)


def _take_off_marks(sheet: Worksheet, header_row: int) -> int:
    """Remove what an earlier round left; return the column (1-based) for the sentences of this one."""
    last, ours = 0, 0
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
            if cell.has_style and str(cell.fill.start_color.rgb)[2:] in (_RED, _YELLOW):
                cell.fill = _UNMARKED
            if cell.value is not None:
                last = max(last, cell.column)
                if cell.row == header_row and is_ignored_title(str(cell.value)):
                    ours = cell.column
    if ours:
        for row in range(header_row, sheet.max_row + 1):
            sheet.cell(row, ours).value = None
    return ours or last + 1


class _Writer:
    """A new workbook with marked rows, written from top to bottom."""

    def __init__(self, output: Path, lang: str) -> None:
        self._book = xlsxwriter.Workbook(str(output), WORKBOOK_OPTIONS)
        self._sheet: Any = None
        self._wrong = self._book.add_format({"bg_color": f"#{_RED}"})
        self._doubtful = self._book.add_format({"bg_color": f"#{_YELLOW}"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._lang = lang
        self._column = 0
        self._comments = MOST_COMMENTS

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_error: object) -> None:
        self._book.close()

    def start_sheet(self, name: str = "") -> None:
        """What is written from now on goes to a new sheet."""
        self._sheet = self._book.add_worksheet(name or None)
        self._column = 0

    def write(self, row: int, cells: list[Any], mark: "_Marks | str | None", shift: int) -> None:
        """One row; `mark` is a title for the added column, or the row's findings, whose columns move by `shift`."""
        if self._sheet is None:
            self.start_sheet()
        for index, value in enumerate(cells):
            style = self._style(mark, index - shift) or (self._day if hasattr(value, "year") else None)
            write_cell(self._sheet, row, index, value, style)
        if isinstance(mark, str):
            self._column = len(cells)
            self._sheet.set_column(self._column, self._column, 80)
            self._sheet.write_string(row, self._column, mark)
        elif mark:
            self._write_sentences(row, mark, shift)

    def _style(self, mark: "_Marks | str | None", index: int) -> Any:
        if not isinstance(mark, _Marks) or index not in mark.cells:
            return None
        return self._wrong if index in mark.wrong else self._doubtful

    def _write_sentences(self, row: int, mark: _Marks, shift: int) -> None:
        for index, sentences in mark.cells.items():
            self._comments -= 1
            if self._comments >= 0:
                text = clean_text("\n".join(sentences))
                self._sheet.write_comment(row, index + shift, text, {"author": AUTHOR, "x_scale": 2})
        self._sheet.write_string(row, max(self._column, 1), clean_text("\n".join(mark.sentences)))
