"""The stock equation, what a line may hold, and what it may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sales.rules.stock import (
    MAX_UNITS,
    LineFacts,
    expected_closing,
    line_errors,
    repeated_places,
    stock_difference,
    value_errors,
)
from portal.sales.rules.words import QUANTITIES

units = st.integers(0, 10_000)


def line(outlet=1, model=1, **figures):
    return LineFacts(outlet_id=outlet, model_id=model, **figures)


@pytest.mark.parametrize(
    ("figures", "closing"),
    [
        ({}, 0),
        ({"opening_stock": 5}, 5),
        ({"opening_stock": 5, "sell_in": 10, "retail": 6}, 9),
        ({"transfers_in": 3, "transfers_out": 1}, 2),
        ({"opening_stock": 4, "retail": 3, "returns_in": 1}, 2),
        ({"opening_stock": 4, "returns_out": 2}, 2),
        ({"opening_stock": 4, "in_transit": 9}, 4),
        ({"retail": 2}, -2),
    ],
)
def test_an_outlets_closing_stock(figures, closing):
    assert expected_closing(line(**figures)) == closing


def test_an_outlet_sells_to_customers_the_distributor_to_outlets_too():
    figures = {"opening_stock": 20, "sell_through": 7, "retail": 3}
    assert expected_closing(line(**figures)) == 17
    assert expected_closing(line(outlet=None, **figures)) == 10


FLOWS = [name for name in QUANTITIES if name not in ("in_transit", "closing_stock", "counted_stock", "aged_stock")]


@given(st.fixed_dictionaries(dict.fromkeys(FLOWS, units)), st.booleans())
def test_a_line_that_closes_as_expected_has_no_difference(figures, own):
    made = line(outlet=None if own else 1, **figures)
    closed = line(outlet=made.outlet_id, **figures, closing_stock=expected_closing(made))
    assert stock_difference(closed) == 0


@pytest.mark.parametrize("field", [*QUANTITIES, "channel_price_fen"])
def test_nothing_is_negative(field):
    (error,) = value_errors(line(**{field: -1}))
    assert (error.field, error.code, error.value) == (field, "negative", -1)


@pytest.mark.parametrize("field", QUANTITIES)
def test_nothing_is_out_of_all_reason(field):
    (error,) = value_errors(line(**{field: MAX_UNITS + 1}))
    assert (error.field, error.code, error.limit) == (field, "too_large", MAX_UNITS)


def test_an_amount_may_be_negative_but_not_endless():
    assert value_errors(line(amount_fen=-500)) == []
    assert [error.code for error in value_errors(line(amount_fen=-(10**14) - 1))] == ["too_large"]


def test_old_stock_is_part_of_the_stock():
    assert line_errors(line(closing_stock=3, aged_stock=3)) == []
    (error,) = line_errors(line(closing_stock=3, aged_stock=4))
    assert (error.code, error.value, error.limit) == ("aged_over_closing", 4, 3)


def test_a_difference_is_no_error():
    assert line_errors(line(opening_stock=5, closing_stock=9)) == []


def test_places_that_repeat():
    rows = [line(1, 1), line(1, 2), line(None, 1), line(1, 1), line(1, 1), line(None, 1)]
    assert repeated_places(rows) == [(1, 1), (None, 1)]
