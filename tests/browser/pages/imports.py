"""The wizard that imports a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.pages.records import FormPage
from tests.browser.pages.shell import Shell


class ImportPage(Shell):
    """From the empty template to rows in the books."""

    path = "/imports/new"

    def begin(self) -> None:
        """By the menu and the button."""
        self.choose("Imports")
        self.follow(self.page.get_by_role("link", name=self.say("Import a file")).first)

    def template(self, kind: str) -> bytes:
        """The empty file."""
        return self._download(self.page.locator(f"a[href$='/template/{kind}']"))

    def hand_in(self, path: Path, *, kind: str = "outlets", datum: str = "wgs84") -> None:
        """Choose what it is, upload it, and wait for the check."""
        form = FormPage(self.reader).attach("file", path)
        for name, value in (("kind", kind), ("datum", datum)):
            self.page.locator(f"main form [name='{name}'][value='{value}']").check()
        form.save()
        self.wait()

    def wait(self) -> None:
        """Until the work on the file is over, or the form has said what is wrong."""
        self.page.wait_for_selector(".q-figure, .q-errors")

    @property
    def figures(self) -> list[int]:
        """Rows, rows with errors, errors, warnings."""
        return [int(text.replace(",", "")) for text in self.page.locator(".q-figure-value").all_inner_texts()]

    @property
    def findings(self) -> list[tuple[int, str]]:
        """Row of the sheet and sentence of each finding."""
        lines = self.page.locator("#list tbody tr").all()
        return [
            (
                int("".join(sign for sign in line.locator("td").first.inner_text() if sign.isdigit())),
                line.locator("td").last.inner_text(),
            )
            for line in lines
        ]

    def take_back(self) -> bytes:
        """One's own file with red cells and comments."""
        return self._download(self.page.get_by_role("link", name=self.say("My file with the findings")))

    def correct(self) -> None:
        """To the upload of the corrected file."""
        self.follow(self.page.get_by_role("link", name=self.say("Hand in the corrected file")))

    def run(self) -> None:
        """Import, and wait until it is done."""
        self.follow(self.page.locator("form[action$='/run'] button"))
        self.wait()

    def see_rows(self) -> list[str]:
        """The codes of what was imported."""
        self.follow(self.page.get_by_role("link", name=self.say("See what was imported")).first)
        return list(self.page.locator("#list a.q-lead").all_inner_texts())

    def _download(self, link: Any) -> bytes:
        with self.page.expect_download() as download:
            link.click()
        return Path(download.value.path()).read_bytes()
