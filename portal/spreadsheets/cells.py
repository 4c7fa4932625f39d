"""What one cell may give: a value, a problem, an error of the spreadsheet itself."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from portal.spreadsheets.findings import shown


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that a value breaks, or a remark about how it was read. `params` go into the sentence."""

    rule: str
    value: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value (None for an empty cell) and the remarks that the user should see."""

    value: Any
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell without a usable result: "#N/A" and the like, or "" for a formula whose result was not saved."""

    code: str

    def __str__(self) -> str:
        return self.code


class Rejected(Exception):
    """The value breaks a rule."""

    def __init__(self, rule: str, value: Any, **params: Any) -> None:
        super().__init__(rule)
        self.problem = Problem(rule, shown(value), params)


Remarks = list[Problem]
Parser = Callable[[Any, Remarks], Any]
"""Gives the value of a cell that is not empty, appends remarks, raises Rejected."""

LARGEST_EXACT = 1e15
"""Spreadsheets keep 15 digits; a larger number has lost some."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""Text that begins so would be run as a formula when a CSV file is opened; Chinese editions know the wide signs too."""
LONGEST_CELL = 32_767
"""Characters that a spreadsheet's cell can hold."""
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def is_blank(raw: Any) -> bool:
    """An empty cell, or one with nothing but blanks, full-width blanks and invisible characters."""
    if raw is None or raw == "":
        return True
    if not isinstance(raw, str):
        return False
    return raw.isspace() or (not raw.isprintable() and not without_invisible(raw).strip())


def is_empty_row(cells: Sequence[Any]) -> bool:
    """No cell has content."""
    return not any(cell != "" and not is_blank(cell) for cell in cells)


def without_invisible(text: str) -> str:
    """Without zero-width, direction and control characters; line breaks and tabs stay."""
    return _CONTROL.sub("", _INVISIBLE.sub("", text))


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def as_text(raw: Any) -> str:
    """A number or date that stands in a text cell, as a person would have typed it."""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, (int, float)):
        return _number_as_text(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(" ")
    return raw.isoformat() if isinstance(raw, (date, time)) else str(raw)


def _number_as_text(raw: int | float) -> str:
    if raw != raw or abs(raw) >= LARGEST_EXACT:
        raise Rejected("digits_lost", repr(raw))
    return str(int(raw)) if float(raw).is_integer() else format(raw, ".15g")
