"""Fixtures of the monthly report: the clock stands at 3 October 2026, September waits for its report."""

from __future__ import annotations

import pytest

from portal import clock
from tests.sales.reporting import NOW, Dealer, make_dealer


@pytest.fixture
def held_clock():
    with clock.held(NOW):
        yield


@pytest.fixture
def dealer(session, held_clock) -> Dealer:
    return make_dealer()
