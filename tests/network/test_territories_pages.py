"""Pages of territories."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.db import db
from portal.network.models import Territory
from portal.network.rules import DistributorStatus, Exclusivity
from portal.permissions import Role
from tests.factories import make_area, make_distributor, make_user, save
from tests.network.pages import open_page
from tests.network.sichuan import fill_books


@pytest.fixture
def books(session):
    yield from fill_books(session)


@pytest.fixture
def office(books, client_for):
    return client_for(make_user(Role.HO_NETWORK))


def give(dealer, county="510681", **values):
    return save(
        Territory(**{"distributor_id": dealer.id, "county_code": county, "valid_from": date(2020, 1, 1), **values})
    )


def stored(dealer):
    rows = db.session.scalars(select(Territory).where(Territory.distributor_id == dealer.id).order_by(Territory.id))
    return [(row.county_code, row.exclusivity, row.valid_from, row.valid_to) for row in rows]


def test_a_distributors_counties_are_listed_by_phase(office):
    dealer = make_distributor(code="D1")
    give(dealer, "510682", valid_to=date(2021, 1, 1))
    give(dealer, "510683", valid_from=date(2199, 1, 1), exclusivity=Exclusivity.SHARED)
    give(dealer, "510681")
    db.session.commit()
    html = open_page(office, "/distributors/D1/territories")
    assert html.index("Guanghan City") < html.index("Mianzhu City") < html.index("Shifang City")
    assert html.index("In force") < html.index("To come") < html.index("Ended")


def test_the_distributors_own_page_shows_them_too(office):
    dealer = make_distributor(code="D1")
    give(dealer)
    db.session.commit()
    html = office.get("/distributors/D1").get_data(as_text=True)
    assert "Guanghan City" in html
    assert "/distributors/D1/territories/new" in html


def test_an_empty_list_says_so(office):
    make_distributor(code="D1")
    db.session.commit()
    assert "is responsible for no county" in open_page(office, "/distributors/D1/territories")


def test_one_that_has_exited_takes_none(office):
    make_distributor(code="D1", status=DistributorStatus.EXITED)
    db.session.commit()
    assert "/territories/new" not in open_page(office, "/distributors/D1/territories")


def test_a_distributor_sees_the_own_ones_and_changes_nothing(books, client_for):
    area = make_area()
    own, other = make_distributor(code="D1", area=area), make_distributor(code="D2", area=area)
    row = give(own)
    give(other, "510682")
    client = client_for(make_user(Role.DISTRIBUTOR, of=own))
    html = open_page(client, "/distributors/D1/territories")
    assert "Guanghan City" in html
    assert "Shifang City" not in html
    assert "/territories/new" not in html
    assert client.get("/distributors/D2/territories").status_code == 404
    assert client.get("/distributors/D1/territories/new").status_code == 403
    assert client.post(f"/distributors/D1/territories/{row.id}/end", data={"last_day": "2026-01-01"}).status_code == 403


def test_ticked_counties_are_given(office):
    dealer = make_distributor(code="D1")
    db.session.commit()
    html = open_page(office, "/distributors/D1/territories/new")
    assert "Shifang City" in html
    sent = {"county": ["510681", "510682"], "exclusivity": "shared", "valid_from": "2026-03-01", "valid_to": ""}
    assert (
        office.post("/distributors/D1/territories/new", data=sent).headers["Location"] == "/distributors/D1/territories"
    )
    assert stored(dealer) == [
        ("510681", Exclusivity.SHARED, date(2026, 3, 1), None),
        ("510682", Exclusivity.SHARED, date(2026, 3, 1), None),
    ]


def test_counties_of_another_prefecture_are_shown_on_request(office):
    make_distributor(code="D1")
    db.session.commit()
    html = open_page(office, "/distributors/D1/territories/new?prefecture=510700")
    assert "Jiangyou City" in html
    assert "Guanghan City" not in html


def test_a_held_county_comes_back_with_its_holder(office):
    give(make_distributor(name_en="Holder Ltd", code="HOLDER"), valid_to=date(2027, 12, 31))
    dealer = make_distributor(code="D1")
    db.session.commit()
    assert "Holder Ltd" in open_page(office, "/distributors/D1/territories/new")
    sent = {"county": ["510681", "510682"], "exclusivity": "exclusive", "valid_from": "2026-03-01"}
    html = office.post("/distributors/D1/territories/new", data=sent).get_data(as_text=True)
    assert "Guanghan City is held by Holder Ltd (HOLDER) from 1 Jan 2020 to 31 Dec 2027 (exclusive)." in html
    assert html.count("checked") == 2
    assert stored(dealer) == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"county": []}, "Tick at least one county."),
        ({"valid_to": "2026-02-28"}, "is before the first one"),
        ({"valid_from": ""}, "Give the day."),
    ],
)
def test_what_is_wrong_is_said(office, sent, words):
    dealer = make_distributor(code="D1")
    db.session.commit()
    whole = {"county": ["510681"], "exclusivity": "exclusive", "valid_from": "2026-03-01", **sent}
    assert words in office.post("/distributors/D1/territories/new", data=whole).get_data(as_text=True)
    assert stored(dealer) == []


def test_a_territory_is_ended_by_its_last_day(office):
    dealer = make_distributor(code="D1")
    row = give(dealer)
    db.session.commit()
    path = f"/distributors/D1/territories/{row.id}/end"
    assert "Guanghan City" in open_page(office, path)
    assert office.post(path, data={"last_day": "2026-08-31"}).status_code == 302
    assert stored(dealer) == [("510681", Exclusivity.EXCLUSIVE, date(2020, 1, 1), date(2026, 8, 31))]
    html = office.post(path, data={"last_day": "2026-12-31"}).get_data(as_text=True)
    assert "Give an earlier one." in html


def test_a_territory_is_reached_by_its_own_distributor_only(office):
    make_distributor(code="D1")
    row = give(make_distributor(code="D2"))
    db.session.commit()
    assert office.get(f"/distributors/D1/territories/{row.id}/end").status_code == 404


@pytest.mark.parametrize("number", [1, 60])
def test_pages_take_few_queries_at_any_size(office, number):
    dealer = make_distributor(code="D1")
    for _ in range(number):
        give(dealer, exclusivity=Exclusivity.SHARED)
        give(make_distributor(), exclusivity=Exclusivity.SHARED)
    db.session.commit()
    for path in ("/distributors/D1/territories", "/distributors/D1/territories/new"):
        open_page(office, path)
