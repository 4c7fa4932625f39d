"""Figures from the roll-ups: one statement groups a range of months by one thing, another sums it up.

Sell-in is what the manufacturer sold its distributors: the own lines' alone, for an outlet's sell-in is its
distributor's sell-through. Only where rows are single outlets is it what each of them took in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, Outlet, SalesArea
from portal.periods import months_between, shift_month
from portal.products.models import ProductModel
from portal.sales.models import SalesRollup
from portal.sales.rules.figures import Grouping
from portal.scope import ScopeKind, bound_scope

MEASURES = ("sell_in", "sell_through", "retail", "returns_in", "stock", "amount_fen")
Key = tuple[int | date | None, ...]
R = SalesRollup


@dataclass(frozen=True)
class FigureFilter:
    """Months from `first` to `last`, both inclusive; only these areas, distributors, outlets and models (ids)."""

    first: date
    last: date
    areas: Collection[int] = ()
    distributors: Collection[int] = ()
    outlets: Collection[int] = ()
    models: Collection[int] = ()

    @property
    def months(self) -> int:
        """How many months."""
        return len(list(months_between(self.first, self.last)))

    def shifted(self, months: int) -> FigureFilter:
        """The same range so many months later (or, negative, earlier)."""
        return replace(self, first=shift_month(self.first, months), last=shift_month(self.last, months))


@dataclass(frozen=True)
class Figures:
    """One row: its key, what it is called, and its sums. `stock` is that of the range's last month."""

    key: Key
    code: str
    name_zh: str
    name_en: str
    sums: Mapping[str, int]


def _in_range(wanted: FigureFilter) -> ColumnElement[bool]:
    return R.month == wanted.first if wanted.first == wanted.last else R.month.between(wanted.first, wanted.last)


def _conditions(wanted: FigureFilter) -> Iterator[ColumnElement[bool]]:
    """What is counted, but for the months."""
    if wanted.distributors:
        yield R.distributor_id.in_(wanted.distributors)
    if wanted.outlets:
        yield R.outlet_id.in_(wanted.outlets)
    if wanted.models:
        yield R.model_id.in_(wanted.models)
    if wanted.areas:
        outlets = select(Outlet.id).where(Outlet.sales_area_id.in_(wanted.areas))
        owners = select(Distributor.id).where(Distributor.sales_area_id.in_(wanted.areas))
        yield R.outlet_id.in_(outlets) | (R.outlet_id.is_(None) & R.distributor_id.in_(owners))


def _sums(
    wanted: FigureFilter, names: Sequence[str], *, by_outlet: bool, by_month: bool = False
) -> list[ColumnElement[int]]:
    """Measures as labelled sums. A month's row holds its own closing stock, any other that of the last month."""
    is_last = [] if by_month or wanted.first == wanted.last else [R.month == wanted.last]
    own = [] if by_outlet else [R.outlet_id.is_(None)]
    special: dict[str, ColumnElement[int]] = {
        "sell_in": _sum(R.sell_in, *own),
        "stock": _sum(R.closing_stock, *is_last),
    }
    return [(special[name] if name in special else _sum(getattr(R, name))).label(name) for name in names]


def _sum(column: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    counted = case((and_(*conditions), column), else_=0) if conditions else column
    return func.coalesce(func.sum(counted), 0)


def _keys(grouping: Grouping) -> list[Any]:
    """The columns of the roll-up that make a row; an area comes out of distributor and outlet afterwards."""
    columns: dict[Grouping, list[Any]] = {
        Grouping.AREA: [R.distributor_id, R.outlet_id],
        Grouping.DISTRIBUTOR: [R.distributor_id],
        Grouping.OUTLET: [R.distributor_id, R.outlet_id],
        Grouping.MODEL: [R.model_id],
        Grouping.MONTH: [R.month],
    }
    return columns[grouping]


def _is_by_outlet(session: Session, grouping: Grouping) -> bool:
    return grouping is Grouping.OUTLET or bound_scope(session).kind is ScopeKind.OUTLET


def _grouped(session: Session, wanted: FigureFilter, grouping: Grouping, names: Sequence[str] = MEASURES) -> Subquery:
    keys, by_month = _keys(grouping), grouping is Grouping.MONTH
    sums = _sums(wanted, names, by_outlet=_is_by_outlet(session, grouping), by_month=by_month)
    statement = select(*keys, *sums).where(_in_range(wanted), *_conditions(wanted)).group_by(*keys)
    rows = statement.subquery()
    return rows if grouping is not Grouping.AREA else _by_area(rows, names)


def _by_area(rows: Subquery, names: Sequence[str]) -> Subquery:
    """Sums of places as sums of sales areas: of the outlet, or of the distributor whose own store it is."""
    area = case((rows.c.outlet_id.is_(None), Distributor.sales_area_id), else_=Outlet.sales_area_id)
    sums = [func.sum(rows.c[name]).label(name) for name in names]
    statement = (
        select(area.label("area_id"), *sums)
        .select_from(rows)
        .outerjoin(Outlet, Outlet.id == rows.c.outlet_id)
        .outerjoin(Distributor, Distributor.id == rows.c.distributor_id)
        .group_by(area)
    )
    return statement.subquery()


def _named(rows: Subquery, grouping: Grouping) -> tuple[Select[Any], list[ColumnElement[Any]]]:
    """The rows beside what they are called, and the columns of their key."""
    sums = [rows.c[name] for name in MEASURES]
    if grouping is Grouping.MONTH:
        return select(rows.c.month, *sums), [rows.c.month]
    names: tuple[Any, ...]
    if grouping is Grouping.MODEL:
        names = (ProductModel.code, ProductModel.name_zh, ProductModel.name_en)
        return _joined(rows, ProductModel, names, rows.c.model_id), [rows.c.model_id]
    if grouping is Grouping.AREA:
        names = (SalesArea.code, SalesArea.name_zh, SalesArea.name_en)
        return _joined(rows, SalesArea, names, rows.c.area_id), [rows.c.area_id]
    names = (Distributor.code, Distributor.name.label("name_zh"), Distributor.name_en)
    if grouping is Grouping.DISTRIBUTOR:
        return _joined(rows, Distributor, names, rows.c.distributor_id), [rows.c.distributor_id]
    return _outlets(rows), [rows.c.distributor_id, rows.c.outlet_id]


def _joined(rows: Subquery, model: Any, names: Sequence[Any], key: ColumnElement[Any]) -> Select[Any]:
    return select(key, *names, *(rows.c[name] for name in MEASURES)).outerjoin(model, model.id == key)


def _outlets(rows: Subquery) -> Select[Any]:
    """Outlets by their names, a distributor's own store by the distributor's."""
    own = rows.c.outlet_id.is_(None)
    names = (
        case((own, Distributor.code), else_=Outlet.code).label("code"),
        case((own, Distributor.name), else_=Outlet.name).label("name_zh"),
        case((own, Distributor.name_en), else_=Outlet.name_en).label("name_en"),
    )
    return (
        select(rows.c.distributor_id, rows.c.outlet_id, *names, *(rows.c[name] for name in MEASURES))
        .outerjoin(Outlet, Outlet.id == rows.c.outlet_id)
        .outerjoin(Distributor, Distributor.id == rows.c.distributor_id)
    )


@dataclass(frozen=True)
class FigurePage:
    """Some rows in order, and whether there are more."""

    rows: list[Figures]
    has_more: bool


def list_figures(
    session: Session,
    wanted: FigureFilter,
    grouping: Grouping,
    *,
    sort: str = "-retail",
    limit: int | None = None,
    offset: int = 0,
) -> FigurePage:
    """The rows of a grouping, sorted by a measure or by name (`code`); all of them without a limit. One statement."""
    rows = _grouped(session, wanted, grouping)
    statement, keys = _named(rows, grouping)
    statement = statement.order_by(*_order(rows, statement, keys, sort, grouping))
    if limit is not None:
        statement = statement.limit(limit + 1).offset(offset)
    found = [_figures(row, len(keys), grouping) for row in session.execute(statement)]
    return FigurePage(found[:limit], limit is not None and len(found) > limit)


def _order(
    rows: Subquery, statement: Select[Any], keys: Sequence[Any], sort: str, grouping: Grouping
) -> list[ColumnElement[Any]]:
    name = sort.removeprefix("-")
    if name in MEASURES:
        column: Any = rows.c[name]
    elif grouping is Grouping.MONTH:
        column = rows.c.month
    else:
        column = statement.selected_columns["code"]
    first = column.desc() if sort.startswith("-") else column.asc()
    return [first, *keys]


def _figures(row: Any, keys: int, grouping: Grouping) -> Figures:
    values = row._mapping
    code, name_zh, name_en = (
        ("", "", "")
        if grouping is Grouping.MONTH
        else (str(values[name] or "") for name in ("code", "name_zh", "name_en"))
    )
    return Figures(tuple(row[:keys]), code, name_zh, name_en, {name: int(values[name] or 0) for name in MEASURES})


def sum_figures(session: Session, wanted: FigureFilter) -> dict[str, int]:
    """The sums over everything. One statement."""
    by_outlet = bound_scope(session).kind is ScopeKind.OUTLET
    columns = _sums(wanted, MEASURES, by_outlet=by_outlet)
    row = session.execute(select(*columns).where(_in_range(wanted), *_conditions(wanted))).one()
    return {name: int(value) for name, value in row._mapping.items()}


def total_of(rows: Sequence[Figures], grouping: Grouping, last: date) -> dict[str, int] | None:
    """The sums over everything where `rows` are all there are; None where they do not add up to it.

    What outlets took in is no sell-in of the whole; the stock of a range of months is that of its last.
    """
    if grouping is Grouping.OUTLET:
        return None
    total = {name: sum(row.sums[name] for row in rows) for name in MEASURES}
    if grouping is Grouping.MONTH:
        total["stock"] = sum(row.sums["stock"] for row in rows if row.key == (last,))
    return total


def sum_retail(session: Session, wanted: FigureFilter) -> int:
    """Units sold to customers. One statement."""
    return session.scalar(select(_sum(R.retail)).where(_in_range(wanted), *_conditions(wanted))) or 0


def retail_of(session: Session, wanted: FigureFilter, grouping: Grouping, keys: Collection[Key]) -> dict[Key, int]:
    """Key → units sold to customers, for the rows of a page. One statement."""
    if not keys:
        return {}
    rows = _grouped(session, _cut(wanted, grouping, keys), grouping, ("retail",))
    found = session.execute(select(*_key_columns(rows, grouping), rows.c.retail))
    return {tuple(key): int(units or 0) for *key, units in found}


def _key_columns(rows: Subquery, grouping: Grouping) -> list[Any]:
    names = {
        Grouping.AREA: ["area_id"],
        Grouping.DISTRIBUTOR: ["distributor_id"],
        Grouping.OUTLET: ["distributor_id", "outlet_id"],
        Grouping.MODEL: ["model_id"],
        Grouping.MONTH: ["month"],
    }[grouping]
    return [rows.c[name] for name in names]


def _cut(wanted: FigureFilter, grouping: Grouping, keys: Collection[Key]) -> FigureFilter:
    """Only what the rows of the page can hold: outlets and distributors are many, the rest is not."""
    if grouping in (Grouping.DISTRIBUTOR, Grouping.OUTLET):
        return replace(wanted, distributors=sorted({key[0] for key in keys if isinstance(key[0], int)}))
    return wanted


def months_with_figures(session: Session) -> tuple[date, date] | None:
    """The first and the last month of which anything is summed, in the reader's scope."""
    first, last = select(R.month).order_by(R.month), select(R.month).order_by(R.month.desc())
    ends = session.execute(select(first.limit(1).scalar_subquery(), last.limit(1).scalar_subquery())).one()
    return (ends[0], ends[1]) if ends[0] and ends[1] else None
