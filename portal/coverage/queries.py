"""Reads for the map: counts by region, outlets in a box, search, cards. All within the scope bound to the session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.audit.models import AuditEntry
from portal.coverage.rules import MAX_NAMED_POINTS, MAX_POINTS, METRIC_STATUSES, Box, Metric
from portal.network.models import Distributor, Outlet, Region, RegionName, RegionSuccession
from portal.network.queries.assignments import area_of_region
from portal.network.queries.lists import Named, list_areas
from portal.network.queries.parties import OutletFilter
from portal.network.queries.region_names import Key, RegionBook, region_book
from portal.network.rules import OutletStatus, RegionLevel
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.sales.models import SalesRollup
from portal.scope import bound_scope

# Any odd number without a pattern of its own: multiplied and cut, ids come in an order that is even over the map.
_STIR, _MODULUS = 2_654_435_761, 65_521
MAX_CARDS = 20
DENSE = 2_000
MAX_EXTENTS = 200
MAX_FOUND = 8
MAX_SUCCESSIONS = 4


@dataclass(frozen=True, slots=True)
class RegionCount:
    """A region with outlets (code, names, point inside, residents), and how many of each status."""

    region: Any
    province_code: str
    counts: dict[OutletStatus, int]


@dataclass(frozen=True, slots=True)
class Points:
    """Outlets in a box: at most MAX_POINTS of `total`, evenly chosen. `names` only where there are few."""

    rows: Sequence[Any]
    total: int
    has_names: bool


def data_version(session: Session) -> int:
    """A number that changes with every write: the head of the audit, to which each transaction adds what it changed."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def with_box(
    statement: Any, wanted: OutletFilter, box: Box | None, *, lng: ColumnElement[Any] | Any = Outlet.lng
) -> Any:
    """`statement` on Outlet cut to the filter and to a box, also to one that crosses the date line."""
    statement = replace(wanted, bbox=None).apply(statement)
    if box is None:
        return statement
    in_width = or_(lng >= box.west, lng <= box.east) if box.crosses_date_line else lng.between(box.west, box.east)
    return statement.where(in_width, Outlet.lat.between(box.south, box.north))


# ---- bubbles
def count_by_region(
    session: Session, level: RegionLevel, wanted: OutletFilter, provinces: Sequence[str] = ()
) -> list[RegionCount]:
    """Regions of a level in which outlets stand, by code; only those of `provinces` where any are named.

    One GROUP BY over an indexed pair of columns on the outlet row. Statuses are cut afterwards, from the groups: as a
    condition they lure the planner away from that index.
    """
    column, book = region_column(level), region_book(session)
    statement: Any = select(column, Outlet.status, func.count()).where(column.is_not(None))
    if provinces and level is not RegionLevel.PROVINCE:
        statement = statement.where(column.in_(codes_within(book, level, provinces)))
    statement = replace(wanted, bbox=None, statuses=()).apply(statement).group_by(column, Outlet.status)
    counts: dict[str, dict[OutletStatus, int]] = defaultdict(dict)
    for code, status, count in session.execute(statement.order_by(column, Outlet.status)):
        if not wanted.statuses or status in wanted.statuses:
            counts[code][status] = count
    columns = (Region.code, Region.name_zh, Region.name_en, Region.lng, Region.lat, Region.population)
    regions = select(*columns).where(Region.level == level, Region.code.in_(counts)).order_by(Region.code)
    return [
        RegionCount(region, province_of(book, level, region.code), counts[region.code])
        for region in session.execute(regions)
    ]


def retail_by_region(session: Session, level: RegionLevel, wanted: OutletFilter, month: date) -> dict[str, int]:
    """Code of a region → units that its outlets sold to customers in the month; own stores are no outlets."""
    column = region_column(level)
    statement: Any = (
        select(column, func.sum(SalesRollup.retail))
        .join(SalesRollup, and_(SalesRollup.outlet_id == Outlet.id, SalesRollup.month == month))
        .where(column.is_not(None))
    )
    rows = session.execute(replace(wanted, bbox=None).apply(statement).group_by(column))
    return {code: int(units) for code, units in rows}


def province_of(book: RegionBook, level: RegionLevel, code: str) -> str:
    """The code of the province around a region, or its own."""
    entry = book.entries.get((level, code))
    while entry is not None and entry.parent is not None:
        code, entry = entry.parent[1], book.entries.get(entry.parent)
    return code


def region_column(level: RegionLevel) -> InstrumentedAttribute[str | None]:
    """The column of an outlet that holds the code of its region at a level."""
    return {
        RegionLevel.PROVINCE: Outlet.province_code,
        RegionLevel.PREFECTURE: Outlet.prefecture_code,
        RegionLevel.COUNTY: Outlet.county_code,
    }[level]


def codes_within(book: RegionBook, level: RegionLevel, provinces: Sequence[str]) -> list[str]:
    """Codes of the regions of a level inside these provinces."""
    waiting, found = [(RegionLevel.PROVINCE, code) for code in provinces], []
    while waiting:
        for entry in book.children.get(waiting.pop(), ()):
            waiting.append(entry.key)
            if entry.level is level:
                found.append(entry.code)
    return sorted(found)


def largest_value(session: Session, level: RegionLevel, wanted: OutletFilter, metric: Metric) -> float:
    """The largest value of a count metric over all regions of a level: classes must not change while one pans."""
    column, counted_statuses = region_column(level), METRIC_STATUSES[metric]
    if wanted.statuses:
        counted_statuses &= frozenset(wanted.statuses)
    count = func.count().filter(Outlet.status.in_(counted_statuses)).label("count")
    statement: Any = select(column.label("code"), count).where(column.is_not(None))
    counted = replace(wanted, bbox=None, statuses=()).apply(statement).group_by(column).subquery()
    if metric is not Metric.PER_MILLION:
        return session.scalar(select(func.max(counted.c.count))) or 0
    rate = counted.c.count * 1_000_000.0 / Region.population
    joined = select(func.max(rate)).join_from(
        counted, Region, and_(Region.level == level, Region.code == counted.c.code, Region.population > 0)
    )
    return session.scalar(joined) or 0


# ---- outlets
def list_points(session: Session, wanted: OutletFilter, box: Box) -> Points:
    """Outlets in a box as (id, lng, lat, status, name or nothing), by id."""
    total = session.scalar(with_box(select(func.count(Outlet.id)), wanted, box)) or 0
    columns: list[Any] = [Outlet.id, Outlet.lng, Outlet.lat, Outlet.status]
    if has_names := total <= MAX_NAMED_POINTS:
        columns += [Outlet.name, Outlet.name_en]
    statement = with_box(select(*columns), wanted, box)
    if total > MAX_POINTS:
        statement = statement.order_by(Outlet.id * _STIR % _MODULUS, Outlet.id).limit(MAX_POINTS)
        return Points(sorted(session.execute(statement).all()), total, has_names)
    return Points(session.execute(statement.order_by(Outlet.id)).all(), total, has_names)


def find_extent(session: Session, wanted: OutletFilter) -> Box | None:
    """The box around all outlets of a filter, or None where none has a place.

    It takes a look at every outlet, so each process keeps the last answers: by scope, filter and state of the data.
    """
    key = (str(session.get_bind().engine.url), bound_scope(session).key, wanted, data_version(session))
    if key not in _extents:
        while len(_extents) >= MAX_EXTENTS:
            _extents.pop(next(iter(_extents)), None)
        _extents[key] = _find_extent(session, wanted)
    return _extents[key]


_extents: dict[tuple[object, ...], Box | None] = {}


def _find_extent(session: Session, wanted: OutletFilter) -> Box | None:
    edges = (func.min(Outlet.lng), func.min(Outlet.lat), func.max(Outlet.lng), func.max(Outlet.lat))
    west, south, east, north = session.execute(with_box(select(*edges), wanted, None)).one()
    return None if west is None or south is None else Box(west, south, east, north)


def list_cards(session: Session, ids: Sequence[int]) -> list[Any]:
    """What the cards of some outlets say: rows of (Outlet columns, distributor's names), by code."""
    columns = (
        Outlet.id,
        Outlet.code,
        Outlet.name,
        Outlet.name_en,
        Outlet.status,
        Outlet.status_on,
        Outlet.address,
        Outlet.operating_mode,
        Outlet.prefecture_code,
        Outlet.county_code,
        Distributor.name.label("distributor_name"),
        Distributor.name_en.label("distributor_name_en"),
    )
    statement = select(*columns).join(Distributor, Distributor.id == Outlet.distributor_id)
    return list(session.execute(statement.where(Outlet.id.in_(ids[:MAX_CARDS])).order_by(Outlet.code)))


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list beside the map."""

    page: Page
    count: Count


def list_in_view(session: Session, wanted: OutletFilter, box: Box | None, *, cursor: str, size: int = 50) -> Listed:
    """The outlets of a filter in a box, by code."""
    columns = (
        Outlet.id,
        Outlet.code,
        Outlet.name,
        Outlet.name_en,
        Outlet.status,
        Outlet.prefecture_code,
        Outlet.county_code,
        Outlet.lng,
        Outlet.lat,
    )
    count = capped_count(session, with_box(select(Outlet.id), wanted, box))
    # Where many match, reading in the order of codes soon fills a page; an index on longitude would sort them all.
    lng = Outlet.lng + 0 if count.value >= DENSE else Outlet.lng
    statement = with_box(select(*columns), wanted, box, lng=lng)
    return Listed(keyset_page(session, statement, [SortKey(Outlet.code)], cursor, size), count)


def count_without_place(session: Session, wanted: OutletFilter) -> Count:
    """How many outlets of the filter have no coordinates, and so are in no view."""
    statement = replace(wanted, bbox=None).apply(select(Outlet.id)).where(Outlet.lng.is_(None))
    return capped_count(session, statement)


def find_outlets(session: Session, text: str) -> list[Any]:
    """The first outlets with a place whose code or name has this text, an exact code first."""
    columns = (Outlet.id, Outlet.code, Outlet.name, Outlet.name_en, Outlet.status, Outlet.lng, Outlet.lat)
    found: Any = select(*columns)
    statement = OutletFilter(text=text).apply(found).where(Outlet.lng.is_not(None))
    return list(session.execute(statement.order_by(Outlet.code != text, Outlet.code).limit(MAX_FOUND)))


# ---- regions
def find_regions(session: Session, text: str) -> list[tuple[Region, str]]:
    """The first regions so named or coded, now or once (then with that name): exact names first, then beginnings."""
    named = or_(
        Region.code.startswith(text, autoescape=True),
        Region.name_zh.contains(text, autoescape=True),
        Region.name_en.icontains(text, autoescape=True),
    )
    begins = or_(Region.name_zh.startswith(text, autoescape=True), Region.name_en.istartswith(text, autoescape=True))
    width = case({level: place for place, level in enumerate(RegionLevel)}, value=Region.level)
    today = select(Region).where(named).order_by(not_(begins), width, Region.code).limit(MAX_FOUND)
    found = [(region, "") for region in session.scalars(today)]
    known = {(region.level, region.code) for region, _former in found}
    former = {key: name for key, name in _find_former(session, text).items() if key not in known}
    if former:
        regions = select(Region).where(tuple_(Region.level, Region.code).in_(former)).order_by(width, Region.code)
        once = [(region, former[region.level, region.code]) for region in session.scalars(regions)]
        found += [(region, name) for region, name in once if region.name_zh != name]
    return sorted(found, key=lambda pair: _closeness(pair[0], pair[1], text))[:MAX_FOUND]


def _closeness(region: Region, former: str, text: str) -> tuple[bool, bool, bool]:
    """How well a name fits what was typed: sorts the same, then what begins so, then what is called so today."""
    names = [name.casefold() for name in ((former,) if former else (region.name_zh, region.name_en, region.code))]
    typed = text.casefold()
    return typed not in names, not any(name.startswith(typed) for name in names), bool(former)


def _find_former(session: Session, text: str) -> dict[Key, str]:
    """Regions of today that once had a name with this text, under their own code or one that gave way to theirs."""
    matches = or_(
        RegionName.name_zh.contains(text, autoescape=True), RegionName.name_en.icontains(text, autoescape=True)
    )
    columns = (RegionName.level, RegionName.code, RegionName.name_zh)
    statement = select(*columns).where(matches, RegionName.valid_to.is_not(None))
    statement = statement.order_by(RegionName.name_zh != text, RegionName.code)
    waiting = {(level, code): name for level, code, name in session.execute(statement.limit(MAX_FOUND))}
    book, found = region_book(session), dict[Key, str]()
    for _step in range(MAX_SUCCESSIONS):
        found |= {key: name for key, name in waiting.items() if key in book.entries}
        gone = {key: name for key, name in waiting.items() if key not in book.entries}
        if not gone:
            break
        waiting = _successors(session, gone)
    return found


def _successors(session: Session, gone: dict[Key, str]) -> dict[Key, str]:
    """The regions to which codes gave way, with the names of those that went."""
    succession = RegionSuccession
    columns = (succession.level, succession.old_code, succession.new_code)
    statement = select(*columns).where(tuple_(succession.level, succession.old_code).in_(gone))
    rows = session.execute(statement.order_by(succession.on, succession.new_code))
    return {(level, new): gone[level, old] for level, old, new in rows}


def list_area_regions(session: Session, level: RegionLevel, on: date) -> list[tuple[Named | None, list[str]]]:
    """The areas that the asker may name, with the codes of their regions of a level on a day; last, under None, the
    regions that belong to other areas. Regions in no area are not listed."""
    held: dict[int | None, list[str]] = defaultdict(list)
    known = {area.id: area for area in list_areas(session)}
    statement = select(Region.code, area_of_region(on)).where(Region.level == level).order_by(Region.code)
    for code, area_id in session.execute(statement):
        if area_id is not None:
            held[area_id if area_id in known else None].append(code)
    found: list[tuple[Named | None, list[str]]] = [(area, held[area.id]) for area in known.values()]
    return [*found, (None, held[None])] if held[None] else found
