"""What the pages of entry need: outlets and models of a report by name, in the order of the paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.network.models import Outlet
from portal.products.models import ProductModel
from portal.sales.models import MonthlyReport, SalesDetail
from portal.sales.rules.stock import Place


@dataclass(frozen=True, slots=True)
class Named:
    """An outlet or a model: what a page calls it."""

    id: int
    code: str
    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """The name in one of the portal's languages, or the other one where that is missing."""
        first, second = (self.name_zh, self.name_en) if language == "zh_Hans" else (self.name_en, self.name_zh)
        return first or second or self.code


def outlets_by_id(session: Session, ids: Iterable[int | None]) -> dict[int, Named]:
    """The outlets of these ids, by code."""
    columns = (Outlet.id, Outlet.code, Outlet.name, Outlet.name_en)
    rows = session.execute(select(*columns).where(Outlet.id.in_({each for each in ids if each})).order_by(Outlet.code))
    return {row.id: Named(*row) for row in rows}


def models_by_id(session: Session, ids: Collection[int]) -> dict[int, Named]:
    """The models of these ids, by code."""
    columns = (ProductModel.id, ProductModel.code, ProductModel.name_zh, ProductModel.name_en)
    rows = session.execute(select(*columns).where(ProductModel.id.in_(set(ids))).order_by(ProductModel.code))
    return {row.id: Named(*row) for row in rows}


def count_details(session: Session, report: MonthlyReport) -> dict[Place, int]:
    """Place → how many sales are listed one by one."""
    statement = (
        select(SalesDetail.outlet_id, SalesDetail.model_id, func.count())
        .where(SalesDetail.report_id == report.id)
        .group_by(SalesDetail.outlet_id, SalesDetail.model_id)
    )
    return {(outlet, model): number for outlet, model, number in session.execute(statement)}
