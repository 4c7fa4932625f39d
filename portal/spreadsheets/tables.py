"""The table in a user's file: the sheet and header that fit the room's columns, and its rows as records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.spreadsheets.cells import CellError, Problem, Rejected, Remarks, is_blank, is_empty_row
from portal.spreadsheets.columns import (
    ColumnSpec,
    FoundHeader,
    HeaderIndex,
    HeaderMatch,
    find_header,
    match_header,
)
from portal.spreadsheets.filekinds import check_file
from portal.spreadsheets.findings import Layout, Note, Refused, Report, refuse, shown
from portal.spreadsheets.headblocks import find_block
from portal.spreadsheets.limits import DEFAULT_LIMITS, Limits
from portal.spreadsheets.patches import Merges, Row
from portal.spreadsheets.sheets import Source, choose_sheet, text_source
from portal.spreadsheets.texttables import open_text
from portal.spreadsheets.totals import total_word
from portal.spreadsheets.values import parser_for
from portal.spreadsheets.workbooks import Workbook


@dataclass(slots=True)
class Record:
    """One row of data."""

    number: int
    """As the spreadsheet shows it."""
    values: dict[str, Any]
    """field -> value; None where the cell is empty or was reported; only fields whose column is in the file."""
    bad: frozenset[str]
    """Fields whose cell broke a rule."""
    cells: Sequence[Any]
    """The row as it was read."""


_NOTHING_BAD: frozenset[str] = frozenset()


class Table:
    """A table that was found in a file. `records` (or `rows`) can be read once, from top to bottom."""

    def __init__(
        self,
        source: Source,
        header: FoundHeader,
        match: HeaderMatch,
        limits: Limits,
        block: HeaderIndex | None = None,
    ) -> None:
        self.match = match
        self.header_row = header.row
        self.limits = limits
        self.sheet = source.sheet
        self.encoding = source.encoding
        self.sample = tuple(row for row in source.top if row[0] > header.row)[:5]
        """The first rows below the header."""
        self.layout = Layout(source.file_name, source.sheet, header.row, match.columns(), source.is_one_of_many)
        self._source = source
        self.source_rows = source.rows
        self.source_chunks = source.chunks
        self.merges = Merges(source.merged, header.row)
        above = [row for row in source.top if row[0] <= header.row - header.height]
        self.block = find_block(above, block) if block else {}
        """Labelled values above the header: field -> cell."""
        named = {cell.row for cell in self.block.values()}
        self._titles = [row for row in above if row[0] not in named]

    def warnings(self) -> list[Note]:
        """What was left out or deserves a look, known before the rows are read."""
        titles = [
            Note("title_skipped", number, value=shown(" ".join(str(cell) for cell in cells if not is_blank(cell))))
            for number, cells in self._titles
        ]
        return [*self._source.warnings, *titles, *self.match.warnings(self.header_row)]

    def rows(self) -> Iterator[Row]:
        """(row number, cells) of every row below the header that is not empty, totals included. Raises Refused."""
        cap, count = self.limits.columns, 0
        for number, cells in self.merges.filled(self.source_rows()):
            if number <= self.header_row or is_empty_row(cells):
                continue
            if len(cells) > cap:
                cells = within(number, cells, cap)
            count += 1
            if count > self.limits.rows and not total_word(cells):
                raise refuse("too_many_rows", row=number, limit=self.limits.rows)
            yield number, cells

    def records(self, report: Report) -> Iterator[Record]:
        """Each row of data as a record; findings, the number of rows and the layout go into the report.

        Yields nothing while the header lacks a required column. Raises Refused when the file turns out unreadable.
        """
        if self.begin(report):
            yield from self._parsed(report)
            self.end(report)

    def begin(self, report: Report) -> bool:
        """Put layout and header findings into the report; whether the rows can be read."""
        report.layout = self.layout
        report.warnings.extend(self.warnings())
        report.errors.extend(self.match.errors(self.header_row))
        return self.match.is_complete

    def end(self, report: Report) -> None:
        """Raises Refused where there was no row of data."""
        if not report.rows:
            raise refuse("no_rows", row=self.header_row)

    def _parsed(self, report: Report) -> Iterator[Record]:
        parsers = [(match.index, match.spec.field, parser_for(match.spec)) for match in self.match.matched]
        remarks: Remarks = []
        for number, cells in self.rows():
            word = total_word(cells)
            if word:
                report.warn("total_skipped", row=number, value=word)
                continue
            if number in self.merges.starts:
                self.merges.report(number, cells, self.match, report)
            report.rows += 1
            width = len(cells)
            values: dict[str, Any] = {}
            bad = []
            for index, name, parse in parsers:
                try:
                    values[name] = parse(cells[index] if index < width else None, remarks)
                except Rejected as rejected:
                    values[name] = None
                    bad.append(name)
                    report.errors.append(_note(rejected.problem, number, name))
                if remarks:
                    report.warnings.extend(_note(remark, number, name) for remark in remarks)
                    remarks.clear()
            yield Record(number, values, frozenset(bad) if bad else _NOTHING_BAD, cells)


def _note(problem: Problem, number: int, name: str) -> Note:
    return Note(problem.rule, number, name, problem.value, problem.params)


def within(number: int, cells: Sequence[Any], cap: int) -> Sequence[Any]:
    """The cells up to the last column allowed. Raises Refused where there are more."""
    if not all(is_blank(cell) for cell in cells[cap:]):
        raise refuse("too_many_columns", row=number, limit=cap)
    return cells[:cap]


@contextmanager
def open_table(
    path: Path | str,
    specs: Iterable[ColumnSpec],
    *,
    name: str | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Table]:
    """Open an uploaded file as the table that the specs describe.

    `name` is the user's file name, where `path` is a stored copy; `mapping` is {"their header": "field"}, field "" to
    leave a column out; `sheet` is the user's choice, else the sheet whose header fits best is taken and the others are
    named in a warning.
    Raises Refused when the file is no spreadsheet that can be read, or is empty.
    """
    path, index = Path(path), HeaderIndex(specs, mapping)
    name = name or path.name
    if check_file(path, name, limits) == "csv":
        yield _found(text_source(open_text(path, index, limits.peek_rows), name, limits.peek_rows), index, limits)
        return
    workbook = Workbook(path, limits)
    try:
        yield _found(choose_sheet(workbook, name, index, sheet, limits), index, limits)
    finally:
        workbook.close()


def _found(source: Source, index: HeaderIndex, limits: Limits) -> Table:
    header = find_header(source.top, index)
    if header is None:
        raise refuse("no_cells")
    return Table(source, header, match_header(header.titles, index), limits)


__all__ = ["CellError", "Record", "Refused", "Table", "open_table"]
