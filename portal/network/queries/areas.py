"""Sales areas: the list with what lies in each and in none, one area with its regions, the choice of regions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.errors import NotFound
from portal.network.models import AreaRegion, Distributor, Outlet, Region, SalesArea, Territory
from portal.network.queries.assignments import area_of_region, in_force
from portal.network.queries.region_names import RegionEntry, region_book
from portal.network.queries.territories import holds
from portal.network.rules import PLANNED, TRADING, RegionLevel
from portal.permissions import HEAD_OFFICE_ROLES, Role
from portal.scope import scope_of_system
from portal.tables import Count, ListState, Page, capped_count, keyset_page

Key = tuple[RegionLevel, str]
FIELD_ROLES = HEAD_OFFICE_ROLES | {Role.REGIONAL_MANAGER}


@dataclass(frozen=True, slots=True)
class InArea:
    """What lies in an area on a day: regions as facts, distributors and outlets as far as the asker sees them.

    `white_counties` are counties for which nobody is responsible.
    """

    prefectures: int = 0
    counties: int = 0
    white_counties: int = 0
    distributors: int = 0
    trading: int = 0
    planned: int = 0


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A line of the list; `area` is None in the line of what is not assigned."""

    area: SalesArea | None
    inside: InArea
    developer: str = ""
    maintainer: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """That a region itself is assigned to an area from a day to a day."""

    area_id: int
    area_code: str
    name_zh: str
    name_en: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Choice:
    """A region in the tree from which an area is built.

    `own`: assigned to this area itself or with a region around it. `other`: assigned to another area by itself;
    `around`: lies in another area with a region around it, and may be given to this one without asking.
    """

    entry: RegionEntry
    own: bool
    other: Holding | None
    around: Holding | None
    children: Sequence[Choice] = field(default=())

    @property
    def keys(self) -> list[Key]:
        """This region and all below it."""
        return [self.entry.key, *(key for child in self.children for key in child.keys)]


def list_areas(session: Session, state: ListState, on: date) -> tuple[Page, Count, AreaRow]:
    """A page of AreaRow in the state's order, how many areas there are, and what lies in none."""
    statement = select(SalesArea)
    if state.text:
        columns = (SalesArea.code, SalesArea.name_zh, SalesArea.name_en)
        statement = statement.where(or_(*(column.icontains(state.text, autoescape=True) for column in columns)))
    page = keyset_page(session, statement, state.order(SalesArea.id), state.cursor, state.size)
    inside, people = count_inside(session, on), _people_of(session, page.rows)
    rows = [_row(area, inside, people) for area in page.rows]
    rest = AreaRow(None, inside.get(None, InArea()))
    return Page(rows, page.next, page.previous, page.last), capped_count(session, statement), rest


def list_areas_by_code(session: Session) -> list[SalesArea]:
    """The areas that the asker sees."""
    return list(session.scalars(select(SalesArea).order_by(SalesArea.code)))


def list_all_areas(session: Session, on: date) -> list[AreaRow]:
    """Every area by code, then what is not assigned: for an export."""
    areas = list_areas_by_code(session)
    inside, people = count_inside(session, on), _people_of(session, areas)
    return [*(_row(area, inside, people) for area in areas), AreaRow(None, inside.get(None, InArea()))]


def get_area(session: Session, code: str) -> SalesArea:
    """The area with a code. Raises NotFound, also for one out of scope."""
    area = session.scalar(select(SalesArea).where(SalesArea.code == code))
    if area is None:
        raise NotFound()
    return area


def describe_area(session: Session, area: SalesArea, on: date) -> AreaRow:
    """The area with what lies in it and the names of its people."""
    return _row(area, count_inside(session, on), _people_of(session, [area]))


def count_inside(session: Session, on: date) -> dict[int | None, InArea]:
    """What lies in each area on a day; under None what is not assigned. Three queries, whatever the number."""
    found: dict[int | None, InArea] = _count_regions(session, on)
    for area_id, number in session.execute(
        select(Distributor.sales_area_id, func.count()).group_by(Distributor.sales_area_id)
    ):
        found[area_id] = replace(found.get(area_id, InArea()), distributors=number)
    trading = func.count().filter(Outlet.status.in_(TRADING))
    planned = func.count().filter(Outlet.status.in_(PLANNED))
    for area_id, open_now, to_come in session.execute(
        select(Outlet.sales_area_id, trading, planned).group_by(Outlet.sales_area_id)
    ):
        found[area_id] = replace(found.get(area_id, InArea()), trading=open_now, planned=to_come)
    return found


def list_holdings(session: Session, area: SalesArea) -> list[AreaRegion]:
    """Everything that an area holds, held or will hold: widest level first, by code and date."""
    rows = session.scalars(select(AreaRegion).where(AreaRegion.area_id == area.id))
    order = list(RegionLevel)
    return sorted(rows, key=lambda row: (order.index(row.level), row.code, row.valid_from, row.id))


def list_people(session: Session, keep: Iterable[int | None] = ()) -> list[tuple[int, str]]:
    """Who may develop or maintain an area: active people of head office and the field, by name; `keep` come along."""
    eligible = and_(User.is_active.is_(True), User.role.in_(FIELD_ROLES))
    kept = [user_id for user_id in keep if user_id is not None]
    statement = select(User.id, User.name).where(or_(eligible, User.id.in_(kept))).order_by(User.name, User.id)
    return [(row.id, row.name) for row in session.execute(statement)]


def list_provinces(session: Session) -> Sequence[RegionEntry]:
    """The widest regions, by code."""
    return region_book(session).children.get(None, ())


def first_province(session: Session, area: SalesArea) -> str:
    """The province in which most of the area's regions lie; without any the first one ("" without regions)."""
    book = region_book(session)
    keys = [(row.level, row.code) for row in list_holdings(session, area)]
    found = Counter(path[0].code for key in keys if (path := book.path(key)))
    if found:
        return found.most_common(1)[0][0]
    return next((entry.code for entry in list_provinces(session)), "")


def choose_in(session: Session, area: SalesArea, province: str, on: date) -> Choice:
    """The tree of a province for building an area, as things stand on a day. Raises NotFound."""
    book = region_book(session)
    top = book.entries.get((RegionLevel.PROVINCE, province))
    if top is None:
        raise NotFound()
    codes = [entry.code for entry in _below(book.children, top)]
    held = _held_in(session, codes, on)
    return _choice(book.children, top, held, area.id, above=None)


def _below(children: Any, top: RegionEntry) -> list[RegionEntry]:
    return [top, *(entry for child in children.get(top.key, ()) for entry in _below(children, child))]


def _choice(
    children: Any, entry: RegionEntry, held: dict[Key, Holding], area_id: int, *, above: Holding | None
) -> Choice:
    holding = held.get(entry.key)
    decisive = holding or above
    is_own = decisive is not None and decisive.area_id == area_id
    return Choice(
        entry,
        own=is_own,
        other=None if is_own else holding,
        around=None if is_own or holding else above,
        children=[_choice(children, child, held, area_id, above=decisive) for child in children.get(entry.key, ())],
    )


def _held_in(session: Session, codes: Collection[str], on: date) -> dict[Key, Holding]:
    """Assignments of these codes in force on a day, to areas that the asker sees (head office: all)."""
    columns = (AreaRegion.level, AreaRegion.code, SalesArea.id, SalesArea.code, SalesArea.name_zh, SalesArea.name_en)
    statement = (
        select(*columns, AreaRegion.valid_from, AreaRegion.valid_to)
        .join(SalesArea, SalesArea.id == AreaRegion.area_id)
        .where(AreaRegion.code.in_(codes), in_force(on))
        .order_by(AreaRegion.id)
    )
    return {(row[0], row[1]): Holding(*row[2:]) for row in session.execute(statement)}


def _count_regions(session: Session, on: date) -> dict[int | None, InArea]:
    """Prefectures and counties by area. That a county is white says nothing about who holds the others: no scope."""
    is_held = exists().where(Territory.county_code == Region.code, holds(on))
    each = (
        select(Region.level, area_of_region(on).label("area_id"), is_held.label("is_held"))
        .where(Region.level != RegionLevel.PROVINCE)
        .subquery()
    )
    is_county = each.c.level == RegionLevel.COUNTY
    statement = select(
        each.c.area_id,
        func.count().filter(each.c.level == RegionLevel.PREFECTURE),
        func.count().filter(is_county),
        func.count().filter(and_(is_county, each.c.is_held.is_(False))),
    ).group_by(each.c.area_id)
    with scope_of_system(session):
        rows = session.execute(statement).all()
    return {area_id: InArea(prefectures, counties, white) for area_id, prefectures, counties, white in rows}


def _people_of(session: Session, areas: Iterable[SalesArea]) -> dict[int | None, str]:
    ids = {user_id for area in areas for user_id in (area.developer_id, area.maintainer_id) if user_id is not None}
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def _row(area: SalesArea, inside: dict[int | None, InArea], people: dict[int | None, str]) -> AreaRow:
    return AreaRow(
        area=area,
        inside=inside.get(area.id, InArea()),
        developer=people.get(area.developer_id, ""),
        maintainer=people.get(area.maintainer_id, ""),
    )
