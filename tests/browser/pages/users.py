"""Users: the invitation, and what each of them is tied to."""

from __future__ import annotations

from tests.browser.pages.shell import Shell


class UserPage(Shell):
    """A user, or the link that was made for them."""

    path = "/admin/users"

    @property
    def link(self) -> str:
        """The link that is shown once."""
        return str(self.page.input_value("#link"))

    def open_user(self) -> None:
        """From the link to the user's page."""
        self.follow(self.page.get_by_role("link", name=self.say("Open the user")))

    def grant(self, code: str) -> None:
        """Search for an area, a distributor or an outlet, and add it."""
        self.page.fill("#find", code)
        add = self.page.locator("#found li", has_text=code).get_by_role("button", name=self.say("Add"), exact=True)
        add.wait_for()
        self.follow(add)

    @property
    def scope(self) -> str:
        """What they are tied to."""
        return str(self.page.inner_text("#scope .q-rows >> nth=0"))
