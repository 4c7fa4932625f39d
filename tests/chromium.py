"""Chromium for tests: how it begins, what is watched while it runs, and axe.

`CHROMIUM=/path/to/chrome` names a browser that is not found by itself.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from portal.settings import ROOT

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = ROOT / "static/vendor/dev/axe.min.js"
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What may differ between two themes and two widths of the same page.
LOOKS = ("color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "aria-hidden-focus")
TIMEOUT = 20_000  # ms; a busy machine is slow, not broken

# A violated policy is told to the console, which is listened to: it outlives the page that it happened in.
WATCHER = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
# What Chromium writes of an answer of 400 or more; the answer itself is looked at.
ANSWER = "Failed to load resource: the server responded"


def find_chromium() -> str | None:
    """The browser of CHROMIUM, else of the system; None where playwright is to take its own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launched() -> Iterator[Any]:
    """A Chromium without windows. Raises playwright's Error where there is none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for all tests of a worker; each test opens contexts of its own."""
    if not AXE.exists():
        pytest.skip("static/vendor is empty: run scripts/vendor_assets.py")
    sync_api = pytest.importorskip("playwright.sync_api")
    try:
        browser = launched()
        with browser as running:
            yield running
    except sync_api.Error as error:
        pytest.skip(f"no Chromium (install it, or name one in CHROMIUM): {error}")


def axe_findings(page: Any, rules: tuple[str, ...] = AXE_RULES) -> list[str]:
    """What axe finds in the page as it stands: rule, element, reason. `rules`: tags, or names of rules."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = {"type": "tag" if rules is AXE_RULES else "rule", "values": [*rules]}
    found = page.evaluate("only => axe.run(document, { runOnly: only, resultTypes: ['violations'] })", only)
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


class Watch:
    """Whatever goes wrong in the pages of a browser context.

    Errors in the console and of scripts, violations of the security policy, answers of 400 and more (unless
    `allowing`), requests that fail, and any request to another host than `origin`.
    """

    def __init__(self, context: Any, origin: str) -> None:
        self.origin = origin
        self.faults: list[str] = []
        self._allowed: set[int] = set()
        context.add_init_script(WATCHER)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)

    @contextmanager
    def allowing(self, *statuses: int) -> Iterator[None]:
        """While it lasts, answers of these statuses are meant."""
        self._allowed |= set(statuses)
        yield
        self._allowed -= set(statuses)

    def check(self) -> None:
        """Fails where anything went wrong."""
        assert not self.faults, "\n".join(self.faults)

    def _on_console(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(ANSWER):
            self.faults.append(f"console: {message.text} ({message.page.url if message.page else ''})")

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:", "about:")):
            self.faults.append(f"foreign: {request.url}")

    def _on_failed(self, request: Any) -> None:
        # Aborted: the reader went on before it had come, or it became a download.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _on_response(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self._allowed:
            self.faults.append(f"{response.status}: {response.request.method} {response.url}")
