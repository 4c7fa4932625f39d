"""Pages of regions."""

from __future__ import annotations

from datetime import date

import pytest

from portal.db import db
from portal.network.models import AreaRegion, Region, RegionName, RegionSuccession, Territory
from portal.network.queries.region_names import forget_regions
from portal.network.queries.region_past import name_on
from portal.network.rules import RegionLevel
from portal.permissions import Role
from tests.factories import make_area, make_distributor, make_outlet, make_user, save
from tests.network.pages import open_page
from tests.network.sichuan import fill_books

C = RegionLevel.COUNTY


@pytest.fixture
def books(session):
    yield from fill_books(session)


@pytest.fixture
def office(books, client_for):
    return client_for(make_user(Role.HO_NETWORK))


def make_county(code, number):
    values = {"name_zh": f"县{number}", "name_en": f"County {number}"}
    return save(Region(level=C, code=code, parent_level=RegionLevel.PREFECTURE, parent_code="510600", **values))


def codes_in(html):
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [part.partition('"')[0].rpartition("/")[2] for part in body.split('class="q-lead" href="/regions/')[1:]]


def test_the_list_begins_with_the_provinces(office):
    assert codes_in(open_page(office, "/regions")) == ["460000", "510000"]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=德阳", ["510600"]),
        ("q=deyang", ["510600"]),
        ("q=5106", ["510600", "510681", "510682", "510683"]),
        ("q=安县", ["510705"]),
        ("q=Anxian", ["510705"]),
        ("q=510724", ["510705"]),
        ("q=县", ["510705"]),
        ("q=%25", []),
        ("level=prefecture", ["510600", "510700"]),
        ("level=county&province=460000", ["469001"]),
        ("province=510000&level=province&level=prefecture", ["510000", "510600", "510700"]),
        ("level=county&sort=-code&size=25", ["510781", "510705", "510683", "510682", "510681", "469001"]),
        ("area=none&level=prefecture", ["510700"]),
        ("area=DEYANG", ["510600", "510682", "510683"]),
        ("area=OTHER&area=none&level=county", ["469001", "510681", "510705", "510781"]),
        ("territory=none&province=510000", ["510682", "510683", "510705", "510781"]),
    ],
)
def test_the_list_finds_by_name_code_and_filter(office, query, codes):
    make_area(prefecture="510600", code="DEYANG")
    other = make_area(prefecture=None, code="OTHER")
    save(AreaRegion(area_id=other.id, level=C, code="510681", valid_from=date(2020, 1, 1)))
    save(Territory(distributor_id=make_distributor().id, county_code="510681", valid_from=date(2020, 1, 1)))
    db.session.commit()
    assert codes_in(open_page(office, f"/regions?{query}")) == codes


def test_what_is_called_exactly_so_comes_first(books, office):
    make_county("519901", 1)
    make_county("519902", 10)
    make_county("110101", 100)
    save(RegionName(level=C, code="519903", name_zh="县1", name_en="Old county", valid_to=date(2016, 3, 19)))
    save(RegionSuccession(level=C, old_code="519903", new_code="519902", on=date(2016, 3, 20)))
    db.session.commit()
    assert codes_in(open_page(office, "/regions?q=县1")) == ["519901", "519902", "110101"]
    assert codes_in(open_page(office, "/regions?q=county 1")) == ["519901", "110101", "519902"]


def test_a_row_says_what_lies_in_it_and_what_it_was_called(office):
    area = make_area(prefecture="510700", code="MY", name_en="Mianyang area")
    dealer = make_distributor(prefecture_code="510700", county_code="510705")
    for _ in range(3):
        make_outlet(dealer, prefecture_code="510700", county_code="510705", area=area)
    db.session.commit()
    html = open_page(office, "/regions?q=510705")
    row = html.partition("<tbody>")[2].partition("</tr>")[0]
    assert "formerly Anxian County (510724, until 19 Mar 2016)" in row
    assert "Mianyang area" in row
    assert 'data-label="Distributors" class="num">1<' in row
    assert 'data-label="Outlets" class="num">3<' in row


def test_a_divided_region_says_in_how_many_areas_its_parts_lie(office):
    make_area(prefecture="510600")
    make_area(prefecture="510700")
    db.session.commit()
    assert "In part: 2 sales areas" in open_page(office, "/regions?q=510000")
    assert "In part: 2 sales areas" in open_page(office, "/regions/province/510000")


def test_a_manager_counts_only_what_the_own_areas_hold(books, client_for):
    own, other = make_area(prefecture="510600"), make_area(prefecture=None, name_en="Hidden area")
    save(AreaRegion(area_id=other.id, level=C, code="510681", valid_from=date(2020, 1, 1)))
    dealer = make_distributor(area=other)
    make_outlet(dealer, area=other)
    client = client_for(make_user(Role.REGIONAL_MANAGER, of=own))
    html = open_page(client, "/regions?q=510681")
    assert "another sales area" in html
    assert "Hidden area" not in html
    assert 'data-label="Outlets" class="num">0<' in html
    page = open_page(client, "/regions/county/510681")
    assert "Hidden area" not in page
    assert dealer.name not in page


def test_one_region_shows_its_history(office):
    html = open_page(office, "/regions/county/510705")
    assert html.index("安县") < html.index("until 19 Mar 2016") < html.index("since 20 Mar 2016")
    assert "Mianyang" in html


def test_a_former_code_leads_to_what_it_became(office):
    assert office.get("/regions/county/510724").headers["Location"] == "/regions/county/510705"


def test_a_divided_code_shows_its_parts(books, office):
    save(RegionName(level=C, code="510777", name_zh="旧县", name_en="Old County", valid_to=date(2016, 3, 19)))
    db.session.commit()
    html = open_page(office, "/regions/county/510777")
    assert "This code is not in use any more." in html
    assert "Anzhou District (510705)" in html
    assert "Jiangyou City (510781)" in html


@pytest.mark.parametrize("path", ["/regions/county/000000", "/regions/village/510681", "/regions/province/510681"])
def test_what_never_was_does_not_exist(office, path):
    assert office.get(path).status_code == 404


def test_names_are_looked_up_by_day(books):
    assert name_on(books, C, "510724", date(2010, 1, 1)).name_zh == "安县"
    assert name_on(books, C, "510724", date(2016, 3, 20)) is None
    assert name_on(books, C, "510705", date(2016, 3, 20)).name_zh == "安州区"
    assert name_on(books, C, "510705", date(2016, 3, 19)) is None


def test_a_county_names_who_holds_it(office):
    dealer = make_distributor(name_en="Holder Ltd")
    save(Territory(distributor_id=dealer.id, county_code="510681", valid_from=date(2020, 1, 1)))
    db.session.commit()
    assert "Holder Ltd" in open_page(office, "/regions/county/510681")
    assert "No distributor is responsible" in open_page(office, "/regions/county/510682")


def test_pages_take_few_queries_at_any_size(books, office):
    for number in range(120):
        code = f"5199{number:02}" if number < 100 else f"5198{number:02}"
        make_county(code, number)
    make_area(prefecture="510600")
    db.session.commit()
    forget_regions()
    for path in ("/regions?level=county&size=200", "/regions?q=51", "/regions/prefecture/510600"):
        open_page(office, path)


def test_the_list_pages_on(books, office):
    for number in range(60):
        make_county(f"5199{number:02}", number)
    db.session.commit()
    html = open_page(office, "/regions?level=county")
    assert len(codes_in(html)) == 50
    assert "66" in html
    following = html.partition("cursor=")[2].partition('"')[0]
    assert len(codes_in(open_page(office, f"/regions?level=county&cursor={following}"))) == 16


def test_the_filtered_list_is_taken_away(office):
    answer = office.post("/regions/export/csv?level=county&province=510000", buffered=True)
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 6
    assert any("安州区" in line and "Anxian County (510724" in line for line in lines)
