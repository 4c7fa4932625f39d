"""Exact decimal arithmetic: no float, one rounding, parts that add up.

All arithmetic of an evaluation runs in `EXACT`. Sums and products of what people write have far fewer than 100 digits
and are exact. A quotient may not end; the few there are (a price per unit, a share of a line) have denominators below
10^30, so a quotient nearer to a half than 10^-40 is that half: it is snapped there before it is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation

EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero])
ZERO = Decimal(0)
_ONE = Decimal(1)
_GRAIN = Decimal("1E-40")


def snapped(value: Decimal) -> Decimal:
    """The value; a quotient that does not end is cut where it can no longer change a rounding."""
    return value.quantize(_GRAIN, ROUND_HALF_EVEN, EXACT)


def half_up(value: Decimal) -> int:
    """The nearest whole number; a half goes up, away from zero when negative."""
    found = int(value)
    if found == value:
        return found
    return int(snapped(value).quantize(_ONE, ROUND_HALF_UP, EXACT))


def whole(value: Decimal) -> Decimal:
    """The whole number at or below the value."""
    return snapped(value).quantize(_ONE, ROUND_FLOOR, EXACT)


def apportion(parts: Sequence[Decimal], total: int) -> list[int]:
    """Each part as a whole number so that they add up to `total`: the largest part takes the residue."""
    if len(parts) == 1:
        return [total]
    rounded = [half_up(part) for part in parts]
    residue = total - sum(rounded)
    if residue and rounded:
        largest = max(range(len(rounded)), key=lambda place: abs(rounded[place]))
        rounded[largest] += residue
    return rounded


def plain(value: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros, at most 6 decimals ("2.5", "10", "0.333333")."""
    if value == (number := int(value)):
        return str(number)
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def yuan(fen: Decimal | int) -> str:
    """Fen as yuan with two decimals: 1234567 → "12345.67"."""
    return f"{Decimal(fen).scaleb(-2):.2f}"
