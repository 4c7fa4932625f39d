"""Pages of sales areas as each role meets them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.db import db
from portal.network.models import AreaRegion, SalesArea
from portal.network.rules import OutletStatus, RegionLevel
from portal.permissions import Role
from tests.factories import make_area, make_distributor, make_outlet, make_user
from tests.network.pages import open_page
from tests.network.sichuan import fill_books

NAMES = {"name_zh": "川北新区", "name_en": "North", "developer": "", "maintainer": ""}
DEYANG, GUANGHAN, MIANYANG = "prefecture:510600", "county:510681", "prefecture:510700"


@pytest.fixture
def books(session):
    yield from fill_books(session)


@pytest.fixture
def office(books, client_for):
    return client_for(make_user(Role.HO_NETWORK))


def keys_of(area):
    rows = db.session.scalars(select(AreaRegion).where(AreaRegion.area_id == area.id).order_by(AreaRegion.id))
    return [(row.level.value, row.code, row.valid_from, row.valid_to) for row in rows]


def test_the_list_counts_what_lies_in_each_area_and_in_none(office):
    area = make_area(code="NORTH", developer_id=make_user(name="Dana").id)
    dealer = make_distributor(area=area)
    make_outlet(dealer, area=area)
    make_outlet(dealer, status=OutletStatus.CANDIDATE)
    db.session.commit()
    html = open_page(office, "/areas")
    assert "Dana" in html
    assert "Not assigned" in html
    assert "/regions?area=none&amp;level=county" in html
    assert "/outlets?area=none&amp;status=open" in html


def test_a_manager_sees_the_own_areas_only(books, client_for):
    own, other = make_area(code="OWN"), make_area(prefecture=None, code="OTHER")
    client = client_for(make_user(Role.REGIONAL_MANAGER, of=own))
    html = open_page(client, "/areas")
    assert "OWN" in html
    assert "OTHER" not in html
    assert "New sales area" not in html
    assert client.get(f"/areas/{other.code}").status_code == 404
    for path in ("/areas/new", "/areas/OWN/edit", "/areas/OWN/regions"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", [Role.DISTRIBUTOR, Role.OUTLET])
def test_areas_and_regions_are_not_for_dealers(books, client_for, role):
    dealer = make_distributor(area=make_area())
    outlet = make_outlet(dealer)
    client = client_for(make_user(role, of=dealer if role is Role.DISTRIBUTOR else outlet))
    for path in ("/areas", "/regions", "/regions/county/510681"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("number", [1, 40])
def test_pages_take_few_queries_at_any_size(office, number):
    for _ in range(number):
        area = make_area(prefecture=None)
        area.regions.append(AreaRegion(level=RegionLevel.COUNTY, code="510682", valid_from=date(2020, 1, 1)))
        make_outlet(make_distributor(area=area), area=area)
    db.session.commit()
    for path in ("/areas", f"/areas/{area.code}", f"/areas/{area.code}/regions", f"/areas/{area.code}/edit"):
        open_page(office, path)


def test_an_area_is_made_and_leads_to_the_choice_of_its_regions(office):
    person = make_user(name="Dana")
    db.session.commit()
    sent = {"code": "N", "name_zh": "川北", "name_en": "North", "developer": str(person.id), "maintainer": ""}
    answer = office.post("/areas/new", data=sent)
    assert answer.headers["Location"] == "/areas/N/regions"
    area = db.session.scalars(select(SalesArea)).one()
    assert (area.name_en, area.developer_id, area.maintainer_id) == ("North", person.id, None)
    assert (
        db.session.scalars(select(AuditEntry).where(AuditEntry.object_type == "sales_areas")).one().action == "create"
    )


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"code": "NORTH"}, "is in use already"),
        ({"code": "none"}, "is a word the portal uses itself"),
        ({"code": "a/b"}, "signs that a code cannot have"),
        ({"code": ""}, "Give a code."),
    ],
)
def test_a_broken_area_comes_back_with_a_sentence_and_what_was_typed(office, sent, words):
    make_area(prefecture=None, code="NORTH")
    db.session.commit()
    answer = office.post("/areas/new", data={**NAMES, **sent})
    html = answer.get_data(as_text=True)
    assert words in html
    assert "川北新区" in html


def test_a_second_editor_is_shown_both_values(office):
    area = make_area(prefecture=None, code="NORTH", name_en="Theirs")
    db.session.commit()
    sent = {"code": "NORTH", "name_zh": "川北", "name_en": "Mine", "developer": "", "maintainer": "", "version": "0"}
    html = office.post("/areas/NORTH/edit", data=sent).get_data(as_text=True)
    assert "Theirs" in html
    assert "Mine" in html
    assert f'name="version" type="hidden" value="{area.version}"' in html


def test_ticked_regions_are_held_from_the_day_on(office):
    area = make_area(prefecture=None, code="NORTH")
    outlet = make_outlet(make_distributor())
    db.session.commit()
    sent = {"version": area.version, "on": "2026-03-01", "region": [DEYANG, GUANGHAN]}
    answer = office.post("/areas/NORTH/regions?province=510000", data=sent)
    assert answer.headers["Location"] == "/areas/NORTH"
    db.session.expire_all()
    assert keys_of(area) == [("prefecture", "510600", date(2026, 3, 1), None)]
    assert outlet.sales_area_id == area.id
    html = open_page(office, "/areas/NORTH")
    assert "The regions have been saved" in html
    assert "1 Mar 2026" in html


def test_what_is_unticked_ends_and_other_provinces_stay(office):
    area = make_area(prefecture="510600", code="NORTH")
    area.regions.append(AreaRegion(level=RegionLevel.COUNTY, code="469001", valid_from=date(2020, 1, 1)))
    db.session.commit()
    sent = {"version": area.version, "on": "2026-03-01", "region": ["county:469001", MIANYANG]}
    office.post("/areas/NORTH/regions?province=510000", data=sent)
    db.session.expire_all()
    assert keys_of(area) == [
        ("prefecture", "510600", date(2020, 1, 1), date(2026, 2, 28)),
        ("county", "469001", date(2020, 1, 1), None),
        ("prefecture", "510700", date(2026, 3, 1), None),
    ]


def test_a_region_of_another_area_is_a_conflict_that_can_be_taken_over(office):
    make_area(prefecture="510600", code="SOUTH", name_en="The south")
    area = make_area(prefecture=None, code="NORTH")
    db.session.commit()
    sent = {"version": area.version, "on": "2026-03-01", "region": [DEYANG, MIANYANG]}
    html = office.post("/areas/NORTH/regions?province=510000", data=sent).get_data(as_text=True)
    assert "Deyang belongs to The south (SOUTH) since 1 Jan 2020." in html
    assert html.count("checked") == 2
    assert keys_of(area) == []
    assert office.post("/areas/NORTH/regions?province=510000", data={**sent, "takes_over": "y"}).status_code == 302
    assert len(keys_of(area)) == 2


def test_a_stale_choice_is_kept_and_can_be_saved_again(office):
    area = make_area(prefecture="510600", code="NORTH")
    db.session.commit()
    sent = {"version": "0", "on": "2026-03-01", "region": [MIANYANG]}
    html = office.post("/areas/NORTH/regions?province=510000", data=sent).get_data(as_text=True)
    assert "Somebody changed this area" in html
    assert f'name="version" type="hidden" value="{area.version}"' in html
    assert html.count("checked") == 1


def test_an_unknown_province_does_not_exist(office):
    make_area(prefecture=None, code="NORTH")
    db.session.commit()
    assert office.get("/areas/NORTH/regions?province=990000").status_code == 404


def test_the_list_is_taken_away_and_that_is_put_down(office):
    make_area(code="NORTH")
    db.session.commit()
    answer = office.post("/areas/export/csv", buffered=True)
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Code,Chinese name")
    assert [line.split(",")[0] for line in lines[1:]] == ["NORTH", ""]
    assert office.post("/areas/export/pdf").status_code == 404
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert entry.object_type == "sales-areas"
