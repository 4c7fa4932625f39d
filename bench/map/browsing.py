"""Opens a page in Chromium and says when it was drawn and could be used."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
QUIET_MS = 500
# Noted from the first line of the page on: when what we wait for was there, and when the main thread was last busy.
WATCHER = """
(selector) => {
  const seen = (window.__seen = { drawn: null, busy: 0, failed: null });
  addEventListener("error", (event) => { seen.failed = event.message; });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) seen.busy = Math.max(seen.busy, task.startTime + task.duration);
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    if (document.querySelector(selector)) seen.drawn = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}
"""


@dataclass(frozen=True)
class Visit:
    """Milliseconds from the start of the navigation until the page could be used, for which the main thread used
    the processor for `busy_ms` (much the same on a machine that is busy otherwise), and what came over the wire."""

    interactive_ms: float
    busy_ms: float
    bytes_by_kind: dict[str, int]

    @property
    def total_bytes(self) -> int:
        return sum(self.bytes_by_kind.values())


@contextmanager
def open_chromium() -> Iterator[Any]:
    """A browser; its contexts start with empty caches."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def visit(context: Any, url: str, *, drawn: str, timeout_s: int) -> Visit:
    """Opens `url` and waits until `drawn` (a selector) is there and no task above 50 ms ran for half a second."""
    page = context.new_page()
    page.set_default_timeout(timeout_s * 1000)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Performance.enable", {"timeDomain": "threadTicks"})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: _kind(event["response"])}))
    wire.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    page.add_init_script(f"({WATCHER})({drawn!r})")
    page.goto(url, wait_until="commit", timeout=timeout_s * 1000)
    usable = f"performance.now() - Math.max(__seen.drawn, __seen.busy) > {QUIET_MS}"
    page.wait_for_function(f"() => __seen.failed || (__seen.drawn && {usable})", polling=100)
    if failed := page.evaluate("__seen.failed"):
        raise RuntimeError(f"{url}: {failed}")
    moment = page.evaluate("Math.max(__seen.drawn, __seen.busy)")
    metrics = {entry["name"]: entry["value"] for entry in wire.send("Performance.getMetrics")["metrics"]}
    by_kind: dict[str, int] = {}
    for request, size in sizes.items():
        by_kind[kinds.get(request, "other")] = by_kind.get(kinds.get(request, "other"), 0) + size
    page.close()
    return Visit(float(moment), float(metrics["TaskDuration"]) * 1000, by_kind)


def _kind(response: dict[str, Any]) -> str:
    """What a response is: the page, static files, boundaries, or data."""
    if response.get("fromDiskCache"):
        return "cached"
    path = "/" + response["url"].split("/", 3)[3].split("?")[0]
    if path.startswith("/static/") or path.endswith((".js", ".css", ".png")):
        return "assets"
    if path.startswith("/map/boundaries/"):
        return "boundaries"
    return "data" if path.endswith(".json") or path == "/map/list" else "page"
