"""What the reader leaves empty is put into the rows: error cells, formulas without results, cells merged downwards."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.spreadsheets.cells import CellError, is_blank
from portal.spreadsheets.columns import HeaderMatch, Matched
from portal.spreadsheets.findings import Note, Report, cell_name, shown
from portal.spreadsheets.workbooks import Facts

Row = tuple[int, Sequence[Any]]
Span = tuple[int, int, int, int]
"""Merged cells: first and last row as shown, first and last column (0-based)."""

_SUMMABLE = ("integer", "decimal", "money")


def with_errors(rows: Iterator[Row], facts: Facts) -> Iterator[Row]:
    """The rows with a CellError where calamine gives an empty cell."""
    patches: dict[int, dict[int, CellError]] = {
        row: {column: CellError(code) for column, code in cells.items()} for row, cells in facts.errors.items()
    }
    for row, cells in facts.empty_formulas.items():
        patches.setdefault(row, {}).update((column, CellError("")) for column in cells)
    return _patched(rows, patches) if patches else rows


def _patched(rows: Iterator[Row], patches: Mapping[int, Mapping[int, Any]]) -> Iterator[Row]:
    for number, cells in rows:
        yield number, _with(cells, patches[number]) if number in patches else cells


def _with(cells: Sequence[Any], patch: Mapping[int, Any]) -> list[Any]:
    width = max(len(cells), max(patch) + 1)
    patched = [*cells, *[""] * (width - len(cells))]
    for column, value in patch.items():
        patched[column] = value
    return patched


class Merges:
    """Merged cells below the header: a value merged downwards belongs to each of its rows, and the user is told so."""

    def __init__(self, spans: Sequence[Span], header_row: int) -> None:
        self.starts: dict[int, list[Span]] = {}
        for span in spans:
            if span[0] > header_row:
                self.starts.setdefault(span[0], []).append(span)

    def filled(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows with the values of merged cells in every row they cover."""
        return self._filled(rows) if self.starts else rows

    def _filled(self, rows: Iterator[Row]) -> Iterator[Row]:
        open_spans: list[tuple[Span, Any]] = []
        for number, cells in rows:
            open_spans = [(span, value) for span, value in open_spans if span[1] >= number]
            if open_spans:
                cells = _with(cells, {span[2]: value for span, value in open_spans})
            yield number, cells
            for span in self.starts.get(number, ()):
                value = cells[span[2]] if span[2] < len(cells) else ""
                if span[1] > number and not is_blank(value):
                    open_spans.append((span, value))

    def report(self, number: int, cells: Sequence[Any], match: HeaderMatch, report: Report) -> None:
        """Tell about the merged cells that begin in this row and lie in columns that are read."""
        for span in self.starts[number]:
            value = cells[span[2]] if span[2] < len(cells) else ""
            covered = [matched for matched in match.matched if span[2] <= matched.index <= span[3]]
            if covered and not is_blank(value):
                self._report_one(span, value, covered, report)

    def _report_one(self, span: Span, value: Any, covered: list[Matched], report: Report) -> None:
        params = {"cells": f"{cell_name(span[0], span[2])}:{cell_name(span[1], span[3])}"}
        first = covered[0]
        if span[3] > span[2] and covered[-1].index > span[2]:
            report.warnings.append(Note("merged_across", span[0], first.spec.field, shown(value), params))
        elif span[1] > span[0]:
            unclear = first.spec.kind in _SUMMABLE
            notes = report.errors if unclear else report.warnings
            rule = "merged_number" if unclear else "merged_filled"
            notes.append(Note(rule, span[0], first.spec.field, shown(value), params))
