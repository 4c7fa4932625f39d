"""A spreadsheet small enough to read: evaluates the formulas of a statement's workbook, as a reader's program does."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_REF = re.compile(r"(?:(\w+)!)?\$?([A-Z]{1,2})\$?(\d+)(?::\$?([A-Z]{1,2})\$?(\d+))?")


class Sheets:
    """A workbook opened by openpyxl, with its formulas."""

    def __init__(self, book: Any) -> None:
        self.book = book

    def value(self, sheet: str, address: str) -> Decimal:
        """What the cell comes to."""
        held = self.book[sheet][address].value
        if isinstance(held, str) and held.startswith("="):
            return self._evaluate(sheet, held[1:])
        return Decimal(str(held or 0))

    def _evaluate(self, sheet: str, formula: str) -> Decimal:
        names: dict[str, Any] = {"ROUND": _round, "MAX": max, "MIN": min, "INT": _floor, "IF": _if, "AND": _and,
                                 "SUMPRODUCT": _sumproduct, "CHOOSE": _choose, "COUNTIF": _countif}  # fmt: skip

        def put(match: re.Match[str]) -> str:
            where = match[1] or sheet
            name = f"_{len(names)}"
            if match[4]:
                cells = self.book[where][f"{match[2]}{match[3]}:{match[4]}{match[5]}"]
                names[name] = [self.value(where, cell.coordinate) for row in cells for cell in row]
            else:
                names[name] = self.value(where, f"{match[2]}{match[3]}")
            return name

        text = re.sub(r"--\(([^=()]+)=(\d)\)", r"_same(\1,\2)", formula)
        names["_same"] = lambda values, wanted: [Decimal(int(value == wanted)) for value in values]
        text = _REF.sub(put, text)
        text = re.sub(r"(?<![<>])=", "==", text)
        text = re.sub(r'"<="&(_\d+)', r"\1", text)
        text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r"_D('\1')", text)
        names["_D"] = Decimal
        return Decimal(eval(text, {"__builtins__": {}}, names))  # noqa: S307 - formulas of our own


def _round(value: Decimal, digits: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value("ROUND_FLOOR")


def _if(condition: bool, one: Decimal, other: Decimal) -> Decimal:
    return one if condition else other


def _choose(number: Decimal, *values: Decimal) -> Decimal:
    return values[int(number) - 1] if number else Decimal(0)


def _and(*conditions: bool) -> bool:
    return all(conditions)


def _sumproduct(*ranges: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for row in zip(*ranges, strict=True):
        product = Decimal(1)
        for value in row:
            product *= value
        total += product
    return total


def _countif(values: list[Decimal], most: Decimal) -> Decimal:
    return Decimal(sum(value <= most for value in values))
