"""The dealers' pages: policies in words and acknowledged, forecasts with sliders, statements, disputes, balances."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest

from portal import clock
from portal.db import db
from portal.periods import format_month, month_of, previous_month
from portal.permissions import Role
from portal.rebates.models import PolicyAddressee, RebateDispute
from portal.rebates.rules.life import DisputeStatus
from tests.factories import make_distributor, make_user
from tests.network.pages import open_page
from tests.rebates import settling
from tests.rebates.settling import Office, in_force, lock_months, make_office, sell, statement_of
from tests.sales.reporting import Dealer, make_dealer

# Requests run at the present moment: the month that is over, and policies of its year.
LAST = previous_month(month_of(clock.today()))
KEY = format_month(LAST)


def document(code="OUTLET-2026", **values):
    days = {"from": f"{LAST.year}-01-01", "to": f"{LAST.year}-12-31"}
    return settling.document(code, effective=days, **values)


@pytest.fixture
def office(session) -> Office:
    return make_office()


@pytest.fixture
def dealer(session) -> Dealer:
    return make_dealer()


@pytest.fixture
def sold(dealer) -> Dealer:
    lock_months(LAST)
    sell(dealer, LAST, 10, outlet=dealer.outlets[0])
    sell(dealer, LAST, 5, outlet=dealer.outlets[1])
    return dealer


@pytest.fixture
def statement(office, sold):
    in_force(office, document())
    return statement_of(settling.settle(office, LAST, until="approved"), outlet=sold.outlets[0])


def text_of(answer) -> str:
    text = answer.get_data(as_text=True)
    answer.close()
    return text


def addressee_of(dealer, number=0) -> PolicyAddressee:
    return db.session.query(PolicyAddressee).filter_by(outlet_id=dealer.outlets[number].id).one()


def version_of(html: str) -> str:
    return re.search(r'name="version"[^>]*value="(\d+)"', html).group(1)


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page_is_well_formed_and_asks_little(client_for, office, sold, statement, locale):
    for user in (sold.user, office.sales):
        user.locale = locale
        client = client_for(user)
        for path in (
            "/my-policies?waiting=yes&force=now&q=a&sort=-acknowledged",
            "/my-policies",
            f"/my-policies/{addressee_of(sold).id}",
            f"/forecast?month={KEY}&q=OUTLET",
            f"/forecast/{addressee_of(sold).id}?month={KEY}",
            "/statements",
            f"/statements?month={KEY}&status=approved&period=month&payment=overdue&q=x&sort=-due",
            f"/statements/{statement.id}",
            f"/statements/{statement.id}/line?ref={KEY}/{sold.models[0].code}",
            "/disputes",
            "/balances",
            "/balances?unit=cash&kind=accrue&account=accrued&q=a&sort=amount",
            "/pass-through",
            "/points",
        ):
            open_page(client, path)
    open_page(client_for(sold.user), f"/statements/{statement.id}/dispute?term=quota")


# ---- policies


def test_a_policy_is_read_in_words_and_acknowledged(client_for, office, sold):
    in_force(office, document(), is_acknowledged=False)
    client, number = client_for(sold.user), addressee_of(sold).id
    listed = text_of(client.get("/my-policies"))
    assert "Outlet policy" in listed
    assert "2 policies wait for your acknowledgement" in listed
    page = text_of(client.get(f"/my-policies/{number}"))
    assert "≥ 8 units" in page
    assert "¥1,000 for each unit" in page
    refused = client.post(f"/my-policies/{number}/acknowledge", data={"on": str(clock.today() + timedelta(days=1))})
    assert refused.status_code == 422
    assert "still to come" in text_of(refused)
    assert client.post(f"/my-policies/{number}/acknowledge", data={"on": str(clock.today())}).status_code == 302
    assert addressee_of(sold).acknowledged_on == clock.today()
    again = client.post(f"/my-policies/{number}/acknowledge", data={"on": str(clock.today())})
    assert again.status_code in (302, 409)
    assert "Acknowledged on" in text_of(client.get(f"/my-policies/{number}"))


def test_only_its_distributor_acknowledges(client_for, office, sold):
    in_force(office, document(), is_acknowledged=False)
    number = addressee_of(sold).id
    outlet = make_user(Role.OUTLET, of=sold.outlets[0])
    other = make_user(Role.DISTRIBUTOR, of=make_distributor())
    assert client_for(outlet).get(f"/my-policies/{number}").status_code == 200
    assert client_for(outlet).post(f"/my-policies/{number}/acknowledge", data={}).status_code == 403
    assert client_for(other).get(f"/my-policies/{number}").status_code == 404
    assert client_for(other).post(f"/my-policies/{number}/acknowledge", data={}).status_code == 404
    assert "Not acknowledged yet" in text_of(client_for(outlet).get(f"/my-policies/{number}"))


def test_the_list_of_policies_is_exported_with_its_filters(client_for, office, sold):
    in_force(office, document(), is_acknowledged=False)
    answer = client_for(sold.user).post("/my-policies/export/csv?waiting=yes")
    assert text_of(answer).count("OUTLET-2026") == 2


# ---- forecast


def test_a_forecast_says_what_is_still_missing(client_for, office, sold):
    in_force(office, document())
    client = client_for(sold.user)
    page = text_of(client.get(f"/forecast?month={KEY}"))
    assert "¥10,000.00" in page
    assert "3 units more to the next tier" in page
    assert "+¥8,000.00" in page


def test_the_slider_computes_on_the_server_and_writes_nothing(client_for, office, sold):
    in_force(office, document())
    client, number, model = client_for(sold.user), addressee_of(sold, 1).id, sold.models[0].code
    page = text_of(client.get(f"/forecast/{number}?month={KEY}"))
    assert f'name="u.{model}"' in page
    assert "still needs 3 units" in page
    tried = text_of(client.get(f"/forecast/{number}/try?month={KEY}&u.{model}=9"))
    assert "¥9,000.00" in tried
    assert "Beyond the figures so far" in tried
    assert "<html" not in tried
    plain = text_of(client.get(f"/forecast/{number}?month={KEY}&u.{model}=9"))
    assert "¥9,000.00" in plain
    wrong = client.get(f"/forecast/{number}/try?month={KEY}&u.{model}=many")
    assert wrong.status_code == 200
    assert "“many” is no number of units" in text_of(wrong)


def test_a_forecast_of_another_dealer_is_not_there(client_for, office, sold):
    in_force(office, document())
    other = make_user(Role.DISTRIBUTOR, of=make_distributor())
    for path in ("", "/try"):
        assert client_for(other).get(f"/forecast/{addressee_of(sold).id}{path}?month={KEY}").status_code == 404


def test_head_office_searches_for_a_party(client_for, office, sold):
    in_force(office, document())
    client = client_for(office.sales)
    assert "Whose forecast?" in text_of(client.get("/forecast"))
    assert sold.outlets[0].code in text_of(client.get(f"/forecast?month={KEY}&q={sold.outlets[0].code}"))


# ---- statements


def test_a_statement_is_read_down_to_the_sales_line(client_for, sold, statement):
    client, model = client_for(sold.user), sold.models[0].code
    listed = text_of(client.get("/statements"))
    assert "¥10,000.00" in listed
    assert "days left" in listed or "day left" in listed or "Due today" in listed
    page = text_of(client.get(f"/statements/{statement.id}"))
    assert "With 10 units, tier 1 (from 8 units) is reached" in page
    assert "the same amount" in page
    ref = f"{KEY}/{model}"
    assert ref in page
    line = client.get(f"/statements/{statement.id}/line?ref={ref}")
    assert line.status_code == 200
    assert model in text_of(line)
    assert client.get(f"/statements/{statement.id}/line?ref=2020-01/XX").status_code == 404


def test_statements_are_the_dealers_own_once_approved(client_for, office, sold):
    in_force(office, document())
    run = settling.settle(office, LAST, until="checked")
    number = statement_of(run, outlet=sold.outlets[0]).id
    assert client_for(office.sales).get(f"/statements/{number}").status_code == 200
    assert client_for(sold.user).get(f"/statements/{number}").status_code == 404
    assert "¥10,000.00" not in text_of(client_for(sold.user).get("/statements"))


def test_foreign_statements_are_not_there(client_for, sold, statement):
    other = client_for(make_user(Role.DISTRIBUTOR, of=make_distributor()))
    sibling = client_for(make_user(Role.OUTLET, of=sold.outlets[1]))
    for client in (other, sibling):
        for path in ("", "/line?ref=x"):
            assert client.get(f"/statements/{statement.id}{path}").status_code == 404
        assert client.post(f"/statements/{statement.id}/print/pdf").status_code == 404


def test_what_was_not_acknowledged_says_so(client_for, office, sold):
    in_force(office, document(), is_acknowledged=False)
    run = settling.settle(office, LAST, until="approved")
    found = statement_of(run, outlet=sold.outlets[0])
    page = text_of(client_for(sold.user).get(f"/statements/{found.id}"))
    assert found.total_fen == 0
    assert "nothing accrues until it is" in page


def test_a_later_run_shows_the_difference(client_for, office, sold):
    in_force(office, document())
    settling.settle(office, LAST)
    sell(sold, LAST, 12, outlet=sold.outlets[0])
    second = statement_of(settling.settle(office, LAST, until="approved"), outlet=sold.outlets[0])
    page = text_of(client_for(sold.user).get(f"/statements/{second.id}"))
    assert second.due_fen == 200_000
    assert "Difference to what was settled before" in page
    assert "Run 1" in page


def test_statements_are_exported(client_for, sold, statement):
    answer = text_of(client_for(sold.user).post("/statements/export/csv"))
    assert answer.count("OUTLET-2026") == 2
    assert "10000" in answer


@pytest.mark.parametrize("who", ["dealer", "outlet"])
def test_a_statement_is_taken_away_as_a_workbook(client_for, sold, statement, who):
    user = sold.user if who == "dealer" else make_user(Role.OUTLET, of=sold.outlets[0])
    answer = client_for(user).post(f"/statements/{statement.id}/print/xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book["Lines"]["C2"].value == sold.models[0].code
    answer.close()


def test_a_statement_is_taken_away_as_a_pdf(client_for, sold, statement):
    pytest.importorskip("reportlab")
    answer = client_for(sold.user).post(f"/statements/{statement.id}/print/pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    answer.close()


def test_without_the_library_a_pdf_says_what_is_missing(client_for, sold, statement, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "reportlab.pdfbase", None)
    client = client_for(sold.user)
    answer = client.post(f"/statements/{statement.id}/print/pdf", follow_redirects=True)
    assert "the Python package reportlab is missing" in text_of(answer)


# ---- disputes


def ask(client, statement, query, question="One car is missing."):
    form = text_of(client.get(f"/statements/{statement.id}/dispute?{query}"))
    key = re.search(r'name="key"[^>]*value="(\w+)"', form).group(1)
    return client.post(f"/statements/{statement.id}/dispute?{query}", data={"question": question, "key": key}), key


def test_a_line_is_disputed_answered_and_decided(client_for, office, sold, statement):
    client, ref = client_for(sold.user), f"{KEY}/{sold.models[0].code}"
    answer, key = ask(client, statement, f"line={ref}")
    assert answer.status_code == 302
    again = client.post(
        f"/statements/{statement.id}/dispute?line={ref}", data={"question": "One car is missing.", "key": key}
    )
    assert again.status_code == 302
    dispute = db.session.query(RebateDispute).one()
    assert dispute.line_ref == ref
    assert "In dispute" in text_of(client.get(f"/statements/{statement.id}"))

    finance = client_for(office.finance)
    page = text_of(finance.get(f"/disputes/{dispute.id}"))
    assert "One car is missing." in page
    empty = finance.post(f"/disputes/{dispute.id}/answer", data={"version": version_of(page), "answer": ""})
    assert empty.status_code == 422
    sent = finance.post(f"/disputes/{dispute.id}/answer", data={"version": version_of(page), "answer": "It is there."})
    assert sent.status_code == 302
    assert "It is there." in text_of(client.get(f"/disputes/{dispute.id}"))

    approver = client_for(office.approver)
    words = {"version": "1", "action": "accept", "decision": "Yes"}
    stale = approver.post(f"/disputes/{dispute.id}/decide", data=words)
    assert stale.status_code == 409
    assert "Yes" in text_of(stale)
    page = text_of(approver.get(f"/disputes/{dispute.id}"))
    done = approver.post(
        f"/disputes/{dispute.id}/decide", data={"version": version_of(page), "action": "accept", "decision": "Right."}
    )
    assert done.status_code == 302
    db.session.expire_all()
    assert db.session.query(RebateDispute).one().status is DisputeStatus.ACCEPTED
    assert "Right." in text_of(client.get(f"/disputes/{dispute.id}"))


def test_who_calculated_does_not_decide_and_a_dealer_neither(client_for, office, sold, statement):
    client = client_for(sold.user)
    ask(client, statement, "term=quota")
    dispute = db.session.query(RebateDispute).one()
    assert client.post(f"/disputes/{dispute.id}/decide", data={}).status_code == 403
    sales = client_for(office.sales)
    page = text_of(sales.get(f"/disputes/{dispute.id}"))
    assert 'value="accept"' not in page
    refused = sales.post(
        f"/disputes/{dispute.id}/decide", data={"version": dispute.version, "action": "accept", "decision": "Yes"}
    )
    assert refused.status_code == 409


def test_a_dispute_is_taken_back(client_for, sold, statement):
    client = client_for(sold.user)
    ask(client, statement, "")
    dispute = db.session.query(RebateDispute).one()
    page = text_of(client.get(f"/disputes/{dispute.id}"))
    assert "Take it back" in page
    assert client.post(f"/disputes/{dispute.id}/take-back", data={"version": dispute.version}).status_code == 302
    assert "Taken back" in text_of(client.get("/disputes"))
    assert "Taken back" in text_of(client.post("/disputes/export/csv"))


def test_disputes_about_what_is_not_there_are_refused(client_for, sold, statement):
    client = client_for(sold.user)
    assert client.get(f"/statements/{statement.id}/dispute?term=nothing").status_code == 404
    assert client.get(f"/statements/{statement.id}/dispute?line=2020-01/XX").status_code == 404
    answer, _key = ask(client, statement, "term=quota", question="")
    assert answer.status_code == 422
    assert ask(client, statement, "term=quota")[0].status_code == 302
    twice, _key = ask(client, statement, "term=quota")
    assert twice.status_code == 409
    assert "There is one already" in text_of(twice)


# ---- balances


def test_a_balance_shows_what_is_owed_and_paid_with_its_entries(client_for, office, sold):
    in_force(office, document())
    run = settling.settle(office, LAST, until="approved")
    client = client_for(sold.user)
    page = text_of(client.get("/balances"))
    assert "Accrued, not released yet" in page
    assert page.count("¥10,000.00") >= 3
    assert "Accrual" in page
    assert "Rebate cost" not in page
    settling.release(db.session(), run, actor=office.finance, version_seen=run.version)
    assert "Release" in text_of(client.get("/balances"))
    exported = text_of(client.post("/balances/export/csv"))
    assert "10000" in exported
    other = client_for(make_user(Role.DISTRIBUTOR, of=make_distributor()))
    assert "¥10,000.00" not in text_of(other.get("/balances"))
