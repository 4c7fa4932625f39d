"""Signing in and filtering a list without a pointer, and always seeing where one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.demo_accounts import DEMO_PASSWORD
from tests.browser.pages.lists import OutletList
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.world import email_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MOST_STEPS = 60
# What tells which element has the focus, and whether one sees it: in the window, and with an outline or a ring.
WHERE = """
() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const isInside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return { tag: at.tagName, isSeen: at === document.body || (isInside && ring), html: at.outerHTML.slice(0, 120) };
}
"""


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the element has the focus; each stop on the way must be visible."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        at = page.evaluate(WHERE)
        assert at["isSeen"], at["html"]
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.mark.parametrize(
    ("language", "width"), [pytest.param("zh_Hans", DESK, id="desk"), pytest.param("en", PHONE, id="phone")]
)
def test_sign_in_and_filter(reader: Callable[..., Reader], language: str, width: int) -> None:
    browser = reader(language=language, width=width)
    page = browser.page
    browser.go("/sign-in")
    tab_to(page, ".q-skip")
    tab_to(page, "#email")
    page.keyboard.type(email_of("viewer"))
    tab_to(page, "#password")
    page.keyboard.type(DEMO_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    outlets = OutletList(browser)
    outlets.read_in(language)
    outlets.open()
    before = outlets.count
    if width == PHONE:
        tab_to(page, ".q-filters-button")
        page.keyboard.press("Enter")
    tab_to(page, "#list-filters summary")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=status]")
    with page.expect_response(lambda response: response.request.headers.get("hx-request") == "true"):
        page.keyboard.press("Space")
    page.wait_for_selector(".q-chips")
    assert 0 < outlets.count < before
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"
    tab_to(page, ".q-chips-clear")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert outlets.count == before
