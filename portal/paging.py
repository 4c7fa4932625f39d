"""Keyset paging: a page costs the same at the end of a list as at its start. Counts that stop at a cap."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.cursors import BrokenCursor, Cursor, decode_cursor, encode_cursor

COUNT_CAP = 10_000

Expression = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class SortKey:
    """One part of an order."""

    expression: Expression
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and cursors to its neighbours (None where there is no such page)."""

    rows: list[Any]
    next: str | None
    previous: str | None
    last: str | None = "last"

    @property
    def is_only(self) -> bool:
        """Whether the list fits on this page."""
        return self.next is None and self.previous is None


@dataclass(frozen=True)
class _Query:
    """What stays the same over the segments of one page."""

    session: Session
    statement: Select[Any]
    keys: tuple[SortKey, ...]
    wanted: int


def keyset_page(session: Session, statement: Select[Any], order: Sequence[SortKey], cursor: str, size: int) -> Page:
    """One page of `statement` in `order` (which must end in a unique key), at an opaque `cursor`.

    The rows after a cursor are read as a chain of plain ranges (equal first key and later tie-breaker;
    later first key; no first key), each of which an index answers, until the page is full. A row-value
    comparison says the same in one condition, but SQLite then scans. Rows whose sort value is NULL come last
    either way. A cursor that does not decode gives the first page; one that leads past either end gives the
    page at that end. `statement` selects one entity (rows are then its objects) or several things (rows are
    tuples with names); it carries no order or limit, and loads collections by selectin.
    """
    query = _Query(session, statement, tuple(order), size + 1)
    place = _read_cursor(session, cursor, order)
    if place.is_backward:
        return _page_before(query, place, size)
    found = _fetch(query, place.values)
    if not found and place.values is not None:
        return _page_before(query, Cursor(None, is_backward=True), size)
    has_more = len(found) > size
    found = found[:size]
    return Page(
        rows=[row for row, _ in found],
        next=encode_cursor(found[-1][1]) if has_more else None,
        previous=encode_cursor(found[0][1], is_backward=True) if found and place.values is not None else None,
        last="last" if has_more else None,
    )


def _page_before(query: _Query, place: Cursor, size: int) -> Page:
    mirrored = replace(query, keys=tuple(replace(key, descending=not key.descending) for key in query.keys))
    found = _fetch(mirrored, place.values, nulls_first=True)
    if not found and place.values is not None:
        return keyset_page(query.session, query.statement, query.keys, "", size)
    has_more = len(found) > size
    found = found[:size][::-1]
    return Page(
        rows=[row for row, _ in found],
        next=encode_cursor(found[-1][1]) if found and place.values is not None else None,
        previous=encode_cursor(found[0][1], is_backward=True) if has_more else None,
        last="last" if place.values is not None else None,
    )


def _read_cursor(session: Session, cursor: str, order: Sequence[SortKey]) -> Cursor:
    if not cursor:
        return Cursor(None)
    types = [key.expression.type for key in order]
    try:
        return decode_cursor(cursor, types, session.get_bind().dialect)
    except BrokenCursor:
        return Cursor(None)


@dataclass(frozen=True, slots=True)
class _Range:
    """A run of rows in order: its condition, and the first key that still varies in it.

    `is_filled` says that this key is known not to be NULL there.
    """

    condition: ColumnElement[bool]
    depth: int
    is_filled: bool = True


def _fetch(
    query: _Query, values: Sequence[Any] | None, *, nulls_first: bool = False
) -> list[tuple[Any, tuple[Any, ...]]]:
    """Up to `wanted` rows after `values`, each with the values of its sort keys."""
    found: list[tuple[Any, tuple[Any, ...]]] = []
    for place, part in enumerate(_ranges(query.keys, values, nulls_first=nulls_first)):
        missing = query.wanted - len(found)
        if missing <= 0:
            break
        lasting = (query.keys, nulls_first, place, missing) if values is None else None
        found += _fetch_range(query.session, _bounded(query, part, lasting, missing, nulls_first=nulls_first))
    return found


@dataclass(frozen=True, slots=True)
class _Bounded:
    """One range of a page as a statement: how many things it was asked for, and where its sort values stand."""

    statement: Select[Any]
    width: int
    positions: tuple[int, ...]


# By statement: its first and last pages by order and size. Only a statement that is a constant asks for one twice.
_pages: WeakKeyDictionary[Select[Any], dict[Hashable, _Bounded]] = WeakKeyDictionary()


def _bounded(query: _Query, part: _Range, lasting: Hashable, limit: int, *, nulls_first: bool) -> _Bounded:
    """The range with its sort values and at most `limit` rows; built once where `lasting` names it."""
    known = _pages.setdefault(query.statement, {}) if lasting else {}
    if lasting not in known:
        order = _order_within(part, query.keys, nulls_first=nulls_first)
        known[lasting] = _build(query, part.condition, order, limit)
    return known[lasting]


def _build(query: _Query, condition: ColumnElement[bool], order: Sequence[ColumnElement[Any]], limit: int) -> _Bounded:
    selected = [each["expr"] for each in query.statement.column_descriptions]
    width = len(selected)
    positions: list[int] = []
    added: list[ColumnElement[Any]] = []
    for key in query.keys:
        place = next((at for at, each in enumerate(selected) if each is key.expression), None)
        positions.append(width + len(added) if place is None else place)
        if place is None:
            added.append(key.expression.label(f"sort_key_{len(added)}"))
    statement = query.statement.add_columns(*added).where(condition).order_by(*order).limit(limit)
    return _Bounded(statement, width, tuple(positions))


def _ranges(keys: Sequence[SortKey], values: Sequence[Any] | None, *, nulls_first: bool) -> Iterable[_Range]:
    """The ranges that follow `values` (None: all ranges), in order."""
    if values is None:
        yield from _whole(keys[0], nulls_first=nulls_first)
        return
    for depth in range(len(keys) - 1, -1, -1):
        fixed: ColumnElement[bool] = true()
        for key, value in zip(keys[:depth], values[:depth], strict=True):
            fixed = fixed & (key.expression.is_(None) if value is None else key.expression == value)
        for part in _later(keys[depth], values[depth], depth, nulls_first=nulls_first):
            yield replace(part, condition=fixed & part.condition)


def _whole(first: SortKey, *, nulls_first: bool) -> Iterable[_Range]:
    if not first.nullable:
        yield _Range(true(), 0)
        return
    parts = [_Range(first.expression.is_not(None), 0), _empty(first, 0)]
    yield from reversed(parts) if nulls_first else parts


def _later(key: SortKey, value: Any, depth: int, *, nulls_first: bool) -> Iterable[_Range]:
    """What comes after `value` in the order of one key."""
    if value is None:
        if nulls_first:
            yield _Range(key.expression.is_not(None), depth)
        return
    yield _Range(key.expression < value if key.descending else key.expression > value, depth)
    if key.nullable and not nulls_first:
        yield _empty(key, depth)


def _empty(key: SortKey, depth: int) -> _Range:
    return _Range(key.expression.is_(None), depth + 1, is_filled=False)


def _order_within(part: _Range, keys: Sequence[SortKey], *, nulls_first: bool) -> list[ColumnElement[Any]]:
    """ORDER BY of one range; the place of NULLs is written only where they may occur (it hides indexes)."""
    order: list[ColumnElement[Any]] = []
    for position, key in enumerate(keys[part.depth :]):
        if key.nullable and not (position == 0 and part.is_filled):
            missing = key.expression.is_(None)
            order.append(missing.desc() if nulls_first else missing.asc())
        order.append(key.expression.desc() if key.descending else key.expression.asc())
    return order


def _fetch_range(session: Session, part: _Bounded) -> list[tuple[Any, tuple[Any, ...]]]:
    """The rows of a range, each with its sort values."""
    result, width, positions = session.execute(part.statement), part.width, part.positions
    if width == 1:
        return [(row[0], tuple(row[at] for at in positions)) for row in result]
    if max(positions) < width:
        return [(row, tuple(row[at] for at in positions)) for row in result]
    frozen = result.freeze()  # the rows without what was added for the order, and the sort values alone
    keys = frozen().columns(*positions)
    return [(row, tuple(key)) for row, key in zip(frozen().columns(*range(width)), keys, strict=True)]


@dataclass(frozen=True)
class Count:
    """How many rows there are, or that there are more than the cap."""

    value: int
    is_capped: bool = False

    def __str__(self) -> str:
        return f"{self.value:,}+" if self.is_capped else f"{self.value:,}"


def capped_count(session: Session, statement: Select[Any], cap: int = COUNT_CAP) -> Count:
    """How many rows `statement` has, counted up to `cap`: "10,000+" instead of a scan of everything."""
    known = _counts.setdefault(statement, {})
    if cap not in known:
        known[cap] = _counting(statement, cap)
    found = session.scalar(known[cap]) or 0
    return Count(min(found, cap), is_capped=found > cap)


# By statement and cap what counts its rows. Only a statement that is a constant asks for it twice.
_counts: WeakKeyDictionary[Select[Any], dict[int, Select[Any]]] = WeakKeyDictionary()


def _counting(statement: Select[Any], cap: int) -> Select[Any]:
    counted = statement.order_by(None).limit(cap + 1)
    if not (statement._distinct or statement._group_by_clauses):
        counted = counted.with_only_columns(*_counted_columns(statement), maintain_column_froms=True)
    return select(func.count()).select_from(counted.subquery())


def _counted_columns(statement: Select[Any]) -> list[ColumnElement[Any]]:
    """The narrowest columns that still name the entity, so that row scopes go on applying to it."""
    entity = statement.column_descriptions[0]["entity"]
    if entity is None:
        return list(statement.selected_columns)[:1]
    mapper = entity.__mapper__ if hasattr(entity, "__mapper__") else None
    if mapper is None:
        return list(statement.selected_columns)[:1]
    return [getattr(entity, mapper.get_property_by_column(mapper.primary_key[0]).key)]
