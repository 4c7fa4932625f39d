"""Parts of a page that many requests share, drawn once: `{% keep role, request.endpoint %}…{% endkeep %}`.

The key names everything inside that differs between readers or requests, except language and mount point, which are
always part of it. A key of none draws anew, and so does a server that reloads its templates. Nothing that belongs to
one person or to one session stands inside: no name, no CSRF token. Parts live as long as the process, at most MAX_KEPT
of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from typing import Any

from flask import request
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

from portal.i18n import current_language

MAX_KEPT = 2_000


class Keep(Extension):
    """The tag. Each place in each template keeps its own parts."""

    tags = {"keep"}

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self._kept: dict[Hashable, Markup] = {}
        self._places = count(1)

    def parse(self, parser: Parser) -> nodes.Node:
        """To a call block, so that its body runs only where nothing is kept."""
        line = next(parser.stream).lineno
        key = parser.parse_tuple()
        body = parser.parse_statements(("name:endkeep",), drop_needle=True)
        place = nodes.Const(next(self._places))
        return nodes.CallBlock(self.call_method("draw", [place, key]), [], [], body).set_lineno(line)

    def draw(self, place: int, key: Hashable, caller: Callable[[], str]) -> Markup:
        """The part that is kept under `key` at this place, or else the body."""
        if key is None or self.environment.auto_reload:
            return Markup(caller())  # noqa: S704 - a template has drawn it
        full = (place, current_language(), request.script_root, key)
        found = self._kept.get(full)
        if found is None:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            found = self._kept[full] = Markup(caller())  # noqa: S704 - a template has drawn it
        return found
