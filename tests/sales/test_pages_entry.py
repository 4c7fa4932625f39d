"""A distributor types a report in: one outlet at a time, in a grid, saved while it is typed; hands it in once."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.db import db
from portal.sales.models import MonthlyReport, ReportEvent, ReportQuestion
from portal.sales.rules.words import QuestionStatus, ReportStatus
from portal.sales.services.periods import open_period
from portal.sales.services.reports import return_report
from tests.network.pages import open_page
from tests.sales.paging import BEFORE, LAST, LAST_KEY, begin, fields_of, line_at, locked, report_of, text_of
from tests.sales.reporting import Dealer, make_dealer


@pytest.fixture
def dealer(session) -> Dealer:
    made = make_dealer()
    for month in (BEFORE, LAST):
        open_period(session(), month)
    session.commit()
    return made


@pytest.fixture
def client(dealer, client_for):
    return client_for(dealer.user)


@pytest.fixture
def report_id(dealer, client) -> int:
    return begin(client, dealer.distributor.code)


def sent(client, path, **changes):
    """The page's own fields with some of them typed anew."""
    return fields_of(open_page(client, path)) | changes


def test_months_offer_what_is_due(dealer, client):
    html = open_page(client, "/reports")
    assert "Fill in" in html
    assert dealer.distributor.code in html
    report_id = begin(client, dealer.distributor.code)
    assert begin(client, dealer.distributor.code) == report_id
    assert f"/reports/{report_id}/enter" in open_page(client, "/reports")
    assert client.post("/reports/open", data={"distributor": "NOBODY", "month": LAST_KEY}).status_code == 404
    assert client.post("/reports/open", data={"distributor": dealer.distributor.code, "month": "x"}).status_code == 404
    late = {"distributor": dealer.distributor.code, "month": "2099-01"}
    assert client.post("/reports/open", data=late).status_code == 404


def test_outlet_after_outlet(dealer, client, report_id):
    first, model = dealer.outlets[0], dealer.models[0]
    key = f"line-{first.id}-{model.id}"
    data = sent(client, f"/reports/{report_id}/enter", **{f"{key}-sell_in": "１,２00", f"{key}-closing_stock": "1200"})
    answer = client.post(f"/reports/{report_id}/enter", data=data)
    assert answer.headers["Location"].endswith(f"enter?outlet={dealer.outlets[1].id}")
    line = line_at(report_id, (first.id, model.id))
    assert (line.sell_in, line.closing_stock) == (1200, 1200)
    back = client.post(answer.headers["Location"], data={"then": "back"})
    assert back.headers["Location"].endswith(f"enter?outlet={first.id}")
    own = client.post(answer.headers["Location"], data={"then": "next"})
    assert own.headers["Location"].endswith("enter?outlet=0")
    assert client.post(own.headers["Location"], data={}).headers["Location"].endswith("/header")
    assert client.get(f"/reports/{report_id}/enter?outlet=999999").status_code == 404


def test_what_does_not_fit_stays_with_a_sentence_and_the_rest_is_stored(dealer, client, report_id):
    outlet, (first, second) = dealer.outlets[0], dealer.models
    path = f"/reports/{report_id}/enter?outlet={outlet.id}"
    wrong = {f"line-{outlet.id}-{first.id}-retail": "zwölf", f"line-{outlet.id}-{first.id}-sell_in": "-3"}
    answer = client.post(path, data=sent(client, path, **wrong, **{f"line-{outlet.id}-{second.id}-sell_in": "7"}))
    html = text_of(answer)
    assert answer.status_code == 422
    assert 'value="zwölf"' in html
    assert "“zwölf” is not a number" in html
    assert "-3 is below the smallest value" in html
    assert line_at(report_id, (outlet.id, second.id)).sell_in == 7
    assert line_at(report_id, (outlet.id, first.id)).sell_in == 0


def test_the_amount_follows_from_the_price_where_it_is_left_empty(dealer, client, report_id):
    model = dealer.models[0]
    path, key = f"/reports/{report_id}/enter?outlet=0", f"line-0-{model.id}"
    data = sent(
        client, path, **{f"{key}-sell_in": "3", f"{key}-channel_price_fen": "52,800.50", f"{key}-amount_fen": ""}
    )
    assert client.post(path, data=data).status_code == 302
    line = line_at(report_id, (None, model.id))
    assert (line.channel_price_fen, line.amount_fen) == (5_280_050, 15_840_150)


def test_saved_while_it_is_typed(dealer, client, report_id):
    outlet, model = dealer.outlets[0], dealer.models[0]
    key = f"line-{outlet.id}-{model.id}"
    data = sent(client, f"/reports/{report_id}/enter", **{f"{key}-sell_in": "5", f"{key}-retail": "x"})
    answer = client.post(f"/reports/{report_id}/lines.json", data=data)
    told = answer.get_json()
    assert answer.status_code == 200
    assert "1 value is not saved" in told["message"]
    assert list(told["lines"][f"{outlet.id}-{model.id}"]["errors"]) == [f"{key}-retail"]
    assert line_at(report_id, (outlet.id, model.id)).sell_in == 5
    # The next save comes from the same page: its base is the one it was told.
    data |= {f"{key}-retail": "2", f"{key}-base": told["lines"][f"{outlet.id}-{model.id}"]["base"]}
    told = client.post(f"/reports/{report_id}/lines.json", data=data).get_json()
    assert told["message"].startswith("Saved at")
    assert line_at(report_id, (outlet.id, model.id)).retail == 2


def test_two_people_on_one_line_are_told_and_on_two_lines_are_not(dealer, client, report_id):
    outlet, (first, second) = dealer.outlets[0], dealer.models
    path, key = f"/reports/{report_id}/enter", f"line-{outlet.id}-{first.id}"
    page = sent(client, path)
    assert client.post(path, data=page | {f"{key}-sell_in": "5"}).status_code == 302
    other = page | {f"line-{outlet.id}-{second.id}-sell_in": "6"}
    assert client.post(path, data={**other, f"{key}-sell_in": "5"}).status_code == 302
    answer = client.post(path, data=page | {f"{key}-sell_in": "9"})
    html = text_of(answer)
    assert answer.status_code == 409
    assert "Somebody else has saved this line meanwhile: Sell-in 5" in html
    assert line_at(report_id, (outlet.id, first.id)).sell_in == 5
    again = fields_of(html)
    assert again[f"{key}-sell_in"] == "9"
    assert client.post(path, data=again).status_code == 302
    assert line_at(report_id, (outlet.id, first.id)).sell_in == 9


def test_the_grid(dealer, client, report_id):
    path = f"/reports/{report_id}/grid"
    data = sent(client, path)
    for outlet in dealer.outlets:
        data[f"line-{outlet.id}-{dealer.models[0].id}-sell_in"] = "4"
    assert client.post(path, data=data | {"then": "header"}).headers["Location"].endswith("/header")
    assert [line_at(report_id, (each.id, dealer.models[0].id)).sell_in for each in dealer.outlets] == [4, 4]
    wrong = data | {f"line-{dealer.outlets[0].id}-{dealer.models[0].id}-retail": "?"}
    assert client.post(path, data=wrong).status_code == 422
    assert client.post(path, data=data | {"then": "stay"}).headers["Location"].endswith("grid?page=1")


def hand_in(client, report_id):
    """From the head of the paper to the submission."""
    head = fields_of(open_page(client, f"/reports/{report_id}/header"), "none")
    answer = client.post(f"/reports/{report_id}/header", data=head | {"reporter": "Li", "as_of_on": ""})
    assert answer.headers["Location"].endswith("/check")
    return fields_of(open_page(client, f"/reports/{report_id}/check"), "none")


def test_handed_in_once(dealer, client, report_id):
    assert client.post(f"/reports/{report_id}/header", data={"version": "1", "reporter": ""}).status_code == 200
    form = hand_in(client, report_id)
    first = client.post(f"/reports/{report_id}/submit", data=form)
    second = client.post(f"/reports/{report_id}/submit", data=form)
    assert first.headers["Location"] == second.headers["Location"] == f"/reports/{report_id}/submitted"
    events = select(func.count()).where(ReportEvent.report_id == report_id, ReportEvent.action == "submit")
    assert db.session.scalar(events) == 1
    assert report_of(report_id).status is ReportStatus.SUBMITTED
    open_page(client, f"/reports/{report_id}/submitted")
    for page in ("enter", "grid", "header", "check"):
        assert client.get(f"/reports/{report_id}/{page}").headers["Location"] == f"/reports/{report_id}"
    assert client.post(f"/reports/{report_id}/lines.json", data={}).status_code == 200  # nothing was sent
    key = f"line-{dealer.outlets[0].id}-{dealer.models[0].id}"
    late = client.post(f"/reports/{report_id}/lines.json", data={f"{key}-base": "", f"{key}-retail": "1"})
    assert late.status_code == 409


def test_a_report_that_moved_on_is_looked_at_again(dealer, client, report_id):
    form = hand_in(client, report_id)
    outlet = dealer.outlets[0].id
    path = f"/reports/{report_id}/enter"
    client.post(path, data=sent(client, path, **{f"line-{outlet}-{dealer.models[0].id}-sell_in": "1"}))
    answer = client.post(f"/reports/{report_id}/submit", data=form)
    assert answer.status_code == 409
    assert "has been changed since you opened this page" in text_of(answer)
    assert report_of(report_id).status is ReportStatus.DRAFT


def test_what_cannot_be_is_named_and_linked(dealer, client, report_id):
    outlet, model = dealer.outlets[0].id, dealer.models[0].id
    path, key = f"/reports/{report_id}/enter", f"line-{outlet}-{model}"
    client.post(
        path, data=sent(client, path, **{f"{key}-closing_stock": "1", f"{key}-sell_in": "1", f"{key}-aged_stock": "2"})
    )
    form = hand_in(client, report_id)
    html = open_page(client, f"/reports/{report_id}/check")
    assert f"/reports/{report_id}/enter?outlet={outlet}#{key}-aged_stock" in html
    assert "disabled" in html
    answer = client.post(f"/reports/{report_id}/submit", data=form)
    assert answer.status_code == 409


def test_questions_are_asked_before_and_answered(dealer, client, report_id):
    outlet, model = dealer.outlets[0].id, dealer.models[0].id
    path, key = f"/reports/{report_id}/enter", f"line-{outlet}-{model}"
    client.post(path, data=sent(client, path, **{f"{key}-sell_in": "9", f"{key}-closing_stock": "8"}))
    form = hand_in(client, report_id)
    html = open_page(client, f"/reports/{report_id}/check")
    assert "The figures lead to a closing stock of 9, the line says 8" in html
    question = db.session.scalars(select(ReportQuestion).where(ReportQuestion.check == "stock_equation")).one()
    answers = {f"answer-{question.id}": "盘亏一台", "back": "check"}
    assert client.post(f"/reports/{report_id}/answers", data=answers).headers["Location"].endswith("check#questions")
    assert client.post(f"/reports/{report_id}/submit", data=form).status_code == 302
    db.session.expire_all()
    assert (question.status, question.answer) == (QuestionStatus.ANSWERED, "盘亏一台")
    assert "盘亏一台" in open_page(client, f"/reports/{report_id}")


def test_returned_and_mended(dealer, client, report_id):
    client.post(f"/reports/{report_id}/submit", data=hand_in(client, report_id))
    report = report_of(report_id)
    return_report(db.session(), report, actor=dealer.manager, version=report.version, reason="期初不对")
    db.session.commit()
    assert "期初不对" in open_page(client, "/reports")
    assert "期初不对" in open_page(client, f"/reports/{report_id}")
    client.post(f"/reports/{report_id}/submit", data=hand_in(client, report_id))
    assert report_of(report_id).revision == 2


def test_evidence(client, report_id):
    picture = io.BytesIO()
    Image.new("RGB", (4, 4), "grey").save(picture, "PNG")
    picture.seek(0)
    path = f"/reports/{report_id}/files"
    assert client.post(path, data={"file": (picture, "盘点.png")}).status_code == 302
    html = open_page(client, f"/reports/{report_id}/header")
    assert "盘点.png" in html
    number = html.split(f"{path}/")[1].split('"')[0]
    answer = client.get(f"{path}/{number}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    answer.close()
    client.post(path, data={"file": (io.BytesIO(b"MZ"), "virus.exe")})
    assert "virus.exe" in open_page(client, f"/reports/{report_id}/header")  # the sentence names it
    client.post(path, data={"remove": number})
    assert client.get(f"{path}/{number}").status_code == 404


def test_a_closed_month_is_not_typed_into(dealer, client):
    report_id = begin(client, dealer.distributor.code, BEFORE)
    locked(BEFORE, dealer.sales)
    assert client.get(f"/reports/{report_id}/enter").headers["Location"] == f"/reports/{report_id}"
    assert "its figures are changed by an amendment" in open_page(client, f"/reports/{report_id}")
    key = f"line-{dealer.outlets[0].id}-{dealer.models[0].id}"
    late = client.post(f"/reports/{report_id}/lines.json", data={f"{key}-base": "", f"{key}-retail": "1"})
    assert late.status_code == 409
    assert "is closed" in late.get_json()["message"]


def test_sales_one_by_one(dealer, client, report_id):
    outlet, model = dealer.outlets[0].id, dealer.models[0].id
    path = f"/reports/{report_id}/details/edit?outlet={outlet}&model={model}"
    html = open_page(client, path)
    row = {"version": fields_of(html, "none")["version"], "rows-0-sale_type": "retail"}
    good = row | {"rows-0-sold_on": LAST.replace(day=3).isoformat(), "rows-0-serial": " luda 1 ", "rows-0-units": "１"}
    assert client.post(path, data=good).status_code == 302
    listed = open_page(client, f"/reports/{report_id}/details")
    assert "LUDA1" in listed
    version = str(report_of(report_id).version)
    for wrong, words in (
        ({"rows-0-sold_on": "", "rows-0-serial": "X1"}, "Give the day of the sale."),
        ({"rows-0-sold_on": BEFORE.isoformat()}, "does not lie in the month"),
        ({"rows-0-units": "many"}, "“many” is not a number"),
    ):
        answer = client.post(path, data=good | {"version": version} | wrong)
        assert answer.status_code == 422
        assert words in text_of(answer)
    assert client.post(path, data=good | {"version": "1"}).status_code == 409
    assert client.get(f"/reports/{report_id}/details/edit?outlet=0&model=999999").status_code == 404
    csv = client.post(f"/reports/{report_id}/details/export/csv")
    assert "LUDA1" in text_of(csv)
    assert client.get(f"/reports/{report_id}/details?q=nothing").status_code == 200


def test_outlets_have_no_reports(dealer, client_for, report_id):
    from portal.permissions import Role
    from tests.factories import make_user

    outlet = client_for(make_user(Role.OUTLET, of=dealer.outlets[0]))
    assert outlet.get("/reports").status_code == 403
    assert outlet.get(f"/reports/{report_id}").status_code == 403
    assert db.session.scalar(select(func.count()).select_from(MonthlyReport)) == 1
