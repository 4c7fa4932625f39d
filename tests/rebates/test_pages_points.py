"""Points accounts: earned by a settlement, redeemed, expired, and reconciled against payments received."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from portal import clock
from portal.db import db
from portal.errors import InvalidInput
from portal.permissions import Role
from portal.rebates.errors import IdempotencyConflict
from portal.rebates.models import PaymentReceived, PointsRedemption
from portal.rebates.queries.points import Party, available_points, read_account
from portal.rebates.rules.points import Lot, expired, remaining
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.services.ledger import Entry, post
from portal.rebates.services.points import expire_points, note_payment, redeem
from portal.rebates.tasks_points import expire_old_points
from tests.factories import make_distributor, make_user
from tests.network.pages import open_page
from tests.rebates.settling import balance, make_office, sell
from tests.rebates.test_pages_dealer import LAST, text_of
from tests.sales.reporting import make_dealer


@pytest.fixture
def office(session):
    return make_office()


@pytest.fixture
def dealer(session):
    dealer = make_dealer()
    sell(dealer, LAST, 10)
    release(dealer, 1_000, clock.today() + timedelta(days=30))
    return dealer


def release(dealer, points: int, expires_on: date | None, key: str = "r1") -> None:
    """Points that a run has released."""
    place = (dealer.distributor.id, None, LAST)
    entries = [
        Entry(*place, Account.ACCRUED, Unit.POINTS, points),
        Entry(*place, Account.PAYABLE, Unit.POINTS, -points, expires_on),
    ]
    post(db.session(), key, PostingKind.RELEASE, entries, booked_on=clock.today(), actor=None)
    db.session.commit()


def held(dealer) -> int:
    return available_points(db.session(), dealer.distributor.id, None)


def take(dealer, points: int, key: str = "k1", **values) -> PointsRedemption:
    words = {"actor": None, "what_for": "Training", "value_fen": 0, "key": key, "points": points}
    return redeem(db.session(), dealer.distributor.id, None, **words | values)


def test_the_oldest_points_go_first():
    lots = [Lot(100, date(2027, 1, 31)), Lot(50, None), Lot(70, date(2026, 12, 31))]
    assert remaining(lots, 90) == [Lot(80, date(2027, 1, 31)), Lot(50, None)]
    assert expired(lots, 30, date(2027, 1, 1)) == {date(2026, 12, 31): 40}
    assert expired(lots, 30, date(2027, 3, 1)) == {date(2026, 12, 31): 40, date(2027, 1, 31): 100}
    assert remaining(lots, 500) == []


def test_points_are_redeemed_once_and_never_more_than_held(session, dealer):
    first = take(dealer, 300)
    assert take(dealer, 300) is first
    with pytest.raises(IdempotencyConflict):
        take(dealer, 301)
    for points in (0, -1, 701):
        with pytest.raises(InvalidInput):
            take(dealer, points, key=f"other{points}")
    assert held(dealer) == 700
    assert balance(Account.REDEEMED, Unit.POINTS) == -300


def test_what_is_too_old_expires_once(session, dealer):
    release(dealer, 200, clock.today() - timedelta(days=1), key="r2")
    take(dealer, 50)
    assert expire_points(session()) == 150
    assert expire_points(session()) == 0
    assert held(dealer) == 1_000
    assert balance(Account.EXPIRED, Unit.POINTS) == -150
    assert expire_points(session(), clock.today() + timedelta(days=31)) == 1_000
    assert held(dealer) == 0


def test_a_payment_is_noted_once(session, dealer):
    words = {
        "actor": None, "month": LAST, "received_on": clock.today(), "amount_fen": 100, "reference": "B1",
    }  # fmt: skip
    first = note_payment(session(), dealer.distributor.id, **words)
    assert note_payment(session(), dealer.distributor.id, **words) is first
    with pytest.raises(InvalidInput):
        note_payment(session(), dealer.distributor.id, **words | {"amount_fen": 101})
    with pytest.raises(InvalidInput):
        note_payment(session(), dealer.distributor.id, **words | {"amount_fen": 0, "reference": "B2"})


def test_the_account_puts_points_beside_what_was_billed_and_paid(session, dealer):
    take(dealer, 300)
    note_payment(session(), dealer.distributor.id, actor=None, month=LAST, received_on=clock.today(),
                 amount_fen=20_000_000, reference="B1")  # fmt: skip
    account = read_account(session(), Party(dealer.distributor))
    last = next(row for row in account.months if row.month == LAST)
    assert (last.billed_fen, last.paid_fen, last.open_fen) == (50_000_000, 20_000_000, 30_000_000)
    assert (last.earned, account.months[0].balance) == (1_000, 700)


def test_both_sides_read_the_same_account(client_for, office, dealer):
    own, finance = client_for(dealer.user), client_for(office.finance)
    code = dealer.distributor.code
    page = open_page(own, "/points")
    assert "1,000" in page
    assert "Redeem points" not in page
    theirs = open_page(finance, f"/points?party={code}")
    assert "Redeem points" in theirs
    assert "1000" in text_of(own.post(f"/points/export/csv?party={code}"))
    other = client_for(make_user(Role.DISTRIBUTOR, of=make_distributor()))
    assert other.get(f"/points?party={code}").status_code == 404
    assert other.post(f"/points/export/csv?party={code}").status_code == 404
    assert "No points yet" in open_page(other, "/points")
    assert own.post(f"/points/redeem?party={code}", data={}).status_code == 403


def test_finance_notes_a_redemption_and_a_payment(client_for, office, dealer):
    client, code = client_for(office.finance), dealer.distributor.code
    page = open_page(client, f"/points?party={code}")
    key = re.search(r'name="key"[^>]*value="(\w+)"', page).group(1)
    words = {"points": "1,001", "what_for": "Fair", "value": "10", "key": key, "on": str(clock.today())}
    much = client.post(f"/points/redeem?party={code}", data=words)
    assert much.status_code == 422
    assert "holds 1000 points" in text_of(much)
    assert client.post(f"/points/redeem?party={code}", data=words | {"points": "１，０００"}).status_code == 302
    assert held(dealer) == 0
    open_page(client, "/points/payments/new")
    paid = {"distributor": code, "amount": "5000.50", "received_on": str(clock.today()), "month": f"{LAST:%Y-%m}"}
    assert client.post("/points/payments/new", data=paid).status_code == 422
    assert client.post("/points/payments/new", data=paid | {"reference": "B7"}).status_code == 302
    assert db.session.query(PaymentReceived).one().amount_fen == 500_050
    twice = client.post("/points/payments/new", data=paid | {"reference": "B7", "amount": "1"})
    assert twice.status_code == 422
    assert "noted already" in text_of(twice)
    assert "B7" in open_page(client_for(dealer.user), "/points")


def test_the_round_lets_old_points_expire(app, session, dealer):
    release(dealer, 200, clock.today() - timedelta(days=1), key="r2")
    assert expire_old_points(app) == 200
    assert expire_old_points(app) == 0
