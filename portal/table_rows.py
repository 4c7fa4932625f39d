"""Rows of a long table, drawn from one pattern: the template says what a row looks like, the loop over rows is plain.

In a template loop the engine is asked for each attribute of each cell; drawn so, a row costs a tenth of that. Cells
come by column, so that a column is looked up, translated and escaped as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from portal.i18n import current_language

_PLACE = re.compile(r"\{(\w+)\}")
_BETWEEN = "\x1e"
# (identity of a constant with words, language) → its badges.
_badges: dict[tuple[int, str], dict[Any, Markup]] = {}


def columns_of(rows: Sequence[Any]) -> SimpleNamespace:
    """Rows of a query (at least one) by column: an attribute for each of their names."""
    return SimpleNamespace(**dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True)))


def draw_badges(words: Mapping[Any, Any], colours: Mapping[Any, str]) -> dict[Any, Markup]:
    """The badge of each status in the reader's language, drawn once a process. `words` is a constant of a room."""
    key = (id(words), current_language())
    if key not in _badges:
        draw = current_app.jinja_env.get_template("macros/status.html").module.badge  # type: ignore[attr-defined]
        _badges[key] = {status: draw(word, colours[status]) for status, word in words.items()}
    return _badges[key]


def draw_rows(pattern: str, columns: Mapping[str, Sequence[str]]) -> Markup:
    """`pattern` once a row, each `{key}` replaced by that column's cell: text is escaped, Markup stands as it is."""
    frame, keys = _framed(pattern)
    cells = zip(*(_escaped(columns[key]) for key in keys), strict=True)
    return Markup("".join([frame % row for row in cells]))  # noqa: S704 - every cell was escaped or is Markup


@lru_cache(maxsize=200)
def _framed(pattern: str) -> tuple[str, tuple[str, ...]]:
    """The pattern as a format of positions, and the keys at them."""
    parts = _PLACE.split(pattern)
    return "%s".join(part.replace("%", "%%") for part in parts[0::2]), tuple(parts[1::2])


def _escaped(cells: Sequence[str]) -> Sequence[str]:
    """Each cell escaped: a column of text in one go, unless a cell holds the sign between them."""
    if set(map(type, cells)) == {str}:
        together = str(escape(_BETWEEN.join(cells))).split(_BETWEEN)
        if len(together) == len(cells):
            return together
    return [cell if type(cell) is Markup else str(escape(cell)) for cell in cells]
