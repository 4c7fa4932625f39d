"""Two at once: of two decisions one wins, nothing is handed in after its month was locked, nothing is summed twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from portal.accounts.models import User
from portal.db import db, set_may_write
from portal.errors import IllegalMove, QudaoError
from portal.network.models import Distributor
from portal.periods import months_of_year, shift_month
from portal.sales.models import (
    Amendment,
    MonthlyReport,
    PeriodEvent,
    ReportEvent,
    ReportingPeriod,
    SalesRollup,
)
from portal.sales.rules.words import AmendmentStatus, PeriodStatus, ReportStatus
from portal.sales.services.amendments import decide_amendment, propose_amendment
from portal.sales.services.periods import ask_reopening, decide_reopening, lock_period, open_period
from portal.sales.services.reports import accept_report, open_report, return_report, submit_report
from portal.sales.services.rollups import compare
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_user
from tests.sales.reporting import MONTH, Dealer, at_noon, fill, make_dealer

RACES = 300
YEARS = range(2001, 2026)


@pytest.fixture(autouse=True)
def quick_commits(app) -> Iterator[None]:
    """Commits do not wait for the disk: what outlives a power cut is not the question here."""
    pragma = {"sqlite": "PRAGMA synchronous=OFF", "postgresql": "SET synchronous_commit=off"}

    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(pragma[db.engine.dialect.name])
        cursor.close()

    with app.app_context():
        event.listen(db.engine, "connect", prepare)
        db.engine.dispose()
        yield
        event.remove(db.engine, "connect", prepare)
        db.session.remove()
        db.engine.dispose()


def in_two_threads(work: Callable[[int], None]) -> None:
    """`work(0)` and `work(1)` at the same time; what they raise fails the test."""
    raised: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    if raised:
        raise raised[0]


def attempt(app: Flask, verb: Callable[[Any], object]) -> str:
    """One verb in a transaction of its own: `won`, or how it was refused."""
    with app.app_context():
        set_may_write(True)
        session = db.session()
        bind_scope(session, EVERYTHING)
        try:
            verb(session)
            session.commit()
        except QudaoError as error:
            session.rollback()
            return error.code
        finally:
            db.session.remove()
    return "won"


def race(
    app: Flask, cases: list[Any], verbs: tuple[Callable[..., object], Callable[..., object]]
) -> list[tuple[str, str]]:
    """Both verbs on each case at the same moment → how each ended."""
    gate = threading.Barrier(2)
    found: list[list[str]] = [[], []]

    def work(number: int) -> None:
        for case in cases:
            gate.wait(timeout=120)
            found[number].append(attempt(app, lambda session, case=case: verbs[number](session, case)))

    in_two_threads(work)
    return list(zip(*found, strict=True))


def months() -> list[Any]:
    return [month for year in YEARS for month in months_of_year(year)]


def old_dealer() -> Dealer:
    """A dealer with one outlet and one model, both there in all of these months."""
    dealer = make_dealer(outlets=1, models=1)
    dealer.outlets[0].opened_on = dealer.models[0].active_from = date(2000, 1, 1)
    db.session.flush()
    return dealer


@pytest.fixture
def drafts(session, held_clock):
    """A filled draft of one dealer for each of 300 months, none of them locked."""
    dealer = old_dealer()
    cases = []
    for month in months():
        report = open_report(session(), dealer.distributor, month, actor=dealer.user)
        fill(report, dealer)
        cases.append((report.id, report.version, month))
    session.commit()
    return dealer.user.id, dealer.sales.id, cases


def test_of_submit_and_lock_at_once_nothing_slips_in(app, session, drafts):
    user_id, sales_id, cases = drafts
    db.session.remove()

    def submit(session, case):
        report = session.get_one(MonthlyReport, case[0])
        submit_report(session, report, actor=session.get_one(User, user_id), version=case[1], key=f"k{case[0]}")

    def lock(session, case):
        period = session.scalars(select(ReportingPeriod).where(ReportingPeriod.month == case[2])).one()
        lock_period(session, period, actor=session.get_one(User, sales_id), version=period.version)

    pairs = Counter(race(app, cases, (submit, lock)))
    assert sum(pairs.values()) == RACES
    assert set(pairs) <= {("won", "won"), ("period_closed", "won")}
    bind_scope(db.session(), EVERYTHING)
    locked = select(func.count(ReportingPeriod.id)).where(ReportingPeriod.status == PeriodStatus.LOCKED)
    assert db.session.scalar(locked) == RACES
    handed_in = select(func.count(MonthlyReport.id)).where(MonthlyReport.status == ReportStatus.SUBMITTED)
    submitted = db.session.scalar(handed_in)
    assert submitted == pairs["won", "won"]
    assert compare(db.session()) == []
    assert db.session.scalar(select(func.count(SalesRollup.id))) == 2 * submitted


def test_of_accept_and_return_at_once_one_wins(app, session, held_clock):
    dealer = old_dealer()
    cases = []
    for month in months():
        report = open_report(session(), dealer.distributor, month, actor=dealer.user)
        fill(report, dealer)
        submit_report(session(), report, actor=dealer.user, version=report.version, key=dealer.key())
        cases.append((report.id, report.version))
    actors = dealer.manager.id, dealer.sales.id
    session.commit()
    db.session.remove()

    def accept(session, case):
        report, actor = session.get_one(MonthlyReport, case[0]), session.get_one(User, actors[0])
        accept_report(session, report, actor=actor, version=case[1])

    def give_back(session, case):
        report, actor = session.get_one(MonthlyReport, case[0]), session.get_one(User, actors[1])
        return_report(session, report, actor=actor, version=case[1], reason="x")

    pairs = Counter(tuple(sorted(pair)) for pair in race(app, cases, (accept, give_back)))
    assert pairs == {("stale_version", "won"): RACES}
    bind_scope(db.session(), EVERYTHING)
    judged = select(ReportEvent.report_id, func.count()).where(ReportEvent.action.in_(("accept", "return")))
    assert {row[1] for row in db.session.execute(judged.group_by(ReportEvent.report_id))} == {1}
    assert compare(db.session()) == []


def test_the_same_submission_twice_at_once_is_one(app, session, drafts):
    user_id, _sales_id, cases = drafts
    db.session.remove()

    def submit(session, case):
        report = session.get_one(MonthlyReport, case[0])
        submit_report(session, report, actor=session.get_one(User, user_id), version=case[1], key=f"k{case[0]}")

    pairs = Counter(race(app, cases, (submit, submit)))
    assert pairs == {("won", "won"): RACES}
    bind_scope(db.session(), EVERYTHING)
    assert db.session.scalar(select(func.count(ReportEvent.id))) == RACES
    assert set(db.session.scalars(select(MonthlyReport.revision))) == {1}
    assert compare(db.session()) == []


def test_of_two_decisions_on_an_amendment_one_wins_and_two_amendments_add_up(app, session, held_clock):
    dealer = make_dealer(outlets=1, models=1)
    report = open_report(session(), dealer.distributor, MONTH, actor=dealer.user)
    fill(report, dealer)
    submit_report(session(), report, actor=dealer.user, version=report.version, key="k")
    period = open_period(session(), MONTH)
    lock_period(session(), period, actor=dealer.sales, version=period.version)
    place = (dealer.outlets[0].id, dealer.models[0].id)
    numbers = [
        propose_amendment(session(), report, {place: {"retail": 1}}, "x", actor=dealer.user).id
        for _ in range(2 * RACES)
    ]
    actors = dealer.approver.id, dealer.sales.id
    session.commit()
    db.session.remove()

    def decide(session, amendment_id, actor_id, *, is_approved=True):
        amendment, actor = session.get_one(Amendment, amendment_id), session.get_one(User, actor_id)
        decide_amendment(session, amendment, actor=actor, version=1, is_approved=is_approved, reason="x")

    def approve(session, case):
        decide(session, case[0], actors[0])

    def refuse(session, case):
        decide(session, case[0], actors[1], is_approved=False)

    same = Counter(tuple(sorted(pair)) for pair in race(app, [(n,) for n in numbers[:RACES]], (approve, refuse)))
    assert same == {("stale_version", "won"): RACES}
    # Different amendments of one report at once: both count, each once.
    couples = list(zip(numbers[RACES::2], numbers[RACES + 1 :: 2], strict=True))

    def approve_one(place):
        return lambda session, case: decide(session, case[place], actors[place])

    verbs = (approve_one(0), approve_one(1))
    assert Counter(race(app, couples, verbs)) == {("won", "won"): RACES // 2}
    bind_scope(db.session(), EVERYTHING)
    approved = db.session.scalar(select(func.count(Amendment.id)).where(Amendment.status == AmendmentStatus.APPROVED))
    assert db.session.scalar(select(func.sum(SalesRollup.retail))) == 6 + approved
    assert compare(db.session()) == []


def test_of_two_who_grant_a_reopening_one_wins(app, session, held_clock):
    sales, approvers = make_dealer().sales, [make_user("ho_approver"), make_user("ho_approver")]
    cases = []
    for month in months()[:100]:
        period = open_period(session(), month)
        lock_period(session(), period, actor=sales, version=period.version)
        ask_reopening(session(), period, "x", actor=sales, version=period.version)
        cases.append((period.id, period.version))
    ids = [user.id for user in approvers]
    session.commit()
    db.session.remove()

    def grant(number):
        def act(session, case):
            period, actor = session.get_one(ReportingPeriod, case[0]), session.get_one(User, ids[number])
            decide_reopening(session, period, actor=actor, version=case[1], is_granted=True)

        return act

    pairs = Counter(tuple(sorted(pair)) for pair in race(app, cases, (grant(0), grant(1))))
    assert pairs == {("stale_version", "won"): 100}
    opened = select(PeriodEvent.period_id).where(PeriodEvent.from_status == PeriodStatus.LOCKED)
    assert len(db.session.scalars(opened).all()) == 100


def test_a_report_opened_twice_at_once_is_one(app, session, held_clock):
    dealer = old_dealer()
    user_id, distributor_id = dealer.user.id, dealer.distributor.id
    session.commit()
    db.session.remove()
    first = MONTH

    def start(session, case):
        distributor = session.get_one(Distributor, distributor_id)
        with at_noon(shift_month(first, 2)):
            open_report(session, distributor, case, actor=session.get_one(User, user_id))

    pairs = Counter(race(app, months()[:100], (start, start)))
    assert pairs == {("won", "won"): 100}
    bind_scope(db.session(), EVERYTHING)
    assert db.session.scalar(select(func.count(MonthlyReport.id))) == 100
    reports = db.session.scalars(select(MonthlyReport)).all()
    assert {len(report.lines) for report in reports} == {2}


def test_a_loser_leaves_no_trace(app, session, drafts):
    _user_id, sales_id, cases = drafts
    db.session.remove()
    report_id, version, _month = cases[0]

    def accept(session):
        report = session.get_one(MonthlyReport, report_id)
        accept_report(session, report, actor=session.get_one(User, sales_id), version=version)

    assert attempt(app, accept) == IllegalMove.code
    bind_scope(db.session(), EVERYTHING)
    assert db.session.scalar(select(func.count(ReportEvent.id))) == 0
    assert db.session.get(MonthlyReport, report_id).version == version
