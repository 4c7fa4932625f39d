"""Fixtures of the rebates room: the clock stands at 3 October 2026, September is over and locked."""

from __future__ import annotations

import pytest

from portal import clock
from tests.rebates.settling import MONTH, Office, lock_months, make_office
from tests.sales.reporting import NOW, Dealer, make_dealer


@pytest.fixture
def held_clock():
    with clock.held(NOW):
        yield


@pytest.fixture
def office(session, held_clock) -> Office:
    return make_office()


@pytest.fixture
def dealer(session, held_clock) -> Dealer:
    """A distributor with two outlets and two models."""
    return make_dealer()


@pytest.fixture
def locked(session, held_clock) -> None:
    lock_months(MONTH)
