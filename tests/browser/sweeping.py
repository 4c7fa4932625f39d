"""A look at every page: wide enough for its screen, open to everybody, in one language, and within the policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error

from tests.browser.crawling import Found
from tests.browser.reader import Reader, words_of
from tests.chromium import axe_findings

MANY = 25
# Forms to be sent empty: the page with its errors is a page too.
NEW_FORMS = frozenset({"network.new_outlet", "network.create_area", "admin.invite_user", "network.new_document"})
OPEN_EVERYTHING = """
async () => {
  const all = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
  all("main details:not([open]) > summary").forEach((each) => each.click());
  all("[data-q-theme]").forEach((each) => { each.click(); each.click(); });
  all("[data-q-toggle], [data-bs-toggle=dropdown]").forEach((each) => each.click());
  all("[data-q-dialog]")[0]?.click();
  document.querySelector("dialog[open] [data-q-close]")?.click();
}
"""
# What sticks to the window covers something wherever one scrolls to; axe would call that too small to be hit.
LET_GO = """
() => [...document.querySelectorAll("header, main, main *, nav")]
  .filter((each) => getComputedStyle(each).position === "sticky")
  .forEach((each) => { each.style.position = "static"; })
"""
VISIBLE_WORDS = """
() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, noscript, [lang]:not(html)")) found.push(walker.currentNode.data.trim());
  }
  for (const each of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    for (const name of ["aria-label", "placeholder", "title", "alt"])
      if (each.hasAttribute(name) && !each.closest("[lang]:not(html)")) found.push(each.getAttribute(name).trim());
  return [...new Set(found.filter(Boolean))];
}
"""


@dataclass
class Seen:
    """What was wrong with a page."""

    page: Found
    axe: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    untranslated: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def sweep(reader: Reader, pages: Iterable[Found], rules: tuple[str, ...]) -> list[Seen]:
    """Look at the pages one after the other."""
    return [look_at(reader, page, rules) for page in pages]


def look_at(reader: Reader, page: Found, rules: tuple[str, ...]) -> Seen:
    """One page, and where it is a form that can be sent empty, the same with errors."""
    seen = Seen(page)
    try:
        _open(reader, page)
        _inspect(reader, seen, rules)
        reader.page.evaluate(OPEN_EVERYTHING)
        if page.key[0] in NEW_FORMS:
            with reader.watch.allowing(422), reader.page.expect_navigation():
                reader.page.locator("main form .q-submit .btn-primary").click()
            _inspect(reader, seen, rules)
    except Error as error:  # the other pages are looked at all the same
        seen.faults.append(str(error))
    seen.faults += reader.watch.faults
    reader.watch.faults = []
    return seen


def _open(reader: Reader, page: Found) -> None:
    """Lists with few rows: what is wrong with one is wrong with all."""
    reader.page.goto(page.path)
    if reader.page.locator("#list tbody tr").count() > MANY:
        reader.page.goto(f"{page.path}{'&' if '?' in page.path else '?'}size=25")
    wait_for_drawing(reader.page)


def wait_for_drawing(page: Any) -> None:
    """Until maps have settled and charts are drawn."""
    page.wait_for_function(
        """() => {
             const has = (selector) => document.querySelector(selector) !== null;
             return (!has("[data-outlet-map]") || has("[data-settled]:not([data-busy])"))
               && (!has("[data-q-chart]") || has("[data-q-chart] canvas"));
           }"""
    )


def _inspect(reader: Reader, seen: Seen, rules: tuple[str, ...]) -> None:
    page = reader.page
    page.evaluate(LET_GO)
    seen.axe += axe_findings(page, rules)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        seen.wide += reader.wide_elements() or ["the page"]
    if reader.language == "zh_Hans":
        foreign = english_only()
        seen.untranslated += [words for words in page.evaluate(VISIBLE_WORDS) if words in foreign]


def english_only() -> frozenset[str]:
    """Messages that have other words in Chinese, and are none of them."""
    catalogue = words_of("zh_Hans")._catalog.items()
    plain = {(key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2]: str(value) for key, value in catalogue}
    return frozenset(plain) - frozenset(plain.values()) - {""}
