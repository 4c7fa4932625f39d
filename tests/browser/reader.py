"""Somebody in front of a browser: one context, one page, the language they read in, and what went wrong."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel.support import Translations

from portal.accounts.demo_accounts import DEMO_PASSWORD
from portal.i18n import HTML_LANG, TRANSLATIONS
from tests.chromium import TIMEOUT, Watch

DESK, PHONE = 1440, 360
HEIGHTS = {DESK: 900, PHONE: 760}


@cache
def words_of(language: str) -> Translations:
    """The portal's own catalogue."""
    return Translations.load(str(TRANSLATIONS), [language])


class Reader:
    """A page of the browser, and the words that its reader expects on it."""

    def __init__(
        self,
        chromium: Any,
        origin: str,
        *,
        language: str = "en",
        width: int = DESK,
        theme: str = "light",
        kept: dict[str, Any] | None = None,
        signed_in: str | None = None,
    ) -> None:
        self.origin, self.language, self.width = origin, language, width
        self.kept = {} if kept is None else kept
        if signed_in and signed_in not in self.kept:
            self._sign_in_once(chromium, signed_in)
        self.context = chromium.new_context(
            base_url=origin,
            viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=width == PHONE,
            color_scheme=theme,
            reduced_motion="reduce",
            locale="zh-CN" if language == "zh_Hans" else "en-GB",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
            storage_state=self.kept.get(signed_in or ""),
        )
        self.context.set_default_timeout(TIMEOUT)
        self.watch = Watch(self.context, origin)
        self.page = self.context.new_page()

    def _sign_in_once(self, chromium: Any, email: str) -> None:
        from tests.browser.pages.sign_in import SignInPage

        other = Reader(chromium, self.origin)
        SignInPage(other).open().sign_in(email, DEMO_PASSWORD)
        self.kept[email] = other.context.storage_state()
        other.close()
        other.watch.check()

    def say(self, message: str, context: str = "") -> str:
        """The portal's word for it in the reader's language."""
        words = words_of(self.language)
        return str(words.pgettext(context, message) if context else words.gettext(message))

    def go(self, path: str) -> None:
        """Open an address of the portal; its page must be in the reader's language and no wider than the screen."""
        self.page.goto(path)
        self.check_page()

    def check_page(self) -> None:
        """What holds for every page."""
        page = self.page
        assert page.locator("html").get_attribute("lang") == HTML_LANG[self.language], page.url
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (page.url, self.wide_elements())

    def wide_elements(self) -> list[str]:
        """What sticks out of the screen."""
        found: list[str] = self.page.evaluate(
            """[...document.querySelectorAll("body *")].filter((each) => {
                 const box = each.getBoundingClientRect();
                 return box.right > innerWidth + 1 && box.width > 0 && each.checkVisibility();
               }).slice(0, 5).map((each) => each.outerHTML.slice(0, 120))"""
        )
        return found

    def close(self) -> None:
        """Close the browser context."""
        self.context.close()
