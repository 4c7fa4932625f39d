"""The dealers' pages of the rebates room."""

from __future__ import annotations

from typing import Any

from tests.browser.pages.shell import Shell


class Policies(Shell):
    """Policies addressed to the reader."""

    path = "/my-policies"

    def open_waiting(self, code: str) -> None:
        """Those that wait for an acknowledgement, then the one with this code."""
        self.follow(self.page.locator(".q-note a[href*='waiting=yes']"))
        self.follow(self.page.locator("tr", has_text=code).first.locator("a.q-lead"))

    def acknowledge(self) -> None:
        """Read and agreed today."""
        self.follow(self.page.locator(".q-acknowledge button[type=submit]"))

    def to_forecast(self) -> ForecastPage:
        """Its forecast."""
        self.follow(self.page.locator("main a[href*='/forecast/']"))
        return ForecastPage(self.reader)


class ForecastPage(Shell):
    """Sliders beside what they bring."""

    def press(self, model: str, key: str, times: int) -> None:
        """Move a model's slider by the keyboard, and wait for the server's answer."""
        slider = self.page.locator(f"[name='u.{model}']").locator("xpath=..").locator("input[type=range]")
        slider.focus()
        for _ in range(times):
            self.page.keyboard.press(key)
        self.page.wait_for_function(
            "() => !document.querySelector('.q-sliders').classList.contains('htmx-request')", timeout=5_000
        )

    def number(self, model: str) -> str:
        """What stands in the field beside the slider."""
        return str(self.page.input_value(f"[name='u.{model}']"))

    def wait_for(self, words: str) -> None:
        """Until the result says it."""
        self.page.wait_for_selector(f"#forecast:has-text('{words}')")


class Statements(Shell):
    """The list, one statement, one of its lines."""

    path = "/statements"

    def open_first(self, text: str) -> None:
        """The newest statement that the search finds."""
        self.page.goto(f"{self.path}?q={text}")
        self.reader.check_page()
        self.follow(self.page.locator("#list a.q-lead").first)

    def open_line(self) -> str:
        """The first sales line; returns its reference."""
        link = self.page.locator("#lines a.q-lead").first
        ref = str(link.inner_text())
        self.follow(link)
        return ref

    def dispute(self, question: str) -> None:
        """Ask about the line before the reader."""
        self.follow(self.page.locator("main a[href*='/dispute?line=']").first)
        self.page.fill("textarea[name=question]", question)
        self.follow(self.page.locator("form.q-form button[type=submit]"))


class DisputePage(Shell):
    """The list of disputes, and one of them."""

    path = "/disputes"

    def open_about(self, ref: str) -> None:
        """The newest one about a line."""
        self.follow(self.page.locator("#list tr", has_text=ref).first.locator("a.q-lead"))

    def answer(self, words: str) -> None:
        """Head office answers."""
        self.page.fill("textarea[name=answer]", words)
        self.follow(self.page.locator("form[action$='/answer'] button[type=submit]"))

    def decide(self, action: str, words: str) -> None:
        """`accept` or `refuse`."""
        self.page.fill("textarea[name=decision]", words)
        self.follow(self.page.locator(f"form[action$='/decide'] button[value={action}]"))

    @property
    def status(self) -> str:
        """The badge beside the heading."""
        return str(self.page.locator(".q-subtitle .q-badge, .q-subtitle .q-status").first.inner_text())


class GrantPage(Shell):
    """What was granted for an outlet."""

    def at(self, number: int) -> GrantPage:
        """By its number."""
        self.path = f"/pass-through/{number}"
        return self.open()

    def send(self, step: str, amount: str) -> None:
        """`pass-on` or `confirm` an amount."""
        form: Any = self.page.locator(f"form[action$='/{step}']")
        form.locator("[name=amount]").fill(amount)
        self.follow(form.locator("button[type=submit]"))
