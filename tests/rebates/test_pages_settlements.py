"""Pages of settlements: begun, calculated by a job, checked, approved, released and paid by different people."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from sqlalchemy import select, update

from portal import clock
from portal.accounts.models import UserSession
from portal.db import db
from portal.jobs.models import Job
from portal.jobs.rules import JobStatus
from portal.periods import format_month, month_of, previous_month
from portal.permissions import Role
from portal.rebates.models import Payout, SettlementRun
from portal.rebates.rules.life import RunStatus
from tests.factories import make_user
from tests.network.pages import open_page
from tests.rebates import settling
from tests.rebates.settling import Office, in_force, lock_months, make_office, sell
from tests.sales.reporting import Dealer, make_dealer

# Requests run at the present moment: the month that is over, and policies of its year.
LAST = previous_month(month_of(clock.today()))
KEY = format_month(LAST)


def document(code="OUTLET-2026", **values):
    days = {"from": f"{LAST.year}-01-01", "to": f"{LAST.year}-12-31"}
    return settling.document(code, effective=days, **values)


def settle(office, *, until):
    return settling.settle(office, LAST, until=until)


@pytest.fixture
def office(session) -> Office:
    return make_office()


@pytest.fixture
def dealer(session) -> Dealer:
    return make_dealer()


def text_of(answer):
    text = answer.get_data(as_text=True)
    answer.close()
    return text


def version_of(html):
    return re.search(r'name="version"[^>]*value="(\d+)"', html).group(1)


@pytest.fixture
def sold(dealer):
    lock_months(LAST)
    sell(dealer, LAST, 10, outlet=dealer.outlets[0])
    sell(dealer, LAST, 5, outlet=dealer.outlets[1])
    return dealer


@pytest.fixture
def clients(office, client_for):
    return {name: client_for(getattr(office, name)) for name in ("sales", "approver", "finance")}


def step(client, run, name, **data):
    path = f"/settlements/{run.id}/{name}"
    seen = version_of(open_page(client, path))
    return client.post(path, data={"version": seen, **data})


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page(office, sold, client_for, locale):
    in_force(office, document())
    in_force(office, document("GIFT", stacks_with=["OUTLET-2026"]), is_acknowledged=False)
    run = settle(office, until="paid")
    again = settle(office, until="draft")
    office.sales.locale = locale
    client = client_for(office.sales)
    for path in (
        "/settlements",
        "/settlements?status=paid&status=draft&kind=month&sort=-due",
        "/settlements?clock=overdue",
        "/settlements?clock=open",
        "/settlements/new",
        f"/settlements/{run.id}",
        f"/settlements/{run.id}?policy=OUTLET-2026&kind=positive&q=a&sort=-due",
        *(f"/settlements/{again.id}?kind={kind}" for kind in ("negative", "zero", "changed", "refused")),
        f"/settlements/{again.id}/withdraw",
        f"/settlements/{again.id}/ledger",
        f"/settlements/{run.id}/ledger?kind=accrue&account=accrued&unit=cash&q=D&sort=-amount",
    ):
        open_page(client, path)
    for path in ("", f"/{run.id}/statements", f"/{run.id}/finance", f"/{run.id}/ledger"):
        answer = client.post(f"/settlements{path}/export/csv" if path[-1:] != "e" else f"/settlements{path}/xlsx")
        assert answer.status_code == 200, path
        answer.close()


def test_an_empty_list_says_so(clients):
    assert "No settlements yet" in open_page(clients["sales"], "/settlements")


def test_from_a_month_to_its_payment_by_three_people(office, sold, clients):
    in_force(office, document())
    answer = clients["sales"].post("/settlements/new", data={"kind": "month", "month": KEY})
    address = answer.headers["Location"]
    assert clients["sales"].get(f"{address}/progress").headers["HX-Refresh"] == "true"
    page = open_page(clients["sales"], address)
    assert "¥10,000.00" in page
    assert "Mark as checked" not in page
    run = db.session.scalar(select(SettlementRun))
    assert run.status is RunStatus.DRAFT
    # Whoever calculates can neither check nor approve.
    assert clients["sales"].get(f"/settlements/{run.id}/check").status_code == 403
    assert clients["approver"].get(f"/settlements/{run.id}/approve").status_code == 409
    assert step(clients["finance"], run, "check").status_code == 302
    assert step(clients["approver"], run, "approve").status_code == 302
    assert clients["finance"].get(f"/settlements/{run.id}/pay").status_code == 409
    assert step(clients["finance"], run, "release").status_code == 302
    paid = step(clients["finance"], run, "pay", reference="BOC-77", paid_on="2026-10-03")
    assert paid.status_code == 302
    db.session.expire_all()
    assert db.session.get(SettlementRun, run.id).status is RunStatus.PAID
    payout = db.session.scalars(select(Payout)).one()
    assert (payout.amount_fen, payout.reference, payout.paid_on) == (1_000_000, "BOC-77", date(2026, 10, 3))
    assert "BOC-77" not in open_page(clients["sales"], "/settlements")


def test_a_run_that_is_being_calculated_shows_how_far_it_is(office, sold, clients):
    in_force(office, document())
    address = clients["sales"].post("/settlements/new", data={"kind": "month", "month": KEY}).headers["Location"]
    moving = {"status": JobStatus.RUNNING, "finished_at": None, "progress_done": 3, "progress_total": 9}
    db.session.execute(update(Job).values(**moving))
    page = open_page(clients["finance"], address)
    assert "Calculating" in page
    assert "3 / 9" in page
    assert "Mark as checked" not in page
    assert "HX-Refresh" not in clients["sales"].get(f"{address}/progress").headers
    db.session.execute(update(Job).values(status=JobStatus.FAILED, finished_at=clock.now(), error_code="x"))
    assert "q-note--danger" in open_page(clients["sales"], address)


def test_money_asks_for_the_password_again(office, sold, clients):
    in_force(office, document())
    run = settle(office, until="approved")
    assert clients["finance"].get(f"/settlements/{run.id}/release").status_code == 200
    db.session.execute(update(UserSession).values(confirmed_at=clock.now() - timedelta(hours=1)))
    for method in (clients["finance"].get, clients["finance"].post):
        answer = method(f"/settlements/{run.id}/release")
        assert answer.status_code == 302
        assert "confirm" in answer.headers["Location"]


def test_the_differences_to_the_last_run(office, sold, clients):
    in_force(office, document())
    settle(office, until="paid")
    sell(sold, LAST, 12, outlet=sold.outlets[0])
    again = settle(office, until="draft")
    page = open_page(clients["sales"], f"/settlements/{again.id}")
    assert "¥2,000.00" in page
    assert "run 2" in page
    assert "holds only what differs" in page
    changed = open_page(clients["sales"], f"/settlements/{again.id}?kind=changed")
    assert "<strong>1</strong>" in changed


def test_returned_with_a_reason_and_withdrawn(office, sold, clients):
    in_force(office, document())
    run = settle(office, until="checked")
    assert "There is something to correct" in text_of(step(clients["approver"], run, "return"))
    assert step(clients["approver"], run, "return", reason="A report is missing.").status_code == 302
    assert "A report is missing." in open_page(clients["sales"], f"/settlements/{run.id}")
    assert step(clients["sales"], run, "withdraw", reason="Anew.").status_code == 302
    assert "Withdrawn" in open_page(clients["sales"], f"/settlements/{run.id}")


@pytest.mark.parametrize(
    ("month", "words"),
    [(format_month(previous_month(LAST)), "is not locked yet"), (KEY, "No policy of this kind"), ("1999-01", "")],
)
def test_a_period_that_cannot_be_settled_says_why(sold, clients, month, words):
    html = text_of(clients["sales"].post("/settlements/new", data={"kind": "month", "month": month}))
    assert "There is something to correct" in html
    assert words in html


def test_the_workbook_for_finance(office, sold, clients):
    in_force(office, document())
    run = settle(office, until="approved")
    answer = clients["finance"].post(f"/settlements/{run.id}/finance/xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    answer.close()
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == f"{KEY}-1"
    assert rows[1][6] == 10_000
    assert clients["finance"].post(f"/settlements/{run.id}/finance/pdf").status_code == 404


def test_a_viewer_reads_and_moves_nothing(office, sold, client_for):
    in_force(office, document())
    run = settle(office, until="draft")
    viewer = client_for(make_user(Role.HO_VIEWER))
    assert "Mark as checked" not in open_page(viewer, f"/settlements/{run.id}")
    assert viewer.get(f"/settlements/{run.id}/return").status_code == 409
    assert viewer.post(f"/settlements/{run.id}/calculate").status_code == 403
