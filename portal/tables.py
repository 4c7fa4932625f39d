"""Lists: what a list offers (columns, facets), and the state that it keeps in its URL.

Nothing here knows Flask or WTForms, so queries may use it. A list page reads

    spec = ListSpec(columns=(Column("code", _l("Code"), Outlet.code), …), facets=(…), default_sort="code")
    state = spec.read(request.path, request.args)            # view
    page = keyset_page(session, statement, state.order(Outlet.id), state.cursor, state.size)   # query
    count = capped_count(session, statement)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Protocol
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from portal.paging import COUNT_CAP, Count, Expression, Page, SortKey, capped_count, keyset_page

__all__ = [
    "COUNT_CAP",
    "Chip",
    "Column",
    "Count",
    "Facet",
    "ListSpec",
    "ListState",
    "Option",
    "Page",
    "SortKey",
    "build_url",
    "capped_count",
    "keyset_page",
    "translate_columns",
]

SIZES = (25, 50, 100, 200)
MAX_TEXT = 100
DAY_PATTERN = r"\d{4}-\d{2}-\d{2}"


class Arguments(Protocol):
    """A parsed query string that may hold a key several times (werkzeug's MultiDict)."""

    def get(self, key: str, default: str) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a list. `key` is its name in the URL; `sort` the SQL to order by (None: not sortable).

    `nullable` says that the expression may be NULL: such rows come last, in both directions. Make columns once, not
    for each request: the parts of a page that only they shape are kept by their identity.
    """

    key: str
    label: object
    sort: Expression | None = None
    nullable: bool = False
    numeric: bool = False
    shown: bool = True
    fixed: bool = False


@cache
def translate_columns(columns: tuple[Column, ...], _language: str) -> tuple[Column, ...]:
    """Constant columns with their names in the language of the reader, which a page says several times."""
    return tuple(replace(column, label=str(column.label)) for column in columns)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet, its word, and how many rows it would leave (None: not counted)."""

    value: str
    label: object
    count: int | None = None


@dataclass(frozen=True)
class Facet:
    """A filter. Accepts the values among `options`, or those that match `pattern` where they are too many.

    `words` names chosen values that are not among the options; `is_day` draws a date to choose (DAY_PATTERN).
    """

    key: str
    label: object
    options: Sequence[Option] = ()
    pattern: str | None = None
    multiple: bool = True
    words: Mapping[str, object] = field(default_factory=dict)
    is_day: bool = False

    def accepted(self, values: Sequence[str]) -> tuple[str, ...]:
        """The values that are allowed, each once, in the order given."""
        if not values:
            return ()
        known = {option.value for option in self.options}
        kept = [
            value
            for value in dict.fromkeys(values)
            if value in known or (self.pattern is not None and re.fullmatch(self.pattern, value, re.ASCII))
        ]
        return tuple(kept if self.multiple else kept[:1])

    @cached_property
    def drawn_from(self) -> tuple[object, ...]:
        """All that shapes its drawing, besides what is chosen."""
        options = tuple((option.value, str(option.label), option.count) for option in self.options)
        return self.key, str(self.label), self.multiple, options


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the URL of the list without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class ListSpec:
    """What a list offers: everything that its URL may ask for. What is not named here is ignored."""

    columns: tuple[Column, ...]
    facets: tuple[Facet, ...] = ()
    default_sort: str = ""
    default_size: int = 50
    searchable: bool = True

    def read(self, path: str, arguments: Arguments) -> ListState:
        """The state that a query string asks for; anything unknown or broken falls back to the default."""
        facets = {facet.key: facet.accepted(arguments.getlist(facet.key)) for facet in self.facets}
        return ListState(
            spec=self,
            path=path,
            text=_clean(arguments.get("q", "")) if self.searchable else "",
            facets={key: values for key, values in facets.items() if values},
            sort=self._sort(arguments.get("sort", "")),
            size=_size(arguments.get("size", ""), self.default_size),
            shown=self._shown(arguments.getlist("col")),
            cursor=arguments.get("cursor", "") or "",
        )

    def _sort(self, asked: str) -> str:
        return asked if asked.removeprefix("-") in self._sortable else self.first_sort

    @cached_property
    def _sortable(self) -> list[str]:
        return [column.key for column in self.columns if column.sort is not None]

    @cached_property
    def first_sort(self) -> str:
        """The sort of a list whose URL asks for none."""
        if self.default_sort.removeprefix("-") in self._sortable:
            return self.default_sort
        return next(iter(self._sortable), "")

    def _shown(self, asked: Sequence[str]) -> frozenset[str]:
        wanted = set(asked)
        return frozenset(c.key for c in self.columns if c.fixed or c.key in wanted) if wanted else self.shown_first

    @cached_property
    def drawn_from(self) -> tuple[object, ...]:
        """All that shapes the drawing of the tools, besides what the URL asks for."""
        facets = tuple(facet.drawn_from for facet in self.facets)
        return self.columns, facets, self.default_sort, self.default_size, self.searchable

    @cached_property
    def shown_first(self) -> frozenset[str]:
        """The columns of a list whose URL asks for none."""
        return frozenset(column.key for column in self.columns if column.fixed or column.shown)


@dataclass(frozen=True)
class ListState:
    """One list as its URL describes it. URLs built from it keep everything except what is changed."""

    spec: ListSpec
    path: str
    text: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    size: int = 50
    shown: frozenset[str] = frozenset()
    cursor: str = ""

    # ---- for queries
    def order(self, *tie_breaker: Expression) -> list[SortKey]:
        """The chosen order, made unique by `tie_breaker` (the primary key).

        The tie-breaker runs the same way as the sort, so that one index over both answers either direction.
        """
        keys = [SortKey(expression, self.is_descending) for expression in tie_breaker]
        column = self.sorted_column
        if column is None or column.sort is None:
            return keys
        return [SortKey(column.sort, self.is_descending, column.nullable), *keys]

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The accepted values of a facet, empty when it does not filter."""
        return self.facets.get(facet, ())

    def chosen_one(self, facet: str) -> str | None:
        """The accepted value of a facet that takes one value."""
        return next(iter(self.chosen(facet)), None)

    @property
    def sorted_column(self) -> Column | None:
        """The column that the list is sorted by."""
        key = self.sort.removeprefix("-")
        return next((column for column in self.spec.columns if column.key == key), None)

    @property
    def is_descending(self) -> bool:
        """Whether the sort runs from high to low."""
        return self.sort.startswith("-")

    @property
    def is_filtered(self) -> bool:
        """Whether a search text or a facet narrows the list."""
        return bool(self.text or self.facets)

    # ---- for URLs: what equals the default is not said
    def parameters(self, *, with_cursor: bool = False) -> list[tuple[str, str]]:
        """The query string as pairs."""
        pairs = [*self._filter_pairs(), *self._sort_pairs(self.sort), *self._shape_pairs()]
        if with_cursor and self.cursor:
            pairs.append(("cursor", self.cursor))
        return pairs

    def _filter_pairs(self) -> list[tuple[str, str]]:
        pairs = [("q", self.text)] if self.text else []
        return pairs + [(facet.key, value) for facet in self.spec.facets for value in self.chosen(facet.key)]

    def _sort_pairs(self, sort: str) -> list[tuple[str, str]]:
        return [] if sort == self.spec.first_sort else [("sort", sort)]

    def _shape_pairs(self) -> list[tuple[str, str]]:
        pairs = [("size", str(self.size))] if self.size != self.spec.default_size else []
        if self.shown != self.spec.shown_first:
            pairs += [("col", column.key) for column in self.spec.columns if column.key in self.shown]
        return pairs

    @cached_property
    def _filters(self) -> str:
        return urlencode(self._filter_pairs())

    @cached_property
    def _shape(self) -> str:
        return urlencode(self._shape_pairs())

    def _address(self, sort: str, cursor: str = "") -> str:
        parts = (self._filters, urlencode(self._sort_pairs(sort)), self._shape, cursor and f"cursor={quote(cursor)}")
        query = "&".join(part for part in parts if part)
        return f"{self.path}?{query}" if query else self.path

    @property
    def url(self) -> str:
        """The first page of this list."""
        return self._address(self.sort)

    def page_url(self, cursor: str | None) -> str:
        """The page at `cursor`; the first page for None."""
        return self._address(self.sort, cursor or "")

    def sort_url(self, key: str) -> str:
        """The list sorted by `key`, or the other way round where it is so already."""
        return self._address(f"-{key}" if self.sort == key else key)

    def facet_url(self, key: str, *values: str) -> str:
        """The list with the facet `key` set to exactly `values`."""
        facets = {name: chosen for name, chosen in self.facets.items() if name != key}
        return replace(self, facets=facets | {key: values} if values else facets).url

    @property
    def reset_url(self) -> str:
        """The list without search and facets."""
        return replace(self, text="", facets={}).url

    def export_url(self, path: str) -> str:
        """Another URL (an export, a map) with the same filters and order."""
        return build_url(path, [*self._filter_pairs(), *self._sort_pairs(self.sort)])

    @property
    def query(self) -> str:
        """The filters and order as a query string without `?`."""
        return urlencode(self.parameters())

    # ---- for templates; each computed once, so that no row asks for a translation or a URL
    @cached_property
    def cells(self) -> SimpleNamespace:
        """By column key the attributes of its cells: its name for phones, alignment, hidden when not chosen."""
        return SimpleNamespace(**{column.key: self._cell(column) for column in self.spec.columns})

    def _cell(self, column: Column) -> Markup:
        attributes = Markup('data-label="') + escape(str(column.label)) + Markup('"')
        if column.numeric:
            attributes += Markup(' class="num"')
        return attributes if column.key in self.shown else attributes + Markup(" hidden")

    @property
    def tools_key(self) -> tuple[object, ...] | None:
        """What the tools above a list without filters are drawn from; None where filters make them one of many."""
        return None if self.is_filtered else (self.path, self.spec.drawn_from, self.sort, self.size, self.shown)

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in force."""
        chips = []
        for facet in self.spec.facets:
            chosen = self.chosen(facet.key)
            if not chosen:
                continue
            words = {option.value: str(option.label) for option in facet.options}
            words |= {value: str(word) for value, word in facet.words.items()}
            for value in chosen:
                rest = [other for other in chosen if other != value]
                url = self.facet_url(facet.key, *rest)
                chips.append(Chip(str(facet.label), words.get(value, value), url))
        return chips


def build_url(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    """`path` with a query string, or alone when there is nothing to say."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _clean(text: str) -> str:
    """Search text without control characters and doubled blanks, at most MAX_TEXT characters."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[: MAX_TEXT * 2])
    return " ".join(printable.split())[:MAX_TEXT]


def _size(asked: str, default: int) -> int:
    allowed = {str(size): size for size in (*SIZES, default)}
    return allowed.get(asked, default)
