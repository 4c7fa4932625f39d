"""Pages of the lists of outlets and distributors: columns instead of entities, names resolved once a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, Outlet, Region, SalesArea
from portal.network.queries.parties import DistributorFilter, OutletFilter, RegionKey, Rows
from portal.network.queries.remembering import Remembered
from portal.network.rules import RegionLevel
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.scope import bound_scope

# As many distributors are offered as a filter; beyond that one filters from a distributor's own page.
OFFERED_DISTRIBUTORS = 100
EXPORT_CHUNK = 2_000
_choices: Remembered[list[RegionKey]] = Remembered()
_too_many: Remembered[bool] = Remembered()
_many: Remembered[Count] = Remembered()

OUTLET_COLUMNS = (
    Outlet.id,
    Outlet.code,
    Outlet.name,
    Outlet.name_en,
    Outlet.status,
    Outlet.status_on,
    Outlet.sales_area_id,
    Outlet.province_code,
    Outlet.prefecture_code,
    Outlet.county_code,
    Outlet.distributor_id,
    Outlet.operating_mode,
    Outlet.store_class,
    Outlet.city_tier,
    Outlet.opened_on,
    Distributor.code.label("owner_code"),
    Distributor.name.label("owner_name"),
    Distributor.name_en.label("owner_name_en"),
)
OUTLET_EXPORT_COLUMNS = (
    *OUTLET_COLUMNS,
    Outlet.address,
    Outlet.lng,
    Outlet.lat,
    Outlet.floor_area_sqm,
    Outlet.staff,
    Outlet.planned_open_on,
    Outlet.exited_on,
)
DISTRIBUTOR_COLUMNS = (
    Distributor.id,
    Distributor.code,
    Distributor.name,
    Distributor.name_en,
    Distributor.tier,
    Distributor.status,
    Distributor.sales_area_id,
    Distributor.province_code,
    Distributor.prefecture_code,
    Distributor.county_code,
    Distributor.operating_mode,
    Distributor.city_tier,
    Distributor.opened_on,
)
DISTRIBUTOR_EXPORT_COLUMNS = (
    *DISTRIBUTOR_COLUMNS,
    Distributor.parent_id,
    Distributor.credit_code,
    Distributor.address,
    Distributor.lng,
    Distributor.lat,
    Distributor.exited_on,
)


def _beside_owner(columns: Sequence[Any]) -> Rows:
    """Outlets beside their distributors: an outer join, so that the order of the outlets leads the plan."""
    owners = Outlet.distributor_id == Distributor.id
    return select(*columns).select_from(Outlet).outerjoin(Distributor, owners)


# Constants, so that what follows from them is built once and not for each request.
OUTLETS = _beside_owner(OUTLET_COLUMNS)
DISTRIBUTORS = select(*DISTRIBUTOR_COLUMNS)
_AREAS = select(SalesArea.id, SalesArea.code, SalesArea.name_zh, SalesArea.name_en).order_by(SalesArea.code)


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its names."""

    id: int
    code: str
    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """The name in one of the portal's languages, or the other one where that is missing."""
        first, second = (self.name_zh, self.name_en) if language == "zh_Hans" else (self.name_en, self.name_zh)
        return first or second


def list_outlets(
    session: Session, filters: OutletFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of outlets (rows of OUTLET_COLUMNS), and how many there are in all."""
    page = keyset_page(session, filters.apply(OUTLETS), order, cursor, size)
    return page, _count(session, page, filters, Outlet.id)


def list_distributors(
    session: Session, filters: DistributorFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of distributors (rows of DISTRIBUTOR_COLUMNS), and how many there are in all."""
    page = keyset_page(session, filters.apply(DISTRIBUTORS), order, cursor, size)
    return page, _count(session, page, filters, Distributor.id)


def _count(session: Session, page: Page, filters: OutletFilter | DistributorFilter, column: Any) -> Count:
    """How many there are. A page that holds everything is its own count: little found is searched for once, not twice.

    That there are too many to count is remembered for a minute.
    """
    if page.is_only:
        return Count(len(page.rows))
    key = (session.get_bind().engine, bound_scope(session), filters)
    return _many.get(key, lambda: capped_count(session, filters.apply(select(column))), if_=lambda it: it.is_capped)


def list_areas(session: Session) -> list[Named]:
    """The sales areas that the asker may name."""
    return [Named(*row) for row in session.execute(_AREAS)]


def list_offered_distributors(session: Session) -> list[Named]:
    """The distributors as a filter's values; empty where they are too many for one (which is remembered a minute)."""
    if _too_many.get((session.get_bind().engine, bound_scope(session)), lambda: _are_too_many(session)):
        return []
    found = [Named(*row) for row in session.execute(_distributor_names().limit(OFFERED_DISTRIBUTORS + 1))]
    return found if len(found) <= OFFERED_DISTRIBUTORS else []


def _are_too_many(session: Session) -> bool:
    return capped_count(session, select(Distributor.id), OFFERED_DISTRIBUTORS).is_capped


def list_all_distributors(session: Session) -> list[Named]:
    """All distributors that the asker sees, for a form's choice."""
    return [Named(*row) for row in session.execute(_distributor_names())]


def name_distributors(session: Session, ids: Iterable[int]) -> dict[int, Named]:
    """Names of distributors by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row.id: Named(*row) for row in session.execute(_distributor_names().where(Distributor.id.in_(wanted)))}


def stream_outlets(session: Session, filters: OutletFilter, order: Sequence[SortKey]) -> Iterator[Any]:
    """All rows (OUTLET_EXPORT_COLUMNS) that the filters leave, a chunk at a time."""
    return _stream(session, filters.apply(_beside_owner(OUTLET_EXPORT_COLUMNS)), order)


def stream_distributors(session: Session, filters: DistributorFilter, order: Sequence[SortKey]) -> Iterator[Any]:
    """All rows (DISTRIBUTOR_EXPORT_COLUMNS) that the filters leave, a chunk at a time."""
    return _stream(session, filters.apply(select(*DISTRIBUTOR_EXPORT_COLUMNS)), order)


def _stream(session: Session, statement: Rows, order: Sequence[SortKey]) -> Iterator[Any]:
    cursor: str | None = ""
    while cursor is not None:
        page = keyset_page(session, statement, order, cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def _distributor_names() -> Rows:
    columns = (Distributor.id, Distributor.code, Distributor.name, Distributor.name_en)
    return select(*columns).order_by(Distributor.code)


def list_region_choices(
    session: Session, model: type[Distributor] | type[Outlet], parent: RegionKey | None
) -> list[RegionKey]:
    """The regions directly under `parent` (None: the provinces) in which the asker sees a row of `model`.

    Remembered for a minute by scope: for a manager the question costs more than the page.
    """
    key = (session.get_bind().engine, bound_scope(session), model, parent)
    return _choices.get(key, lambda: _region_choices(session, model, parent))


def _region_choices(
    session: Session, model: type[Distributor] | type[Outlet], parent: RegionKey | None
) -> list[RegionKey]:
    columns = {
        RegionLevel.PROVINCE: model.province_code,
        RegionLevel.PREFECTURE: model.prefecture_code,
        RegionLevel.COUNTY: model.county_code,
    }
    above = (
        (Region.parent_level == parent[0], Region.parent_code == parent[1])
        if parent
        else (Region.level == RegionLevel.PROVINCE,)
    )
    has_rows = or_(
        *((Region.level == level) & exists().where(column == Region.code) for level, column in columns.items())
    )
    statement = select(Region.level, Region.code).where(*above, has_rows).order_by(Region.code)
    return [(row.level, row.code) for row in session.execute(statement)]
