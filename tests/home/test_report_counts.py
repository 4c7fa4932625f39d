"""What waits in the monthly reports: counted for whoever has to act, and as many rows behind the link."""

from __future__ import annotations

import re
from datetime import date

import pytest

from portal import clock
from portal.home.queries import count_reports
from portal.home.rules import Task, tasks_of, work_list
from portal.periods import last_day, month_of, previous_month
from portal.permissions import Permission, Role, is_allowed
from portal.sales.models import PeriodReopening
from portal.sales.queries.periods import periods_of
from portal.sales.services.periods import ensure_months, lock_period, open_period
from portal.sales.services.reports import return_report
from portal.scope import bind_scope
from tests.sales.reporting import MONTH, NOW, accept, at_noon, hand_in, make_dealer

DUE, LATER = date(2026, 10, 3), date(2026, 10, 9)


@pytest.fixture
def field(session):
    """Six distributors of one area: one has not begun, two have handed in, one got it back, one was accepted; one has
    handed in August."""
    with clock.held(NOW):
        first = make_dealer()
        crew = [first] + [make_dealer(area=first.area, crew=first) for _ in range(4)]
        ensure_months(session(), (MONTH,), due_day=5)
        reports = [hand_in(dealer) for dealer in crew[1:]]
        return_report(session(), reports[2], actor=first.manager, version=reports[2].version, reason="stock")
        accept(reports[3], crew[4])
        session.commit()
    return crew


def counts_of(session, user, day: date) -> dict[Task, int]:
    bind_scope(session(), user.scope)
    with at_noon(day):
        counts = count_reports(session(), clock.today())
    return {item.task: item.count for item in work_list(user.role, counts)}


def test_a_manager_sees_who_is_late_and_what_to_judge(session, field):
    assert counts_of(session, field[0].manager, DUE) == {Task.REPORTS_TO_REVIEW: 2}
    assert counts_of(session, field[0].manager, LATER) == {Task.REPORTS_TO_REVIEW: 2, Task.REPORTS_OVERDUE: 1}


def test_a_distributor_sees_its_own(session, field):
    assert counts_of(session, field[0].user, DUE) == {Task.REPORTS_DUE: 1}
    assert counts_of(session, field[0].user, LATER) == {Task.REPORTS_OVERDUE: 1}
    assert counts_of(session, field[1].user, LATER) == {Task.REPORT_QUESTIONS: 1}
    assert counts_of(session, field[3].user, LATER)[Task.REPORTS_RETURNED] == 1


def test_a_locked_month_is_nobodys_work_but_asking_to_reopen_is(session, field):
    with at_noon(LATER):
        period = periods_of(session(), [MONTH])[MONTH]
        lock_period(session(), period, actor=field[0].sales, version=period.version)
        session().add(
            PeriodReopening(
                period_id=period.id,
                reason="late invoice",
                asked_by_id=field[0].sales.id,
                asked_by_name="Sales",
                asked_at=clock.now(),
                open_key=period.id,
            )
        )
        session.commit()
    assert counts_of(session, field[0].manager, LATER) == {}
    assert counts_of(session, field[3].user, LATER) == {}
    assert counts_of(session, field[0].approver, LATER) == {Task.REOPENINGS_TO_DECIDE: 1}


def test_the_links_lead_to_as_many_rows(session, client_for):
    """By today's clock: requests read their own. One has not begun, two have handed in."""
    last = previous_month(month_of(clock.today()))
    first = make_dealer()
    crew = [make_dealer(area=first.area, crew=first) for _ in range(2)]
    open_period(session(), last).due_on = last_day(last)
    for dealer in crew:
        hand_in(dealer, last)
    session.commit()
    client = client_for(first.manager)
    page = client.get("/").get_data(as_text=True)
    for task, count in ((Task.REPORTS_OVERDUE, 1), (Task.REPORTS_TO_REVIEW, 2)):
        (path,) = {found for found in re.findall(r'href="(/reports\?[^"]+)"', page) if _shows(task, found)}
        rows = client.get(path.replace("&amp;", "&")).get_data(as_text=True)
        assert rows.count("q-lead") == count, task


def _shows(task: Task, path: str) -> bool:
    return ("punctuality=missing" in path) == (task is Task.REPORTS_OVERDUE)


def test_amendments_wait_for_those_who_decide_them():
    for role in Role:
        decides = is_allowed(role, Permission.SALES_AMENDMENTS_DECIDE)
        assert (Task.AMENDMENTS_TO_DECIDE in tasks_of(role)) == decides, role
