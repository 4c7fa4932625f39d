"""The page, the script that folium renders for it, and the list beside the map."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from portal.coverage.drawing import build_map, draw_map, linked
from portal.coverage.labels import SYMBOL
from portal.db import db
from tests.coverage.conftest import PAYLOADS, SICHUAN, Network
from tests.factories import make_outlet
from tests.network.pages import open_page

SignIn = Callable[[str], FlaskClient]
ANYWHERE = re.compile(r"(?:https?:)?//[\w.-]+\.\w+")
KiB = 1024


def script_address(page: str) -> str:
    (address,) = re.findall(r'<script defer src="(/map/map-[0-9a-f]{16}\.js)"></script>', page)
    return address


def test_the_page_is_strict_and_has_nothing_inline(network: Network, signed_in: SignIn) -> None:
    page = open_page(signed_in("ho"), "/map")
    assert 'class="folium-map" id="map_outlets"' in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style", page)
    for label in SYMBOL.values():
        assert f"<span>{label}</span>" in page


def test_the_page_weighs_the_same_at_any_number_of_outlets(network: Network, signed_in: SignIn) -> None:
    client = signed_in("ho")
    before = client.get("/map", headers={"Accept-Encoding": "gzip"})
    for number in range(300):
        make_outlet(network.distributors["A"], code=f"W{number}", name=f"很长的名字{number}")
    db.session.commit()
    after = client.get("/map", headers={"Accept-Encoding": "gzip"})
    assert abs(len(after.data) - len(before.data)) < 100
    assert len(after.data) <= 10 * KiB


def test_the_script_is_served_by_its_digest(network: Network, signed_in: SignIn) -> None:
    client = signed_in("dealer_a")
    address = script_address(client.get("/map").get_data(as_text=True))
    answer = client.get(address)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/map/map-0123456789abcdef.js").status_code == 404
    assert 'L.map(\n"map_outlets"' in answer.get_data(as_text=True)


def test_readers_of_one_language_share_the_script_and_nothing_of_theirs_is_in_it(
    network: Network, signed_in: SignIn
) -> None:
    addresses = {who: script_address(signed_in(who).get("/map").get_data(as_text=True)) for who in ("ho", "dealer_a")}
    assert addresses["ho"] == addresses["dealer_a"]
    network.users["ho"].locale = "zh_Hans"
    db.session.commit()
    chinese = script_address(signed_in("ho").get("/map").get_data(as_text=True))
    assert chinese != addresses["dealer_a"]


@pytest.mark.parametrize("tiles", ["", "https://tiles.example.org/{z}/{x}/{y}.png"])
def test_no_other_server_is_named_but_that_of_the_tiles(
    app: Flask, network: Network, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, tiles: str
) -> None:
    monkeypatch.setitem(app.config, "TILE_URL", tiles)
    client = signed_in("ho")
    page = client.get("/map").get_data(as_text=True)
    script = client.get(script_address(page)).get_data(as_text=True)
    assert ANYWHERE.findall(page) == []
    assert set(ANYWHERE.findall(script)) == ({"https://tiles.example.org"} if tiles else set())


def test_every_library_of_the_map_comes_from_our_own_folder() -> None:
    for crs in ("EPSG3857", "GCJ02"):
        outlet_map = build_map({"module": "/static/m.js"}, static_base="/static/abc/", crs=crs)
        addresses = [address for kind in ("default_js", "default_css") for _name, address in linked(outlet_map, kind)]
        assert addresses
        assert all(address.startswith("/static/abc/") for address in addresses)
        whole = outlet_map.get_root().render()
        assert ANYWHERE.findall(whole) == []
        assert not re.search("jquery|bootstrap|awesome|glyphicons", whole, re.I)


def test_tiles_in_gcj02_get_a_map_that_shifts(
    app: Flask, network: Network, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TILE_URL", "https://tiles.example.org/{z}/{x}/{y}.png")
    monkeypatch.setitem(app.config, "TILE_DATUM", "gcj02")
    client = signed_in("ho")
    page = client.get("/map").get_data(as_text=True)
    assert re.search(r'leaflet\.js"></script><script defer src="[^"]*js/map/datum\.js"', page)
    assert "crs: L.CRS.GCJ02" in client.get(script_address(page)).get_data(as_text=True)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_of_people_never_passes_through_folium(network: Network, signed_in: SignIn, payload: str) -> None:
    network.outlets["a1"].name = network.outlets["a1"].name_en = payload
    network.areas["north"].name_zh = network.areas["north"].name_en = payload
    network.distributors["A"].name = network.distributors["A"].name_en = payload
    db.session.commit()
    client = signed_in("ho")
    page = open_page(client, "/map")
    script = client.get(script_address(page)).get_data(as_text=True)
    assert "__xss" not in script
    # The area's name is an option of the filter, the outlet's stands in the list: escaped, where it needs to be.
    for text in (page, client.get(f"/map/list?bbox={SICHUAN}").get_data(as_text=True)):
        assert str(escape(payload)) in text
        assert not set(payload) & set("<>\"'") or payload not in text
    card = client.get(f"/map/cards.json?id={network.outlets['a1'].id}")
    assert card.mimetype == "application/json"
    assert card.get_json()["cards"][0]["name"] == payload


def test_configuration_cannot_break_out_of_the_script() -> None:
    drawn = draw_map({"module": "/m.js", "words": {"x": "</script>`${1}`\u2028"}}, static_base="/static/")
    assert "</script>" not in drawn.script
    assert "\u2028" not in drawn.script


def test_the_source_line_and_the_review_number_are_on_the_map(
    app: Flask, network: Network, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("ho")
    assert "Map review number: not configured" in client.get("/map").get_data(as_text=True)
    monkeypatch.setitem(app.config, "MAP_REVIEW_NUMBER", "GS(2026)0001")
    monkeypatch.setitem(app.config, "MAP_SOURCE", "Own survey")
    page = client.get("/map").get_data(as_text=True)
    assert "Own survey · Map review number: GS(2026)0001" in page


def test_the_first_view_is_where_the_readers_outlets_are(network: Network, signed_in: SignIn) -> None:
    def extent(who: str, query: str = "") -> str:
        (found,) = re.findall(r'data-extent="([^"]*)"', signed_in(who).get(f"/map{query}").get_data(as_text=True))
        return found

    assert extent("dealer_b") == "104.1670,31.1270,104.1670,31.1270"
    assert extent("ho") == "104.1670,28.7660,104.6200,31.1270"
    assert extent("ho", "?distributor=DC") == "104.6200,28.7660,104.6200,28.7660"
    assert extent("nobody") == ""


def test_filters_in_the_address_are_set_in_the_form(network: Network, signed_in: SignIn) -> None:
    page = open_page(signed_in("ho"), "/map?status=open&status=watch&q=shop&region=county:510681")
    assert 'name="q" value="shop"' in page
    assert len(re.findall(r'name="status" value="\w+" checked', page)) == 2
    assert '<input type="hidden" name="region" value="county:510681">' in page


def test_only_areas_and_distributors_in_scope_are_offered(network: Network, signed_in: SignIn) -> None:
    page = signed_in("rm_north").get("/map").get_data(as_text=True)
    assert 'name="distributor" value="DA"' in page
    assert 'value="DC"' not in page
    assert "SOUTH" not in page


def test_the_list_is_paged_by_fifty_and_keeps_its_filters(network: Network, signed_in: SignIn) -> None:
    for number in range(120):
        make_outlet(network.distributors["A"], code=f"L{number:03}")
    db.session.commit()
    client = signed_in("dealer_a")
    address, seen = f"/map/list?bbox={SICHUAN}&status=open", []
    for _page in range(3):
        part = client.get(address).get_data(as_text=True)
        seen += re.findall(r'<a class="q-lead" href="/outlets/([^"]+)">', part)
        onward = re.search(r'href="([^"]+)" data-map-page>Next', part)
        address = onward.group(1).replace("&amp;", "&") if onward else ""
        assert not onward or ("status=open" in address and "bbox=" in address)
    assert address == ""
    assert seen == [*(f"L{number:03}" for number in range(120)), "T-a1"]


def test_the_list_says_when_nothing_is_in_view(network: Network, signed_in: SignIn) -> None:
    part = signed_in("ho").get("/map/list?bbox=0,0,1,1").get_data(as_text=True)
    assert "No outlet of these filters is in view" in part


def test_a_small_map_is_told_about_one_place(app: Flask, network: Network, signed_in: SignIn) -> None:
    outlet = network.outlets["a1"]
    outlet.name = "O'Neil</div><img src=x onerror=alert(1)>"
    source = (
        '{% set mini_map = {"lng": o.lng, "lat": o.lat, "status": o.status, "label": o.name,'
        ' "county_code": o.county_code, "prefecture_code": o.prefecture_code} %}{% include "coverage/mini_map.html" %}'
    )
    with app.test_request_context("/"):
        part = app.jinja_env.from_string(source).render(o=outlet, **_context(app))
    assert "<img" not in part
    assert "O\\u0027Neil" in part
    assert '"symbol": "open"' in part
    assert 'href="/map#13/30.9766/104.2819"' in part
    assert "Map review number" in part


def test_a_small_map_of_nowhere_says_so(app: Flask, session: object) -> None:
    source = (
        '{% set mini_map = {"lng": none, "lat": none, "county_code": none} %}{% include "coverage/mini_map.html" %}'
    )
    with app.test_request_context("/"):
        part = app.jinja_env.from_string(source).render(**_context(app))
    assert "nothing to show on a map" in part
    assert "<script" not in part


def _context(app: Flask) -> dict[str, object]:
    context: dict[str, object] = {}
    app.update_template_context(context)
    return context


def test_the_modules_name_no_other_server_and_build_no_markup_from_data() -> None:
    modules = sorted(Path("static/js/map").glob("*.js"))
    assert len(modules) > 10
    for module in modules:
        text = module.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not ANYWHERE.search(text), module
        assert not re.search(r"insertAdjacentHTML|outerHTML|document\.write|\beval\b|new Function", text), module
        # The one use of innerHTML puts in a part of a page that the server has rendered.
        assert text.count("innerHTML") == (1 if module.name == "companion_list.js" else 0), module


def test_the_page_names_every_part_of_its_script(network: Network, signed_in: SignIn) -> None:
    page = signed_in("ho").get("/map").get_data(as_text=True)
    named = re.findall(r'<link rel="modulepreload" href="[^"]*/js/map/([^"]+)">', page)
    others = {"mini_map.js", "datum.js"}
    assert sorted(named) == sorted({path.name for path in Path("static/js/map").glob("*.js")} - others)
