"""Openings: the checklist, the day of the opening, the promise held against the result."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.errors import StaleVersion
from portal.network.models import Outlet
from portal.network.rules import OutletStatus
from portal.onboarding.models import Application, ChecklistItem, OpeningReview
from portal.onboarding.queries.openings import list_items
from portal.onboarding.rules.states import ApplicationStatus
from portal.onboarding.services.openings import hold_review
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_outlet, make_user, save
from tests.network.pages import open_page
from tests.onboarding.reviewing import bring_to, hand_in, make_crew, text_of

S = ApplicationStatus


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


@pytest.fixture
def approved(applicant, crew):
    return bring_to(hand_in(applicant), crew, S.APPROVED)


def reread(model, key):
    bind_scope(db.session(), EVERYTHING)
    db.session.expire_all()
    return db.session.get_one(model, key)


def test_from_the_approval_to_the_open_outlet_in_the_browser(client_for, crew, approved):
    client = client_for(crew.network)
    assert "Start the opening" in open_page(client, f"/openings/{approved.id}")
    page = open_page(client, f"/reviews/{approved.id}/step/start-opening")
    assert "checklist" in page
    answer = client.post(f"/reviews/{approved.id}/step/start-opening", data={"version": approved.version})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert answer.headers["Location"].endswith(f"/openings/{approved.id}")
    application = reread(Application, approved.id)
    assert application.status is S.OPENING
    assert application.outlet.status is OutletStatus.OPENING
    items = list_items(db.session(), application)
    assert [item.kind for item in items] == [
        "contract", "licence", "decoration", "staff", "training", "systems", "first_stock",
    ]  # fmt: skip
    refused = client.post(f"/openings/{approved.id}/open", data={"version": application.version, "on": "2026-01-01"})
    assert refused.status_code == 409
    assert "The checklist has open items." in refused.get_data(as_text=True)
    open_page(client, f"/openings/{approved.id}/items/{items[0].id}")
    data = {"version": items[0].version, "owner_name": "王五", "due_on": "2026-12-01", "done_on": "", "note": "快"}
    assert client.post(f"/openings/{approved.id}/items/{items[0].id}", data=data).status_code == 302
    for item in list_items(db.session(), reread(Application, approved.id)):
        path = f"/openings/{approved.id}/items/{item.id}/tick"
        assert client.post(path, data={"version": item.version}).status_code == 302
    item = list_items(db.session(), reread(Application, approved.id))[0]
    assert (item.owner_name, item.done_on, item.done_by_name) == ("王五", clock.today(), crew.network.name)
    open_page(client, f"/openings/{approved.id}/open")
    application = reread(Application, approved.id)
    data = {"version": application.version, "on": clock.today().isoformat()}
    assert client.post(f"/openings/{approved.id}/open", data=data).status_code == 302
    outlet = reread(Outlet, application.outlet_id)
    assert (outlet.status, outlet.opened_on) == (OutletStatus.OPEN, clock.today())
    reviews = db.session.query(OpeningReview).order_by(OpeningReview.months).all()
    assert [(each.months, each.promised_qty) for each in reviews] == [(6, 30), (12, 60)]
    assert "After 6 months" in open_page(client, f"/openings/{approved.id}")


def test_a_line_that_somebody_else_ticked_is_not_ticked_twice(client_for, applicant, crew):
    application = bring_to(hand_in(applicant), crew, S.OPENING)
    item = list_items(db.session(), application)[0]
    client, path = client_for(crew.network), f"/openings/{application.id}/items/{item.id}/tick"
    assert client.post(path, data={"version": 1}).status_code == 302
    answer = client.post(path, data={"version": 1, "undo": "1"})
    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.get_data(as_text=True)
    assert reread(ChecklistItem, item.id).done_on == clock.today()


def test_another_openings_line_is_not_found(client_for, applicant, crew):
    mine, other = (bring_to(hand_in(applicant), crew, S.OPENING) for _ in range(2))
    item = list_items(db.session(), other)[0]
    client = client_for(crew.network)
    assert client.get(f"/openings/{mine.id}/items/{item.id}").status_code == 404
    assert client.post(f"/openings/{mine.id}/items/{item.id}/tick", data={"version": 1}).status_code == 404


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_reader_sees_openings_and_nobody_else_edits_them(client_for, applicant, crew, approved, locale):
    readers = [applicant.user, crew.manager, crew.approver, make_user(Role.HO_VIEWER), make_user(Role.ADMIN)]
    for reader in readers:
        reader.locale = locale
        client = client_for(reader)
        assert approved.number in open_page(client, "/openings")
        open_page(client, f"/openings/{approved.id}")
        open_page(client, "/openings/reviews")
        assert client.get(f"/openings/{approved.id}/items/1").status_code == 403


def test_what_was_promised_is_seen_by_filters_and_export(client_for, crew, approved):
    client = client_for(crew.network)
    assert approved.number in open_page(client, "/openings?status=approved&q=向阳")
    assert approved.number not in open_page(client, "/openings?status=opening")
    assert approved.number not in open_page(client, "/openings?late=yes")
    assert approved.number in text_of(client.post("/openings/export/csv?status=approved"))
    assert client.post("/openings/export/exe").status_code == 404


@pytest.fixture
def due(applicant):
    outlet = make_outlet(
        applicant.distributor,
        area=applicant.area,
        status_on=clock.today() - timedelta(days=200),
        opened_on=clock.today() - timedelta(days=200),
    )
    return save(
        OpeningReview(outlet_id=outlet.id, months=6, due_on=clock.today() - timedelta(days=17), promised_qty=30)
    )


@pytest.mark.parametrize(("sold", "status"), [(18, OutletStatus.OPEN), (17, OutletStatus.WATCH)])
def test_below_sixty_percent_of_the_promise_an_outlet_goes_on_watch(client_for, crew, due, sold, status):
    client = client_for(crew.network)
    assert "17 days overdue" in open_page(client, "/openings/reviews?state=due")
    open_page(client, f"/openings/reviews/{due.id}")
    data = {"version": 1, "actual_qty": str(sold), "source": "月报1-6", "held_on": clock.today().isoformat()}
    assert client.post(f"/openings/reviews/{due.id}", data=data).status_code == 302
    review = reread(OpeningReview, due.id)
    assert (review.actual_qty, review.outlet.status) == (sold, status)
    assert review.put_on_watch is (status is OutletStatus.WATCH)
    assert "held" in open_page(client, f"/openings/reviews/{due.id}")
    assert client.post(f"/openings/reviews/{due.id}", data=data).status_code in (200, 409)
    assert f",{sold}," in text_of(client.post("/openings/reviews/export/csv?state=held"))


def test_a_review_is_held_once_and_with_a_source(client_for, crew, due):
    client = client_for(crew.network)
    data = {"version": 1, "actual_qty": "20", "source": "", "held_on": clock.today().isoformat()}
    assert "Say where the figure comes from" in client.post(f"/openings/reviews/{due.id}", data=data).get_data(
        as_text=True
    )
    early = data | {"source": "x", "held_on": (due.due_on - timedelta(days=1)).isoformat()}
    assert "is earlier" in client.post(f"/openings/reviews/{due.id}", data=early).get_data(as_text=True)
    later = data | {"source": "x", "held_on": (clock.today() + timedelta(days=1)).isoformat()}
    assert "future" in client.post(f"/openings/reviews/{due.id}", data=later).get_data(as_text=True)
    assert reread(OpeningReview, due.id).held_on is None
    with pytest.raises(StaleVersion):
        hold_review(db.session(), due, actor=crew.network, version=99, actual_qty=1, source="x", held_on=clock.today())
