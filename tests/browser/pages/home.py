"""The first page: what is to be done, four figures, a chart."""

from __future__ import annotations

from tests.browser.pages.shell import Shell


class HomePage(Shell):
    """What waits for whoever has signed in."""

    @property
    def tasks(self) -> list[tuple[str, int]]:
        """Label and number of each line of the work list."""
        lines = self.page.locator(".q-work li").all()
        return [
            (
                line.locator(".q-work-label").inner_text().splitlines()[0],
                int(line.locator(".q-work-count").inner_text()),
            )
            for line in lines
        ]

    def follow_task(self, at: int = 0) -> None:
        """To the rows behind a line of the work list."""
        self.follow(self.page.locator(".q-work li a").nth(at))

    def wait_for_chart(self) -> None:
        """Until the chart is drawn."""
        self.page.wait_for_selector("[data-q-chart] canvas")

    @property
    def figures(self) -> list[str]:
        """The values of the figures."""
        return list(self.page.locator(".q-figure-value").all_inner_texts())
