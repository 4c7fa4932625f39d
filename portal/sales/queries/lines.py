"""What a report of a month may hold: places (outlet × model), and the stock with which they closed before."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.network.models import Outlet
from portal.network.rules import TRADING, OutletStatus
from portal.periods import last_day, previous_month
from portal.products.models import ProductModel
from portal.products.queries import models_between
from portal.sales.models import MonthlyReport, ReportLine, SalesRollup
from portal.sales.rules.stock import LineFacts, Place

# Columns of a line that its writer gives.
LINE_FIELDS = tuple(field.name for field in fields(LineFacts) if field.name not in ("outlet_id", "model_id"))
_TRADED = frozenset({*TRADING, OutletStatus.EXITED})


def outlets_in_month(session: Session, distributor_id: int, month: date) -> list[Outlet]:
    """The distributor's outlets that were open on at least one day of the month, by code."""
    statement = (
        select(Outlet)
        .where(
            Outlet.distributor_id == distributor_id,
            Outlet.status.in_(_TRADED),
            or_(Outlet.opened_on.is_(None), Outlet.opened_on <= last_day(month)),
            or_(Outlet.exited_on.is_(None), Outlet.exited_on >= month),
        )
        .order_by(Outlet.code)
    )
    return list(session.scalars(statement))


def models_in_month(session: Session, month: date) -> list[ProductModel]:
    """Models sold on at least one day of the month, by code."""
    return models_between(session, month, last_day(month))


def last_closing_stock(session: Session, distributor_id: int, month: date) -> dict[Place, int]:
    """Place → closing stock of the month before, with its amendments; empty where that month was not handed in."""
    rows = session.execute(
        select(SalesRollup.outlet_id, SalesRollup.model_id, SalesRollup.closing_stock).where(
            SalesRollup.month == previous_month(month), SalesRollup.distributor_id == distributor_id
        )
    )
    return {(outlet_id, model_id): closing for outlet_id, model_id, closing in rows}


def places_of_month(session: Session, distributor_id: int, month: date) -> dict[Place, int]:
    """Every place that a report of the month may have a line for → its opening stock, in the order of the codes.

    The distributor's own lines come first. Stock left of a model, or in an outlet, that has ended keeps its place.
    """
    closing = last_closing_stock(session, distributor_id, month)
    models = [model.id for model in models_in_month(session, month)]
    outlets = [None, *(outlet.id for outlet in outlets_in_month(session, distributor_id, month))]
    found = {(outlet, model): closing.get((outlet, model), 0) for outlet in outlets for model in models}
    found.update({place: units for place, units in closing.items() if units and place not in found})
    return found


def lines_of(session: Session, report: MonthlyReport) -> list[ReportLine]:
    """The report's lines, in the order in which they were made."""
    return list(session.scalars(select(ReportLine).where(ReportLine.report_id == report.id).order_by(ReportLine.id)))


def facts_of_lines(session: Session, report: MonthlyReport) -> dict[int, LineFacts]:
    """Line id → what it states, read past the objects in memory."""
    columns = ("outlet_id", "model_id", *LINE_FIELDS)
    rows = session.execute(
        select(ReportLine.id, *(getattr(ReportLine, name) for name in columns))
        .where(ReportLine.report_id == report.id)
        .order_by(ReportLine.id)
    )
    return {row[0]: LineFacts(**dict(zip(columns, row[1:], strict=True))) for row in rows}
