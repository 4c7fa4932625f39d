"""The design in Chromium: accessibility, narrow screens, the keyboard, and the security policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.settings import ROOT

pytestmark = pytest.mark.browser

PAGES = ("/", "/list?status=active", "/form", "/detail", "/sign-in", "/errors/409")
AXE = ROOT / "static/vendor/dev/axe.min.js"
RULES = '{"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}'


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def open_page(chromium: Any, *, theme: str = "light", width: int = 1440, language: str = "en") -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True)
    context.add_cookies([{"name": "lang", "value": language, "domain": "127.0.0.1", "path": "/"}])
    return context.new_page()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    page = open_page(chromium)
    yield page
    page.context.close()


def findings(page: Any) -> list[str]:
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(f"axe.run(document, {RULES})")
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing(chromium: Any, pattern_url: str, theme: str, width: int) -> None:
    page = open_page(chromium, theme=theme, width=width, language="zh_Hans")
    found = {}
    for url in PAGES:
        page.goto(pattern_url + url)
        found[url] = findings(page)
    page.goto(f"{pattern_url}/form")
    page.click("main .btn-primary")
    page.wait_for_selector(".q-errors")
    found["errors"] = findings(page)
    assert {url: list_ for url, list_ in found.items() if list_} == {}
    page.context.close()


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_no_page_is_wider_than_a_phone(chromium: Any, pattern_url: str, language: str) -> None:
    page = open_page(chromium, width=360, language=language)
    for url in PAGES:
        page.goto(pattern_url + url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, url
    page.context.close()


def test_targets_are_large_enough_for_a_finger(chromium: Any, pattern_url: str) -> None:
    """WCAG 2.5.8: 24 by 24 pixels, except links inside a sentence."""
    page = open_page(chromium, width=360)
    for url in PAGES:
        page.goto(pattern_url + url)
        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, summary, input, select")].filter((target) => {
                 const box = target.getBoundingClientRect();
                 const shown = box.width > 1 && box.height > 1 && target.checkVisibility();
                 const labelled = target.closest("label.form-check");
                 return shown && !labelled && (box.width < 24 || box.height < 24);
               }).map((target) => target.outerHTML.slice(0, 120))"""
        )
        assert small == [], url
    page.context.close()


def test_the_policy_is_never_broken(chromium: Any, pattern_url: str) -> None:
    context = chromium.new_context()
    context.add_init_script(
        "window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective))"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for url in PAGES[:-1]:
        page.goto(pattern_url + url)
        page.click("[data-q-theme]")
        if page.locator("[data-bs-toggle=dropdown]").count():
            page.click("[data-bs-toggle=dropdown]")
        assert page.evaluate("broken") == [], url
    assert complaints == []
    context.close()


def test_a_filter_refreshes_the_list_in_place_and_its_address(page: Any, pattern_url: str) -> None:
    page.goto(f"{pattern_url}/list")
    page.evaluate("window.same = true")
    page.click("summary:has-text('Status')")
    page.check("input[value=active]")
    page.wait_for_selector(".q-chips")
    assert page.url.endswith("/list?status=active")
    page.fill("#list-text", "Hejiang")
    page.wait_for_url("**/list?q=Hejiang&status=active")
    assert page.evaluate("window.same")
    assert page.locator("tbody tr").count() == page.locator("tbody .q-badge--green").count()


def test_the_keyboard_alone_opens_a_dialog_and_comes_back(page: Any, pattern_url: str) -> None:
    page.goto(f"{pattern_url}/detail")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "q-skip"
    page.focus("[data-q-dialog]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('dialog').open")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.hasAttribute('data-q-dialog')")


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page: Any, pattern_url: str) -> None:
    page.goto(f"{pattern_url}/list")
    page.focus("summary:has-text('Class')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.locator("details[open]").count() == 0


def test_the_theme_is_remembered(page: Any, pattern_url: str) -> None:
    page.goto(f"{pattern_url}/")
    page.click("[data-q-theme]")
    page.goto(f"{pattern_url}/list")
    assert page.evaluate("document.documentElement.getAttribute('data-bs-theme')") == "dark"


def test_errors_take_the_focus_and_lead_to_the_field(page: Any, pattern_url: str) -> None:
    page.goto(f"{pattern_url}/form")
    page.click("main .btn-primary")
    page.wait_for_selector(".q-errors:focus")
    page.click(".q-errors a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "name"


def test_a_form_is_sent_once(page: Any, pattern_url: str) -> None:
    page.goto(f"{pattern_url}/form")
    sent = page.evaluate(
        """() => { let sent = 0; const form = document.querySelector("form.q-form");
             addEventListener("submit", (event) => { if (!event.defaultPrevented) sent += 1; event.preventDefault(); });
             form.requestSubmit(); form.requestSubmit(); return sent; }"""
    )
    assert sent == 1
