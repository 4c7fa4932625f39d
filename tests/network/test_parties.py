"""The filters that lists, the map and exports share: what a query string asks for, and which rows that is."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal.network.models import Outlet
from portal.network.queries.lists import list_outlets
from portal.network.queries.parties import NOT_ASSIGNED, DistributorFilter, OutletFilter
from portal.network.queries.region_names import find_counties, forget_regions, region_book
from portal.network.queries.remembering import Remembered
from portal.network.rules import CityTier, OperatingMode, OutletStatus, RegionLevel, StoreClass
from portal.paging import SortKey
from tests.factories import make_area, make_distributor, make_outlet
from tests.network.sichuan import fill_books


@pytest.fixture
def books(session):
    forget_regions()
    yield from fill_books(session)
    forget_regions()


def parse(**values):
    pairs = [(key, each) for key, value in values.items() for each in (value if isinstance(value, list) else [value])]
    return OutletFilter.parse(MultiDict(pairs))


def test_everything_that_an_address_may_say():
    filters = parse(
        q=" ＧＸ  01 ",
        area=["NORTH", NOT_ASSIGNED],
        region=["prefecture:510600", "county:510681"],
        status=["open", "watch"],
        mode="direct",
        tier="2",
        distributor="SC-DY",
        bbox="103,30,105,32",
        **{"class": "A"},
    )
    assert filters == OutletFilter(
        text="GX 01",
        areas=("NORTH", NOT_ASSIGNED),
        regions=((RegionLevel.PREFECTURE, "510600"), (RegionLevel.COUNTY, "510681")),
        modes=(OperatingMode.DIRECT,),
        tiers=(CityTier.SECOND,),
        statuses=(OutletStatus.OPEN, OutletStatus.WATCH),
        classes=(StoreClass.A,),
        distributors=("SC-DY",),
        bbox=(103.0, 30.0, 105.0, 32.0),
    )


@pytest.mark.parametrize(
    "values",
    [
        {"status": "bogus", "mode": "1 OR 1=1", "class": "a"},
        {"region": "county:", "area": "a b", "distributor": "x\x00"},
        {"bbox": "1,2,3"},
        {"bbox": "nan,nan,nan,nan"},
        {"bbox": "105,30,103,32"},
        {"bbox": "a,b,c,d"},
        {"unknown": "x", "q": "\x00\x07 "},
    ],
)
def test_what_is_not_understood_is_left_out(values):
    assert parse(**values) == OutletFilter()


def test_each_filter_keeps_the_right_outlets(session):
    area = make_area()
    first, second = make_distributor(area=area), make_distributor()
    plain = {"name": "甲", "name_en": "Plain"}
    rows = {
        "assigned": make_outlet(first, area=area, **plain, city_tier=CityTier.FIRST),
        "named": make_outlet(second, name="100%_好店", name_en="Good shop"),
        "classed": make_outlet(second, **plain, store_class=StoreClass.A, operating_mode=OperatingMode.DIRECT),
        "gone": make_outlet(
            second, **plain, status=OutletStatus.EXITED, county_code="510705", prefecture_code="510700"
        ),
        "far": make_outlet(second, **plain, lng=110.0, lat=25.0),
    }
    expected = {
        "assigned": [{"area": area.code}, {"distributor": first.code}, {"tier": "1"}],
        "named": [{"q": "100%_"}, {"q": "GOOD"}],
        "classed": [{"class": "A"}, {"mode": "direct"}],
        "gone": [{"status": "exited"}, {"region": "prefecture:510700"}, {"region": "county:510705"}],
        "far": [{"bbox": "109,24,111,26"}],
    }
    for name, questions in expected.items():
        for question in questions:
            found = session.scalars(parse(**question).apply(select(Outlet))).all()
            assert found == [rows[name]], question
    unassigned = session.scalars(parse(area=NOT_ASSIGNED).apply(select(Outlet))).all()
    assert len(unassigned) == 4
    assert len(session.scalars(parse(area=[NOT_ASSIGNED, area.code]).apply(select(Outlet))).all()) == 5
    assert session.scalars(parse(q="%").apply(select(Outlet))).all() == [rows["named"]]


def test_distributors_are_filtered_alike():
    filters = DistributorFilter.parse(MultiDict([("status", "suspended"), ("rank", "county"), ("q", "德阳")]))
    assert (filters.text, len(filters.statuses), len(filters.ranks)) == ("德阳", 1, 1)


def test_a_list_that_fits_on_its_page_counts_itself(session):
    distributor = make_distributor()
    for _ in range(3):
        make_outlet(distributor)
    order = [SortKey(Outlet.code), SortKey(Outlet.id)]
    page, count = list_outlets(session, OutletFilter(), order=order, cursor="", size=25)
    assert (len(page.rows), count.value, page.is_only) == (3, 3, True)
    page, count = list_outlets(session, OutletFilter(), order=order, cursor="", size=2)
    assert (len(page.rows), count.value, page.is_only) == (2, 3, False)


def test_counties_are_suggested_by_name_and_code(session, books):
    book = region_book(session)
    assert [(entry.code, zh, en) for entry, zh, en in find_counties(book, "广汉", 5)] == [
        ("510681", "四川省 德阳市", "Deyang, Sichuan")
    ]
    assert [entry.code for entry, *_ in find_counties(book, "5106", 2)] == ["510681", "510682"]
    in_code_order = [entry.code for entry, *_ in find_counties(book, "city", 9)]
    assert in_code_order == ["469001", "510681", "510682", "510683", "510781"]


def test_an_answer_is_remembered_until_it_is_forgotten():
    asked = []
    remembered: Remembered[int] = Remembered()

    def ask():
        asked.append(1)
        return len(asked)

    assert [remembered.get("a", ask), remembered.get("a", ask), remembered.get("b", ask)] == [1, 1, 2]
    remembered.forget()
    assert remembered.get("a", ask) == 3
