"""What the page of figures offers in its URL: months, grouping, comparison, filters, order, page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from portal.periods import format_month, months_between, parse_month
from portal.sales.queries.figures import MEASURES, FigureFilter
from portal.sales.rules.figures import Comparison, Grouping
from portal.tables import Arguments

Choice = TypeVar("Choice", bound=StrEnum)
SIZE = 50
MAX_PAGES = 2_000
MAX_MONTHS = 36
NAME = "code"


@dataclass(frozen=True)
class FigureState:
    """One page of figures as its URL describes it. Filters are codes; URLs say only what is not the default."""

    path: str
    first: date
    last: date
    default_month: date
    grouping: Grouping = Grouping.AREA
    comparison: Comparison = Comparison.YEAR
    sort: str = "-retail"
    page: int = 1
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """This page."""
        pairs = [("by", self.grouping.value)] if self.grouping is not Grouping.AREA else []
        if (self.first, self.last) != (self.default_month, self.default_month):
            pairs += [("first", format_month(self.first)), ("last", format_month(self.last))]
        if self.comparison is not Comparison.YEAR:
            pairs.append(("compare", self.comparison.value))
        pairs += [(name, code) for name, code in self.chosen.items() if code]
        if self.sort != default_sort(self.grouping):
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def sort_url(self, name: str) -> str:
        """Sorted by a column, largest first; or the other way round where it is so already."""
        falling = f"-{name}"
        return replace(self, sort=name if self.sort == falling else falling, page=1).url

    def page_url(self, page: int) -> str:
        """Another page of the same rows."""
        return replace(self, page=page).url

    def by_url(self, grouping: Grouping, **chosen: str) -> str:
        """The same months by something else, narrowed."""
        return replace(
            self, grouping=grouping, sort=default_sort(grouping), page=1, chosen={**self.chosen, **chosen}
        ).url

    def export_url(self, path: str) -> str:
        """The export of these rows."""
        return replace(self, path=path, page=1).url

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * SIZE

    def filter(self, ids: Mapping[str, Sequence[int]]) -> FigureFilter:
        """The same as a filter of the query; `ids`: area, distributor, model → ids of the chosen codes."""
        return FigureFilter(
            self.first, self.last, ids.get("area", ()), ids.get("distributor", ()), (), ids.get("model", ())
        )


def default_sort(grouping: Grouping) -> str:
    """Months in their order, everything else by what sells most."""
    return NAME if grouping is Grouping.MONTH else "-retail"


def read_state(path: str, arguments: Arguments, default_month: date) -> FigureState:
    """The state that a query string asks for; anything unknown or broken falls back to the default."""
    first = _month(arguments.get("first", "")) or _month(arguments.get("last", "")) or default_month
    last = _month(arguments.get("last", "")) or first
    if last < first:
        first, last = last, first
    if len(list(months_between(first, last))) > MAX_MONTHS:
        first = list(months_between(first, last))[-MAX_MONTHS]
    grouping = _member(Grouping, arguments.get("by", ""), Grouping.AREA)
    sort = arguments.get("sort", "")
    return FigureState(
        path=path,
        first=first,
        last=last,
        default_month=default_month,
        grouping=grouping,
        comparison=_member(Comparison, arguments.get("compare", ""), Comparison.YEAR),
        sort=sort if sort.removeprefix("-") in (*MEASURES, NAME) else default_sort(grouping),
        page=_page(arguments.get("page", "")),
        chosen={name: arguments.get(name, "")[:40] for name in ("area", "distributor", "model")},
    )


def _member(kind: type[Choice], text: str, default: Choice) -> Choice:
    try:
        return kind(text)
    except ValueError:
        return default


def _month(text: str) -> date | None:
    try:
        month = parse_month(text)
    except ValueError:
        return None
    return month if 2000 <= month.year <= 2100 else None


def _page(text: str) -> int:
    return min(max(int(text), 1), MAX_PAGES) if text.isascii() and text.isdigit() and len(text) < 7 else 1
