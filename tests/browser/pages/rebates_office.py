"""Head office's pages of rebates: the editor of policies, a version, what-ifs, settlements."""

from __future__ import annotations

from typing import Any

from tests.browser.pages.records import FormPage
from tests.browser.pages.shell import Shell


class PolicyEditor(Shell):
    """Cards at the left, the example at the right."""

    path = "/policies/new"

    def field(self, name: str) -> Any:
        """A field by the place in the document that it stands for."""
        return self.page.locator(f"[id='{name}']")

    def type(self, **values: str) -> PolicyEditor:
        """Texts; a double underscore stands for the dash of a name."""
        for name, value in values.items():
            self.field(name.replace("__", "-")).fill(value)
        return self

    def choose(self, name: str, value: str) -> PolicyEditor:  # type: ignore[override]
        """A choice; where it changes the card, until the server has drawn it anew."""
        field = self.field(name)
        if field.get_attribute("data-policy-redraw") is None:
            field.select_option(value)
            return self
        with self.page.expect_response(
            lambda response: response.request.method == "POST" and "/example" not in response.url
        ):
            field.select_option(value)
        self._settled()
        return self

    def press(self, step: str) -> None:
        """A button that adds, removes or moves a row."""
        with self.page.expect_response(
            lambda response: response.request.method == "POST" and "/example" not in response.url
        ):
            self.page.locator(f"button[value='{step}']").click()
        self._settled()

    def _settled(self) -> None:
        self.page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")

    def tick(self, name: str, value: str) -> None:
        """A box of a group."""
        self.page.locator(f"input[name='{name}'][value='{value}']").check()

    def wait_for_example(self, amount: str) -> None:
        """Until the example says so."""
        self.page.wait_for_function(
            "amount => document.querySelector('.q-policy-total')?.textContent.includes(amount)", arg=amount
        )

    @property
    def focused(self) -> str:
        """The name of the field that has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return list(self.page.locator(".q-errors li").all_inner_texts())

    def check(self) -> None:
        """Ask what is wrong."""
        self.follow(self.page.locator(".q-policy-submit button[value=check]"))

    def save(self) -> PolicyPage:
        """Keep the draft."""
        self.follow(self.page.locator(".q-policy-submit button[value=save]"))
        return PolicyPage(self.reader)


class StepPage(Shell):
    """A record that moves by steps: a version of a policy, a settlement."""

    @property
    def status(self) -> str:
        """The badge beside the heading."""
        return str(self.page.locator(".q-subtitle .q-badge").first.inner_text())

    @property
    def number(self) -> int:
        """Its id, as the address says."""
        return int(self.page.url.partition("?")[0].partition("#")[0].rstrip("/").rsplit("/", 1)[1])

    def step(self, name: str, **values: str) -> None:
        """A step by its link and its form."""
        self.follow(self.page.locator(f".q-page-head a[href$='/{name}']"))
        FormPage(self.reader).fill(**values)
        self.follow(self.page.locator("main form .q-submit button[type=submit]").first)

    def wait_for_job(self) -> None:
        """Until the work behind the page is over."""
        self.page.wait_for_selector(".q-progress", state="detached", timeout=60_000)
        self.page.wait_for_selector(".q-figure")
        self.reader.check_page()


class PolicyPage(StepPage):
    """One version in words."""

    @property
    def words(self) -> str:
        """The terms, in both languages."""
        return " ".join(self.page.locator(".q-policy-words").all_inner_texts())

    def what_if(self) -> None:
        """Ask what it would have cost, over the months that are offered."""
        self.follow(self.page.locator(".q-page-head a[href*='/what-ifs/new']"))
        FormPage(self.reader).save()


class SettlementPage(StepPage):
    """A run."""

    def begin(self, month: str) -> SettlementPage:
        """Settle a month."""
        self.reader.go("/settlements/new")
        FormPage(self.reader).fill(kind="month", month=month).save()
        return self
