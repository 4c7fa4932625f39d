"""The page of an outlet or a distributor, and the forms that make and change them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.pages.shell import Shell


class RecordPage(Shell):
    """Facts, place, people, papers, timeline."""

    def at(self, path: str) -> RecordPage:
        """The record at an address."""
        self.path = path
        return self.open()

    @property
    def timeline(self) -> list[str]:
        """The events, newest first."""
        return list(self.page.locator("#timeline .q-event").all_inner_texts())

    @property
    def status(self) -> str:
        """The badge beside the heading."""
        return str(self.page.locator(".q-subtitle .q-badge").first.inner_text())

    @property
    def documents(self) -> Any:
        """Links to the papers."""
        return self.page.locator("#documents a[href*='/documents/']:not([href$='/new'])")

    def download(self, at: int = 0) -> tuple[str, bytes]:
        """Name and bytes of a paper."""
        with self.page.expect_download() as download:
            self.documents.nth(at).click()
        return download.value.suggested_filename, Path(download.value.path()).read_bytes()

    def wait_for_map(self) -> None:
        """Until the small map is drawn."""
        self.page.wait_for_selector(".q-mini-map .leaflet-container")

    def move_to(self, status: str, *, on: str, reason: str) -> None:
        """Change the status by the menu and its form."""
        self.page.locator("summary", has_text=self.say("Change status")).click()
        self.follow(self.page.locator(f".q-menu-body a[href$='to={status}']"))
        FormPage(self.reader).fill(on=on, reason=reason).save()


class FormPage(Shell):
    """Any form; fields by their names."""

    def fill(self, **values: str) -> FormPage:
        """Type into text fields, choose in selects."""
        for name, value in values.items():
            field = self.page.locator(f"main form [name='{name}']").first
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def attach(self, name: str, path: Path) -> FormPage:
        """Put a file into a file field."""
        self.page.set_input_files(f"main form [name='{name}']", path)
        return self

    def save(self) -> None:
        """Press the form's main button."""
        self.follow(self.page.locator("main form .q-submit .btn-primary"))

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return list(self.page.locator(".q-errors li").all_inner_texts())
