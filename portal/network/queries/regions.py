"""Regions: the list with what lies in each, and one region with what is inside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import AreaRegion, Distributor, Outlet, Region, SalesArea
from portal.network.queries.assignments import area_of_region, in_force
from portal.network.queries.parties import NOT_ASSIGNED
from portal.network.queries.region_names import region_book
from portal.network.queries.region_past import Change, FormerName, OnceCalled, Past, changes_of_codes, find_once_called
from portal.network.queries.territories import held_counties
from portal.network.rules import TRADING, RegionLevel
from portal.tables import Count, ListState, Page, SortKey, capped_count, keyset_page

Key = tuple[RegionLevel, str]


@dataclass(frozen=True, slots=True)
class AreaLook:
    """A sales area as lists name it. Without a code: it exists, but the asker does not see it."""

    id: int
    code: str = ""
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class InRegion:
    """What stands in a region, as far as the asker sees."""

    distributors: int = 0
    outlets: int = 0
    trading: int = 0


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A line of the list of regions. `parts`: in how many areas lie regions inside one that is in none itself."""

    region: Region
    area: AreaLook | None
    parts: int
    former: Sequence[FormerName]
    inside: InRegion


@dataclass(frozen=True, slots=True)
class RegionPage:
    """One region, what lies directly in it, and how it came about."""

    row: RegionRow
    children: Sequence[RegionRow]
    names: Sequence[FormerName]
    changes: Sequence[Change]
    assignments: Sequence[tuple[AreaRegion, SalesArea | None]]


def list_regions(session: Session, state: ListState, on: date, areas: Sequence[SalesArea]) -> tuple[Page, Count]:
    """A page of RegionRow in the state's order, and how many regions there are. `areas`: those that the asker sees.

    Of a search, what is called exactly so comes first.
    """
    changes = changes_of_codes(session)
    once = find_once_called(session, state.text, changes) if state.text else None
    statement = _filtered(session, state, on, once)
    order = [SortKey(_rank(state.text, once))] if once else []
    page = keyset_page(session, statement, [*order, *state.order(Region.id)], state.cursor, state.size)
    counted = statement.with_only_columns(Region.id)
    count = Count(len(page.rows)) if page.is_only else capped_count(session, counted)
    past = Past(session, [_key(row) for row in page.rows], changes)
    return Page(_rows(session, page.rows, on, past, areas), page.next, page.previous, page.last), count


def iter_regions(
    session: Session, state: ListState, on: date, areas: Sequence[SalesArea], batch: int = 500
) -> Iterable[RegionRow]:
    """Every row of the list in order of code, for an export."""
    changes = changes_of_codes(session)
    once = find_once_called(session, state.text, changes) if state.text else None
    statement = _filtered(session, state, on, once).order_by(Region.code, Region.id)
    after: tuple[Any, ...] = ("", 0)
    while True:
        found = session.execute(statement.where(tuple_(Region.code, Region.id) > after).limit(batch)).all()
        yield from _rows(session, found, on, Past(session, [_key(row) for row in found], changes), areas)
        if len(found) < batch:
            return
        after = (found[-1][0].code, found[-1][0].id)


def get_region_page(session: Session, key: Key, on: date, areas: Sequence[SalesArea]) -> RegionPage:
    """A region of today. `areas`: those that the asker sees. Raises NotFound."""
    is_itself = and_(Region.level == key[0], Region.code == key[1])
    is_inside = and_(Region.parent_level == key[0], Region.parent_code == key[1])
    statement = select(Region, area_of_region(on).label("area_id")).where(or_(is_itself, is_inside))
    found = session.execute(statement.order_by(Region.code, Region.id)).all()
    past = Past(session, [_key(row) for row in found])
    rows = {(row.region.level, row.region.code): row for row in _rows(session, found, on, past, areas)}
    if key not in rows:
        raise NotFound()
    return RegionPage(
        row=rows.pop(key),
        children=list(rows.values()),
        names=past.all_names(key),
        changes=past.changes.into(key),
        assignments=_assignments(session, key),
    )


def _assignments(session: Session, key: Key) -> list[tuple[AreaRegion, SalesArea | None]]:
    statement = (
        select(AreaRegion, SalesArea)
        .outerjoin(SalesArea, SalesArea.id == AreaRegion.area_id)
        .where(AreaRegion.level == key[0], AreaRegion.code == key[1])
        .order_by(AreaRegion.valid_from, AreaRegion.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def _filtered(session: Session, state: ListState, on: date, once: OnceCalled | None) -> Select[Any]:
    statement: Any = select(Region, area_of_region(on).label("area_id"))
    levels = [RegionLevel(value) for value in state.chosen("level")]
    if levels:
        statement = statement.where(Region.level.in_(levels))
    elif not state.is_filtered:
        statement = statement.where(Region.parent_code.is_(None))
    if state.chosen("province"):
        statement = statement.where(_is_within(state.chosen("province")))
    if state.chosen("area"):
        statement = statement.where(_is_in_area(state.chosen("area"), on))
    if state.chosen("territory"):
        is_white = and_(Region.level == RegionLevel.COUNTY, Region.code.not_in(held_counties(session, on)))
        statement = statement.where(is_white)
    if once is not None:
        statement = statement.where(_is_called_or_coded(state.text, once))
    return statement


def _is_in_area(codes: Sequence[str], on: date) -> ColumnElement[bool]:
    area = area_of_region(on)
    named = select(SalesArea.id).where(SalesArea.code.in_(codes))
    return or_(area.in_(named), area.is_(None) if NOT_ASSIGNED in codes else false())


def _is_within(provinces: Sequence[str]) -> ColumnElement[bool]:
    """Regions that are, or lie in, one of these provinces."""
    inside = select(Region.code).where(Region.level == RegionLevel.PREFECTURE, Region.parent_code.in_(provinces))
    return or_(
        and_(Region.level == RegionLevel.PROVINCE, Region.code.in_(provinces)),
        and_(Region.parent_level == RegionLevel.PROVINCE, Region.parent_code.in_(provinces)),
        and_(Region.parent_level == RegionLevel.PREFECTURE, Region.parent_code.in_(inside.scalar_subquery())),
    )


def _is_called_or_coded(text: str, once: OnceCalled) -> ColumnElement[bool]:
    """A code that begins so, or a name that contains it, now or formerly and under a former code."""
    return or_(
        Region.code.startswith(text, autoescape=True),
        Region.name_zh.contains(text, autoescape=True),
        Region.name_en.icontains(text, autoescape=True),
        tuple_(Region.level, Region.code).in_(once.alike),
    )


def _rank(text: str, once: OnceCalled) -> ColumnElement[int]:
    """0 for what is called exactly so, or was; 1 for the rest."""
    is_exact = or_(
        Region.code == text,
        Region.name_zh == text,
        func.lower(Region.name_en) == text.lower(),
        tuple_(Region.level, Region.code).in_(once.exactly),
    )
    return case((is_exact, 0), else_=1)


def _key(row: Any) -> Key:
    return row[0].level, row[0].code


def _rows(session: Session, found: Sequence[Any], on: date, past: Past, areas: Sequence[SalesArea]) -> list[RegionRow]:
    looks = {area.id: AreaLook(area.id, area.code, area.name_zh, area.name_en) for area in areas}
    parts = _areas_inside(session, on) if any(_may_be_divided(row) for row in found) else {}
    inside = _inside(session, [_key(row) for row in found])
    return [
        RegionRow(
            region=row[0],
            area=looks.get(row[1], AreaLook(row[1])) if row[1] is not None else None,
            parts=len(parts.get(_key(row), ())) if _may_be_divided(row) else 0,
            former=past.former_names(_key(row)),
            inside=inside.get(_key(row), InRegion()),
        )
        for row in found
    ]


def _may_be_divided(row: Any) -> bool:
    return row[1] is None and row[0].level is not RegionLevel.COUNTY


def _areas_inside(session: Session, on: date) -> dict[Key, set[int]]:
    """Region → the areas to which regions inside it are assigned."""
    book, found = region_book(session), defaultdict[Key, set[int]](set)
    assigned = select(AreaRegion.level, AreaRegion.code, AreaRegion.area_id).where(in_force(on))
    for level, code, area_id in session.execute(assigned):
        for around in book.path((level, code))[:-1]:
            found[around.key].add(area_id)
    return found


def _inside(session: Session, keys: Sequence[Key]) -> dict[Key, InRegion]:
    """Distributors, outlets and trading outlets of these regions, in one query."""
    by_level: dict[RegionLevel, list[str]] = defaultdict(list)
    for level, code in keys:
        by_level[level].append(code)
    if not by_level:
        return {}
    whole = union_all(*(part for level, codes in by_level.items() for part in _counts(level, codes))).subquery()
    figures = [func.sum(whole.c[name]) for name in ("distributors", "outlets", "trading")]
    statement = select(whole.c.level, whole.c.code, *figures).group_by(whole.c.level, whole.c.code)
    return {
        (RegionLevel(level), code): InRegion(*map(int, counts)) for level, code, *counts in session.execute(statement)
    }


def _counts(level: RegionLevel, codes: Sequence[str]) -> list[Select[Any]]:
    """What stands in regions of one level: a part of a union, once for distributors and once for outlets."""
    column = f"{level.value}_code"
    seat, place = getattr(Distributor, column), getattr(Outlet, column)
    named = (literal(level.value).label("level"), seat.label("code"))
    none, whole = literal(0), func.count()
    trading = whole.filter(Outlet.status.in_(TRADING))
    return [
        select(*named, whole.label("distributors"), none.label("outlets"), none.label("trading"))
        .where(seat.in_(codes))
        .group_by(seat),
        select(named[0], place, none, whole, trading).where(place.in_(codes)).group_by(place),
    ]
