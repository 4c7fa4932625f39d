"""The sales of a report one by one: a page of them, all of them, those of one place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.network.models import Outlet, Region
from portal.network.rules import RegionLevel
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.products.models import ProductModel, ProductVariant
from portal.sales.models import MonthlyReport, SalesDetail
from portal.sales.queries.checks import DETAIL_FIELDS
from portal.sales.rules.stock import DetailFacts, Place
from portal.sales.rules.words import CustomerKind, SaleType


@dataclass(frozen=True)
class DetailFilter:
    """What the facets leave; empty: everything."""

    text: str = ""
    types: Collection[SaleType] = ()
    customers: Collection[CustomerKind] = ()

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """The statement, cut."""
        if self.text:
            columns = (SalesDetail.serial, SalesDetail.campaign, Outlet.code)
            statement = statement.where(or_(*(each.icontains(self.text, autoescape=True) for each in columns)))
        if self.types:
            statement = statement.where(SalesDetail.sale_type.in_(self.types))
        return statement.where(SalesDetail.customer_kind.in_(self.customers)) if self.customers else statement


_COLUMNS: tuple[Any, ...] = (
    SalesDetail.id,
    SalesDetail.sold_on,
    SalesDetail.serial,
    SalesDetail.units,
    SalesDetail.customer_kind,
    SalesDetail.county_code,
    SalesDetail.sale_type,
    SalesDetail.campaign,
    SalesDetail.amount_fen,
    SalesDetail.original_month,
    Outlet.code.label("outlet_code"),
    Outlet.name.label("outlet_name"),
    Outlet.name_en.label("outlet_name_en"),
    ProductModel.code.label("model_code"),
)


def _listed(report: MonthlyReport) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(ProductModel, ProductModel.id == SalesDetail.model_id)
        .outerjoin(Outlet, Outlet.id == SalesDetail.outlet_id)
        .where(SalesDetail.report_id == report.id)
    )


def list_details(
    session: Session, report: MonthlyReport, wanted: DetailFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """A page of the report's sales, and how many there are."""
    statement = wanted.apply(_listed(report))
    return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_details(session: Session, report: MonthlyReport, wanted: DetailFilter) -> Iterator[Any]:
    """All of them by day."""
    statement = wanted.apply(_listed(report)).order_by(SalesDetail.sold_on, SalesDetail.id)
    yield from session.execute(statement, execution_options={"yield_per": 2_000})


def details_at(session: Session, report: MonthlyReport, place: Place, limit: int) -> list[DetailFacts]:
    """The first sales of a place, by day."""
    outlet, model = place
    at_outlet = SalesDetail.outlet_id.is_(None) if outlet is None else SalesDetail.outlet_id == outlet
    statement = (
        select(*(getattr(SalesDetail, name) for name in DETAIL_FIELDS))
        .where(SalesDetail.report_id == report.id, at_outlet, SalesDetail.model_id == model)
        .order_by(SalesDetail.sold_on, SalesDetail.id)
        .limit(limit)
    )
    return [DetailFacts(**dict(zip(DETAIL_FIELDS, row, strict=True))) for row in session.execute(statement)]


def variants_of(session: Session, model_id: int) -> list[ProductVariant]:
    """The variants of a model, by code."""
    statement = select(ProductVariant).where(ProductVariant.model_id == model_id).order_by(ProductVariant.code)
    return list(session.scalars(statement))


def counties_around(session: Session, prefecture_code: str | None, used: Collection[str]) -> list[Region]:
    """The counties of a prefecture, and others that are used already, by code."""
    wanted = [Region.code.in_(used), *([Region.parent_code == prefecture_code] if prefecture_code else [])]
    statement = select(Region).where(Region.level == RegionLevel.COUNTY, or_(*wanted)).order_by(Region.code)
    return list(session.scalars(statement))
