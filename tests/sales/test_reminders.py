"""Who has reported, and who is reminded on which day; in a handful of statements whatever the number of dealers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from portal.db import db
from portal.network.rules import DistributorStatus
from portal.notifications.labels import sentence
from portal.notifications.models import Notice
from portal.sales.queries.standings import count_punctuality, count_statuses, list_standings, open_questions
from portal.sales.rules.calendar import Punctuality, punctuality_of
from portal.sales.rules.words import ReportStatus
from portal.sales.services.notices import remind
from portal.sales.services.periods import lock_period, open_period
from portal.sales.services.reports import return_report
from portal.sales.tasks import send_reminders
from portal.scope import bind_scope
from tests.factories import make_distributor
from tests.sales.reporting import MONTH, at_noon, hand_in, make_dealer

DUE = date(2026, 10, 5)
P = Punctuality


@pytest.fixture
def period(session, dealer):
    return open_period(session(), MONTH)


def told_on(session, day):
    """Users and kinds of what is told on a day, however often it runs."""
    with at_noon(day):
        before = set(session.scalars(select(Notice.id)))
        for _ in range(3):
            remind(session(), day)
    rows = session.scalars(select(Notice).order_by(Notice.id)).all()
    return sorted((row.user_id, row.kind) for row in rows if row.id not in before)


def test_a_dealer_is_reminded_at_seven_two_and_no_days_and_daily_after(session, dealer, period):
    days = [DUE + timedelta(days=number) for number in range(-9, 4)]
    due, late = [(dealer.user.id, "sales.report_due")], (dealer.user.id, "sales.report_overdue")
    area = (dealer.manager.id, "sales.area_overdue")
    expected = {-7: due, -2: due, 0: due, 1: [late, area], 2: [late, area], 3: [late, area]}
    told = {(day - DUE).days: told_on(session, day) for day in days}
    assert told == {number: sorted(expected.get(number, [])) for number in range(-9, 4)}


def test_a_day_on_which_nothing_ran_is_made_up_for(session, dealer, period):
    assert told_on(session, DUE - timedelta(days=5)) == [(dealer.user.id, "sales.report_due")]
    assert told_on(session, DUE - timedelta(days=4)) == []
    assert told_on(session, DUE - timedelta(days=1)) == [(dealer.user.id, "sales.report_due")]


def test_who_has_reported_is_left_alone_until_it_is_returned(session, dealer, period):
    report = hand_in(dealer)
    assert told_on(session, DUE + timedelta(days=1)) == []
    return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
    assert (dealer.user.id, "sales.report_overdue") in told_on(session, DUE + timedelta(days=1))


def test_a_locked_month_reminds_nobody(session, dealer, period):
    lock_period(session(), period, actor=dealer.sales, version=period.version)
    assert told_on(session, DUE + timedelta(days=9)) == []


def test_only_who_is_there_is_expected(session, dealer, period):
    for values in (
        {"status": DistributorStatus.EXITED, "exited_on": date(2026, 8, 31)},
        {"opened_on": date(2026, 10, 1)},
    ):
        make_distributor(**values)
    left = make_distributor(status=DistributorStatus.EXITED, exited_on=date(2026, 9, 1))
    assert {row.distributor_id for row in list_standings(session(), period, DUE)} == {dealer.distributor.id, left.id}


def test_in_time_late_awaited_missing(session, dealer, period):
    dealers = {
        kind: dealer if kind is P.IN_TIME else make_dealer(crew=dealer) for kind in (P.IN_TIME, P.LATE, P.MISSING)
    }
    with at_noon(DUE):
        hand_in(dealers[P.IN_TIME])
    with at_noon(DUE + timedelta(days=1)):
        hand_in(dealers[P.LATE])
    today = DUE + timedelta(days=3)
    rows = {row.distributor_id: row for row in list_standings(session(), period, today)}
    for kind, each in dealers.items():
        assert rows[each.distributor.id].punctuality is kind
    assert count_punctuality(session(), period, today) == {P.IN_TIME: 1, P.LATE: 1, P.MISSING: 1}
    assert count_punctuality(session(), period, DUE)[P.AWAITED] == 1
    assert count_statuses(session(), period) == {ReportStatus.SUBMITTED: 2, None: 1}
    assert set(open_questions(session(), MONTH)) == {
        row.report_id for row in rows.values() if row.report_id is not None
    }


@pytest.mark.parametrize("hour", [15, 16])  # 23:59 and 00:00 in Shanghai
def test_the_due_day_ends_at_midnight_in_shanghai(session, dealer, period, hour):
    report = hand_in(dealer)
    report.first_submitted_at = report.first_submitted_at.replace(day=5, hour=hour, minute=59 if hour == 15 else 0)
    session.flush()
    (row,) = list_standings(session(), period, DUE + timedelta(days=1))
    day = DUE if hour == 15 else DUE + timedelta(days=1)
    assert row.punctuality is punctuality_of(day, DUE, DUE + timedelta(days=1))


def test_each_sees_their_own(session, dealer, period):
    other = make_dealer(crew=dealer)
    session.flush()
    for who, seen in ((dealer.user, 1), (other.manager, 1), (dealer.sales, 2)):
        bind_scope(session(), who.scope)
        assert len(list_standings(session(), period, DUE)) == seen
        assert sum(count_punctuality(session(), period, DUE).values()) == seen


def test_the_number_of_statements_does_not_grow(session, dealer, period):
    def statements():
        seen = []

        def note(*words):
            seen.append(words[2])

        event.listen(db.engine, "after_cursor_execute", note)
        list_standings(session(), period, DUE)
        count_punctuality(session(), period, DUE)
        count_statuses(session(), period)
        open_questions(session(), MONTH)
        event.remove(db.engine, "after_cursor_execute", note)
        return len(seen)

    assert statements() == 4
    for _ in range(5):
        make_dealer(crew=dealer)
    session.flush()
    assert statements() == 4


def test_the_round_opens_the_months_to_come_and_tells(app, session, dealer):
    session.commit()
    with at_noon(date(2026, 9, 29)):
        assert send_reminders(app) == 1
        assert send_reminders(app) == 0
    notice = session.scalars(select(Notice)).one()
    assert notice.path == "/reports?month=2026-09"
    assert sentence(notice.kind, notice.params) == "The sales report of 2026-09 is due on 2026-10-05 (in 6 days)."
