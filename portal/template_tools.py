"""What every template may use: the formats as filters, icons, addresses of static files, and quick gettext.

A page of 50 rows asks for some 60 words, 40 icons and 15 static addresses. Flask-Babel's lookup takes 12 µs, a
macro with url_for 17 µs, so these are remembered: about 0.3 µs each.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask, current_app, request
from flask.templating import Environment
from flask_babel import get_translations
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from portal import formatting as f
from portal.fragments import Keep
from portal.i18n import current_language
from portal.table_rows import draw_rows

# Filters that depend on the reader's language, and numbers that may be negative (shown in red with a minus).
_BY_LANGUAGE: tuple[Callable[..., str], ...] = (f.format_date, f.format_datetime, f.format_month, f.format_distance)
_NUMBERS: tuple[Callable[..., str], ...] = (f.format_int, f.format_yuan, f.format_percent, f.format_basis_points)
MAX_REMEMBERED = 5_000


class Templates(Environment):
    """Flask's environment whose templates see the globals themselves, not a chain of mappings in front of them.

    Jinja looks through that chain for every global at every import and include: a tenth of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template; `d` are its own, which only direct callers of the environment give."""
        return super().make_globals(d) if d else self.globals


def register(app: Flask) -> None:
    """Give the templates their filters and globals."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.do")
    environment.add_extension(Keep)
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    for formatter in _BY_LANGUAGE:
        environment.filters[formatter.__name__] = _by_language(formatter)
    for formatter in _NUMBERS:
        environment.filters[formatter.__name__] = _as_markup(formatter)
    environment.filters["format_file_size"] = f.format_file_size
    words = _Words()
    environment.globals.update(
        _=words.gettext,
        gettext=words.gettext,
        draw_rows=draw_rows,
        draw_icon=_Icons(f"{app.static_url_path}/vendor/icons.svg").draw,
        format_coordinate=f.format_coordinate,
        has_endpoint=lambda endpoint: endpoint in current_app.view_functions,
        static_path=lambda name: f"{request.script_root}{app.static_url_path}/{name}",
    )
    app.context_processor(lambda: {"reader_language": current_language()})


class _Words:
    """Translations of fixed texts, by language. Texts with variables go the ordinary way."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Markup] = {}

    def gettext(self, message: str, **variables: Any) -> Markup:
        """The message in the reader's language; variables are escaped."""
        if variables:
            return Markup(get_translations().ugettext(message)) % variables  # noqa: S704 - a translator wrote it
        key = (current_language(), message)
        found = self._known.get(key)
        if found is None:
            found = Markup(get_translations().ugettext(message)) % ()  # noqa: S704 - a translator wrote it
            if len(self._known) < MAX_REMEMBERED:
                self._known[key] = found
        return found


class _Icons:
    """Icons of the sprite as markup."""

    def __init__(self, sprite: str) -> None:
        self._sprite = sprite
        self._known: dict[tuple[str, str, str], Markup] = {}

    def draw(self, name: str, css_class: str = "", label: str | None = None) -> Markup:
        """An icon: decoration beside a word, or, with a label, a sign that stands alone."""
        if label:
            return self._markup(name, css_class, Markup('role="img" aria-label="{}"').format(label))
        key = (request.script_root, name, css_class)
        found = self._known.get(key)
        if found is None:
            found = self._markup(name, css_class, Markup('aria-hidden="true"'))
            if len(self._known) < MAX_REMEMBERED:
                self._known[key] = found
        return found

    def _markup(self, name: str, css_class: str, role: Markup) -> Markup:
        address = escape(f"{request.script_root}{self._sprite}#{name}")
        classes = escape(f"icon {css_class}".strip())
        return Markup('<svg class="{}" {} focusable="false"><use href="{}"/></svg>').format(classes, role, address)


def _by_language(formatter: Callable[..., str]) -> Callable[..., str]:
    @pass_context  # or Jinja would fold `{{ 850|format_distance }}` once, in the language of the first reader
    def in_reader_language(context: Context, value: Any) -> str:
        known = context.resolve("reader_language")  # not inside imported macros
        return formatter(value, known if isinstance(known, str) else current_language())

    return in_reader_language


def _as_markup(formatter: Callable[..., str]) -> Callable[..., Markup]:
    def marked(value: Any, **options: Any) -> Markup:
        return f.mark_negative(formatter(value, **options))

    return marked
