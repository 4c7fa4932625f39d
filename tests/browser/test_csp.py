"""The security policy on every page, and proof that the watch over all browser tests would see it broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.crawling import NOBODY, Crawl
from tests.browser.live import Live
from tests.browser.reader import Reader
from tests.browser.world import email_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
    "form-action": "'self'",
}
# What an attacker, or a careless line of ours, would do; and the word that the watch has for it.
PLANTED = {
    "script-src": "document.body.append(Object.assign(document.createElement('script'), {textContent: 'a = 1'}))",
    "style-src": "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')",
    "img-src": "document.body.append(Object.assign(new Image(), {src: 'http://example.invalid/x.png'}))",
    "console: broken": "console.error('broken')",
    "script: ": "setTimeout(() => { throw new Error('broken') })",
    "404: GET": "fetch('/nowhere')",
}


def directives(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: values for name, _, values in parts if name}


def test_every_page_has_the_whole_policy(crawl: Crawl, browser_of: Callable[..., Reader]) -> None:
    readers: dict[str, Any] = {}
    others = {}
    for page in crawl.pages:
        if page.who not in readers:
            readers[page.who] = browser_of(signed_in=email_of(page.who) if page.who != NOBODY else None)
        policy = readers[page.who].context.request.head(page.path, max_redirects=0).headers["content-security-policy"]
        if directives(policy) != POLICY:
            others[page.path] = policy
    assert others == {}


@pytest.mark.parametrize("word", PLANTED)
def test_the_watch_sees(chromium: Any, live: Live, word: str) -> None:
    browser = Reader(chromium, live.url)
    browser.go("/sign-in")
    browser.page.evaluate(f"() => {{ {PLANTED[word]} }}")
    for _ in range(100):
        if any(word in fault for fault in browser.watch.faults):
            break
        browser.page.wait_for_timeout(50)
    browser.close()
    assert any(word in fault for fault in browser.watch.faults)
