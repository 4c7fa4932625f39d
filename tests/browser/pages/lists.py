"""Lists: filters, order, pages, exports. The same parts on every list."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl

from tests.browser.pages.shell import Shell
from tests.browser.reader import PHONE


class ListPage(Shell):
    """A list of rows."""

    @property
    def count(self) -> int:
        """How many rows there are in all."""
        return int(self.page.inner_text("#list .q-found strong").replace(",", "").rstrip("+"))

    def column(self, name: str, context: str = "") -> list[str]:
        """The texts of a column's cells, by the column's English name."""
        cells = self.page.locator(f"#list tbody td[data-label='{self.say(name, context)}']")
        return list(cells.all_inner_texts())

    def _refreshed(self) -> Any:
        """Waits for the part of the page that filters replace."""
        return self.page.expect_response(lambda response: response.request.headers.get("hx-request") == "true")

    def _wait(self) -> None:
        self.page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")

    def _open_filters(self) -> None:
        if self.reader.width == PHONE and not self.page.locator("#list-filters.q-open").count():
            self.page.get_by_role("button", name=self.say("Filters")).click()

    def filter(self, facet: str, value: str) -> None:
        """Tick a value of a facet (English name; value as in the address)."""
        self._open_filters()
        menu = self.page.locator("#list-filters details", has=self.page.locator(f"input[name='{facet}']"))
        menu.locator("summary").click()
        with self._refreshed():
            menu.locator(f"input[name='{facet}'][value='{value}']").check()
        self._wait()
        self.page.keyboard.press("Escape")

    def search(self, text: str) -> None:
        """Type into the search box."""
        with self._refreshed():
            self.page.fill("#list-text", text)
        self._wait()

    def sort(self, column: str, name: str) -> None:
        """Descending by a column (key in the address; English name): its heading twice, or the choice on a phone."""
        if self.reader.width == PHONE:
            self._open_filters()
            with self._refreshed():
                self.page.select_option("#list-sort", f"-{column}")
            self._wait()
            return
        for _ in range(2):
            if f"sort=-{column}" not in self.page.url:
                heading = self.page.get_by_role("columnheader", name=self.say(name), exact=True)
                self.follow(heading.get_by_role("link"))

    def next_page(self) -> bool:
        """To the next page; False where this is the last."""
        link = self.page.locator(".q-pager").get_by_role("link", name=self.say("Next"), exact=True)
        if not link.count():
            return False
        self.follow(link)
        return True

    def clear(self) -> None:
        """The way out of a list that filters have emptied."""
        self.follow(self.page.locator(".q-empty a"))

    def export(self, kind: str) -> bytes:
        """The file that the export button gives."""
        with self.page.expect_download() as download:
            self.page.locator("#list, .q-listbar").get_by_role("button", name=kind.upper()).first.click()
        assert download.value.suggested_filename.endswith(f".{kind}")
        return Path(download.value.path()).read_bytes()


def rows_of(workbook: bytes) -> list[tuple[Any, ...]]:
    """The rows below the heading of an exported .xlsx."""
    sheet = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True).active
    return list(sheet.iter_rows(min_row=2, values_only=True))


class OutletList(ListPage):
    """All outlets that the reader may see."""

    path = "/outlets"

    def open_first(self) -> str:
        """The first outlet's page; returns its code."""
        code = self.column("Code")[0]
        self.follow(self.page.locator("#list tbody a.q-lead").first)
        return code


class DistributorList(ListPage):
    """All distributors that the reader may see."""

    path = "/distributors"
