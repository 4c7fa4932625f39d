"""Everybody sees their own and nothing else: in lists, on the map, in searches, exports and at foreign addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.pages.lists import DistributorList, OutletList, rows_of
from tests.browser.pages.map import MapPage
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.world import Demo, email_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LOOKERS = (("rm.north", DESK, "zh_Hans"), ("dealer.guangxi", PHONE, "en"), ("outlet.guanghan", PHONE, "zh_Hans"))


@pytest.mark.parametrize(("who", "width", "language"), LOOKERS, ids=[looker[0] for looker in LOOKERS])
def test_only_ones_own(reader: Callable[..., Reader], demo: Demo, who: str, width: int, language: str) -> None:
    person = demo.people[who]
    browser = reader(language=language, width=width, signed_in=email_of(who))
    outlets = OutletList(browser)
    outlets.read_in(language)
    outlets.open()
    assert listed(outlets) == set(person.outlets)
    assert codes_of(rows_of(outlets.export("xlsx")), demo.outlets) == set(person.outlets)
    knows_distributors = outlets.offers("Distributors")
    if knows_distributors:
        assert listed(DistributorList(browser).open()) == person.distributors
    foreign = sorted(demo.outlets - set(person.outlets))[0]
    owner = sorted(demo.distributors - person.distributors)[0]
    is_unknown(browser, f"/outlets/{foreign}", 404)
    is_unknown(browser, f"/distributors/{owner}", 404 if knows_distributors else 403)
    outlets.open().search(foreign)
    assert outlets.count == 0
    cannot_find_on_the_map(browser, foreign)


def listed(page: Any) -> set[str]:
    """The codes of all pages of a list."""
    found = set(page.column("Code"))
    while page.next_page():
        found |= set(page.column("Code"))
    return found


def codes_of(rows: list[tuple[Any, ...]], known: frozenset[str]) -> set[str]:
    return {str(cell) for row in rows for cell in row if cell in known}


def is_unknown(browser: Reader, path: str, status: int) -> None:
    """The same page as for something that does not exist."""
    with browser.watch.allowing(status):
        response = browser.page.goto(path)
        assert response.status == status
        browser.check_page()


def cannot_find_on_the_map(browser: Reader, code: str) -> None:
    map_page = MapPage(browser).open()
    map_page.wait()
    with browser.page.expect_response(lambda response: "/map/search.json" in response.url) as found:
        browser.page.fill("#map-search", code)
    assert code not in json.dumps(found.value.json())
