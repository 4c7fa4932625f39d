"""Reads of quotas: what scorecards and rebates ask, the list with its filters, one quota with its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet, SalesArea
from portal.network.queries.parties import NOT_ASSIGNED
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.periods import months_between
from portal.products.models import ProductModel
from portal.targets.models import Quota
from portal.targets.queries.figures import PartyKey

EXPORT_CHUNK = 2_000


def in_force(on: date | None) -> ColumnElement[bool]:
    """Whether a quota is in force on a day; without one: as things stand now."""
    if on is None:
        return Quota.valid_to.is_(None)
    return and_(Quota.valid_from <= on, or_(Quota.valid_to.is_(None), Quota.valid_to >= on))


# ---- what other rooms ask


def quota_of(
    session: Session,
    outlets: Collection[int] | None,
    models: Collection[int] | None,
    month: date,
    *,
    on: date | None = None,
) -> dict[tuple[int, int], int]:
    """(outlet, model) → quota of the month, as it was in force on a day (None: as things stand). None asks for all."""
    statement = select(Quota.outlet_id, Quota.model_id, Quota.units).where(
        Quota.month == month, Quota.outlet_id.is_not(None), in_force(on)
    )
    if outlets is not None:
        statement = statement.where(Quota.outlet_id.in_(outlets))
    if models is not None:
        statement = statement.where(Quota.model_id.in_(models))
    return {(outlet or 0, model): units for outlet, model, units in session.execute(statement)}


def units_by_party(
    session: Session,
    first_month: date,
    last_month: date,
    *,
    on: date | None = None,
    distributors: Collection[int] | None = None,
) -> dict[PartyKey, dict[int, int]]:
    """(distributor, outlet or None for its own store) → model → units over the months. One statement for all."""
    statement = (
        select(Quota.distributor_id, Quota.outlet_id, Quota.model_id, func.sum(Quota.units))
        .where(Quota.month.between(first_month, last_month), in_force(on))
        .group_by(Quota.distributor_id, Quota.outlet_id, Quota.model_id)
    )
    if distributors is not None:
        statement = statement.where(Quota.distributor_id.in_(distributors))
    found: dict[PartyKey, dict[int, int]] = defaultdict(dict)
    for distributor, outlet, model, units in session.execute(statement):
        found[distributor, outlet][model] = int(units)
    return dict(found)


def units_by_distributor(
    session: Session, first_month: date, last_month: date, *, on: date | None = None
) -> dict[int, dict[int, int]]:
    """Distributor → model → units over the months, its own store and all its outlets together. One statement."""
    statement = (
        select(Quota.distributor_id, Quota.model_id, func.sum(Quota.units))
        .where(Quota.month.between(first_month, last_month), in_force(on))
        .group_by(Quota.distributor_id, Quota.model_id)
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for distributor, model, units in session.execute(statement):
        found[distributor][model] = int(units)
    return dict(found)


# ---- the list

COLUMNS = (
    Quota.id,
    Quota.month,
    Quota.distributor_id,
    Quota.outlet_id,
    Quota.model_id,
    Quota.units,
    Quota.valid_from,
    Quota.agreed_on,
    Quota.amendment_id,
    Distributor.code.label("owner_code"),
    Distributor.name.label("owner_name"),
    Distributor.name_en.label("owner_name_en"),
    Outlet.code.label("outlet_code"),
    Outlet.name.label("outlet_name"),
    Outlet.name_en.label("outlet_name_en"),
    ProductModel.code.label("model_code"),
)


@dataclass(frozen=True, slots=True)
class QuotaFilter:
    """Which quotas; all of them in force. Empty means: does not filter."""

    text: str = ""
    months: tuple[date, ...] = ()
    areas: tuple[str, ...] = ()
    distributors: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """The SQL conditions on Quota beside its distributor, outlet and model."""
        found = [in_force(None)]
        if self.months:
            found.append(Quota.month.in_(self.months))
        if self.areas:
            found.append(_in_areas(self.areas))
        if self.distributors:
            found.append(Distributor.code.in_(self.distributors))
        if self.models:
            found.append(ProductModel.code.in_(self.models))
        found += [*self._of_kind(), *self._agreed()]
        if self.text:
            names = (Distributor.code, Distributor.name, Distributor.name_en, Outlet.code, Outlet.name, Outlet.name_en)
            found.append(or_(*(name.icontains(self.text, autoescape=True) for name in names)))
        return found

    def _of_kind(self) -> list[ColumnElement[bool]]:
        known = {
            "outlet": Quota.outlet_id.is_not(None),
            "own": Quota.outlet_id.is_(None),
            "amended": Quota.amendment_id.is_not(None),
        }
        chosen = [known[kind] for kind in self.kinds]
        return [or_(*chosen)] if chosen else []

    def _agreed(self) -> list[ColumnElement[bool]]:
        known = {"yes": Quota.agreed_on.is_not(None), "no": Quota.agreed_on.is_(None)}
        chosen = [known[value] for value in self.agreed]
        return [or_(*chosen)] if chosen else []


def _in_areas(codes: Sequence[str]) -> ColumnElement[bool]:
    wanted = Quota.sales_area_id.in_(select(SalesArea.id).where(SalesArea.code.in_(codes)))
    return or_(wanted, Quota.sales_area_id.is_(None)) if NOT_ASSIGNED in codes else wanted


def _statement(wanted: QuotaFilter) -> Select[Any]:
    columns: Sequence[Any] = COLUMNS
    return (
        select(*columns)
        .select_from(Quota)
        .join(ProductModel, ProductModel.id == Quota.model_id)
        .outerjoin(Distributor, Distributor.id == Quota.distributor_id)
        .outerjoin(Outlet, Outlet.id == Quota.outlet_id)
        .where(*wanted.conditions())
    )


def list_quotas(
    session: Session, wanted: QuotaFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of quotas in force (rows of COLUMNS), and how many there are in all."""
    statement = _statement(wanted)
    page = keyset_page(session, statement, order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def sum_quotas(session: Session, wanted: QuotaFilter) -> int:
    """Units of all quotas that the filters leave."""
    rows = _statement(wanted).with_only_columns(func.coalesce(func.sum(Quota.units), 0))
    return int(session.scalar(rows) or 0)


def stream_quotas(session: Session, wanted: QuotaFilter, order: Sequence[SortKey]) -> Iterator[list[Any]]:
    """All rows (COLUMNS) that the filters leave, a chunk at a time."""
    cursor: str | None = ""
    while cursor is not None:
        page = keyset_page(session, _statement(wanted), order, cursor, EXPORT_CHUNK)
        yield page.rows
        cursor = page.next


def months_with_quotas(session: Session) -> list[date]:
    """The months from the first quota that the asker sees to the last, latest first. Two looks into an index."""
    first, last = (select(end(Quota.month)).scalar_subquery() for end in (func.min, func.max))
    ends = session.execute(select(first, last)).one()
    return list(months_between(*ends))[::-1] if all(ends) else []


def get_quota(session: Session, quota_id: int) -> Quota:
    """The quota with its party and model; NotFound where there is none, or none that the asker sees."""
    parts = (joinedload(Quota.model), joinedload(Quota.distributor), joinedload(Quota.outlet))
    quota = session.scalar(select(Quota).where(Quota.id == quota_id).options(*parts))
    if quota is None:
        raise NotFound()
    return quota


def same_place(quota: Quota) -> list[ColumnElement[bool]]:
    """The conditions of a quota's party and model."""
    party = Quota.outlet_id == quota.outlet_id if quota.outlet_id else Quota.outlet_id.is_(None)
    return [party, Quota.distributor_id == quota.distributor_id, Quota.model_id == quota.model_id]


def history_of(session: Session, quota: Quota) -> list[Quota]:
    """Every row that ever said the quota of this party, model and month, latest first."""
    statement = (
        select(Quota)
        .where(Quota.month == quota.month, *same_place(quota))
        .options(joinedload(Quota.amendment))
        .order_by(Quota.id.desc())
    )
    return list(session.scalars(statement))


def year_of(session: Session, quota: Quota) -> dict[date, int]:
    """Month → units in force of the quota's party and model, over its year."""
    first, last = quota.month.replace(month=1), quota.month.replace(month=12)
    statement = select(Quota.month, Quota.units).where(
        Quota.month.between(first, last), *same_place(quota), in_force(None)
    )
    return {row.month: row.units for row in session.execute(statement)}
