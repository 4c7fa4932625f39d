"""Two at once: points are not redeemed twice, a subsidy is not passed on twice, a notice not granted twice.

RACES=300 pytest tests/rebates/test_race_dealer.py    as often as one likes; fewer by default
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.db import db
from portal.periods import months_of_year
from portal.rebates.models import PassThroughGrant, SubsidyNotice
from portal.rebates.queries.ledger_check import faults
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.services.ledger import Entry, post
from portal.rebates.services.pass_through import get_grant, grant_notice, issue_notice, pass_on
from portal.rebates.services.points import redeem
from portal.scope import EVERYTHING, bind_scope
from tests.rebates.settling import MONTH, balance, lock_months, make_office, sell
from tests.sales.reporting import NOW, make_dealer
from tests.sales.test_race_reports import quick_commits, race  # noqa: F401 - a fixture that all races need

RACES = int(os.environ.get("RACES", "20"))


def months():
    return [month for year in range(2001, 2026) for month in months_of_year(year)][:RACES]


def test_of_two_redemptions_of_the_same_points_one_is_noted(app, session, held_clock):
    dealer = make_dealer(outlets=1, models=1)
    place = (dealer.distributor.id, None, MONTH)
    for number in range(RACES):
        held = [Entry(*place, Account.ACCRUED, Unit.POINTS, 10), Entry(*place, Account.PAYABLE, Unit.POINTS, -10)]
        post(db.session(), f"r{number}", PostingKind.RELEASE, held, booked_on=MONTH, actor=None)
    owner = dealer.distributor.id
    db.session.commit()
    db.session.remove()

    def take(side):
        def act(session, case):
            # All that is left but what the cases to come need: two of them do not fit.
            redeem(session, owner, None, actor=None, points=6, what_for="x", value_fen=0, key=f"{case}-{side}")

        return act

    ended = Counter(word for pair in race(app, list(range(RACES)), (take("a"), take("b"))) for word in pair)
    assert set(ended) <= {"won", "more_than_held"}
    bind_scope(db.session(), EVERYTHING)
    taken = -balance(Account.REDEEMED, Unit.POINTS)
    assert taken == 6 * ended["won"] <= 10 * RACES
    assert 10 * RACES - taken < 6


@pytest.fixture
def granted(session, held_clock):
    """A dealer, and a grant of 5,000 fen of each month."""
    dealer, office = make_dealer(outlets=1, models=1), make_office()
    lock_months(*months())
    grants = []
    for month in months():
        sell(dealer, month, 5, outlet=dealer.outlets[0])
        notice = issue_notice(
            session(), actor=office.sales, code=f"N{month:%Y%m}", name_en="", name_zh="通知", month=month,
            per_model_fen={dealer.models[0].code: 1_000}, issued_on=NOW.date(),
        )  # fmt: skip
        grant_notice(session(), notice, actor=office.sales, version_seen=notice.version)
        grant = session.scalars(select(PassThroughGrant).where(PassThroughGrant.notice_id == notice.id)).one()
        grants.append((grant.id, grant.version))
    user_id = dealer.user.id
    db.session.commit()
    db.session.remove()
    return user_id, grants


def test_of_two_who_pass_on_at_once_one_does(app, session, granted):
    user_id, grants = granted

    def act(session, case):
        actor = session.get_one(User, user_id)
        bind_scope(session, actor.scope)
        pass_on(session, get_grant(session, case[0]), actor=actor, version_seen=case[1], amount_fen=3_000)

    pairs = Counter(tuple(sorted(pair)) for pair in race(app, grants, (act, act)))
    assert pairs == {("stale_version", "won"): RACES}
    bind_scope(db.session(), EVERYTHING)
    assert balance(Account.PASSED_ON) == -3_000 * RACES
    assert faults(db.session()) == []


def test_of_two_who_grant_a_notice_at_once_one_does(app, session, held_clock):
    dealer, office = make_dealer(outlets=1, models=1), make_office()
    lock_months(*months())
    cases = []
    for month in months():
        sell(dealer, month, 5, outlet=dealer.outlets[0])
        notice = issue_notice(
            session(), actor=office.sales, code=f"N{month:%Y%m}", name_en="", name_zh="通知", month=month,
            per_model_fen={dealer.models[0].code: 1_000}, issued_on=NOW.date(),
        )  # fmt: skip
        cases.append((notice.id, notice.version))
    sales_id = office.sales.id
    db.session.commit()
    db.session.remove()

    def act(session, case):
        notice = session.get_one(SubsidyNotice, case[0])
        grant_notice(session, notice, actor=session.get_one(User, sales_id), version_seen=case[1])

    pairs = Counter(tuple(sorted(pair)) for pair in race(app, cases, (act, act)))
    assert pairs == {("stale_version", "won"): RACES}
    bind_scope(db.session(), EVERYTHING)
    assert balance(Account.SUBSIDY) == 5_000 * RACES
