"""The rollout plan: planned against open, by group, with what is late; its lines."""

from __future__ import annotations

from datetime import date

import pytest

from portal.db import db
from portal.errors import InvalidInput
from portal.network.rules import CityTier, OutletStatus, StoreClass
from portal.onboarding.models import RolloutLine
from portal.onboarding.queries.plan import PlanFilter, plan_table
from portal.onboarding.rules.plan import Grouping
from portal.onboarding.services.recruiting import plan_openings
from portal.permissions import Role
from tests.factories import make_area, make_outlet, make_user
from tests.network.pages import open_page
from tests.onboarding.reviewing import make_crew, text_of

TODAY = date(2027, 3, 15)


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


def plan(county: str, month: date, count: int, difficulty: int = 2, **facts) -> RolloutLine:
    facts = {"store_class": None, "city_tier": None} | facts
    return plan_openings(
        db.session(), county_code=county, open_month=month, planned_qty=count, difficulty=difficulty, **facts
    )


@pytest.fixture
def lines(applicant):
    """Guanghan 3 (hard), Shifang 2 (easy), Jiangyou in the other prefecture 1; two have opened, one elsewhere."""
    plan("510681", date(2027, 1, 1), 2, 3, store_class=StoreClass.A, city_tier=CityTier.THIRD)
    plan("510681", date(2027, 6, 1), 1, 3)
    plan("510682", date(2027, 2, 1), 2, 1, store_class=StoreClass.B)
    plan("510781", date(2027, 3, 1), 1, 2)
    owner = applicant.distributor
    for county, prefecture, day, status in (
        ("510681", "510600", date(2027, 1, 20), OutletStatus.OPEN),
        ("510682", "510600", date(2027, 2, 2), OutletStatus.WATCH),
        ("510682", "510600", date(2026, 12, 31), OutletStatus.OPEN),
        ("510682", "510600", date(2027, 2, 3), OutletStatus.EXITED),
        ("510705", "510700", date(2027, 3, 1), OutletStatus.OPEN),
    ):
        make_outlet(
            owner,
            area=applicant.area,
            county_code=county,
            prefecture_code=prefecture,
            opened_on=day,
            status=status,
            store_class=StoreClass.A if county == "510681" else None,
        )


def table_of(by: Grouping, **wanted):
    table = plan_table(db.session(), PlanFilter(**wanted), by, today=TODAY)
    return {each.key: (each.progress.planned, each.progress.opened, each.progress.late) for each in table.groups}, table


def test_by_county_easy_before_hard(lines):
    groups, table = table_of(Grouping.COUNTY)
    assert groups == {"510682": (2, 1, 1), "510781": (1, 0, 1), "510681": (3, 1, 1)}
    assert list(groups) == ["510682", "510781", "510681"]
    assert (table.total.planned, table.total.opened, table.total.late, table.unplanned) == (6, 2, 3, 1)


def test_by_prefecture_month_class_and_tier(lines):
    assert table_of(Grouping.PREFECTURE)[0] == {"510600": (5, 2, 2), "510700": (1, 1, 0)}
    months = table_of(Grouping.MONTH)[0]
    assert months == {
        date(2027, 1, 1): (2, 1, 1),
        date(2027, 2, 1): (2, 1, 1),
        date(2027, 3, 1): (1, 1, 0),
        date(2027, 6, 1): (1, 0, 0),
    }
    assert list(months) == sorted(months)
    classes = table_of(Grouping.CLASS)[0]
    assert classes[StoreClass.A] == (2, 1, 1)
    assert classes[StoreClass.B] == (2, 0, 2)
    assert table_of(Grouping.TIER)[0][CityTier.THIRD] == (2, 0, 2)


def test_filters_cut_plan_and_outlets_alike(lines):
    assert table_of(Grouping.COUNTY, classes=(StoreClass.A,))[0] == {"510681": (2, 1, 1)}
    assert table_of(Grouping.COUNTY, years=(2026,))[0] == {}
    assert table_of(Grouping.COUNTY, difficulties=(1,))[0] == {"510682": (2, 1, 1)}


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page_of_the_plan(client_for, crew, lines, locale):
    crew.network.locale = locale
    client = client_for(crew.network)
    for by in Grouping:
        open_page(client, "/plan" if by is Grouping.PREFECTURE else f"/plan/{by}")
    open_page(client, "/plan/month?year=2027&region=prefecture:510600&class=A&difficulty=3")
    open_page(client, "/plan/new")


def test_an_empty_plan_says_so(client_for, crew):
    assert "No plan yet" in open_page(client_for(crew.network), "/plan")
    assert "Add a line" not in open_page(client_for(crew.manager), "/plan")


def test_lines_are_added_exported_and_removed(client_for, crew):
    client = client_for(crew.network)
    sent = {"county": "广汉市", "open_month": "2027-05", "planned_qty": "２", "store_class": "A", "difficulty": "1"}
    assert client.post("/plan/new", data=sent | {"city_tier": ""}).status_code == 302
    line = db.session.query(RolloutLine).one()
    path = f"/plan/lines/{line.id}/remove"
    assert (line.county_code, line.open_month, line.planned_qty, line.store_class) == (
        "510681", date(2027, 5, 1), 2, StoreClass.A,
    )  # fmt: skip
    assert "2027-05-01" in text_of(client.post("/plan/export/csv"))
    assert "510681" not in text_of(client.post("/plan/export/csv?what=month"))
    assert "is no month" in text_of(client.post("/plan/new", data=sent | {"open_month": "soon"}))
    assert client.post(path).status_code == 302
    assert db.session.query(RolloutLine).count() == 0
    assert client.post(path).status_code == 404


def test_a_manager_reads_the_plan_of_their_areas_and_writes_none(client_for, applicant, lines):
    client = client_for(make_user(Role.REGIONAL_MANAGER, of=applicant.area))
    page = open_page(client, "/plan/county")
    assert "Guanghan" in page
    assert "Jiangyou" not in page
    assert client.post("/plan/new", data={}).status_code == 403
    stranger = client_for(make_user(Role.REGIONAL_MANAGER, of=make_area(prefecture=None)))
    assert "Guanghan" not in open_page(stranger, "/plan")


def test_a_line_needs_a_known_county_and_the_first_of_a_month(books):
    with pytest.raises(InvalidInput, match="not_first_of_month"):
        plan("510681", date(2027, 1, 2), 1)
    with pytest.raises(InvalidInput, match="out_of_range"):
        plan("510681", date(2027, 1, 1), 0)
    with pytest.raises(InvalidInput, match="unknown_region"):
        plan("999999", date(2027, 1, 1), 1)
