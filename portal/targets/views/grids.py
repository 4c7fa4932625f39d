"""A table of a plan in words: its lines with names and ways down, its sums, and the same as a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.db import db
from portal.i18n import current_language
from portal.network.queries.lists import Named
from portal.targets.forms.plans import month_name
from portal.targets.labels import LEVEL
from portal.targets.queries.naming import names_of
from portal.targets.queries.plans import At, Grid
from portal.targets.rules.cascade import OWN, area_key
from portal.targets.rules.words import Level

LEVELS = tuple(Level)


@dataclass(frozen=True)
class Row:
    """One line of the table. `share` is per mille of the sum; `url` leads a level down."""

    key: str
    code: str
    name: str
    url: str
    months: list[int]
    total: int
    in_force: int | None
    share: float


@dataclass(frozen=True)
class Table:
    """What the template draws."""

    level: Any
    months: list[str]
    rows: list[Row]
    sums: list[int]
    total: int
    in_force: int | None
    adds_up: bool


def table_of(grid: Grid, at: At, link: Callable[[str], str] | None = None) -> Table:
    """The grid in words; `link` gives the address of a place (its path), where one may go further down."""
    language = current_language()
    names = names_of(db.session(), (line.key for line in grid.lines))
    total = sum(grid.sums)
    rows = [
        Row(
            line.key,
            names[line.key].code if line.key in names else "",
            word_of(line.key, names, language),
            link("/".join((*at.keys, line.key))) if link and at.depth < 3 else "",
            line.months,
            line.total,
            line.in_force,
            line.total / total if total else 0,
        )
        for line in sorted(grid.lines, key=lambda line: _order(line.key, names))
    ]
    months = [month_name(month.month, language) for month in grid.months]
    return Table(LEVEL[LEVELS[at.depth]], months, rows, grid.sums, total, grid.in_force, grid.adds_up)


def word_of(key: str, names: dict[str, Named], language: str) -> str:
    """What a place is called."""
    if key in names:
        return names[key].name(language)
    if key == area_key(None):
        return _("Not assigned")
    return _("Own store") if key == OWN else key


def _order(key: str, names: dict[str, Named]) -> tuple[bool, bool, str]:
    """The own store first, then by code; what is in no area last."""
    return key == area_key(None), key != OWN, names[key].code if key in names else ""


def crumbs(at: At, link: Callable[[str], str], top: str) -> Iterator[tuple[str, str | None]]:
    """(name, address) of the way down to a place; the last one has no address."""
    language, names = current_language(), names_of(db.session(), at.keys)
    yield top, link("") if at.keys else None
    for depth, key in enumerate(at.keys, 1):
        yield word_of(key, names, language), link("/".join(at.keys[:depth])) if depth < at.depth else None


def chart_of(table: Table, name: str) -> dict[str, Any]:
    """The sums by month as bars."""
    series = {"name": name, "values": table.sums, "colour": "--q-teal-solid", "fallback": "#128090"}
    return {"categories": table.months, "series": [series]}
