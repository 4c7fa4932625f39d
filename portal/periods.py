"""Business months. A month is its first day; pure arithmetic, no clock."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def month_of(day: date) -> date:
    """The month in which the day lies."""
    return day.replace(day=1)


def shift_month(month: date, months: int) -> date:
    """The month so many months later (or, negative, earlier)."""
    serial = month.year * 12 + month.month - 1 + months
    return date(serial // 12, serial % 12 + 1, 1)


def next_month(month: date) -> date:
    """The month after."""
    return shift_month(month, 1)


def previous_month(month: date) -> date:
    """The month before."""
    return shift_month(month, -1)


def last_day(month: date) -> date:
    """The month's last day."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def day_in(month: date, day: int) -> date:
    """The day with that number in the month, or the month's last day where it has fewer."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def months_of_year(year: int) -> list[date]:
    """January to December."""
    return [date(year, number, 1) for number in range(1, 13)]


def months_between(first: date, last: date) -> Iterator[date]:
    """Every month from the first to the last, both inclusive; none where the last is earlier."""
    month = month_of(first)
    while month <= last:
        yield month
        month = next_month(month)


def parse_month(text: str) -> date:
    """`2026-10` as a month; ValueError where the text names none."""
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"no month: {text!r}")
    return date(int(found[1]), int(found[2]), 1)


def format_month(month: date) -> str:
    """The month as `2026-10`: for addresses, file names and commands."""
    return f"{month.year:04}-{month.month:02}"
