"""A table's rows by columns, a few thousand at a time: the way to read long lists fast.

The same parsers, findings and rules as `Table.records`, called once for each different value of a column instead of
once for each cell; whole columns of plain numbers are read by numpy.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Any

import numpy as np

from portal.spreadsheets.cells import LONGEST_CELL, Problem, Rejected, Remarks, is_blank, is_empty_row
from portal.spreadsheets.columns import ColumnSpec
from portal.spreadsheets.findings import Note, Report, refuse
from portal.spreadsheets.patches import Row
from portal.spreadsheets.tables import Table, within
from portal.spreadsheets.totals import may_be_total, total_word
from portal.spreadsheets.values import parser_for
from portal.spreadsheets.workbooks import Chunk

BLOCK_ROWS = 2_000
_REMEMBERED = 20_000
_LARGEST = 1e13
_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Block:
    """Some rows that follow each other."""

    numbers: list[int]
    """Row numbers as the spreadsheet shows them."""
    columns: dict[str, list[Any]]
    """field -> values, None where the cell is empty or was reported; only fields whose column is in the file."""
    bad: dict[int, set[str]] = field(default_factory=dict)
    """Position in the block -> fields whose cell broke a rule."""
    arrays: dict[str, Any] = field(default_factory=dict)
    """The columns that hold nothing but whole numbers as arrays of numpy too, for sums over the whole block."""

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str, default: Any = None) -> list[Any]:
        """The values of a field; `default` for each row where the file has no such column."""
        values = self.columns.get(name)
        return [default] * len(self.numbers) if values is None else values


def read_blocks(table: Table, report: Report, size: int = BLOCK_ROWS) -> Iterator[Block]:
    """Every row of data. Findings, the number of rows and the layout go into the report, as with `Table.records`.

    Yields nothing while the header lacks a required column, or where there is no row (`report.rows` stays 0: other
    lists of the file may have some). Raises Refused when the file turns out unreadable.
    """
    if not table.begin(report):
        return
    parsers = [(match.index, _ColumnParser(match.spec)) for match in table.match.matched]
    if table.source_chunks is None:
        yield from _in_blocks(_data_rows(table, report, table.source_rows()), parsers, report, size)
    else:
        for chunk in table.source_chunks():
            yield from _blocks_of(chunk, table, parsers, report)


def _blocks_of(chunk: Chunk, table: Table, parsers: "_Parsers", report: Report) -> Iterator[Block]:
    """A chunk as it is, where each of its rows is data; else row by row."""
    if _is_all_data(chunk, table):
        report.rows += chunk.count
        _check_count(report.rows, chunk.first + chunk.count - 1, table)
        yield _parsed(list(range(chunk.first, chunk.first + chunk.count)), chunk.columns, parsers, report)
    else:
        yield from _in_blocks(_data_rows(table, report, chunk.rows()), parsers, report, chunk.count)


def _is_all_data(chunk: Chunk, table: Table) -> bool:
    """Below the header, no wider than allowed, and no row that may be empty or a total, going by its first cell."""
    if chunk.first <= table.header_row or not 0 < len(chunk.columns) <= table.limits.columns:
        return False
    first = chunk.columns[0]
    return isinstance(first, array) or not any(
        is_blank(cell) or (isinstance(cell, str) and may_be_total(cell)) for cell in set(first)
    )


def _in_blocks(rows: Iterator[Row], parsers: "_Parsers", report: Report, size: int) -> Iterator[Block]:
    while some := list(islice(rows, size)):
        columns = list(zip_longest(*(cells for _number, cells in some)))
        yield _parsed([number for number, _cells in some], columns, parsers, report)


def _data_rows(table: Table, report: Report, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows of data among `rows`; a row that begins with an ordinary code is not looked at twice."""
    cap, header_row, starts = table.limits.columns, table.header_row, table.merges.starts
    for row in table.merges.filled(rows):
        number, cells = row
        if number <= header_row:
            continue
        first = cells[0] if cells else None
        if not (first.__class__ is str and first.isalnum() and not first.isalpha()):  # type: ignore[union-attr]
            if is_empty_row(cells):
                continue
            word = total_word(cells)
            if word:
                report.warn("total_skipped", row=number, value=word)
                continue
        if len(cells) > cap:
            row = number, within(number, cells, cap)
        if number in starts:
            table.merges.report(number, cells, table.match, report)
        report.rows += 1
        _check_count(report.rows, number, table)
        yield row


def _check_count(rows: int, number: int, table: Table) -> None:
    if rows > table.limits.rows:
        raise refuse("too_many_rows", row=number, limit=table.limits.rows)


def _parsed(numbers: list[int], cells: Sequence[Sequence[Any]], parsers: "_Parsers", report: Report) -> Block:
    block = Block(numbers, {})
    nothing = [None] * len(numbers)
    for index, parser in parsers:
        block.columns[parser.name] = parser.parse(cells[index] if index < len(cells) else nothing, block, report)
    return block


class _Trouble:
    """Stands for a cell that was rejected or read with a remark, until its row is known."""


_TROUBLE = _Trouble()


class _ColumnParser:
    """One column of a table. Remembers what each different cell was read as."""

    def __init__(self, spec: ColumnSpec) -> None:
        self.name = spec.field
        self._spec = spec
        self._parse = parser_for(spec)
        self._known = _Known(self._parse)
        self._numbers = _NUMBERS.get(spec.kind)

    def parse(self, cells: Sequence[Any], block: Block, report: Report) -> list[Any]:
        """The values of the column's cells."""
        kinds = {float} if isinstance(cells, array) else set(map(type, cells))
        if self._numbers and kinds == {float}:
            found = self._numbers(np.array(cells), self._spec)
            if found is not None:
                block.arrays[self.name] = found
                return found.tolist()  # type: ignore[no-any-return]
        if self._spec.kind in _PLAIN and kinds == {str} and _are_plain(cells, self._spec):
            return list(cells)
        if bool in kinds:
            values: list[Any] = [_TROUBLE] * len(cells)  # True and 1.0 are one key of a dictionary
        else:
            values = list(map(self._known.__getitem__, cells))
        if _TROUBLE in values:
            self._look_again(cells, values, block, report)
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        return values

    def _look_again(self, cells: Sequence[Any], values: list[Any], block: Block, report: Report) -> None:
        remarks: Remarks = []
        parse, name = self._parse, self.name
        for at, value in enumerate(values):
            if value is not _TROUBLE:
                continue
            number = block.numbers[at]
            try:
                values[at] = parse(cells[at], remarks)
            except Rejected as rejected:
                values[at] = None
                block.bad.setdefault(at, set()).add(name)
                report.errors.append(_note(rejected.problem, number, name))
            if remarks:
                report.warnings.extend(_note(remark, number, name) for remark in remarks)
                remarks.clear()


class _Known(dict[Any, Any]):
    """Cell -> value, for cells that were read without any trouble."""

    def __init__(self, parse: Callable[[Any, Remarks], Any]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, raw: Any) -> Any:
        remarks: Remarks = []
        try:
            value = self._parse(raw, remarks)
        except Rejected:
            return _TROUBLE
        if remarks:
            return _TROUBLE
        self[raw] = value
        return value


def _note(problem: Problem, number: int, name: str) -> Note:
    return Note(problem.rule, number, name, problem.value, problem.params)


# -- columns of nothing but plain numbers


def _whole_numbers(numbers: Any, spec: ColumnSpec) -> Any:
    """An array of integers; None where a cell needs a closer look."""
    whole = np.rint(numbers)
    return whole.astype(np.int64) if np.array_equal(whole, numbers) and _is_within(numbers, spec) else None


def _hundredths(numbers: Any, spec: ColumnSpec) -> Any:
    """Exact: the nearest amount of two places must be this very number."""
    hundredths = np.rint(numbers * 100)
    is_exact = np.array_equal(hundredths / 100, numbers) and _is_within(numbers, spec)
    return hundredths.astype(np.int64) if is_exact else None


_PLAIN = ("code", "text")


def _are_plain(cells: Sequence[str], spec: ColumnSpec) -> bool:
    """Whether every cell is letters and digits of ASCII and short enough: as codes and serial numbers are."""
    joined = "".join(cells)
    longest = spec.max_length or LONGEST_CELL
    return joined.isascii() and joined.isalnum() and "" not in cells and len(max(cells, key=len)) <= longest


def _is_within(numbers: Any, spec: ColumnSpec) -> bool:
    least, most = float(numbers.min()), float(numbers.max())
    low = -_LARGEST if spec.minimum is None else float(spec.minimum)
    high = _LARGEST if spec.maximum is None else float(spec.maximum)
    return max(low, -_LARGEST) <= least and most <= min(high, _LARGEST)


_NUMBERS: Mapping[str, Callable[[Any, ColumnSpec], Any]] = {
    "integer": _whole_numbers,
    "money": _hundredths,
}
_Parsers = list[tuple[int, _ColumnParser]]
