"""The calendar and the accounts of settling. Pure.

A debit is positive, a credit negative; every posting sums to 0 in each unit. What a dealer earned is first `accrued`
(a run was approved), then `payable` (released), then `paid`. Points go the same way and end redeemed or expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.periods import last_day, months_between, shift_month
from portal.rebates.rules.words import Period

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}
# A period must be paid so many days after its last one.
DAYS_TO_PAY = 45
# Points last so many months after the month in which they were released.
POINTS_LAST_MONTHS = 24


class Account(StrEnum):
    """Where an entry stands. All but `expense` and `received` are kept for each party."""

    EXPENSE = "expense"
    ACCRUED = "accrued"
    PAYABLE = "payable"
    PAID = "paid"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    # Subsidies handed down: what was granted for an outlet, what lies with its distributor, what has arrived.
    SUBSIDY = "subsidy"
    IN_PASSING = "in_passing"
    PASSED_ON = "passed_on"


class Unit(StrEnum):
    """What an entry counts: fen, points, free units."""

    CASH = "cash"
    POINTS = "points"
    GOODS = "goods"


class PostingKind(StrEnum):
    """What a posting tells."""

    ACCRUE = "accrue"
    TRUE_UP = "true_up"
    CLAW_BACK = "claw_back"
    RELEASE = "release"
    PAY = "pay"
    REDEEM = "redeem"
    EXPIRE = "expire"
    GRANT = "grant"
    PASS_ON = "pass_on"  # noqa: S105 - not a password


@dataclass(frozen=True, slots=True)
class Span:
    """The months of one period, both inclusive."""

    kind: Period
    first: date
    last: date

    @property
    def months(self) -> list[date]:
        return list(months_between(self.first, self.last))

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return last_day(self.last)

    @property
    def label(self) -> str:
        """`2026-10`, `2026Q4`, `2026`: for facts, addresses and commands."""
        if self.kind is Period.MONTH:
            return f"{self.first:%Y-%m}"
        return f"{self.first.year}Q{(self.first.month + 2) // 3}" if self.kind is Period.QUARTER else f"{self.first:%Y}"


def span_of(kind: Period, month: date) -> Span:
    """The period of that kind in which the month lies."""
    length = MONTHS[kind]
    first = date(month.year, (month.month - 1) // length * length + 1, 1)
    return Span(kind, first, shift_month(first, length - 1))


def due_on(span: Span) -> date:
    """The day by which the period must be paid."""
    return span.ends_on + timedelta(days=DAYS_TO_PAY)


def days_overdue(due: date, today: date, *, is_paid: bool) -> int:
    """How many days ago it had to be paid: negative are days left, 0 is today or paid."""
    return 0 if is_paid else (today - due).days
