"""Sales areas: their page, and the choice of their regions."""

from __future__ import annotations

from tests.browser.pages.shell import Shell


class AreaPage(Shell):
    """One sales area."""

    @property
    def regions(self) -> str:
        """Addresses of the regions that it holds."""
        links = self.page.locator("#regions a").all()
        return " ".join(link.get_attribute("href") or "" for link in links) + self.page.inner_text("#regions")


class RegionsPage(Shell):
    """The tree of a province, and the map that does the same."""

    def show_province(self, code: str) -> None:
        """Another province."""
        if self.page.input_value("#province") != code:
            with self.page.expect_navigation():
                self.page.select_option("#province", code)

    def tick(self, level: str, code: str) -> None:
        """A region, by level and code."""
        self.page.locator(f"input[name='region'][value='{level}:{code}']").check()

    def save(self) -> None:
        """Keep the choice."""
        self.follow(self.page.get_by_role("button", name=self.say("Save regions")))
