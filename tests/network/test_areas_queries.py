from datetime import date

import pytest

from portal.network.models import AreaRegion, Territory
from portal.network.queries import areas
from portal.network.rules import Exclusivity, OutletStatus, RegionLevel
from portal.scope import Scope, ScopeKind, bind_scope
from tests.factories import make_area, make_distributor, make_outlet, make_user, save
from tests.network.sichuan import fill_books

P, F, C = RegionLevel.PROVINCE, RegionLevel.PREFECTURE, RegionLevel.COUNTY
DAY, BEGIN = date(2026, 7, 1), date(2020, 1, 1)


@pytest.fixture
def books(session):
    yield from fill_books(session)


def assign(area, level, code, valid_from=BEGIN, valid_to=None):
    return save(AreaRegion(area_id=area.id, level=level, code=code, valid_from=valid_from, valid_to=valid_to))


def test_what_lies_in_an_area_and_in_none(books):
    deyang, anzhou = make_area(prefecture="510600"), make_area(prefecture=None)
    assign(anzhou, C, "510705")
    dealer = make_distributor(area=deyang)
    for status in (OutletStatus.OPEN, OutletStatus.WATCH, OutletStatus.APPLIED, OutletStatus.EXITED):
        make_outlet(dealer, area=deyang, status=status)
    make_outlet(dealer, status=OutletStatus.CANDIDATE)
    save(Territory(distributor_id=dealer.id, county_code="510681", exclusivity=Exclusivity.EXCLUSIVE, valid_from=BEGIN))
    save(Territory(distributor_id=dealer.id, county_code="510682", valid_from=BEGIN, valid_to=date(2026, 6, 30)))
    found = areas.count_inside(books, DAY)
    assert found[deyang.id] == areas.InArea(1, 3, 2, distributors=1, trading=2, planned=1)
    assert found[anzhou.id] == areas.InArea(0, 1, 1)
    assert found[None] == areas.InArea(1, 2, 2, planned=1)


def test_a_manager_counts_white_counties_without_seeing_who_holds_the_others(books):
    area, other = make_area(prefecture="510600"), make_area(prefecture=None)
    holder = make_distributor(area=other)
    save(Territory(distributor_id=holder.id, county_code="510681", valid_from=BEGIN))
    make_outlet(holder, area=other)
    books.commit()
    bind_scope(books(), Scope(ScopeKind.AREAS, frozenset({area.id})))
    found = areas.count_inside(books, DAY)
    assert found[area.id].white_counties == 2
    assert sum(each.trading + each.distributors for each in found.values()) == 0


def test_the_tree_says_whose_each_region_is(books):
    area, other = make_area(prefecture="510600"), make_area(prefecture=None, code="OTHER")
    assign(other, C, "510681")
    assign(other, F, "510700", valid_from=date(2027, 1, 1))
    tree = areas.choose_in(books, area, "510000", DAY)
    assert (tree.entry.code, tree.own, tree.other) == ("510000", False, None)
    deyang, mianyang = tree.children
    assert (deyang.own, mianyang.own, mianyang.other) == (True, False, None)
    guanghan, shifang, _mianzhu = deyang.children
    assert (guanghan.own, guanghan.other.area_code, shifang.own) == (False, "OTHER", True)
    assert (guanghan.around, mianyang.children[0].around) == (None, None)
    later = areas.choose_in(books, area, "510000", date(2027, 1, 1))
    assert later.children[1].other.area_code == "OTHER"
    assert later.children[1].children[0].around.area_code == "OTHER"
    assert {code for _, code in tree.keys} >= {"510000", "510705", "510681"}


def test_the_province_shown_first_is_that_of_most_regions(books):
    area = make_area(prefecture=None)
    assert areas.first_province(books, area) == "460000"
    assign(area, C, "469001")
    assign(area, F, "510600")
    assign(area, C, "510705")
    assert areas.first_province(books, area) == "510000"


def test_people_are_those_who_work_with_areas(books):
    make_user(name="Zoe")
    gone = make_user(name="Adam", is_active=False)
    dealer = make_distributor()
    make_user("distributor", of=dealer, name="Dealer")
    assert [name for _, name in areas.list_people(books)] == ["Zoe"]
    assert [name for _, name in areas.list_people(books, [gone.id, None])] == ["Adam", "Zoe"]
