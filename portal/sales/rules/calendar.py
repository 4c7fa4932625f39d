"""The calendar of a business month: when its report is due, how it stands on a day, who is reminded when. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.periods import day_in, last_day, next_month
from portal.sales.rules.words import PeriodStatus

# A report is due on this day of the month that follows, unless the portal is configured otherwise (SALES_DUE_DAY).
DUE_DAY = 5
# Days before the due day on which a distributor is reminded; after it every day.
REMIND_BEFORE = (7, 2, 0)
CLOSED = frozenset({PeriodStatus.LOCKED, PeriodStatus.SETTLED})


class Punctuality(StrEnum):
    """Whether a distributor has reported: in time, late, not yet though there is time, not at all though it is due."""

    IN_TIME = "in_time"
    LATE = "late"
    AWAITED = "awaited"
    MISSING = "missing"


def due_day_of(month: date, day: int = DUE_DAY) -> date:
    """The day on which the month's report is due: that day of the next month, or its last where it has fewer."""
    return day_in(next_month(month), day)


def standing_of(status: PeriodStatus, due_on: date, today: date) -> PeriodStatus:
    """How the period stands: an open one is due from the day after its due day on."""
    return PeriodStatus.DUE if status is PeriodStatus.OPEN and today > due_on else status


def is_writable(status: PeriodStatus) -> bool:
    """Whether lines, details and the reports' states may still change."""
    return status not in CLOSED


def has_ended(month: date, today: date) -> bool:
    """Whether the month lies behind: before, it cannot be locked."""
    return today > last_day(month)


def punctuality_of(first_submitted_on: date | None, due_on: date, today: date) -> Punctuality:
    """Whether a report came in time, judged by its first submission: what was returned later stays in time."""
    if first_submitted_on is not None:
        return Punctuality.IN_TIME if first_submitted_on <= due_on else Punctuality.LATE
    return Punctuality.AWAITED if today <= due_on else Punctuality.MISSING


def reminder_step(due_on: date, today: date) -> str | None:
    """The reminder whose turn it is: "7", "2" or "0" days before, "late-2026-11-06" after, None before all of them.

    A step lasts until the next one: a day on which nothing ran is made up for. Who sends keeps it to once a step.
    """
    left = (due_on - today).days
    if left < 0:
        return f"late-{today.isoformat()}"
    return next((str(days) for days in reversed(REMIND_BEFORE) if left <= days), None)
