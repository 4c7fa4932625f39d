from datetime import date

import pytest
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import InvalidInput
from portal.network.models import AreaRegion, Outlet, RegionSuccession
from portal.network.rules import RegionLevel
from portal.network.services.placing import AreaResolver, Placement, place, reassign_areas
from portal.network.services.regions import load_regions
from portal.network.services.succession import follow_codes
from tests.boundaries.country import build_country
from tests.factories import make_area, make_distributor, make_outlet, save
from tests.network.sichuan import empty_books, fill_books

P, F, C = RegionLevel.PROVINCE, RegionLevel.PREFECTURE, RegionLevel.COUNTY


@pytest.fixture
def books(session):
    yield from fill_books(session)


def assign(area, level, code, valid_from=date(2020, 1, 1), valid_to=None):
    return save(AreaRegion(area_id=area.id, level=level, code=code, valid_from=valid_from, valid_to=valid_to))


def test_a_county_brings_its_prefecture_and_province(books):
    assert place(books, county_code="510681") == Placement("510000", "510600", "510681", None)


def test_a_county_directly_under_a_province_has_no_prefecture(books):
    assert place(books, county_code="469001") == Placement("460000", None, "469001", None)


def test_the_narrowest_assignment_wins(books):
    whole, deyang, guanghan = (make_area(prefecture=None) for _ in range(3))
    assign(whole, P, "510000")
    assign(deyang, F, "510600")
    assign(guanghan, C, "510681")
    found = {code: place(books, county_code=code).sales_area_id for code in ("510681", "510682", "510705", "469001")}
    assert found == {"510681": guanghan.id, "510682": deyang.id, "510705": whole.id, "469001": None}


def test_an_assignment_holds_from_its_first_to_its_last_day(books):
    area = make_area(prefecture=None)
    assign(area, F, "510600", date(2026, 1, 1), date(2026, 6, 30))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    found = [place(books, county_code="510681", on=day).sales_area_id for day in days]
    assert found == [None, area.id, area.id, None]


def test_a_former_county_is_followed_to_what_it_became(books):
    assert place(books, county_code="510724").county_code == "510705"


def test_a_former_county_is_followed_through_several_changes(books):
    save(RegionSuccession(level=C, old_code="510799", new_code="510724", on=date(1990, 1, 1)))
    assert place(books, county_code="510799").county_code == "510705"


def test_a_divided_county_names_none_of_its_parts(books):
    with pytest.raises(InvalidInput) as raised:
        place(books, county_code="510777")
    assert raised.value.details == {"field": "county_code", "value": "510777"}


def test_codes_that_succeed_each_other_in_a_circle_end_nowhere(books):
    save(RegionSuccession(level=C, old_code="599901", new_code="599902", on=date(1990, 1, 1)))
    save(RegionSuccession(level=C, old_code="599902", new_code="599901", on=date(1991, 1, 1)))
    assert AreaResolver(books).follow(C, "599901") is None


def test_nothing_stated_is_placed_nowhere(books):
    assert place(books) == Placement()


def test_a_row_with_a_prefecture_only_gets_the_prefectures_area(books):
    area = make_area(prefecture="510600")
    resolver = AreaResolver(books)
    assert resolver.placement("510600", F) == Placement("510000", "510600", None, area.id)


def test_reassigning_moves_every_row_and_says_how_many(books):
    old, new = make_area(prefecture="510600"), make_area(prefecture=None)
    assign(new, C, "510681")
    dealer = make_distributor(area=old)
    here = make_outlet(dealer, area=old)
    elsewhere = make_outlet(dealer, area=old, county_code="510682")
    lost = make_outlet(dealer, area=old, province_code=None, prefecture_code=None, county_code=None)
    right = make_outlet(dealer, area=new)
    books.commit()
    moved = reassign_areas(books)
    books.commit()
    assert (moved.distributors, moved.outlets) == (1, 2)
    assert [row.sales_area_id for row in (dealer, here, elsewhere, lost, right)] == [
        new.id,
        new.id,
        old.id,
        None,
        new.id,
    ]
    entry = books.scalars(select(AuditEntry).where(AuditEntry.action == "reassign")).one()
    assert entry.changes == {"distributors": [None, 1], "outlets": [None, 2]}
    assert reassign_areas(books).total == 0


def test_bulk_and_single_placing_agree(books):
    whole, guanghan = make_area(prefecture=None), make_area(prefecture=None)
    assign(whole, P, "510000")
    assign(guanghan, C, "510681")
    dealer = make_distributor()
    counties = ("510681", "510682", "510705", "469001")
    for code in counties:
        at = place(books, county_code=code)
        make_outlet(
            dealer, province_code=at.province_code, prefecture_code=at.prefecture_code, county_code=at.county_code
        )
    reassign_areas(books)
    resolver = AreaResolver(books, clock.today())
    stored = dict(books.execute(select(Outlet.county_code, Outlet.sales_area_id)).all())
    assert stored == {code: resolver.placement(code).sales_area_id for code in counties}


def test_a_point_decides_where_boundaries_are_built(session, tmp_path, monkeypatch):
    """The hand-made country is a grid of counties of 0.5° by 0.375° from (100, 28)."""
    build_country(tmp_path)
    monkeypatch.setenv("GEODATA_DIR", str(tmp_path))
    for books in empty_books(session):
        load_regions(books, tmp_path)
        found = place(books, lng=100.25, lat=28.2)
        assert found.county_code is not None
        assert found.prefecture_code is not None
        assert place(books, lng=100.25, lat=28.2, county_code="no county") == found
        assert place(books, lng=90.0, lat=28.2) == Placement()
        assert place(books, lng=90.0, lat=28.2, county_code=found.county_code) == found


def test_without_boundaries_the_stated_county_decides(books, tmp_path, monkeypatch):
    monkeypatch.setenv("GEODATA_DIR", str(tmp_path))
    assert place(books, lng=104.28, lat=30.97, county_code="510681").county_code == "510681"
    assert place(books, lng=104.28, lat=30.97) == Placement()


def test_what_stands_in_a_county_follows_it_into_its_new_code(books):
    area = make_area(prefecture=None)
    assign(area, C, "510705")
    owner = make_distributor(county_code="510681", prefecture_code="510600")
    former = make_outlet(owner, county_code="510724", prefecture_code="510700")
    divided = make_outlet(owner, county_code="510777", prefecture_code="510700")
    assert follow_codes(books) == 1
    assert (former.county_code, former.sales_area_id) == ("510705", area.id)
    assert divided.county_code == "510777"
    books.commit()
    noted = books.scalars(select(AuditEntry).where(AuditEntry.action == "reassign")).one()
    assert (noted.object_type, noted.object_label) == ("outlets", "510724")
    assert noted.changes == {"county_code": ["510724", "510705"], "rows": [None, 1]}
    assert follow_codes(books) == 0
