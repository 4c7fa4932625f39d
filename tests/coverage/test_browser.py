"""The map in a real browser: drawn, pointed at, keyed through, and deaf to names that would like to run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from portal.accounts.models import User
from portal.db import db
from portal.geo import Datum, convert
from portal.network.rules import OutletStatus
from tests.chromium import AXE
from tests.coverage.conftest import PAYLOADS, Network
from tests.factories import make_outlet

pytestmark = pytest.mark.browser
SETTLED = "[data-outlet-map][data-settled]:not([data-busy])"
WATCHER = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective));
"""


@pytest.fixture(autouse=True)
def _boundaries(no_boundaries: None) -> None:
    """None, unless a test asks for those of the hand-made country."""


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The portal on a port of its own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(
    chromium: Any, served: str, network: Network, client_for: Callable[[User], FlaskClient]
) -> Callable[..., Any]:
    """Opens the map as one of the network's users, once it has settled."""

    @contextmanager
    def open_map(who: str = "ho", path: str = "/map", *, width: int = 1440, theme: str = "light") -> Iterator[Any]:
        cookie = client_for(network.users[who]).get_cookie("qudao")
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce", locale="en-GB"
        )
        context.add_cookies([{"name": "qudao", "value": cookie.value, "url": served}])
        context.add_init_script(WATCHER)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.goto(served + path)
        page.wait_for_selector(SETTLED)
        yield page
        assert faults == []
        assert page.evaluate("window.__violations") == []
        assert page.evaluate("window.__xss") is None
        context.close()

    return open_map


def settle(page: Any, act: Callable[[], Any]) -> None:
    """Does something that moves the map, and waits until everything is in step again."""
    before = page.get_attribute("[data-outlet-map]", "data-settled")
    act()
    moved = f"before => (document.querySelector('{SETTLED}')?.dataset.settled ?? before) !== before"
    page.wait_for_function(moved, arg=before)


def click_until_named(page: Any, name: str) -> None:
    """Clicks the middle of the map until the card says the name: points come a moment after the borders."""
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    named = "wanted => document.querySelector('.q-map-card h3')?.textContent === wanted"
    for _attempt in range(10):
        page.mouse.move(*centre(page))
        page.mouse.click(*centre(page))
        with suppress(PlaywrightTimeout):
            page.wait_for_function(named, arg=name, timeout=2_000)
            return
    raise AssertionError(f"no card says {name}")


def zoom_of(page: Any) -> int:
    return int(page.evaluate("location.hash.slice(1).split('/')[0]"))


def test_the_map_needs_no_library_but_leaflet(visit: Callable[..., Any], drawn_country: Path) -> None:
    with visit() as page:
        assert page.evaluate("typeof L.map") == "function"
        assert page.evaluate("typeof window.jQuery + typeof window.$") == "undefinedundefined"
        addresses = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert {address.split("/")[2] for address in addresses} == {page.url.split("/")[2]}
        assert not [address for address in addresses if "jquery" in address or "awesome" in address]


def test_bubbles_far_out_and_signs_close_up(visit: Callable[..., Any], network: Network) -> None:
    with visit(path="/map#7/30/104.5") as page:
        assert page.locator(".q-bubble").count() == 2
        assert page.locator("[data-region='prefecture:510600'] .q-bubble-number").inner_text() == "4"
        settle(page, lambda: page.evaluate("void map_outlets.setView([30.9766, 104.2819], 12)"))
        assert page.locator(".q-bubble").count() == 0
        page.mouse.click(*centre(page))
        page.wait_for_selector(".q-map-card-list")
        assert page.locator(".q-map-card-list a").all_inner_texts() == ["Shop a1", "Shop a2", "Shop a3"]


def test_a_sign_opens_a_card_that_leads_to_the_outlet(visit: Callable[..., Any], network: Network) -> None:
    with visit("dealer_b", "/map#12/31.127/104.167") as page:
        page.mouse.click(*centre(page))
        link = page.wait_for_selector(".q-map-card h3 a")
        assert (link.inner_text(), link.get_attribute("href")) == ("Shop b1", "/outlets/T-b1")
        assert "Open · 1 Jan 2026" in page.inner_text(".q-map-card-status")


def test_the_map_works_by_keyboard(visit: Callable[..., Any], network: Network) -> None:
    with visit(path="/map#7/30/104.5") as page:
        page.focus("[data-region='prefecture:510600']")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.dataset.region") == "prefecture:511500"
        assert "Yibin: 1 outlets, Exited 1" in page.evaluate("document.activeElement.getAttribute('aria-label')")
        settle(page, lambda: page.keyboard.press("Enter"))
        assert zoom_of(page) == 8
        page.focus("#map_outlets")
        settle(page, lambda: page.keyboard.press("+"))
        assert zoom_of(page) == 9
        settle(page, lambda: page.keyboard.press("ArrowRight"))
        assert float(page.evaluate("location.hash.split('/')[2]")) > 104.6
        assert page.evaluate("document.querySelectorAll('.q-bubble-icon[tabindex=\"0\"]').length") <= 1


def test_search_flies_to_outlets_and_regions(visit: Callable[..., Any], network: Network) -> None:
    with visit(path="/map#6/30/104.5") as page:
        page.fill("#map-search", "T-b1")
        page.wait_for_selector("[role=option]")
        assert page.get_attribute("#map-search", "aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        assert page.get_attribute("#map-search", "aria-activedescendant") == "map-found-0"
        settle(page, lambda: page.keyboard.press("Enter"))
        page.wait_for_selector(".q-map-card h3 a")
        assert zoom_of(page) == 13
        page.fill("#map-search", "广汉")
        page.wait_for_selector("[role=option] >> text=Guanghan")
        settle(page, lambda: page.locator("[role=option]").first.click())
        assert zoom_of(page) == 10


def test_the_list_keeps_step_with_view_and_filters(visit: Callable[..., Any], network: Network) -> None:
    with visit(path="/map#7/30/104.5") as page:
        page.wait_for_selector(".q-map-rows li >> nth=4")
        settle(page, lambda: page.evaluate("void map_outlets.setView([28.766, 104.62], 10)"))
        page.wait_for_function("() => document.querySelectorAll('.q-map-rows li').length === 1")
        assert "T-c1" in page.inner_text("[data-map-list]")
        settle(page, lambda: page.evaluate("void map_outlets.setView([30, 104.5], 7)"))
        page.locator("summary", has_text="Status").click()
        settle(page, lambda: page.get_by_label("On watch", exact=True).check())
        page.wait_for_function("() => document.querySelectorAll('.q-map-rows li').length === 1")
        assert "status=watch" in page.url
        assert "status=watch" in page.get_attribute("[data-map-carry]", "href")
        export = page.get_attribute("[data-map-export]", "action")
        assert "status=watch" in export
        assert "bbox=" in export
        assert page.inner_text("[data-region='prefecture:510600'] .q-bubble-number") == "1"


def test_an_outlet_of_the_list_is_shown_on_the_map(visit: Callable[..., Any], network: Network) -> None:
    with visit(path="/map#7/30/104.5") as page:
        page.wait_for_selector(".q-map-rows li")
        settle(page, lambda: page.get_by_role("button", name="Show on the map: Shop c1").click())
        page.wait_for_selector(".q-map-card >> text=Shop c1")
        assert zoom_of(page) == 13


def test_names_that_would_run_are_only_text(visit: Callable[..., Any], network: Network) -> None:
    for number, payload in enumerate(PAYLOADS):
        values = {"name": payload, "name_en": payload, "address": payload, "code": f"X{number}"}
        make_outlet(network.distributors["A"], lng=104.3 + number / 100, lat=30.5, **values)
    network.areas["north"].name_en = network.distributors["A"].name_en = PAYLOADS[2]
    db.session.commit()
    with visit(path="/map#12/30.5/104.32") as page:
        page.wait_for_function(f"() => document.querySelectorAll('.q-map-rows li').length >= {len(PAYLOADS)}")
        page.evaluate("void map_outlets.setZoom(13, {animate: false})")
        for number in range(len(PAYLOADS)):
            settle(page, lambda at=number: page.evaluate(f"void map_outlets.setView([30.5, {104.3 + at / 100}], 14)"))
            click_until_named(page, PAYLOADS[number])
        page.fill("#map-search", "xss")
        page.wait_for_selector("[role=option]")
        assert page.locator(".q-point-name").count() >= 1


def test_what_does_not_load_is_said_and_can_be_tried_again(visit: Callable[..., Any], network: Network) -> None:
    with visit(path="/map#7/30/104.5") as page:
        page.evaluate("() => { window.before = fetch; window.fetch = () => Promise.reject(new TypeError('down')); }")
        page.locator("summary", has_text="Status").click()
        settle(page, lambda: page.get_by_label("On watch", exact=True).check())
        assert "could not be loaded" in page.inner_text("[data-map-message]")
        page.evaluate("() => { window.fetch = window.before; }")
        settle(page, lambda: page.get_by_role("button", name="Try again").click())
        assert page.is_hidden("[data-map-message]")


@pytest.mark.parametrize("metric", ["open", "planned", "per_million", "retail", "area"])
def test_shading_comes_with_a_legend(visit: Callable[..., Any], drawn_country: Path, metric: str) -> None:
    with visit(path="/map#7/29/102") as page:
        settle(page, lambda: page.select_option("[data-map-shade]", metric))
        assert page.locator("[data-map-class-list] li").count() >= 1
        assert page.inner_text("[data-map-class-title]")
        settle(page, lambda: page.select_option("[data-map-shade]", ""))
        assert page.is_hidden("[data-map-classes]")


def test_borders_are_drawn_and_regions_say_their_names(visit: Callable[..., Any], drawn_country: Path) -> None:
    with visit(path="/map#8/28.7/101.2") as page:
        assert page.evaluate("document.querySelectorAll('.leaflet-regions-pane canvas').length") == 1
        assert page.locator(".q-region-name").count() >= 2
        page.mouse.move(*centre(page))
        page.wait_for_selector(".q-map-tip")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("place", ["#7/30/104.5", "#12/30.9766/104.2819"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    visit: Callable[..., Any], drawn_country: Path, place: str, theme: str, width: int
) -> None:
    with visit(path=f"/map{place}", theme=theme, width=width) as page:
        page.wait_for_selector(".q-map-rows li")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
        assert [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found["violations"]] == []


def test_on_a_phone_the_map_is_on_top_and_filters_slide_in(visit: Callable[..., Any], network: Network) -> None:
    with visit(path="/map#7/30/104.5", width=360) as page:
        page.wait_for_selector(".q-map-rows li")
        stage, side = page.locator(".q-map-stage").bounding_box(), page.locator(".q-map-side").bounding_box()
        assert stage["y"] + stage["height"] <= side["y"]
        assert not page.is_visible("#map-filters form")
        page.get_by_role("button", name="Filters").click()
        page.wait_for_selector("#map-filters.show form")
        page.locator("#map-filters summary", has_text="Status").click()
        settle(page, lambda: page.get_by_label("Exited", exact=True).check())
        assert page.inner_text("[data-map-filter-count]") == "1"


def test_bubbles_never_overlap_and_names_cover_nothing(visit: Callable[..., Any], network: Network) -> None:
    with visit(path="/map") as page:
        overlap, covered = page.evaluate(
            """async () => {
              const base = document.querySelector("link[href$='outlet_map.js']").href.replace("outlet_map.js", "");
              const { spread, placeNames, boxAt } = await import(base + "layout.js");
              let seed = 7;
              const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
              const circle = () => ({ x: random() * 1400, y: random() * 900, r: 8 + random() * 14 });
              const circles = Array.from({ length: 300 }, circle);
              circles[1] = { ...circles[0] };
              const at = spread(circles, 400);
              let overlap = 0;
              const gap = (a, b) => Math.hypot(at[a].x - at[b].x, at[a].y - at[b].y) - circles[a].r - circles[b].r;
              for (let a = 0; a < 300; a += 1)
                for (let b = a + 1; b < 300; b += 1) overlap = Math.max(overlap, -gap(a, b));
              const items = at.map((place, n) => ({ ...place, r: circles[n].r, width: 50, height: 14, weight: n }));
              const boxes = placeNames(items).map((side, n) => side && boxAt(items[n], side)).filter(Boolean);
              let covered = 0;
              for (let a = 0; a < boxes.length; a += 1) for (let b = a + 1; b < boxes.length; b += 1) {
                const [l, t, r, m] = boxes[a];
                if (l < boxes[b][2] && r > boxes[b][0] && t < boxes[b][3] && m > boxes[b][1]) covered += 1;
              }
              return [overlap, covered];
            }"""
        )
        assert overlap < 0.5
        assert covered == 0


def centre(page: Any) -> tuple[float, float]:
    box = page.locator("#map_outlets").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_gcj02_tiles_lie_under_their_places(
    app: Flask, visit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TILE_URL", f"{app.static_url_path}/img/favicon.svg?{{z}}-{{x}}-{{y}}")
    monkeypatch.setitem(app.config, "TILE_DATUM", "gcj02")
    with visit(path="/map#12/30.66/104.07") as page:
        for lng, lat in ((104.07, 30.66), (121.47, 31.23), (87.6, 43.8), (139.7, 35.7)):
            pixel = page.evaluate(f"(p => [p.x, p.y])(map_outlets.project([{lat}, {lng}], 18))")
            shifted = convert(lng, lat, Datum.WGS84, Datum.GCJ02)
            plain = page.evaluate(
                f"(p => [p.x, p.y])(L.CRS.EPSG3857.latLngToPoint(L.latLng({shifted[1]}, {shifted[0]}), 18))"
            )
            assert pixel == pytest.approx(plain, abs=0.05)
            back = page.evaluate(f"(p => [p.lng, p.lat])(map_outlets.unproject([{pixel[0]}, {pixel[1]}], 18))")
            assert back == pytest.approx([lng, lat], abs=1e-7)


def test_statuses_can_be_told_apart_without_colour(visit: Callable[..., Any], network: Network) -> None:
    assert len(OutletStatus) == 11
    with visit(path="/map") as page:
        outlines = page.evaluate(
            "[...document.querySelectorAll('[data-map-sign] path')].map((sign) => sign.getAttribute('d'))"
        )
        assert len(outlines) == len(set(outlines)) == 7
