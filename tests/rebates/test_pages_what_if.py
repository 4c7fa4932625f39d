"""What a policy would have cost: asked on a page, computed by a job, compared, taken away as a file."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from portal import clock
from portal.db import db
from portal.jobs.models import Job
from portal.jobs.rules import JobStatus
from portal.periods import format_month, shift_month
from portal.permissions import Role
from portal.rebates.models import SavedWhatIf
from portal.rebates.services.policies import create_draft
from tests.factories import make_user
from tests.network.pages import open_page
from tests.rebates.settling import in_force, make_office, sell
from tests.rebates.test_pages_settlements import KEY, LAST, document, text_of
from tests.sales.reporting import make_dealer

FIRST = format_month(shift_month(LAST, -2))


@pytest.fixture
def office(session):
    return make_office()


@pytest.fixture
def sold(session):
    dealer = make_dealer()
    for back in range(3):
        sell(dealer, shift_month(LAST, -back), 10, outlet=dealer.outlets[0])
        sell(dealer, shift_month(LAST, -back), 9, outlet=dealer.outlets[1])
    return dealer


@pytest.fixture
def versions(office, sold):
    """In force: ¥1,000 a car from 8 on; the draft: ¥1,500 from 10 on."""
    before = in_force(office, document())
    draft = document("NEW-2026", stacks_with=["OUTLET-2026"])
    draft["terms"][0]["tiers"] = [{"from": "10", "rate": "1500"}]
    return before, create_draft(db.session(), draft, actor=office.sales)


@pytest.fixture
def client(office, client_for):
    return client_for(office.sales)


def ask(client, versions, **changed):
    before, draft = versions
    data = {"name": "From ten on", "policy": draft.id, "compared": before.id, "first_month": FIRST, "last_month": KEY}
    return client.post("/what-ifs/new", data=data | changed)


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page(office, versions, client_for, locale):
    office.sales.locale = locale
    client = client_for(office.sales)
    address = ask(client, versions).headers["Location"]
    alone = ask(client, versions, compared="", name="Alone").headers["Location"]
    number = re.search(r"\d+", alone).group()
    for path in (
        "/what-ifs?q=ten&sort=-months",
        "/what-ifs/new",
        f"/what-ifs/new?policy={versions[1].id}",
        *(f"{address}?show={shown}&page=1" for shown in ("winners", "losers", "under", "nonsense")),
        alone,
        f"{address}/beside?other={number}",
    ):
        open_page(client, path)
    for path in ("/what-ifs/export/csv", *(f"{address}/export/xlsx?show={each}" for each in ("losers", "under"))):
        answer = client.post(path)
        assert answer.status_code == 200, path
        answer.close()
    assert client.post(f"{address}/export/csv?show=nobody").status_code == 404
    assert client.get(f"{address}/beside").status_code == 302


def test_an_empty_list_says_so(client):
    assert "No what-ifs yet" in open_page(client, "/what-ifs")


def test_cost_winners_losers_and_who_sits_just_under(client, versions, sold):
    address = ask(client, versions).headers["Location"]
    result = db.session.get(SavedWhatIf, int(address.rsplit("/", 1)[1])).result
    # Three months: 10 × 1,500 against 10 × 1,000 + 9 × 1,000.
    assert (result["total_fen"], result["compared_fen"]) == (4_500_000, 5_700_000)
    page = open_page(client, address)
    assert "¥45,000" in page
    assert "¥57,000" in page
    assert sold.outlets[0].code in page
    assert sold.outlets[1].code in open_page(client, f"{address}?show=losers")
    under = open_page(client, f"{address}?show=under")
    assert "1 units" in under
    assert "¥15,000.00" in under
    assert "data-q-chart" in page


def test_it_shows_how_far_it_is(client, versions):
    address = ask(client, versions).headers["Location"]
    assert client.get(f"{address}/progress").headers["HX-Refresh"] == "true"
    db.session.execute(update(Job).values(status=JobStatus.RUNNING, finished_at=None))
    db.session.execute(update(SavedWhatIf).values(result=None))
    assert "Computing" in open_page(client, address)
    assert "HX-Refresh" not in client.get(f"{address}/progress").headers
    db.session.execute(update(Job).values(status=JobStatus.FAILED, finished_at=clock.now(), error_code="x"))
    assert "q-note--danger" in open_page(client, address)
    assert client.post(f"{address}/compute").status_code == 302
    assert "¥45,000" in open_page(client, address)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Give it a name."),
        ({"policy": ""}, "Choose a policy."),
        ({"first_month": KEY, "last_month": FIRST}, "months that are over"),
    ],
)
def test_what_is_wrong_stands_at_its_field(client, versions, changed, words):
    html = text_of(ask(client, versions, **changed))
    assert "There is something to correct" in html
    assert words in html


def test_it_may_be_deleted_by_who_may_write(client, versions, client_for):
    address = ask(client, versions).headers["Location"]
    viewer = client_for(make_user(Role.HO_VIEWER))
    open_page(viewer, address)
    assert viewer.post(f"{address}/delete").status_code == 403
    assert client.post(f"{address}/delete").status_code == 302
    assert client.get(address).status_code == 404
    assert client_for(make_user(Role.REGIONAL_MANAGER)).get("/what-ifs").status_code == 403
