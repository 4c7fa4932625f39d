"""What the map is told: by whom it may be known, and that it is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.coverage import queries
from portal.coverage.rules import STATUSES
from portal.db import db
from portal.network.models import Region, RegionName, RegionSuccession
from portal.network.queries.region_names import forget_regions
from portal.network.rules import OutletStatus, RegionLevel
from portal.periods import month_of, previous_month
from portal.products.models import ProductModel, ProductSeries
from portal.sales.models import SalesRollup
from tests.coverage.conftest import PLACES, SEES, SICHUAN, Network, unpacked
from tests.factories import make_outlet, save
from tests.network.pages import counted_queries

SignIn = Callable[[str], FlaskClient]
WHO = sorted(SEES)
OPEN, WATCH, SURVEYED = (STATUSES.index(s) for s in (OutletStatus.OPEN, OutletStatus.WATCH, OutletStatus.SURVEYED))


def bubbles(client: FlaskClient, level: str, query: str = "") -> dict[str, dict[int, int]]:
    """Code of region → place of status → count."""
    answer = client.get(f"/map/bubbles/{level}.json?{query}")
    assert answer.status_code == 200
    found = {}
    for code, _name, _province, _lng, _lat, _residents, packed in answer.get_json()["rows"]:
        found[code] = dict(zip(packed[::2], packed[1::2], strict=True))
    return found


# ---- scope
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("level", ["province", "prefecture", "county"])
def test_bubbles_count_only_what_the_reader_sees(network: Network, signed_in: SignIn, who: str, level: str) -> None:
    total = sum(sum(counts.values()) for counts in bubbles(signed_in(who), level).values())
    assert total == len(SEES[who])


@pytest.mark.parametrize("who", WHO)
def test_points_are_only_those_the_reader_sees(network: Network, signed_in: SignIn, who: str) -> None:
    answer = signed_in(who).get(f"/map/points.json?bbox={SICHUAN}").get_json()
    assert {point["id"] for point in unpacked(answer)} == {network.outlets[key].id for key in SEES[who]}
    assert answer["total"] == answer["shown"] == len(SEES[who])
    assert len(answer["names"]) == len(SEES[who])


@pytest.mark.parametrize("who", WHO)
def test_cards_search_and_list_hold_nothing_foreign(network: Network, signed_in: SignIn, who: str) -> None:
    client = signed_in(who)
    every = "&".join(f"id={outlet.id}" for outlet in network.outlets.values())
    seen = {network.outlets[key].id for key in SEES[who]}
    assert {card["id"] for card in client.get(f"/map/cards.json?{every}").get_json()["cards"]} == seen
    assert {row[0] for row in client.get("/map/search.json?q=Shop").get_json()["outlets"]} == seen
    page = client.get(f"/map/list?bbox={SICHUAN}").get_data(as_text=True)
    for key in network.outlets:
        assert (f"T-{key}" in page) is (key in SEES[who])
    assert f"<strong>{len(SEES[who])}</strong>" in page


def test_regions_are_shaded_by_what_their_outlets_sold_last_month(network: Network, signed_in: SignIn) -> None:
    month = previous_month(month_of(clock.today()))
    series = save(ProductSeries(code="S", name_zh="系列", active_from=date(2020, 1, 1)))
    model = save(ProductModel(code="M", name_zh="车型", series_id=series.id, active_from=date(2020, 1, 1)))
    for key, units in (("a1", 7), ("b1", 30), ("c1", 60)):
        outlet = network.outlets[key]
        for of_month, sold in ((month, units), (previous_month(month), 1_000)):
            owner = {"distributor_id": outlet.distributor_id, "outlet_id": outlet.id, "model_id": model.id}
            save(SalesRollup(month=of_month, retail=sold, **owner))
    db.session.commit()
    answer = signed_in("dealer_a").get("/map/bubbles/county.json?metric=retail").get_json()
    assert [row[-1] for row in answer["rows"]] == [7]
    assert answer["breaks"][-1] <= 7
    whole = signed_in("ho").get("/map/bubbles/province.json?metric=retail").get_json()
    assert sum(row[-1] for row in whole["rows"]) == 97


@pytest.mark.parametrize("metric", ["open", "planned", "per_million"])
def test_classes_are_cut_from_what_the_reader_sees(network: Network, signed_in: SignIn, metric: str) -> None:
    for number in range(30):
        make_outlet(network.distributors["C"], area=network.areas["south"], code=f"C{number}", **PLACES["cuiping"])
    db.session.commit()
    region = db.session.query(Region).filter_by(code="510681", level=RegionLevel.COUNTY).one()
    before, region.population = region.population, 1_000_000
    db.session.commit()
    try:
        answer = signed_in("dealer_a").get(f"/map/bubbles/county.json?metric={metric}").get_json()
        expected = {"open": [1, 2], "planned": [1], "per_million": [0.05, 0.1, 0.2, 1, 2]}[metric]
        assert answer["breaks"] == expected
    finally:
        region.population = before
        db.session.commit()


def test_a_foreign_region_filter_shows_nothing(network: Network, signed_in: SignIn) -> None:
    assert bubbles(signed_in("dealer_a"), "county", "region=county:511502") == {}


# ---- what is counted
def test_counts_are_by_region_and_status(network: Network, signed_in: SignIn) -> None:
    client = signed_in("ho")
    assert bubbles(client, "county")["510681"] == {OPEN: 1, WATCH: 1, SURVEYED: 1}
    assert bubbles(client, "prefecture")["510600"] == {OPEN: 2, WATCH: 1, SURVEYED: 1}
    assert list(bubbles(client, "province")) == ["510000"]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("status=open", {"510681", "510682"}),
        ("status=open&status=exited", {"510681", "510682", "511502"}),
        ("area=SOUTH", {"511502"}),
        ("area=none", set()),
        ("distributor=DB", {"510682"}),
        ("q=shop%20c", {"511502"}),
        ("region=prefecture:510600", {"510681", "510682"}),
        ("parent=510000", {"510681", "510682", "511502"}),
        ("parent=990000", set()),
        ("mode=consignment", {"510681", "510682", "511502"}),
        ("class=A", set()),
        ("status=nonsense&mode=x&bbox=garbage", {"510681", "510682", "511502"}),
    ],
)
def test_bubbles_are_filtered_like_the_list(network: Network, signed_in: SignIn, query: str, codes: set[str]) -> None:
    assert set(bubbles(signed_in("ho"), "county", query)) == codes


def test_points_come_back_to_the_metre(network: Network, signed_in: SignIn) -> None:
    points = unpacked(signed_in("ho").get(f"/map/points.json?bbox={SICHUAN}").get_json())
    shop = next(point for point in points if point["id"] == network.outlets["b1"].id)
    assert shop["lng"] == pytest.approx(104.167, abs=1e-5)
    assert shop["lat"] == pytest.approx(31.127, abs=1e-5)
    assert shop["status"] == OPEN


def test_points_outside_the_view_stay_out(network: Network, signed_in: SignIn) -> None:
    answer = signed_in("ho").get("/map/points.json?bbox=104.5,28,105,29").get_json()
    assert [point["id"] for point in unpacked(answer)] == [network.outlets["c1"].id]


def test_a_view_over_the_date_line(network: Network, signed_in: SignIn) -> None:
    outlet = make_outlet(network.distributors["A"], code="FIJI", lng=-179.5, lat=-17.0)
    db.session.commit()
    answer = signed_in("ho").get("/map/points.json?bbox=170,-20,190,-10").get_json()
    assert [point["id"] for point in unpacked(answer)] == [outlet.id]


def test_more_than_can_be_drawn_is_thinned_evenly_and_said(
    network: Network, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MAX_POINTS", 20)
    monkeypatch.setattr(queries, "MAX_NAMED_POINTS", 10)
    for number in range(100):
        place = {**PLACES["guanghan"], "lng": 104.0 + number / 1000}
        make_outlet(network.distributors["A"], code=f"N{number:03}", **place)
    db.session.commit()
    answer = signed_in("dealer_a").get("/map/points.json?bbox=103.9,30,104.2,32").get_json()
    points = unpacked(answer)
    assert (answer["total"], answer["shown"]) == (100, 20)
    assert "names" not in answer
    # Not the first twenty: some from each half of the street.
    assert min(sum(point["lng"] < 104.05 for point in points), sum(point["lng"] > 104.05 for point in points)) >= 5


def test_outlets_without_a_place_break_nothing(network: Network, signed_in: SignIn) -> None:
    make_outlet(network.distributors["A"], code="NOWHERE", lng=None, lat=None, county_code=None, prefecture_code=None)
    db.session.commit()
    client = signed_in("dealer_a")
    assert client.get(f"/map/points.json?bbox={SICHUAN}").get_json()["total"] == 3
    assert "1 outlet of these filters has no coordinates" in client.get("/map").get_data(as_text=True)
    assert "NOWHERE" in client.get("/map/list").get_data(as_text=True)
    assert client.get("/map/search.json?q=NOWHERE").get_json()["outlets"] == []


def test_a_card_says_who_what_and_where(network: Network, signed_in: SignIn) -> None:
    (card,) = signed_in("ho").get(f"/map/cards.json?id={network.outlets['a1'].id}").get_json()["cards"]
    assert card["name"] == "Shop a1"
    assert card["url"] == "/outlets/T-a1"
    assert card["status"] == OPEN
    assert card["since"] == "1 Jan 2026"
    assert ["Code", "T-a1"] in card["facts"]
    assert [name for name, _value in card["facts"]] == ["Code", "Distributor", "Operating mode", "Region", "Address"]


# ---- regions
def test_search_finds_regions_by_both_names_and_by_code(network: Network, signed_in: SignIn) -> None:
    client = signed_in("dealer_a")
    for text in ("广汉", "guanghan", "510681"):
        found = client.get("/map/search.json", query_string={"q": text}).get_json()["regions"]
        assert ["county", "510681"] in [row[:2] for row in found]
    assert client.get("/map/search.json?q=").get_json() == {"outlets": [], "regions": []}


def test_search_knows_what_a_region_was_once_called(network: Network, signed_in: SignIn) -> None:
    name = {"level": RegionLevel.COUNTY, "name_zh": "古广县", "name_en": "Old Guang"}
    db.session.add(RegionName(code="519999", valid_to=date(2010, 1, 1), **name))
    db.session.add(
        RegionSuccession(level=RegionLevel.COUNTY, old_code="519999", new_code="510681", on=date(2010, 1, 1))
    )
    db.session.commit()
    forget_regions()
    try:
        (found,) = signed_in("ho").get("/map/search.json", query_string={"q": "古广"}).get_json()["regions"]
        assert found[:2] == ["county", "510681"]
        assert found[3].startswith("formerly 古广县")
    finally:
        db.session.query(RegionName).filter_by(code="519999").delete()
        db.session.query(RegionSuccession).filter_by(old_code="519999").delete()
        db.session.commit()


def test_areas_name_their_own_regions_and_nobody_elses(network: Network, signed_in: SignIn) -> None:
    def areas(who: str) -> dict[str, list[str]]:
        found = signed_in(who).get("/map/areas/prefecture.json").get_json()["areas"]
        return {area["name"]: area["codes"] for area in found}

    north, south = network.areas["north"].name_en, network.areas["south"].name_en
    assert areas("ho") == {north: ["510600"], south: ["511500"]}
    assert areas("rm_south") == {south: ["511500"], "Another area": ["510600"]}


# ---- bad questions
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/map/points.json", "is no map view"),
        ("/map/points.json?bbox=1,2,3", "four numbers"),
        ("/map/points.json?bbox=a,b,c,d", "numbers of degrees"),
        ("/map/points.json?bbox=1,2,3,nan", "numbers of degrees"),
        ("/map/points.json?bbox=0,0,10,95", "-90 to 90"),
        ("/map/points.json?bbox=0,10,10,0", "south must lie below north"),
        ("/map/list?bbox=%27%3B--", "four numbers"),
        ("/map/bubbles/village.json", "“village” is no level"),
        ("/map/bubbles/county.json?metric=profit", "“profit” is nothing"),
        ("/map/areas/x.json", "no level"),
        ("/map/cards.json?id=1&id=x", "“x” is no outlet"),
        ("/map/cards.json?id=٣", "no outlet"),
        ("/map/boundaries/county.json", "parent=code"),
    ],
)
def test_what_means_nothing_gets_a_sentence(network: Network, signed_in: SignIn, path: str, said: str) -> None:
    answer = signed_in("ho").get(path)
    assert answer.status_code == 400
    assert said in answer.get_json()["message"]


def test_the_sentence_is_in_the_readers_language(network: Network, signed_in: SignIn) -> None:
    network.users["ho"].locale = "zh_Hans"
    db.session.commit()
    answer = signed_in("ho").get("/map/points.json?bbox=1,2,3")
    assert "“1,2,3”不是地图范围" in answer.get_json()["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/map",
        "/map?region=province:510000&status=open&q=shop",
        "/map/bubbles/county.json?metric=per_million",
        f"/map/points.json?bbox={SICHUAN}",
        "/map/search.json?q=shop",
        "/map/areas/county.json",
        f"/map/list?bbox={SICHUAN}",
        "/map/cards.json?id=1&id=2",
    ],
)
def test_questions_cost_few_queries_however_many_rows(network: Network, signed_in: SignIn, path: str) -> None:
    client = signed_in("rm_north")
    client.get(path)  # the names of regions are read once a minute
    counted = []
    for more in (1, 60):
        for number in range(more):
            make_outlet(
                network.distributors["A"], area=network.areas["north"], code=f"M{more}-{number}", **PLACES["guanghan"]
            )
        db.session.commit()
        with counted_queries() as seen:
            assert client.get(path).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 12


def test_anonymous_readers_get_nothing(app: object, network: Network) -> None:
    client = app.test_client()
    for path in ("/map/bubbles/county.json", f"/map/points.json?bbox={SICHUAN}", "/map/search.json?q=shop"):
        assert client.get(path).status_code == 401
    assert client.get("/map").status_code == 302
