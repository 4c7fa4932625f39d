"""What surrounds every page of somebody who is signed in: menu, language, account."""

from __future__ import annotations

from typing import Any, Self

from tests.browser.reader import PHONE, Reader


class Shell:
    """Base of the page objects of signed-in readers. `path` is where the page is."""

    path = "/"

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.page: Any = reader.page
        self.say = reader.say

    def open(self) -> Self:
        """By its address."""
        self.reader.go(self.path)
        return self

    def follow(self, link: Any) -> None:
        """Click a link and look at the page that comes."""
        with self.page.expect_navigation():
            link.click()
        self.reader.check_page()

    @property
    def title(self) -> str:
        """The heading."""
        return str(self.page.locator("h1").inner_text())

    @property
    def subtitle(self) -> str:
        """The line below the heading."""
        return str(self.page.locator(".q-subtitle").inner_text())

    @property
    def flashes(self) -> str:
        """What the last action said."""
        return str(self.page.locator("#flashes").inner_text())

    def choose(self, entry: str) -> None:
        """An entry of the main menu, by its English name."""
        if self.reader.width == PHONE:
            self.page.get_by_role("button", name=self.say("Open menu")).click()
            self.page.wait_for_selector("#menu.show")
        menu = self.page.get_by_role("navigation", name=self.say("Main menu"))
        self.follow(menu.get_by_role("link", name=self.say(entry), exact=True))

    def offers(self, entry: str) -> bool:
        """Whether the main menu has the entry."""
        return bool(self.page.locator("#menu nav a").filter(has_text=self.say(entry)).count())

    def switch_language(self) -> None:
        """To the other of the two, by the button on top."""
        button = "English" if self.reader.language == "zh_Hans" else "简体中文"
        self.reader.language = "en" if self.reader.language == "zh_Hans" else "zh_Hans"
        self.follow(self.page.get_by_role("button", name=button, exact=True))

    def read_in(self, language: str) -> None:
        """Switch to the language unless the profile has it already."""
        if self.page.url == "about:blank":
            self.page.goto(self.path)
        shown = "zh_Hans" if self.page.locator("html").get_attribute("lang") == "zh-CN" else "en"
        self.reader.language = shown
        if shown != language:
            self.switch_language()

    def sign_out(self) -> None:
        """By the account menu."""
        self.page.get_by_role("button", name=self.say("Your account:")).click()
        self.follow(self.page.get_by_role("button", name=self.say("Sign out"), exact=True))
