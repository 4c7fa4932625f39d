"""Two at once: of two who approve or pay a settlement one does, and nothing is owed, accrued or paid twice.

RACES=300 pytest tests/rebates/test_race_settlement.py    as often as one likes; fewer by default
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.db import db
from portal.periods import months_of_year
from portal.permissions import Role
from portal.rebates.models import LedgerPosting, Payout, PolicyAddressee, PolicyVersion, RebateDispute, SettlementRun
from portal.rebates.queries.ledger_check import faults
from portal.rebates.rules.life import RunStatus, VersionStatus
from portal.rebates.rules.settling import Account, PostingKind
from portal.rebates.rules.words import Period
from portal.rebates.services.addressees import acknowledge_all
from portal.rebates.services.disputes import ask
from portal.rebates.services.policies import create_draft, publish, submit
from portal.rebates.services.settlement import approve, open_run, pay, release
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_user
from tests.rebates.settling import (
    acknowledge_everybody,
    balance,
    document,
    in_force,
    lock_months,
    make_office,
    sell,
    settle,
    statement_of,
)
from tests.sales.reporting import make_dealer
from tests.sales.test_race_reports import quick_commits, race  # noqa: F401 - a fixture that all races need

RACES = int(os.environ.get("RACES", "30"))
ALWAYS = {"from": "2001-01-01", "to": "2025-12-31"}
EARNED = 900_000


def months() -> list[date]:
    found = [month for year in range(2001, 2026) for month in months_of_year(year)]
    return found[:RACES]


@pytest.fixture
def network(session, held_clock):
    """A dealer with an outlet that sold nine in every month, and two of each office."""
    dealer, office = make_dealer(outlets=1, models=1), make_office()
    dealer.outlets[0].opened_on = date(2000, 1, 1)
    lock_months(*months())
    for month in months():
        sell(dealer, month, 9, outlet=dealer.outlets[0])
    acknowledge_everybody(in_force(office, document(effective=ALWAYS)))
    return dealer, office


def seconds_of(office) -> tuple[int, int]:
    """A second approver and a second one of finance."""
    return make_user(Role.HO_APPROVER).id, make_user(Role.HO_FINANCE).id


def cases(office, until: str) -> list[tuple[int, int]]:
    """A run of every month, as far as `until`: its id and version."""
    found = [(run.id, run.version) for month in months() for run in [settle(office, month, until=until)]]
    db.session.commit()
    db.session.remove()
    return found


def verb_by(verb, user_id):
    """The verb on a run, by a user, in a session of its own."""

    def act(session, case):
        run, actor = session.get_one(SettlementRun, case[0]), session.get_one(User, user_id)
        verb(session, run, actor=actor, version_seen=case[1])

    return act


def count(model, *conditions) -> int:
    bind_scope(db.session(), EVERYTHING)
    found = db.session.scalar(select(func.count()).select_from(model).where(*conditions))
    db.session.rollback()  # what was just asked must not keep others waiting
    return found


def test_of_two_who_approve_at_once_one_does_and_it_accrues_once(app, session, network):
    _dealer, office = network
    other, _ = seconds_of(office)
    first = office.approver.id
    pairs = Counter(
        tuple(sorted(pair))
        for pair in race(app, cases(office, "checked"), (verb_by(approve, first), verb_by(approve, other)))
    )
    assert pairs == {("stale_version", "won"): RACES}
    assert count(LedgerPosting, LedgerPosting.kind == PostingKind.ACCRUE) == RACES
    assert balance(Account.ACCRUED) == -EARNED * RACES
    assert faults(db.session()) == []


def test_of_two_who_pay_at_once_one_does_and_it_is_paid_once(app, session, network):
    _dealer, office = network
    _, other = seconds_of(office)
    first = office.finance.id
    pairs = Counter(
        tuple(sorted(pair)) for pair in race(app, cases(office, "released"), (verb_by(pay, first), verb_by(pay, other)))
    )
    assert pairs == {("stale_version", "won"): RACES}
    assert count(Payout) == RACES
    assert balance(Account.PAID) == -EARNED * RACES
    assert faults(db.session()) == []


def test_release_and_pay_at_once_never_pay_what_is_not_released(app, session, network):
    _dealer, office = network
    _, other = seconds_of(office)
    first = office.finance.id
    pairs = Counter(race(app, cases(office, "approved"), (verb_by(release, first), verb_by(pay, other))))
    assert set(pairs) <= {("won", "illegal_move"), ("won", "stale_version")}
    assert count(Payout) == 0
    assert faults(db.session()) == []


def test_a_run_opened_twice_at_once_is_one(app, session, network):
    _dealer, office = network
    user_id = office.sales.id
    db.session.commit()
    db.session.remove()

    def begin(session, month):
        open_run(session, Period.MONTH, month, actor=session.get_one(User, user_id))

    pairs = Counter(tuple(sorted(pair)) for pair in race(app, months(), (begin, begin)))
    assert pairs == {("already_open", "won"): RACES}
    assert count(SettlementRun) == RACES


def test_what_is_owed_is_taken_off_once_when_two_runs_are_paid_at_once(app, session, network):
    dealer, office = network
    _, other = seconds_of(office)
    outlet, first, groups = dealer.outlets[0], office.finance.id, []
    here = months()
    for place in range(0, len(here) - 2, 3):
        owing, *others = here[place : place + 3]
        settle(office, owing)
        sell(dealer, owing, 7, outlet=outlet)
        settle(office, owing)  # now the dealer owes all of it
        groups.append([settle(office, month, until="released") for month in others])
        # Paid before the next debt comes up, or the pairs would mix.
        pair = [(run.id, run.version) for run in groups[-1]]
        db.session.commit()
        db.session.remove()

        def pay_one(number, user_id, pair=pair):
            return lambda session, _case: verb_by(pay, user_id)(session, pair[number])

        assert race(app, [None], (pay_one(0, first), pay_one(1, other))) == [("won", "won")]
        bind_scope(db.session(), EVERYTHING)
        office.sales, office.approver, office.finance = (
            db.session.merge(user) for user in (office.sales, office.approver, office.finance)
        )
        dealer.distributor, outlet = db.session.merge(dealer.distributor), db.session.merge(outlet)
        dealer.models = [db.session.merge(model) for model in dealer.models]
        assert balance(Account.PAYABLE) == 0
    assert db.session.scalar(select(func.sum(Payout.amount_fen))) == 2 * EARNED * len(groups)
    assert faults(db.session()) == []


def test_two_policies_for_the_same_lines_are_not_both_published_at_once(app, session, network):
    _dealer, office = network
    other, _ = seconds_of(office)
    pairs, approvers = [], (office.approver.id, other)
    for number in range(max(2, RACES // 6)):
        drafts = []
        for side in "AB":
            days = {"from": f"{2030 + number}-01-01", "to": f"{2030 + number}-12-31"}
            version = create_draft(session(), document(f"P{number}{side}", effective=days), actor=office.sales)
            submit(session(), version, actor=office.sales, version_seen=version.version)
            drafts.append((version.id, version.version))
        pairs.append(tuple(drafts))
    db.session.commit()
    db.session.remove()

    def publish_one(number):
        def act(session, case):
            version = session.get_one(PolicyVersion, case[number][0])
            actor = session.get_one(User, approvers[number])
            publish(session, version, actor=actor, version_seen=case[number][1])

        return act

    found = Counter(tuple(sorted(pair)) for pair in race(app, pairs, (publish_one(0), publish_one(1))))
    assert found == {("policy_unsound", "won"): len(pairs)}
    assert count(PolicyVersion, PolicyVersion.status == VersionStatus.PUBLISHED) == 1 + len(pairs)


def test_acknowledged_or_disputed_twice_at_once_is_once(app, session, network):
    dealer, office = network
    version = in_force(office, document("LATER", effective={"from": "2026-01-01", "to": "2026-12-31"}),
                       is_acknowledged=False)  # fmt: skip
    statement = statement_of(settle(office, months()[0], until="approved"))
    ids = version.id, dealer.distributor.id, dealer.user.id, statement.id
    db.session.commit()
    db.session.remove()

    def acknowledge(session, _case):
        row = session.get_one(PolicyVersion, ids[0])
        acknowledge_all(session, row, distributor_id=ids[1], actor=session.get_one(User, ids[2]))

    def dispute(number):
        def act(session, _case):
            row, actor = session.get_one(type(statement), ids[3]), session.get_one(User, ids[2])
            ask(session, row, actor=actor, question="Why?", key=f"key{number}")

        return act

    assert race(app, [None], (acknowledge, acknowledge)) == [("won", "won")]
    assert count(PolicyAddressee, PolicyAddressee.acknowledged_on.is_not(None)) == 2
    assert sorted(race(app, [None], (dispute(0), dispute(1)))[0]) == ["already_open", "won"]
    assert race(app, [None], (dispute(7), dispute(7)))[0] == ("already_open", "already_open")
    assert count(RebateDispute) == 1
    assert count(SettlementRun, SettlementRun.status == RunStatus.APPROVED) == 1
