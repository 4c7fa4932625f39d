"""The outlet map and the list beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.pages.shell import Shell

SETTLED = "[data-outlet-map][data-settled]:not([data-busy])"
FIRST_POINTS = 10  # zoom


class MapPage(Shell):
    """Bubbles far out, signs close up, cards on a click."""

    path = "/map"

    def wait(self) -> None:
        """Until the view, the signs and the list are in step."""
        self.page.wait_for_selector(SETTLED)
        self.page.wait_for_selector("[data-map-list] .q-found")

    def settle(self, act: Callable[[], Any]) -> None:
        """Do something that moves the map, and wait until everything has come."""
        before = self.page.get_attribute("[data-outlet-map]", "data-settled")
        with self.page.expect_response(lambda response: "/map/list" in response.url):
            act()
        self.page.wait_for_function(
            f"before => (document.querySelector('{SETTLED}')?.dataset.settled ?? before) !== before"
            " && !document.querySelector('[data-map-list][aria-busy]')",
            arg=before,
        )

    def shade(self, metric: str) -> None:
        """Shade the regions by a figure."""
        before = self.page.get_attribute("[data-outlet-map]", "data-settled")
        self.page.select_option("[data-map-shade]", metric)
        self.page.wait_for_function(
            f"before => (document.querySelector('{SETTLED}')?.dataset.settled ?? before) !== before", arg=before
        )

    @property
    def zoom(self) -> int:
        """As the address says."""
        return int(self.page.evaluate("location.hash.slice(1).split('/')[0]"))

    @property
    def bubbles(self) -> Any:
        """Those of regions with outlets in the view."""
        return self.page.locator(".q-bubble-icon[tabindex='0']")

    def zoom_out(self) -> None:
        """Until regions are drawn as bubbles."""
        while self.zoom >= FIRST_POINTS:
            self.settle(lambda: self.page.locator(".leaflet-control-zoom-out").click())

    def open_bubbles(self) -> None:
        """From region to smaller region, until outlets are drawn one by one."""
        while self.zoom < FIRST_POINTS:
            bubble = self.bubbles.first
            bubble.focus()
            self.settle(lambda: self.page.keyboard.press("Enter"))

    @property
    def listed(self) -> list[str]:
        """The names in the list beside the map."""
        return list(self.page.locator("[data-map-list] .q-map-rows a").all_inner_texts())

    @property
    def count(self) -> int:
        """How many outlets the list says are in view."""
        return int(self.page.inner_text("[data-map-list] .q-found strong").replace(",", "").rstrip("+"))

    def click_sign(self, at: int = 0) -> list[str]:
        """Click the sign of the outlet in line `at` of the list; returns the outlets that the card names."""
        row = self.page.locator("[data-map-outlet]:not([disabled])").nth(at)
        place = [float(row.get_attribute(name)) for name in ("data-lat", "data-lng")]
        point = self.page.evaluate(
            "place => { map_outlets.getContainer().scrollIntoView({block: 'center'});"
            " const p = map_outlets.latLngToContainerPoint(place), b = map_outlets.getContainer()"
            ".getBoundingClientRect(); return [p.x + b.x, p.y + b.y]; }",
            place,
        )
        self.page.mouse.click(*point)
        return self.card_links()

    def show_from_list(self, at: int = 0) -> list[str]:
        """The button beside an outlet of the list brings the map to it and opens its card."""
        self.page.locator("[data-map-outlet]:not([disabled])").nth(at).click()
        return self.card_links()

    def card_links(self) -> list[str]:
        """The names in the card, once it is open."""
        self.page.wait_for_selector(".q-map-card a[href^='/outlets/']")
        return list(self.page.locator(".q-map-card a[href^='/outlets/']").all_inner_texts())

    def follow_card(self) -> None:
        """To the page of the first outlet in the card."""
        self.page.wait_for_selector(SETTLED)
        link = self.page.locator(".q-map-card a[href^='/outlets/']").first
        path = link.get_attribute("href")
        link.press("Enter")  # a card still moves while the map makes room for it
        self.page.wait_for_url(f"**{path}")  # the map writes its place into the address: no navigation to wait for
        self.reader.check_page()
