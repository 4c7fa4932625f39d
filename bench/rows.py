"""One line of the bench's table: ours, what it is held against, the ratio, the aim, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEADINGS = ("", "ours", "against", "ratio", "aim", "")
GAP = "  "


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `is_met` is None for a figure that has no aim of its own."""

    name: str
    ours: str
    other: str
    ratio: float | None = None
    aim: str = ""
    is_met: bool | None = None

    @property
    def verdict(self) -> str:
        """Whether the aim holds, in a word."""
        return {None: "", True: "met", False: "MISSED"}[self.is_met]

    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:,.2f}"
        return self.name, self.ours, self.other, ratio, self.aim, self.verdict


def draw_table(rows: Iterable[Row]) -> str:
    """The rows under their headings, columns aligned."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADINGS))]
    return "\n".join(
        GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
