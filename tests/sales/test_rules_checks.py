"""A truth table for each check: what it asks about, and what looks alike and is none of its business.

No answer of a check is a verdict: it carries figures, and nothing that says what is right or who is wrong.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pytest

from portal.sales.rules.checks import (
    Check,
    Found,
    Limits,
    SoldMonth,
    bunching_above_threshold,
    channel_price_off,
    count_differs,
    detail_differs,
    month_end_spike,
    opening_differs,
    reversal_next_month,
    sell_through_differs,
    serial_sold_twice,
    stock_equation,
    transfer_without_other_side,
)
from portal.sales.rules.stock import DetailFacts, LineFacts

SEPTEMBER = date(2026, 9, 1)


def line(outlet=1, model=1, **figures):
    return LineFacts(outlet_id=outlet, model_id=model, **figures)


def sale(day=10, outlet=1, model=1, **values):
    return DetailFacts(outlet_id=outlet, model_id=model, sold_on=date(2026, 9, day), **values)


def facts(found):
    return [dict(each.facts) for each in found]


@pytest.mark.parametrize(
    ("figures", "difference"),
    [
        ({"opening_stock": 5, "sell_in": 10, "retail": 6, "closing_stock": 9}, None),
        ({"opening_stock": 5, "sell_in": 10, "retail": 6, "closing_stock": 8}, -1),
        ({"opening_stock": 5, "sell_in": 10, "retail": 6, "closing_stock": 11}, 2),
        # False pattern: what is in transit is nobody's stock yet.
        ({"opening_stock": 5, "in_transit": 4, "closing_stock": 5}, None),
    ],
)
def test_stock_equation(figures, difference):
    found = stock_equation([line(**figures)])
    assert [each["difference"] for each in facts(found)] == ([] if difference is None else [difference])


@pytest.mark.parametrize(
    ("opening", "last", "asked"),
    [
        (5, {(1, 1): 5}, False),
        (5, {(1, 1): 4}, True),
        # False pattern: last month was not handed in, or the outlet is new. Nothing is known.
        (5, {}, False),
        (0, {(1, 1): 0}, False),
    ],
)
def test_opening_differs(opening, last, asked):
    assert bool(opening_differs([line(opening_stock=opening, closing_stock=opening)], last)) is asked


def test_stock_without_a_line_is_asked_for_and_an_empty_place_is_not():
    found = opening_differs([line(opening_stock=2)], {(1, 1): 2, (2, 1): 3, (3, 1): 0})
    assert [(each.outlet_id, each.model_id, dict(each.facts)) for each in found] == [
        (2, 1, {"expected": 3, "stated": 0})
    ]


@pytest.mark.parametrize(("counted", "asked"), [(None, False), (4, False), (3, True), (5, True)])
def test_count_differs(counted, asked):
    assert bool(count_differs([line(opening_stock=4, closing_stock=4, counted_stock=counted)])) is asked


@pytest.mark.parametrize(
    ("sold", "taken", "asked"),
    [(10, (6, 4), False), (10, (6, 3), True), (9, (6, 4), True), (0, (1, 0), True), (0, (0, 0), False)],
)
def test_sell_through_differs(sold, taken, asked):
    rows = [line(None, sell_through=sold), *(line(outlet, sell_in=units) for outlet, units in enumerate(taken, 1))]
    assert bool(sell_through_differs(rows)) is asked


def test_sell_through_is_compared_model_by_model():
    # False pattern: the totals agree, the models do not; that is asked. Each agrees: nothing.
    rows = [line(None, 1, sell_through=4), line(None, 2, sell_through=2), line(1, 1, sell_in=2), line(1, 2, sell_in=4)]
    assert [each.model_id for each in sell_through_differs(rows)] == [1, 2]


@pytest.mark.parametrize(
    ("moved_in", "moved_out", "elsewhere", "asked"),
    [
        (0, 0, {}, False),
        (3, 3, {}, False),  # both sides in one report
        (3, 0, {}, True),
        (0, 3, {}, True),
        (3, 0, {1: -3}, False),  # another distributor has moved them out
        (3, 0, {1: -5}, False),  # and some more, to somebody else
        (3, 0, {1: -2}, True),
        (3, 0, {1: 3}, True),  # the others have taken in as well
        (0, 3, {1: 3}, False),
        (0, 3, {1: -3}, True),
        (3, 0, {2: -3}, True),  # another model
    ],
)
def test_transfer_without_other_side(moved_in, moved_out, elsewhere, asked):
    rows = [line(1, transfers_in=moved_in), line(2, transfers_out=moved_out)]
    assert bool(transfer_without_other_side(rows, elsewhere)) is asked


@pytest.mark.parametrize(
    ("retail", "returned", "units", "asked"),
    [
        (3, 0, (1, 1, 1), False),
        (3, 0, (1, 1), True),
        (2, 0, (1, 1, 1), True),
        # False patterns: returns listed or not, taken off the retail or not.
        (3, 1, (1, 1, 1, -1), False),
        (2, 1, (1, 1, 1, -1), False),
        (3, 1, (1, 1, 1), False),
        (4, 0, (2, 2), False),
    ],
)
def test_detail_differs(retail, returned, units, asked):
    rows = [line(retail=retail, returns_in=returned)]
    assert bool(detail_differs(rows, [sale(units=each) for each in units])) is asked


def test_a_place_without_details_is_not_asked_for_any():
    assert detail_differs([line(1, retail=3), line(2, retail=5)], [sale(units=3, outlet=1)]) == []


@pytest.mark.parametrize(
    ("known", "stated", "asked"),
    [
        ({1: 100_00}, 100_00, False),
        ({1: 100_00}, 110_00, False),
        ({1: 100_00}, 110_01, True),
        ({1: 100_00}, 89_99, True),
        ({}, 1, False),
        ({1: 100_00}, None, False),
        ({2: 100_00}, 1, False),
    ],
)
def test_channel_price_off(known, stated, asked):
    assert bool(channel_price_off([line(channel_price_fen=stated)], known)) is asked


@pytest.mark.parametrize(
    ("days", "asked"),
    [
        ([28, 29, 30, 30, 30, 28, 29, 29], True),
        ([1, 3, 5, 9, 28, 29, 30, 30], True),  # half of them
        ([1, 3, 5, 9, 12, 29, 30, 30], False),
        # False patterns: few sales; spread; bunched in the middle of the month.
        ([28, 29, 30, 30, 30, 28, 29], False),
        (list(range(1, 31)), False),
        ([15] * 20, False),
        ([27] * 20, False),
    ],
)
def test_month_end_spike(days, asked):
    assert bool(month_end_spike(SEPTEMBER, [sale(day) for day in days])) is asked


def test_returns_make_no_spike_and_each_outlet_stands_for_itself():
    returned = [sale(30, units=-1) for _ in range(20)]
    spread = [sale(day, outlet=2) for day in range(1, 31)]
    assert month_end_spike(SEPTEMBER, [*returned, *spread]) == []
    (found,) = month_end_spike(SEPTEMBER, [*spread, *(sale(29) for _ in range(9))])
    assert (found.outlet_id, found.facts["percent"]) == (1, 100)


def test_the_last_days_follow_the_length_of_the_month():
    february = [DetailFacts(outlet_id=1, model_id=1, sold_on=date(2027, 2, 26)) for _ in range(8)]
    assert month_end_spike(date(2027, 2, 1), february)


def months(*units, thresholds=(8,)):
    """The units of so many months that end with September, all under the same thresholds."""
    first = 9 - len(units) + 1
    return {1: [SoldMonth(date(2026, first + place, 1), number, thresholds) for place, number in enumerate(units)]}


@pytest.mark.parametrize(
    ("units", "asked"),
    [
        ((8, 9, 8), True),
        ((5, 8, 3, 8, 9), True),
        # False patterns: a lucky month; two of them; a dealer far above; one that falls short; not this month.
        ((2, 3, 8), False),
        ((2, 8, 8), False),
        ((20, 22, 21), False),
        ((7, 7, 7), False),
        ((8, 8, 8, 5), False),
        ((10, 11, 10), False),
    ],
)
def test_bunching_above_threshold(units, asked):
    assert bool(bunching_above_threshold(months(*units), SEPTEMBER)) is asked


def test_the_margin_grows_with_the_threshold_and_any_threshold_counts():
    assert bunching_above_threshold(months(100, 105, 103, thresholds=(50, 100)), SEPTEMBER)
    assert not bunching_above_threshold(months(106, 107, 108, thresholds=(50, 100)), SEPTEMBER)
    assert not bunching_above_threshold(months(0, 0, 0, thresholds=(0,)), SEPTEMBER)
    assert not bunching_above_threshold(months(8, 8, 8, thresholds=()), SEPTEMBER)


def test_bunching_says_which_months():
    (found,) = bunching_above_threshold(months(8, 3, 9, 8), SEPTEMBER)
    assert found.facts == {"units": 8, "threshold": 8, "times": 3, "months": ["2026-06", "2026-08", "2026-09"]}


@pytest.mark.parametrize(
    ("sales", "elsewhere", "asked"),
    [
        ([("A1", 1)], {}, False),
        ([("A1", 1), ("A1", 1)], {}, True),
        ([("A1", 1)], {"A1": 1}, True),
        ([("a1 ", 1), ("A1", 1)], {}, True),
        # False patterns: sold, returned and sold again; returned elsewhere; no serial; bulk goods without one.
        ([("A1", 1), ("A1", -1), ("A1", 1)], {}, False),
        ([("A1", 1)], {"A1": 0}, False),
        ([("A1", 1)], {"A1": -1}, False),
        ([("", 1), ("", 1)], {}, False),
        ([("A1", -1)], {"A1": 1}, False),
        ([("A1", 1)], {"B2": 1}, False),
    ],
)
def test_serial_sold_twice(sales, elsewhere, asked):
    rows = [sale(serial=serial, units=units) for serial, units in sales]
    assert bool(serial_sold_twice(rows, elsewhere)) is asked


@pytest.mark.parametrize(
    ("returned", "sold_before", "asked"),
    [
        (2, 10, True),
        (5, 10, True),
        # False patterns: one customer changes their mind; a small part of much; nothing known of last month.
        (1, 2, False),
        (2, 11, False),
        (2, 0, False),
        (0, 10, False),
    ],
)
def test_reversal_next_month(returned, sold_before, asked):
    assert bool(reversal_next_month({1: returned}, {1: sold_before})) is asked


def test_limits_are_values():
    strict = Limits(spike_units=1, reversal_units=1, reversal_percent=1, price_percent=0)
    assert month_end_spike(SEPTEMBER, [sale(30)], strict)
    assert reversal_next_month({1: 1}, {1: 100}, strict)
    assert channel_price_off([line(channel_price_fen=101)], {1: 100}, strict)


def everything():
    rows = [
        line(1, opening_stock=9, retail=5, closing_stock=3, counted_stock=2, transfers_in=4, reason="盘亏"),
        line(None, sell_through=3, channel_price_fen=500),
    ]
    sales = [*(sale(30, serial="A1") for _ in range(8))]
    return [
        *stock_equation(rows),
        *opening_differs(rows, {(1, 1): 7}),
        *count_differs(rows),
        *sell_through_differs(rows),
        *transfer_without_other_side(rows),
        *detail_differs(rows, sales),
        *channel_price_off(rows, {1: 100}),
        *month_end_spike(SEPTEMBER, sales),
        *bunching_above_threshold(months(8, 8, 8), SEPTEMBER),
        *serial_sold_twice(sales),
        *reversal_next_month({1: 5}, {1: 5}),
    ]


def test_every_check_can_be_asked_and_keys_are_apart():
    found = everything()
    assert {each.check for each in found} == set(Check)
    assert len({each.key for each in found}) == len(found)
    assert all(len(each.key) <= 120 for each in found)


def test_a_finding_is_figures_and_no_verdict():
    for each in everything():
        assert isinstance(each, Found)
        assert not {"is_valid", "verdict", "guilty", "violation", "severity"} & set(vars(each))
        for value in each.facts.values():
            assert isinstance(value, int | str | list)
            assert not isinstance(value, StrEnum)


def test_a_reason_on_the_line_comes_along():
    by_check = {each.check: each for each in everything() if each.outlet_id == 1}
    assert by_check[Check.STOCK_EQUATION].reason == by_check[Check.OPENING_DIFFERS].reason == "盘亏"
    assert by_check[Check.MONTH_END_SPIKE].reason == ""
