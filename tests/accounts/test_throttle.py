"""Ten tries in five minutes; a refused one is not counted; nobody is locked out for longer than the window."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from portal.accounts.models import LoginAttempt
from portal.accounts.throttle import Limits, TooManyTries, address_block, admit, take_back
from portal.db import db

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
LIMITS = Limits(account=10, address=15, total=40)


def attempt(session, account="sign-in:li@example.com", address="192.0.2.1"):
    row = admit(session(), account, address=address, limits=LIMITS)
    session.commit()
    return row


def test_the_eleventh_try_of_an_account_is_refused_and_works_again_after_the_window(session):
    with time_machine.travel(START, tick=False) as clock:
        for number in range(10):
            attempt(session, address=f"192.0.2.{number}")
        with pytest.raises(TooManyTries) as refused:
            attempt(session, address="192.0.2.99")
        assert 299 <= refused.value.details["seconds"] <= 301
        clock.shift(timedelta(seconds=299))
        with pytest.raises(TooManyTries):
            attempt(session)
        clock.shift(timedelta(seconds=2))
        attempt(session)


def test_the_window_slides(session):
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(10):
            attempt(session)
            clock.shift(timedelta(seconds=20))
        # 200 s after the first try: it leaves the window in 100 s, the second 20 s later.
        with pytest.raises(TooManyTries) as refused:
            attempt(session)
        assert refused.value.details["seconds"] == 101
        clock.shift(timedelta(seconds=101))
        attempt(session)
        with pytest.raises(TooManyTries):
            attempt(session)


def test_refused_tries_do_not_prolong_the_wait(session):
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(10):
            attempt(session)
        for _ in range(20):
            clock.shift(timedelta(seconds=10))
            with pytest.raises(TooManyTries):
                attempt(session)
            session.rollback()
        clock.shift(timedelta(seconds=101))
        attempt(session)


def test_an_address_is_limited_over_all_accounts(session):
    for number in range(15):
        attempt(session, account=f"sign-in:{number}@example.com")
    with pytest.raises(TooManyTries):
        attempt(session, account="sign-in:new@example.com")
    attempt(session, account="sign-in:new@example.com", address="192.0.2.2")


def test_everybody_together_is_limited(session):
    for number in range(40):
        attempt(session, account=f"sign-in:{number}@example.com", address=f"192.0.2.{number}")
    with pytest.raises(TooManyTries):
        attempt(session, account="sign-in:new@example.com", address="198.51.100.1")


def test_a_try_that_succeeded_does_not_count(session):
    for _ in range(25):
        take_back(session(), attempt(session).id)
        session.commit()
    assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 0


def test_old_tries_are_cleared_away(session):
    with time_machine.travel(START, tick=False) as clock:
        for number in range(5):
            attempt(session, account=f"sign-in:{number}@example.com")
        clock.shift(timedelta(minutes=6))
        attempt(session)
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 1


def test_neither_address_typed_nor_password_is_kept(session):
    row = attempt(session, account="sign-in:my secret password")
    assert b"secret" not in row.account_hash
    assert len(row.account_hash) == 32


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("nonsense" * 20, ("nonsense" * 20)[:45]),
    ],
)
def test_a_household_counts_as_one_address(address, block):
    assert address_block(address) == block


def test_many_at_once_are_counted_once_each(app, session):
    """Threads stand for workers: each has a connection of its own, and all count in the one table."""
    session.commit()

    def one(number: int) -> bool:
        def attempt_once() -> bool:
            with app.app_context():
                try:
                    admit(db.session(), "sign-in:li@example.com", address=f"192.0.2.{number}", limits=LIMITS)
                    db.session.commit()
                except TooManyTries:
                    db.session.rollback()
                    return False
                return True

        return Context().run(attempt_once)

    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(one, range(30)))
    assert admitted.count(True) == 10
