"""Managers and head office: the board, one report, many at once, questions, the calendar, amendments."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.db import db
from portal.periods import format_month
from portal.permissions import Role
from portal.sales.models import Amendment, PeriodReopening, ReportingPeriod, ReportQuestion, SalesRollup
from portal.sales.rules.words import AmendmentStatus, PeriodStatus, QuestionStatus, ReportStatus
from portal.sales.services.periods import open_period
from tests.factories import make_user
from tests.network.pages import open_page
from tests.sales.paging import BEFORE, LAST, LAST_KEY, begin, fields_of, locked, report_of, text_of
from tests.sales.reporting import Dealer, accept, good_line, hand_in, make_dealer

BEFORE_KEY = format_month(BEFORE)


@pytest.fixture
def dealer(session) -> Dealer:
    made = make_dealer()
    for month in (BEFORE, LAST):
        open_period(session(), month)
    session.commit()
    return made


@pytest.fixture
def manager(dealer, client_for):
    return client_for(dealer.manager)


@pytest.fixture
def office(dealer, client_for):
    return client_for(dealer.sales)


@pytest.fixture
def approver(dealer, client_for):
    return client_for(dealer.approver)


def given(dealer, month=LAST, rows=None):
    report = hand_in(dealer, month, rows)
    db.session.commit()
    return report


# ---- the board


def test_the_board_shows_who_has_reported_and_who_has_not(dealer, manager):
    sibling = make_dealer(area=dealer.area, crew=dealer)
    stranger = make_dealer(crew=dealer)
    given(dealer)
    html = open_page(manager, "/reports")
    assert dealer.distributor.code in html
    assert sibling.distributor.code in html
    assert stranger.distributor.code not in html
    assert "Not begun" in html
    only = open_page(manager, f"/reports?month={LAST_KEY}&status=submitted")
    assert dealer.distributor.code in only
    assert sibling.distributor.code not in only
    none = open_page(manager, f"/reports?month={LAST_KEY}&status=none&sort=-name&size=25")
    assert dealer.distributor.code not in none
    assert open_page(manager, "/reports?month=2001-01&punctuality=missing&questions=open&q=zz&sort=status")
    for sort in ("name", "-code", "status", "-submitted"):
        open_page(manager, f"/reports?sort={sort}")
    assert dealer.distributor.code in text_of(manager.post(f"/reports/export/csv?month={LAST_KEY}&status=submitted"))
    assert manager.post("/reports/export/pdf").status_code == 404


def test_many_are_judged_and_each_has_its_result(dealer, manager):
    first = given(dealer)
    other = make_dealer(area=dealer.area, crew=dealer)
    second = given(other)
    stranger = given(make_dealer(crew=dealer))
    chosen = [f"{first.id}:{first.version}", f"{second.id}:1", f"{stranger.id}:{stranger.version}"]
    answer = manager.post("/reports/judge", data={"report": chosen, "action": "accept", "month": LAST_KEY})
    html = text_of(answer)
    assert answer.status_code == 200
    assert "Somebody else has changed this meanwhile" in html
    assert "does not exist, or it is not yours to see" in html
    assert stranger.distributor.code not in html
    assert (report_of(first.id).status, report_of(second.id).status) == (ReportStatus.ACCEPTED, ReportStatus.SUBMITTED)
    assert manager.post("/reports/judge", data={"action": "accept"}).status_code == 422
    asked = manager.post("/reports/judge", data={"report": chosen[:1], "action": "return"})
    assert "Every distributor reads the same words" in text_of(asked)
    again = f"{first.id}:{report_of(first.id).version}"
    done = manager.post("/reports/judge", data={"report": [again], "action": "return", "reason": "看一下"})
    assert done.status_code == 200
    assert report_of(first.id).returned_reason == "看一下"


def test_one_report_is_returned_with_a_reason_and_accepted(dealer, manager, client_for):
    report = given(dealer)
    open_page(manager, f"/reports/{report.id}/return")
    form = {"version": report.version}
    nothing = manager.post(f"/reports/{report.id}/return", data=form)
    assert "Say why" in text_of(nothing)
    assert manager.post(f"/reports/{report.id}/return", data=form | {"reason": "补表"}).status_code == 302
    assert report_of(report.id).status is ReportStatus.RETURNED
    stale = manager.post(f"/reports/{report.id}/return", data=form | {"reason": "补表"})
    assert stale.status_code == 409
    assert manager.get(f"/reports/{report.id}/accept").status_code == 409
    assert client_for(dealer.user).get(f"/reports/{report.id}/accept").status_code == 403
    stranger = client_for(make_user(Role.REGIONAL_MANAGER, of=make_dealer(crew=dealer).area))
    assert stranger.get(f"/reports/{report.id}/accept").status_code == 404
    assert stranger.post(f"/reports/{report.id}/accept", data=form).status_code == 404


def test_the_page_of_a_report(dealer, manager, office):
    outlet, model = dealer.outlets[0], dealer.models[0]
    report = given(dealer, rows=[good_line(outlet, model, closing_stock=5), good_line(None, model)])
    for query in ("", "?only=differences", "?sort=-retail&col=retail&col=reason", "?sort=outlet&size=25", "?cursor=xx"):
        html = open_page(manager, f"/reports/{report.id}{query}")
        assert "+1" in html
    csv = text_of(manager.post(f"/reports/{report.id}/export/csv"))
    assert outlet.code in csv
    assert "Settle the question" in html
    question = db.session.scalars(select(ReportQuestion).where(ReportQuestion.check == "stock_equation")).one()
    assert office.post(f"/reports/{report.id}/questions/{question.id}/settle").status_code == 302
    db.session.expire_all()
    assert question.status is QuestionStatus.SETTLED
    assert office.post(f"/reports/{report.id}/questions/999999/settle").status_code == 404


# ---- the calendar


def test_a_month_is_locked_settled_and_reopened_by_two(dealer, office, approver, manager):
    path = f"/periods/{LAST_KEY}"
    for client in (office, approver, manager):
        open_page(client, "/periods")
        open_page(client, path)
    assert approver.get(f"{path}/lock").status_code == 403
    open_page(office, f"{path}/lock")

    def step(client, name, **more):
        version = db.session.scalar(select(ReportingPeriod.version).where(ReportingPeriod.month == LAST))
        return client.post(f"{path}/{name}", data={"version": version} | more)

    assert step(office, "lock").status_code == 302
    assert step(office, "lock").status_code == 409
    assert "Say why" in text_of(step(office, "ask-reopening"))
    assert step(office, "ask-reopening", reason="补报两家").status_code == 302
    assert "补报两家" in open_page(approver, path)
    assert office.get(f"{path}/settle").status_code == 409  # a request waits
    open_page(approver, f"{path}/reopening/grant")
    assert step(approver, "reopening/grant").status_code == 302
    db.session.expire_all()
    period = db.session.scalars(select(ReportingPeriod).where(ReportingPeriod.month == LAST)).one()
    assert period.status is PeriodStatus.OPEN
    assert db.session.scalars(select(PeriodReopening)).one().is_granted
    assert step(office, "lock").status_code == 302
    assert step(office, "settle").status_code == 302
    for unknown in ("2001-01", "xxxx", "2026-13"):
        assert office.get(f"/periods/{unknown}").status_code == 404


def test_due_days_change_while_the_month_is_open(dealer, office):
    path = f"/periods/{LAST_KEY}/edit"
    form = fields_of(open_page(office, path), "none")
    assert office.post(path, data=form | {"due_on": "不知道"}).status_code == 200
    day = LAST.replace(day=28).isoformat()
    assert office.post(path, data=form | {"due_on": day, "allows_partial": "y"}).status_code == 302
    stale = office.post(path, data=form | {"due_on": LAST.replace(day=27).isoformat()})
    assert stale.status_code == 409
    year = LAST.year
    assert office.post("/periods/open-year", data={"year": year}).status_code == 302
    open_page(office, f"/periods?year={year}")
    assert office.post("/periods/open-year", data={"year": 1900}).status_code == 404


# ---- amendments


def propose(client, report_id, outlet, model, reason="漏报一台"):
    path = f"/reports/{report_id}/amend?outlet={outlet}"
    key = f"new-{outlet}-{model}"
    open_page(client, path)
    checked = client.post(path, data={f"{key}-retail": "７", f"{key}-closing_stock": "3", "reason": reason})
    html = text_of(checked)
    assert checked.status_code == 200
    hidden = fields_of(html, "diff-")
    assert hidden == {f"diff-{outlet}-{model}-retail": "1", f"diff-{outlet}-{model}-closing_stock": "-1"}
    return client.post(path, data=hidden | {"then": "send", "reason": reason})


def test_an_amendment_is_proposed_by_one_and_decided_by_another(dealer, client_for, office, approver):
    outlet, model = dealer.outlets[0].id, dealer.models[0].id
    report = accept(given(dealer, BEFORE), dealer)
    own = client_for(dealer.user)
    assert own.get(f"/reports/{report.id}/amend").status_code == 302  # the month is still open
    locked(BEFORE, dealer.sales)
    first = propose(own, report.id, outlet, model)
    again = propose(own, report.id, outlet, model)  # a second click
    assert first.headers["Location"] == again.headers["Location"]
    amendment = db.session.scalars(select(Amendment)).one()
    path = f"/amendments/{amendment.id}"
    for client in (own, office, approver):
        assert "6" in open_page(client, path)
        assert "漏报一台" in open_page(client, "/amendments")
    assert "漏报一台" in open_page(office, f"/amendments?status=proposed&month={BEFORE_KEY}&q=漏报&sort=distributor")
    assert "漏报一台" in text_of(office.post("/amendments/export/csv"))
    assert own.post(f"{path}/decide", data={}).status_code == 403
    refused = approver.post(f"{path}/decide", data={"version": 1, "action": "refuse"})
    assert refused.status_code == 422
    assert "Say why" in text_of(refused)
    assert approver.post(f"{path}/decide", data={"version": 1, "action": "approve"}).status_code == 302
    assert office.post(f"{path}/decide", data={"version": 1, "action": "approve"}).status_code == 409
    db.session.expire_all()
    assert amendment.status is AmendmentStatus.APPROVED
    wanted = (SalesRollup.outlet_id == outlet, SalesRollup.model_id == model)
    row = db.session.scalars(select(SalesRollup).where(*wanted)).one()
    assert (row.retail, row.closing_stock) == (7, 3)
    open_page(own, path)


def test_whoever_proposes_cannot_decide_and_nonsense_is_named(dealer, office):
    outlet, model = dealer.outlets[0].id, dealer.models[0].id
    report = accept(given(dealer, BEFORE), dealer)
    locked(BEFORE, dealer.sales)
    path = f"/reports/{report.id}/amend?outlet={outlet}"
    for data, words in (
        ({"reason": "x"}, "changes nothing"),
        ({f"new-{outlet}-{model}-retail": "7", "reason": ""}, "Say why"),
        ({f"new-{outlet}-{model}-retail": "sieben", "reason": "x"}, "“sieben” is not a number"),
    ):
        answer = office.post(path, data=data)
        assert answer.status_code == 422
        assert words in text_of(answer)
    below = office.post(path, data={f"diff-{outlet}-{model}-retail": "-99", "then": "send", "reason": "x"})
    assert "would fall below zero" in text_of(below)
    propose(office, report.id, outlet, model)
    amendment = db.session.scalars(select(Amendment)).one()
    assert "somebody else must decide" in open_page(office, f"/amendments/{amendment.id}")
    own = office.post(f"/amendments/{amendment.id}/decide", data={"version": 1, "action": "approve"})
    assert own.status_code == 409


def test_a_month_without_a_report_can_be_amended_too(dealer, client_for):
    locked(BEFORE, dealer.sales)
    own = client_for(dealer.user)
    report_id = begin(own, dealer.distributor.code, BEFORE)
    open_page(own, f"/reports/{report_id}")
    outlet, model = dealer.outlets[0].id, dealer.models[0].id
    path = f"/reports/{report_id}/amend?outlet={outlet}"
    data = {f"diff-{outlet}-{model}-retail": "2", "then": "send", "reason": "补报"}
    assert own.post(path, data=data).status_code == 302
