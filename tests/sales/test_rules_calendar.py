"""When a report is due, how a month stands, who is reminded when; and the arithmetic of months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.periods import (
    day_in,
    format_month,
    last_day,
    month_of,
    months_between,
    months_of_year,
    next_month,
    parse_month,
    previous_month,
    shift_month,
)
from portal.sales.rules.calendar import (
    Punctuality,
    due_day_of,
    has_ended,
    is_writable,
    punctuality_of,
    reminder_step,
    standing_of,
)
from portal.sales.rules.words import PeriodStatus

P = PeriodStatus
DUE = date(2026, 10, 5)
months = st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(month_of)


@pytest.mark.parametrize(
    ("month", "day", "due"),
    [
        ("2026-09", 5, date(2026, 10, 5)),
        ("2026-12", 5, date(2027, 1, 5)),
        ("2027-01", 31, date(2027, 2, 28)),
        ("2028-01", 30, date(2028, 2, 29)),
        ("2026-03", 31, date(2026, 4, 30)),
    ],
)
def test_a_report_is_due_on_a_fixed_day_of_the_next_month(month, day, due):
    assert due_day_of(parse_month(month), day) == due


@pytest.mark.parametrize(
    ("status", "today", "standing"),
    [
        (P.OPEN, DUE - timedelta(days=40), P.OPEN),
        (P.OPEN, DUE, P.OPEN),
        (P.OPEN, DUE + timedelta(days=1), P.DUE),
        (P.LOCKED, DUE + timedelta(days=1), P.LOCKED),
        (P.LOCKED, DUE - timedelta(days=1), P.LOCKED),
        (P.SETTLED, DUE + timedelta(days=400), P.SETTLED),
    ],
)
def test_the_standing_of_a_month_by_day(status, today, standing):
    assert standing_of(status, DUE, today) is standing


def test_what_is_writable():
    assert {status for status in P if is_writable(status)} == {P.OPEN, P.DUE}


def test_a_month_is_over_after_its_last_day():
    assert not has_ended(date(2026, 9, 1), date(2026, 9, 30))
    assert has_ended(date(2026, 9, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (30, None),
        (8, None),
        (7, "7"),
        (6, "7"),
        (3, "7"),
        (2, "2"),
        (1, "2"),
        (0, "0"),
        (-1, "late-2026-10-06"),
        (-2, "late-2026-10-07"),
        (-40, "late-2026-11-14"),
    ],
)
def test_the_step_of_a_reminder(days, step):
    assert reminder_step(DUE, DUE - timedelta(days=days)) == step


def test_each_step_comes_once_and_every_day_after_the_due_day():
    steps = [reminder_step(DUE, DUE + timedelta(days=day)) for day in range(-20, 11)]
    told = list(dict.fromkeys(step for step in steps if step))
    assert told[:3] == ["7", "2", "0"]
    assert len(told) == 3 + 10


@pytest.mark.parametrize(
    ("submitted", "today", "punctuality"),
    [
        (None, DUE, Punctuality.AWAITED),
        (None, DUE + timedelta(days=1), Punctuality.MISSING),
        (DUE, DUE + timedelta(days=90), Punctuality.IN_TIME),
        (DUE + timedelta(days=1), DUE + timedelta(days=1), Punctuality.LATE),
    ],
)
def test_punctuality(submitted, today, punctuality):
    assert punctuality_of(submitted, DUE, today) is punctuality


@given(months, st.integers(-600, 600))
def test_months_shift_and_come_back(month, number):
    assert shift_month(shift_month(month, number), -number) == month
    assert previous_month(next_month(month)) == month
    assert parse_month(format_month(month)) == month
    assert last_day(month) + timedelta(days=1) == next_month(month)


@given(months, st.integers(1, 31))
def test_a_day_in_a_month_stays_in_it(month, day):
    assert month_of(day_in(month, day)) == month


def test_months_of_a_year_and_between():
    assert list(months_between(date(2026, 1, 15), date(2026, 12, 1))) == months_of_year(2026)
    assert list(months_between(date(2026, 2, 1), date(2026, 1, 1))) == []


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "2026/09", "26-09", "2026-9"])
def test_what_is_no_month(text):
    with pytest.raises(ValueError, match="month"):
        parse_month(text)
