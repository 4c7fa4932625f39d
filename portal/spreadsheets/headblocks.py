"""The block of labels and values that people put above a list: 报表期间 | 2026-10, or “Period: 2026-10” in one cell."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.spreadsheets.cells import Rejected, Remarks, is_blank
from portal.spreadsheets.columns import ColumnSpec, HeaderIndex
from portal.spreadsheets.findings import Note, Report
from portal.spreadsheets.patches import Row
from portal.spreadsheets.values import parser_for

_LABEL = re.compile(r"\s*([^:：]{1,40})[:：](.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BlockCell:
    """A value of the block and where it stands."""

    spec: ColumnSpec
    label: str
    raw: Any
    row: int
    index: int
    """0-based column of the value."""

    def note(self, rule: str, value: str, **params: Any) -> Note:
        """A finding about it."""
        return Note(rule, self.row, "", value, params, self.label, self.index)


def find_block(rows: Iterable[Row], index: HeaderIndex) -> dict[str, BlockCell]:
    """Field -> its cell, the first of each; a label without a value gives an empty one."""
    found: dict[str, BlockCell] = {}
    for number, cells in rows:
        for at, cell in enumerate(cells):
            place = _read(number, cells, at, index) if isinstance(cell, str) and len(cell) <= 200 else None
            if place is not None:
                found.setdefault(place.spec.field, place)
    return found


def _read(number: int, cells: Sequence[Any], at: int, index: HeaderIndex) -> BlockCell | None:
    parts = _LABEL.fullmatch(cells[at])
    label, rest = (parts[1], parts[2].strip()) if parts else (cells[at], "")
    spec = index.find(label) if label.strip() else None
    if spec is None:
        return None
    if rest:
        return BlockCell(spec, label.strip(), rest, number, at)
    for beside in range(at + 1, len(cells)):
        if not is_blank(cells[beside]):
            raw = "" if _is_label(cells[beside], index) else cells[beside]
            return BlockCell(spec, label.strip(), raw, number, beside if raw != "" else at)
    return BlockCell(spec, label.strip(), "", number, at)


def _is_label(cell: Any, index: HeaderIndex) -> bool:
    return isinstance(cell, str) and len(cell) <= 40 and index.find(cell.rstrip(" :：")) is not None


def read_block(block: dict[str, BlockCell], report: Report) -> dict[str, Any]:
    """Field -> value, None where the cell is empty or was reported."""
    values: dict[str, Any] = {}
    for name, cell in block.items():
        remarks: Remarks = []
        try:
            values[name] = parser_for(cell.spec)(cell.raw, remarks)
        except Rejected as rejected:
            problem = rejected.problem
            values[name] = None
            report.errors.append(cell.note(problem.rule, problem.value, **problem.params))
        report.warnings.extend(cell.note(each.rule, each.value, **each.params) for each in remarks)
    return values
