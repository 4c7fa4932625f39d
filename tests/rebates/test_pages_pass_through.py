"""Subsidies handed down: a notice, granted by the month's figures, passed on in steps, confirmed by the outlet."""

from __future__ import annotations

import re

import pytest

from portal import clock
from portal.db import db
from portal.errors import InvalidInput, StaleVersion
from portal.permissions import Role
from portal.rebates.errors import IdempotencyConflict, PeriodNotLocked
from portal.rebates.models import LedgerEntry, PassThroughGrant, SubsidyNotice
from portal.rebates.rules.life import GrantStatus
from portal.rebates.rules.settling import Account
from portal.rebates.services import pass_through as services
from tests.factories import make_distributor, make_user
from tests.network.pages import open_page
from tests.rebates.settling import balance, lock_months, make_office, sell
from tests.rebates.test_pages_dealer import KEY, LAST, text_of, version_of
from tests.sales.reporting import make_dealer


@pytest.fixture
def office(session):
    return make_office()


@pytest.fixture
def dealer(session):
    dealer = make_dealer()
    sell(dealer, LAST, 10, outlet=dealer.outlets[0])
    sell(dealer, LAST, 5, outlet=dealer.outlets[1], model=1)
    sell(dealer, LAST, 3)
    return dealer


def issue(office, dealer, **values) -> SubsidyNotice:
    words = {
        "code": "N-1", "name_en": "Notice", "name_zh": "通知", "month": LAST, "issued_on": clock.today(),
        "per_model_fen": {dealer.models[0].code: 50_000, dealer.models[1].code: 0},
    }  # fmt: skip
    return services.issue_notice(db.session(), actor=office.sales, **words | values)


@pytest.fixture
def grant(office, dealer) -> PassThroughGrant:
    lock_months(LAST)
    notice = issue(office, dealer)
    services.grant_notice(db.session(), notice, actor=office.sales, version_seen=notice.version)
    return db.session.query(PassThroughGrant).one()


def test_a_notice_is_granted_by_the_months_figures_once(session, office, dealer):
    notice = issue(office, dealer)
    with pytest.raises(PeriodNotLocked):
        services.grant_notice(session(), notice, actor=office.sales, version_seen=notice.version)
    lock_months(LAST)
    assert services.grant_notice(session(), notice, actor=office.sales, version_seen=notice.version) == 1
    with pytest.raises(StaleVersion):
        services.grant_notice(session(), notice, actor=office.sales, version_seen=notice.version)
    found = session.query(PassThroughGrant).one()
    assert (found.outlet_id, found.granted_fen) == (dealer.outlets[0].id, 500_000)
    assert (balance(Account.SUBSIDY), balance(Account.IN_PASSING)) == (500_000, -500_000)


def test_the_same_notice_again_is_the_same_and_another_is_refused(session, office, dealer):
    assert issue(office, dealer) is issue(office, dealer)
    with pytest.raises(IdempotencyConflict):
        issue(office, dealer, name_zh="另一个")
    for amounts in ({}, {"XX": 100}, {dealer.models[0].code: -1}):
        with pytest.raises(InvalidInput):
            issue(office, dealer, code="N-2", per_model_fen=amounts)


def test_head_office_issues_and_grants_in_the_browser(client_for, office, dealer):
    client, model = client_for(office.sales), dealer.models[0].code
    open_page(client, "/pass-through/notices/new")
    words = {"code": "N-9", "name_zh": "十月补贴", "month": KEY, "issued_on": str(clock.today())}
    nothing = client.post("/pass-through/notices/new", data=words)
    assert nothing.status_code == 422
    assert "at least one model" in text_of(nothing)
    answer = client.post("/pass-through/notices/new", data=words | {f"model_{model}": "500"})
    assert answer.status_code == 302
    address = answer.headers["Location"]
    assert "once the month is locked" in open_page(client, address)
    lock_months(LAST)
    page = open_page(client, address)
    assert client.post(f"{address}/grant", data={"version": version_of(page)}).status_code == 302
    assert "¥5,000.00" in open_page(client, address)
    assert client.post(f"{address}/grant", data={"version": version_of(page)}).status_code == 409
    assert client_for(dealer.user).post(f"{address}/grant", data={}).status_code == 403


def test_from_the_distributor_to_the_outlet(client_for, dealer, grant):
    distributor, outlet = client_for(dealer.user), client_for(make_user(Role.OUTLET, of=dealer.outlets[0]))
    address = f"/pass-through/{grant.id}"
    page = open_page(distributor, address)
    assert "Note what you have passed on" in page
    assert "Confirm what has arrived" not in open_page(outlet, address)
    much = distributor.post(f"{address}/pass-on", data={"version": version_of(page), "amount": "6000"})
    assert much.status_code == 422
    assert "At most ¥5,000.00" in text_of(much)
    for amount in ("3000", "2,000.00"):
        page = open_page(distributor, address)
        done = distributor.post(f"{address}/pass-on", data={"version": version_of(page), "amount": amount})
        assert done.status_code == 302
    again = distributor.post(f"{address}/pass-on", data={"version": version_of(page), "amount": "1"})
    assert again.status_code == 409
    assert (balance(Account.IN_PASSING), balance(Account.PASSED_ON)) == (0, -500_000)
    page = open_page(outlet, address)
    assert "Confirm what has arrived" in page
    assert outlet.post(f"{address}/confirm", data={"version": version_of(page), "amount": "9999"}).status_code == 422
    assert outlet.post(f"{address}/confirm", data={"version": version_of(page), "amount": "4900"}).status_code == 302
    db.session.expire_all()
    found = db.session.get(PassThroughGrant, grant.id)
    assert (found.status, found.confirmed_fen) == (GrantStatus.CONFIRMED, 490_000)
    assert "the difference of ¥100.00 is open" in re.sub(r"<[^>]+>", "", open_page(distributor, address))


def test_grants_are_their_own_partys(client_for, dealer, grant):
    address = f"/pass-through/{grant.id}"
    for user in (make_user(Role.DISTRIBUTOR, of=make_distributor()), make_user(Role.OUTLET, of=dealer.outlets[1])):
        client = client_for(user)
        assert client.get(address).status_code == 404
        assert "¥5,000.00" not in text_of(client.get("/pass-through"))
    assert client_for(dealer.user).post(f"{address}/confirm", data={}).status_code == 403
    listed = open_page(client_for(dealer.user), f"/pass-through?month={KEY}&status=granted&q=N-1&sort=-granted")
    assert "¥5,000.00" in listed
    assert "5000" in text_of(client_for(dealer.user).post("/pass-through/export/csv"))
    assert db.session.query(LedgerEntry).count() == 2
