"""Choosing regions in a real browser: by the tree, by the keyboard, by a click on the map."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from portal import clock
from portal.network.models import AreaRegion
from portal.network.queries.region_names import forget_regions
from portal.network.rules import RegionLevel
from portal.network.services.regions import load_regions
from portal.permissions import Role
from tests.boundaries.country import build_country
from tests.chromium import AXE
from tests.factories import make_area, make_user, save
from tests.network.sichuan import empty_books

pytestmark = pytest.mark.browser
RULES = '{"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}'
WATCHER = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("geodata")
    build_country(directory)
    return directory


@pytest.fixture
def books(session: Any, app: Flask, country: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The books hold the hand-made country: 2 provinces of 2 prefectures of 2 counties."""
    monkeypatch.setitem(app.config, "GEODATA_DIR", country)
    for books in empty_books(session):
        load_regions(books, country)
        books.commit()
        yield books
    forget_regions()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium: Any, served: str, books: Any, client_for: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Opens a page as head office; afterwards nothing may have gone wrong in it."""
    opened, faults = [], []

    def open_page(path: str, *, width: int = 1440, theme: str = "light") -> Any:
        cookie = client_for(make_user(Role.HO_NETWORK)).get_cookie("qudao")
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce", locale="en-GB"
        )
        context.add_cookies([{"name": "qudao", "value": cookie.value, "url": served}])
        context.add_init_script(WATCHER)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.goto(served + path)
        page.wait_for_selector("[data-q-area-map] path")
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        assert page.evaluate("window.__violations") == []
        page.context.close()
    assert faults == []


def box(page: Any, key: str) -> Any:
    return page.locator(f'input[name="region"][value="{key}"]')


def ticked(page: Any) -> list[str]:
    return page.eval_on_selector_all('input[name="region"]:checked', "boxes => boxes.map((box) => box.value)")


def codes(page: Any, prefix: str) -> list[str]:
    values = page.eval_on_selector_all('input[name="region"]', "boxes => boxes.map((box) => box.value)")
    return [value for value in values if value.startswith(prefix)]


@pytest.fixture
def area(books: Any) -> Any:
    area = make_area(prefecture=None, code="NORTH")
    books.commit()
    return area


def test_a_region_brings_what_lies_in_it_and_can_lose_a_part(visit, area):
    page = visit("/areas/NORTH/regions")
    prefecture, first, second = codes(page, "prefecture")[0], *codes(page, "county")[:2]
    box(page, prefecture).check()
    assert ticked(page) == [prefecture, first, second]
    assert page.locator("[data-q-count]").first.text_content() == "2 / 2"
    page.locator("details.q-leaves summary").first.click()
    box(page, first).uncheck()
    assert ticked(page) == [second]
    assert box(page, prefecture).evaluate("box => box.indeterminate")
    assert box(page, codes(page, "province")[0]).evaluate("box => box.indeterminate")


def test_the_keyboard_is_enough(visit, area):
    page = visit("/areas/NORTH/regions")
    prefecture = codes(page, "prefecture")[0]
    box(page, prefecture).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("details.q-leaves").first.evaluate("part => part.open")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert ticked(page) == [codes(page, "county")[1]]


def test_a_click_on_the_map_ticks_and_is_saved(visit, area, books):
    page = visit("/areas/NORTH/regions")
    page.locator("[data-q-area-map] path").nth(1).click()
    wanted = codes(page, "prefecture")[1]
    assert wanted in ticked(page)
    assert page.locator("[data-q-map-status]").text_content().endswith("✓")
    page.click("text=Save regions")
    page.wait_for_url("**/areas/NORTH")
    page.wait_for_selector("[data-q-area-map] path")
    books.expire_all()
    (row,) = books.scalars(select(AreaRegion)).all()
    assert (f"{row.level}:{row.code}", row.valid_from) == (wanted, clock.today())


def test_counties_are_picked_on_the_map_too(visit, area):
    page = visit("/areas/NORTH/regions")
    page.click('button[value="county"]')
    page.locator("[data-q-area-map] path").nth(3).click()
    assert ticked(page) == [codes(page, "county")[3]]
    page.locator("[data-q-area-map] path").nth(3).click()
    assert ticked(page) == []


def test_what_another_area_holds_stays_there_until_it_is_ticked_itself(visit, area, books):
    other = make_area(prefecture=None, code="OTHER", name_en="Other area")
    page = visit("/areas/NORTH/regions")
    code = codes(page, "county")[0].partition(":")[2]
    save(AreaRegion(area_id=other.id, level=RegionLevel.COUNTY, code=code, valid_from=date(2020, 1, 1)))
    books.commit()
    page.reload()
    page.wait_for_selector("[data-q-area-map] path")
    prefecture, first, second = codes(page, "prefecture")[0], *codes(page, "county")[:2]
    box(page, prefecture).check()
    assert ticked(page) == [prefecture, second]
    assert page.locator("[data-q-picked]").text_content() == ""
    box(page, first).check()
    assert page.locator("[data-q-picked]").text_content() == "1 ticked region belongs to another area."


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 360)])
def test_axe_finds_nothing(visit, area, books, theme, width):
    page = visit("/areas/NORTH/regions", theme=theme, width=width)
    page.locator("details.q-leaves summary").first.click()
    box(page, codes(page, "prefecture")[0]).check()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {RULES})")["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
