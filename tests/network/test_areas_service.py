from datetime import date

import pytest
from sqlalchemy import select

from portal.errors import InvalidInput, NotFound, StaleVersion
from portal.network.models import AreaRegion
from portal.network.rules import RegionLevel
from portal.network.services.areas import assign_regions, change_area, create_area
from portal.scope import Scope, ScopeKind, bind_scope
from tests.factories import make_area, make_distributor, make_outlet
from tests.network.sichuan import fill_books

P, F, C = RegionLevel.PROVINCE, RegionLevel.PREFECTURE, RegionLevel.COUNTY
SPRING, AUTUMN = date(2026, 3, 1), date(2026, 9, 1)
DEYANG, MIANYANG = (F, "510600"), (F, "510700")
GUANGHAN, SHIFANG, ANZHOU = (C, "510681"), (C, "510682"), (C, "510705")


@pytest.fixture
def books(session):
    yield from fill_books(session)


def assign(session, area, *wanted, on=SPRING, **options):
    return assign_regions(session, area.id, version=area.version, wanted=wanted, on=on, **options)


def held(session, area):
    rows = session.scalars(select(AreaRegion).where(AreaRegion.area_id == area.id).order_by(AreaRegion.id))
    return [(row.level, row.code, row.valid_from, row.valid_to) for row in rows]


def test_an_area_is_made_and_changed(books):
    area = create_area(books, code="N", name_zh="川北", name_en="North")
    change_area(books, area.id, version=1, code="N1", name_zh="川北", name_en="Northern Sichuan", developer_id=7)
    assert (area.code, area.name_en, area.developer_id, area.version) == ("N1", "Northern Sichuan", 7, 2)


def test_a_code_is_given_once(books):
    create_area(books, code="N", name_zh="川北", name_en="North")
    other = create_area(books, code="S", name_zh="川南", name_en="South")
    with pytest.raises(InvalidInput) as raised:
        change_area(books, other.id, version=1, code="N", name_zh="川南", name_en="South")
    assert raised.value.code == "code_taken"


def test_who_read_an_older_version_changes_nothing(books):
    area = create_area(books, code="N", name_zh="川北", name_en="North")
    assign(books, area, DEYANG)
    for stale in (1, None):
        with pytest.raises(StaleVersion):
            assign_regions(books, area.id, version=stale, wanted=[MIANYANG], on=SPRING)


def test_an_area_out_of_scope_does_not_exist(books):
    area, own = make_area(prefecture=None), make_area(prefecture=None)
    books.commit()
    bind_scope(books(), Scope(ScopeKind.AREAS, frozenset({own.id})))
    with pytest.raises(NotFound):
        assign_regions(books, area.id, version=1, wanted=[DEYANG], on=SPRING)


def test_regions_begin_on_the_day_and_rows_move(books):
    area = make_area(prefecture=None)
    outlet = make_outlet(make_distributor())
    assigned = assign(books, area, DEYANG)
    assert held(books, area) == [(F, "510600", SPRING, None)]
    assert (assigned.begun, assigned.moved.outlets, assigned.moved.distributors) == (1, 1, 1)
    assert outlet.sales_area_id == area.id


def test_an_assignment_of_a_later_day_moves_nothing_yet(books):
    area = make_area(prefecture=None)
    outlet = make_outlet(make_distributor())
    assign(books, area, DEYANG, on=date(2199, 1, 1))
    assert outlet.sales_area_id is None


def test_a_region_inside_a_wanted_one_gets_no_row(books):
    area = make_area(prefecture=None)
    assign(books, area, DEYANG, GUANGHAN, SHIFANG, ANZHOU)
    assert [code for _, code, *_ in held(books, area)] == ["510705", "510600"]


def test_what_is_not_wanted_any_more_ends_the_day_before(books):
    area = make_area(prefecture=None)
    assign(books, area, DEYANG, ANZHOU)
    assigned = assign(books, area, ANZHOU, among=[DEYANG, MIANYANG, ANZHOU], on=AUTUMN)
    assert assigned.ended == 1
    assert sorted(held(books, area)) == [(C, "510705", SPRING, None), (F, "510600", SPRING, date(2026, 8, 31))]


def test_regions_that_were_not_shown_stay(books):
    area = make_area(prefecture=None)
    assign(books, area, DEYANG, ANZHOU)
    assign(books, area, among=[MIANYANG, ANZHOU], on=AUTUMN)
    assert (F, "510600", SPRING, None) in held(books, area)


def test_an_assignment_that_never_began_is_taken_back(books):
    area = make_area(prefecture=None)
    assign(books, area, DEYANG, on=AUTUMN)
    assign(books, area, among=[DEYANG], on=SPRING)
    assert held(books, area) == []


def test_an_earlier_day_stretches_the_assignment_back(books):
    area = make_area(prefecture=None)
    assign(books, area, DEYANG, on=AUTUMN)
    assign(books, area, DEYANG, on=SPRING)
    assert held(books, area) == [(F, "510600", SPRING, None)]


def test_saying_the_same_again_changes_nothing(books):
    area = make_area(prefecture=None)
    assign(books, area, DEYANG)
    version = area.version
    assigned = assign(books, area, DEYANG, among=[DEYANG, MIANYANG], on=AUTUMN)
    assert (assigned.begun, assigned.ended, area.version) == (0, 0, version)


def test_a_region_of_another_area_is_a_conflict_that_names_it(books):
    north, south = make_area(prefecture=None, code="NORTH"), make_area(prefecture=None)
    assign(books, north, DEYANG, GUANGHAN)
    with pytest.raises(InvalidInput) as raised:
        assign(books, south, DEYANG, on=AUTUMN)
    (conflict,) = raised.value.details["conflicts"]
    assert (conflict.key, conflict.area_code, conflict.valid_from, conflict.valid_to) == (DEYANG, "NORTH", SPRING, None)
    assert held(books, south) == []


def test_a_county_may_belong_elsewhere_than_its_prefecture(books):
    north, south = make_area(prefecture=None), make_area(prefecture=None)
    outlet = make_outlet(make_distributor())
    assign(books, north, DEYANG)
    assign(books, south, GUANGHAN)
    assert outlet.sales_area_id == south.id


def test_what_another_area_will_hold_later_is_a_conflict_too(books):
    north, south = make_area(prefecture=None), make_area(prefecture=None)
    assign(books, north, DEYANG, on=AUTUMN)
    with pytest.raises(InvalidInput, match="region_taken"):
        assign(books, south, DEYANG, on=SPRING)


def test_what_another_area_gave_up_is_free_from_the_next_day(books):
    north, south = make_area(prefecture=None), make_area(prefecture=None)
    assign(books, north, DEYANG)
    assign(books, north, among=[DEYANG], on=AUTUMN)
    assert assign(books, south, DEYANG, on=AUTUMN).begun == 1


def test_taking_over_ends_it_in_the_other_area(books):
    north, south = make_area(prefecture=None), make_area(prefecture=None)
    assign(books, north, DEYANG)
    version = north.version
    assigned = assign(books, south, DEYANG, on=AUTUMN, takes_over=True)
    assert (assigned.begun, assigned.taken) == (1, 1)
    assert held(books, north) == [(F, "510600", SPRING, date(2026, 8, 31))]
    assert held(books, south) == [(F, "510600", AUTUMN, None)]
    assert north.version == version + 1


def test_a_county_comes_back_into_its_prefecture_by_taking_over(books):
    north, south = make_area(prefecture=None), make_area(prefecture=None)
    assign(books, south, GUANGHAN)
    assign(books, north, DEYANG, GUANGHAN, on=AUTUMN, takes_over=True)
    assert held(books, south) == [(C, "510681", SPRING, date(2026, 8, 31))]
    assert held(books, north) == [(F, "510600", AUTUMN, None)]


def test_a_region_that_nobody_knows_is_refused(books):
    area = make_area(prefecture=None)
    with pytest.raises(InvalidInput) as raised:
        assign(books, area, (C, "000000"), DEYANG)
    assert raised.value.details["value"] == "000000"
