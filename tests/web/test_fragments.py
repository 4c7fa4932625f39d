"""Kept parts of pages: drawn once a key, place, language and mount point."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import DictLoader

Draw = Callable[..., str]
PARTS = {
    "one.html": "{% keep key %}<p>{{ tick() }} {{ name }}</p>{% endkeep %}",
    "two.html": "{% keep 1, 'a' %}{{ tick() }}{% endkeep %}, {% keep 1, 'a' %}{{ tick() }}{% endkeep %}",
    "macro.html": "{% macro part(key) %}{% keep key %}[{{ tick() }}]{% endkeep %}{% endmacro %}",
    "uses.html": "{% from 'macro.html' import part %}{{ part(key) }}{% include 'one.html' %}",
}


@pytest.fixture
def draw(pattern_book: Flask) -> Iterator[Draw]:
    """Draws a template in a request of its own; `tick` counts how often a body ran."""
    environment = pattern_book.jinja_env.overlay(loader=DictLoader(PARTS), auto_reload=False)
    ticks = iter(range(1, 1_000))
    environment.globals = {**environment.globals, "tick": lambda: next(ticks)}

    def drawn(template: str, *, mounted_at: str = "", language: str = "en", **context: object) -> str:
        request = pattern_book.test_request_context("/", base_url=f"http://localhost{mounted_at}/")
        with request, force_locale(language):
            return environment.get_template(template).render(**context)

    return drawn


def test_a_body_runs_once_a_key(draw: Draw) -> None:
    assert draw("one.html", key="a", name="<b>") == "<p>1 &lt;b&gt;</p>"
    assert draw("one.html", key="a", name="other") == "<p>1 &lt;b&gt;</p>"
    assert draw("one.html", key="b", name="other") == "<p>2 other</p>"


def test_no_key_draws_anew(draw: Draw) -> None:
    assert [draw("one.html", key=None, name="") for _ in range(2)] == ["<p>1 </p>", "<p>2 </p>"]


def test_each_mount_point_has_its_own(draw: Draw) -> None:
    assert draw("one.html", key="a", name="") != draw("one.html", key="a", name="", mounted_at="/portal")


def test_each_language_has_its_own(draw: Draw) -> None:
    english, chinese = (draw("one.html", key="a", name="", language=language) for language in ("en", "zh_Hans"))
    assert english != chinese
    assert draw("one.html", key="a", name="", language="en") == english


def test_each_place_has_its_own(draw: Draw) -> None:
    first = draw("two.html")
    assert first == "1, 2"
    assert draw("two.html") == first


def test_a_macro_keeps_its_parts(draw: Draw) -> None:
    assert draw("uses.html", key="a", name="x") == "[1]<p>2 x</p>"
    assert draw("uses.html", key="a", name="y") == "[1]<p>2 x</p>"
