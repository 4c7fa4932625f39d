"""Languages: which there are, which one a request uses, and the catalogues (one per room, merged when compiled)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Domain, get_locale
from flask_login import current_user

from portal.extensions import babel

LOCALES: dict[str, str] = {"en": "English", "zh_Hans": "简体中文"}
HTML_LANG = {"en": "en", "zh_Hans": "zh-CN"}
COOKIE = "qudao_language"
TRANSLATIONS = Path(__file__).parent / "translations"


class Words(Domain):  # type: ignore[misc]  # it has no types
    """flask-babel's domain; fixed texts are looked up once a language and process: a page asks for dozens."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, str], str] = {}

    def gettext(self, string: str, **variables: Any) -> str:
        """The text in the language of the context, with its variables filled in."""
        key = (current_language(), string)
        if key not in self._known:
            self._known[key] = super().gettext(string)
        return self._known[key] % variables if variables else self._known[key]


def choose_locale() -> str:
    """The profile's language, else the one chosen in this browser, else the best the browser accepts."""
    if not has_request_context():
        return "en"
    user = current_user._get_current_object()
    if user.is_authenticated and user.locale in LOCALES:
        return str(user.locale)
    chosen = session.get("locale")
    if chosen in LOCALES:
        return chosen
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en"], default="en")
    return "zh_Hans" if best.startswith("zh") else "en"


def current_language() -> str:
    """`en` or `zh_Hans`. Asked some fifty times a page: looks first where flask-babel keeps the locale of a context."""
    locale = getattr(getattr(g, "_flask_babel", None), "babel_locale", None) if has_app_context() else None
    locale = locale or get_locale()
    return "zh_Hans" if locale is not None and locale.language == "zh" else "en"


def pick(name_zh: str | None, name_en: str | None) -> str:
    """The name in the reader's language, or the other where that one is missing."""
    first, second = (name_zh, name_en) if current_language() == "zh_Hans" else (name_en, name_zh)
    return first or second or ""


def init_app(app: Flask) -> None:
    """Attach Babel and what templates need of it."""
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    babel.init_app(app, locale_selector=choose_locale, default_translation_directories=str(TRANSLATIONS))
    babel.domain_instance = Words()

    @app.context_processor
    def _languages() -> dict[str, object]:
        language = current_language()
        return {"language": language, "html_lang": HTML_LANG[language], "languages": LOCALES, "pick": pick}
