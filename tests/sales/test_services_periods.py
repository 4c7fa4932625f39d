"""A month from open to settled; reopened by two persons only; what a closed month refuses."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal import clock
from portal.errors import IllegalMove, StaleVersion
from portal.notifications.models import Notice
from portal.permissions import Role
from portal.sales.errors import GuardFailed, PeriodClosed
from portal.sales.models import PeriodEvent, PeriodReopening, ReportingPeriod
from portal.sales.queries.periods import events_of_period, list_periods, open_reopening
from portal.sales.rules.states import Action, Guard
from portal.sales.rules.words import PeriodStatus
from portal.sales.services.periods import (
    ask_reopening,
    change_period,
    decide_reopening,
    ensure_periods,
    lock_period,
    open_period,
    possible_period_actions,
    settle_period,
)
from portal.sales.services.reports import return_report, save_lines
from tests.factories import make_user
from tests.sales.reporting import MONTH, NOW, accept, good_line, hand_in

P, G = PeriodStatus, Guard


@pytest.fixture
def period(session, dealer) -> ReportingPeriod:
    return open_period(session(), MONTH, actor=dealer.sales)


def lock(session, period, dealer):
    return lock_period(session(), period, actor=dealer.sales, version=period.version)


def ask(session, period, dealer, reason="网点漏报"):
    return ask_reopening(session(), period, reason, actor=dealer.sales, version=period.version)


def grant(session, period, actor, *, is_granted=True):
    return decide_reopening(session(), period, actor=actor, version=period.version, is_granted=is_granted)


def test_a_year_is_opened_once(session, dealer):
    made = ensure_periods(session(), 2027, due_day=8)
    assert [period.due_on for period in made][:2] == [date(2027, 2, 8), date(2027, 3, 8)]
    assert ensure_periods(session(), 2027) == made
    assert len(list_periods(session())) == 12
    assert {event.to_status for event in session.scalars(select(PeriodEvent))} == {P.OPEN}


def test_the_calendar_goes_on_as_before(session, dealer):
    open_period(session(), MONTH, due_day=10)
    assert open_period(session(), date(2026, 10, 1)).due_on == date(2026, 11, 10)


def test_open_locked_settled(session, dealer, period):
    lock(session, period, dealer)
    assert (period.status, period.locked_at) == (P.LOCKED, NOW)
    settle_period(session(), period, actor=dealer.sales, version=period.version, reason="返利已兑现")
    assert (period.status, period.settled_at) == (P.SETTLED, NOW)
    steps = [(event.from_status, event.to_status) for event in events_of_period(session(), period)]
    assert steps == [(P.LOCKED, P.SETTLED), (P.OPEN, P.LOCKED), (None, P.OPEN)]


def test_a_month_is_not_locked_before_it_is_over(session, dealer, period):
    with clock.held(NOW.replace(month=9, day=30)), pytest.raises(GuardFailed) as failed:
        lock(session, period, dealer)
    assert failed.value.guards == (G.PERIOD_ENDED,)


def test_only_head_offices_sales_locks(session, dealer, period):
    for actor in (dealer.user, dealer.manager, dealer.approver):
        with pytest.raises(IllegalMove):
            lock_period(session(), period, actor=actor, version=period.version)


def test_reopening_takes_two_persons(session, dealer, period):
    lock(session, period, dealer)
    request = ask(session, period, dealer)
    assert period.status is P.LOCKED
    grant(session, period, dealer.approver)
    assert (period.status, period.locked_at, request.is_granted, request.open_key) == (P.OPEN, None, True, None)
    assert request.decided_by_id == dealer.approver.id != request.asked_by_id


def test_whoever_asked_does_not_grant_also_in_another_role(session, dealer, period):
    lock(session, period, dealer)
    ask(session, period, dealer)
    dealer.sales.role = Role.HO_APPROVER
    session.flush()
    for is_granted in (True, False):
        with pytest.raises(GuardFailed) as failed:
            grant(session, period, dealer.sales, is_granted=is_granted)
        assert failed.value.guards == (G.NOT_THE_ASKER,)


def test_a_refused_request_leaves_the_month_locked_and_may_be_made_again(session, dealer, period):
    lock(session, period, dealer)
    request = ask(session, period, dealer)
    grant(session, period, dealer.approver, is_granted=False)
    assert (period.status, request.is_granted, open_reopening(session(), period)) == (P.LOCKED, False, None)
    ask(session, period, dealer)
    grant(session, period, dealer.approver)
    assert period.status is P.OPEN


def test_one_request_at_a_time_and_none_without_a_reason(session, dealer, period):
    lock(session, period, dealer)
    with pytest.raises(GuardFailed):
        ask(session, period, dealer, " ")
    ask(session, period, dealer)
    with pytest.raises(GuardFailed) as failed:
        ask_reopening(session(), period, "再申请", actor=make_user(Role.HO_SALES), version=period.version)
    assert failed.value.guards == (G.NOTHING_ASKED,)


def test_nothing_is_granted_that_nobody_asked_for(session, dealer, period):
    lock(session, period, dealer)
    with pytest.raises(GuardFailed) as failed:
        grant(session, period, dealer.approver)
    assert G.REOPENING_ASKED in failed.value.guards


def test_a_month_with_an_open_request_is_not_settled(session, dealer, period):
    lock(session, period, dealer)
    ask(session, period, dealer)
    with pytest.raises(GuardFailed):
        settle_period(session(), period, actor=dealer.sales, version=period.version)


def test_a_settled_month_stays_settled(session, dealer, period):
    lock(session, period, dealer)
    settle_period(session(), period, actor=dealer.sales, version=period.version)
    with pytest.raises(IllegalMove):
        ask(session, period, dealer)
    with pytest.raises(PeriodClosed):
        change_period(session(), period, actor=dealer.sales, version=period.version, due_on=MONTH, allows_partial=True)


def test_a_stale_page_moves_nothing(session, dealer, period):
    lock(session, period, dealer)
    with pytest.raises(StaleVersion):
        settle_period(session(), period, actor=dealer.sales, version=period.version - 1)


def test_a_reopened_month_is_written_again(session, dealer, period):
    report = accept(hand_in(dealer), dealer)
    lock(session, period, dealer)
    with pytest.raises(PeriodClosed):
        return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
    ask(session, period, dealer)
    grant(session, period, dealer.approver)
    return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
    row = good_line(dealer.outlets[0], dealer.models[0], retail=5, closing_stock=5)
    assert save_lines(session(), report, [row], actor=dealer.user, version=report.version).changed == 1


def test_the_buttons(session, dealer, period):
    def buttons(actor):
        found = possible_period_actions(session(), period, actor)
        return {action for action, failing in found.items() if not failing}

    assert (buttons(dealer.sales), buttons(dealer.approver), buttons(dealer.user)) == ({Action.LOCK}, set(), set())
    lock(session, period, dealer)
    assert buttons(dealer.sales) == {Action.SETTLE, Action.ASK_REOPENING}
    ask(session, period, dealer)
    assert buttons(dealer.sales) == set()
    assert buttons(dealer.approver) == {Action.GRANT_REOPENING, Action.REFUSE_REOPENING}


def test_who_is_told(session, dealer, period):
    lock(session, period, dealer)
    ask(session, period, dealer)
    grant(session, period, dealer.approver)
    told = [(row.user_id, row.kind) for row in session.scalars(select(Notice).order_by(Notice.id))]
    assert told == [(dealer.approver.id, "sales.ask_reopening"), (dealer.sales.id, "sales.grant_reopening")]


def test_who_changed_the_due_day(session, dealer, period):
    change_period(session(), period, actor=dealer.sales, version=1, due_on=date(2026, 10, 8), allows_partial=True)
    assert (period.due_on, period.allows_partial, period.version) == (date(2026, 10, 8), True, 2)
    assert session.scalar(select(PeriodReopening.id)) is None
