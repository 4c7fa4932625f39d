"""The ways in: the form, and the link of an invitation."""

from __future__ import annotations

import re
from typing import Any, Self

from tests.browser.reader import Reader


class SignInPage:
    """Address and password."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.page: Any = reader.page

    def open(self) -> Self:
        """By its address."""
        self.reader.go("/sign-in")
        return self

    def fill(self, email: str, password: str) -> Self:
        """Both fields, found by their labels."""
        self.page.get_by_label(self.reader.say("E-mail")).fill(email)
        self.page.get_by_label(self.reader.say("Password"), exact=True).fill(password)
        return self

    def sign_in(self, email: str, password: str) -> None:
        """To the first page, which comes in the language of the profile."""
        self.fill(email, password)
        self.page.get_by_role("button", name=self.reader.say("Sign in"), exact=True).click()
        self.page.wait_for_url(re.compile(r"^[^?]*[^n]$"))

    @property
    def is_shown(self) -> bool:
        """Whether one is to sign in."""
        return bool(self.page.locator("input[name=password]").count())


class InvitationPage:
    """Where somebody who was invited chooses a password."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.page: Any = reader.page

    def take_up(self, url: str, password: str) -> None:
        """Open the link and choose the password."""
        self.reader.go(url)
        self.page.get_by_label(self.reader.say("New password"), exact=True).fill(password)
        self.page.get_by_label(self.reader.say("New password once more"), exact=True).fill(password)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.reader.say("Save the password")).click()
