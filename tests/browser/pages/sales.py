"""Pages of the monthly report: months, entry on a phone, checks, the board, the calendar, amendments, figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.pages.records import FormPage
from tests.browser.pages.shell import Shell


class Months(Shell):
    """A distributor's months, or the board of those who judge."""

    path = "/reports"

    def begin(self) -> EntryPage:
        """The first month that waits."""
        self.follow(self.page.locator(".q-month .btn-primary").first)
        return EntryPage(self.reader)

    @property
    def waiting(self) -> list[str]:
        """What the cards of the months say."""
        return list(self.page.locator(".q-month").all_inner_texts())

    def open_report(self, name: str) -> ReportPage:
        """A row of the board."""
        self.follow(self.page.locator("#list a.q-lead", has_text=name))
        return ReportPage(self.reader)


class EntryPage(Shell):
    """One outlet at a time."""

    def line(self, number: int) -> Any:
        """The card of a model, from 0."""
        return self.page.locator("[data-line]").nth(number)

    def type(self, number: int, column: str, text: str) -> None:
        """A figure of a model."""
        self.line(number).locator(f"[data-entry='{column}']").fill(text)

    def expected(self, number: int) -> str:
        """The running closing stock."""
        return str(self.line(number).locator("[data-entry-expected]").inner_text())

    def take_over(self) -> None:
        """Every closing stock as the other figures lead to it."""
        for button in self.page.locator("[data-entry-take]").all():
            if button.is_visible():
                button.click()

    @property
    def status(self) -> str:
        """What the autosave says."""
        return str(self.page.inner_text("[data-autosave-status]"))

    def wait_for_save(self) -> None:
        """Until it says something."""
        self.page.wait_for_function("() => document.querySelector('[data-autosave-status]').textContent !== ''")

    def next(self) -> bool:
        """The next outlet; False where the head of the paper comes."""
        self.follow(self.page.locator("button[name=then][value=next]"))
        return "/enter" in self.page.url

    def finish(self, sell_through: str = "") -> CheckPage:
        """Through all outlets and the own store (its first model's sell-through), then the head, to the check."""
        self.take_over()
        while self.next():
            if sell_through and self.page.url.endswith("outlet=0"):
                self.type(0, "sell_through", sell_through)
            self.take_over()
        FormPage(self.reader).fill(reporter="杨德明", phone="0838-2500000").save()
        return CheckPage(self.reader)


class CheckPage(Shell):
    """Sums, questions, the button."""

    @property
    def questions(self) -> list[str]:
        """What the checks ask."""
        return list(self.page.locator("#questions li").all_inner_texts())

    def answer(self, words: str) -> None:
        """The first question."""
        self.page.locator("#questions textarea").first.fill(words)
        self.follow(self.page.locator("#questions button[type=submit]"))

    def submit(self) -> None:
        """By an impatient double click."""
        with self.page.expect_navigation(url="**/submitted"):
            self.page.locator("form[action$='/submit'] button").dblclick()
        self.reader.check_page()


class ReportPage(Shell):
    """One report."""

    @property
    def number(self) -> int:
        """Its id, as the address says."""
        return int(self.page.url.partition("/reports/")[2].partition("/")[0].partition("?")[0])

    @property
    def status(self) -> str:
        """The badge beside the heading."""
        return str(self.page.locator(".q-subtitle .q-badge").first.inner_text())

    def step(self, name: str, reason: str = "") -> None:
        """A step by its link and its form."""
        self.follow(self.page.locator(f".q-page-head a[href$='/{name}']"))
        if reason:
            FormPage(self.reader).fill(reason=reason)
        self.follow(self.page.locator("main form .q-submit button[type=submit]").first)


class Uploads(Shell):
    """A workbook instead of typing."""

    def template(self) -> bytes:
        """The month's own template."""
        return self._download(self.page.locator(".q-template-form button"))

    def hand_in(self, path: Path) -> None:
        """Upload, and wait for the check."""
        FormPage(self.reader).attach("file", path).save()
        self.wait()

    def wait(self) -> None:
        """Until the work on the file is over."""
        self.page.wait_for_selector(".q-figure, .q-errors")

    @property
    def figures(self) -> list[int]:
        """Rows, rows with errors, errors, warnings."""
        return [int(text.replace(",", "")) for text in self.page.locator(".q-figure-value").all_inner_texts()]

    def take_back(self) -> bytes:
        """One's own file with red cells and comments."""
        return self._download(self.page.locator("a[href$='/findings']"))

    def correct(self) -> None:
        """To the upload of the corrected file."""
        self.follow(self.page.get_by_role("link", name=self.say("Hand in the corrected file")))

    def run(self) -> None:
        """Import, and wait until it is done."""
        self.follow(self.page.locator("form[action$='/run'] button"))
        self.page.wait_for_selector("main .btn-primary[href*='/reports/']")

    def _download(self, link: Any) -> bytes:
        with self.page.expect_download() as download:
            link.click()
        return Path(download.value.path()).read_bytes()


class Figures(Shell):
    """Roll-ups."""

    path = "/figures"

    @property
    def retail(self) -> int:
        """Units sold to customers, over all rows."""
        return int(self.page.locator(".q-figure-value").nth(2).inner_text().replace(",", ""))

    def group_by(self, grouping: str) -> None:
        """Other rows, in place."""
        with self.page.expect_response("**/figures?*"):
            self.page.select_option("#figures-by", grouping)
        self.page.wait_for_selector(f"h2:has-text('{self.say(grouping.capitalize())}')")
