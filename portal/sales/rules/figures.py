"""What figures are grouped by, and what follows from two sums: growth, attainment, months of stock. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Grouping(StrEnum):
    """What a row of figures stands for."""

    AREA = "area"
    DISTRIBUTOR = "distributor"
    OUTLET = "outlet"
    MODEL = "model"
    MONTH = "month"


class Comparison(StrEnum):
    """What a range of months is compared with."""

    YEAR = "year"
    BEFORE = "before"


def growth(now: int, before: int) -> Decimal | None:
    """0.125 for an eighth more; None where there was nothing before."""
    return Decimal(now - before) / before if before > 0 else None


def attainment(sold: int, quota: int | None) -> Decimal | None:
    """The share of the quota that was sold; None where there is no quota."""
    return Decimal(sold) / quota if quota else None


def stock_months(stock: int, sold: int, months: int) -> Decimal | None:
    """How many months the stock lasts at the pace of the range, to a tenth; None where nothing was sold."""
    if sold <= 0:
        return None
    return (Decimal(stock) * months / sold).quantize(Decimal("0.1"), ROUND_HALF_UP)


def months_back(comparison: Comparison, months: int) -> int:
    """How many months earlier the range lies that this one is compared with."""
    return 12 if comparison is Comparison.YEAR else months
