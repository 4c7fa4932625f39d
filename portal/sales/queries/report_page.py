"""What the page of one report shows: its lines with their differences, sums, files, amendments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import Outlet
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.products.models import ProductModel
from portal.sales.models import Amendment, MonthlyReport, ReportFile, ReportLine, ReportQuestion

LINE_SUMS = (
    "opening_stock",
    "sell_in",
    "transfers_in",
    "transfers_out",
    "in_transit",
    "sell_through",
    "retail",
    "returns_in",
    "returns_out",
    "closing_stock",
    "aged_stock",
    "amount_fen",
)


def expected_closing() -> ColumnElement[int]:
    """The stock equation in SQL, as rules.stock.expected_closing."""
    line = ReportLine
    through = case((line.outlet_id.is_(None), line.sell_through), else_=0)
    arrived = line.opening_stock + line.sell_in + line.transfers_in + line.returns_in
    return arrived - line.transfers_out - through - line.retail - line.returns_out


def has_difference() -> ColumnElement[bool]:
    """Whether a line does not add up, or its stock was counted otherwise, or a reason stands on it."""
    counted = ReportLine.counted_stock.is_not(None) & (ReportLine.counted_stock != ReportLine.closing_stock)
    return or_(ReportLine.closing_stock != expected_closing(), counted, ReportLine.reason != "")


def _lines(report: MonthlyReport) -> Select[Any]:
    return (
        select(
            ReportLine.id,
            ReportLine.outlet_id,
            ReportLine.model_id,
            Outlet.code.label("outlet_code"),
            Outlet.name.label("outlet_name"),
            Outlet.name_en.label("outlet_name_en"),
            ProductModel.code.label("model_code"),
            *(getattr(ReportLine, name) for name in LINE_SUMS),
            ReportLine.counted_stock,
            ReportLine.channel_price_fen,
            ReportLine.reason,
            (ReportLine.closing_stock - expected_closing()).label("difference"),
        )
        .join(ProductModel, ProductModel.id == ReportLine.model_id)
        .outerjoin(Outlet, Outlet.id == ReportLine.outlet_id)
        .where(ReportLine.report_id == report.id)
    )


def list_lines(
    session: Session, report: MonthlyReport, *, only_differences: bool, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """A page of the report's lines with outlet and model, and how many there are."""
    statement = _lines(report)
    if only_differences:
        statement = statement.where(has_difference())
    return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_lines(session: Session, report: MonthlyReport) -> Iterator[Any]:
    """All of them: outlets by code, the own store last."""
    statement = _lines(report).order_by(Outlet.code.is_(None), Outlet.code, ProductModel.code)
    yield from session.execute(statement, execution_options={"yield_per": 2_000})


def sum_lines(session: Session, report: MonthlyReport) -> dict[bool, Any]:
    """Whether of outlets (or the own store) → row of `lines` and the sums of LINE_SUMS."""
    of_outlets = ReportLine.outlet_id.is_not(None)
    sums = [func.coalesce(func.sum(getattr(ReportLine, name)), 0).label(name) for name in LINE_SUMS]
    statement = (
        select(of_outlets.label("of_outlets"), func.count().label("lines"), *sums)
        .where(ReportLine.report_id == report.id)
        .group_by(of_outlets)
    )
    return {bool(row.of_outlets): row for row in session.execute(statement)}


def list_questions(session: Session, report: MonthlyReport) -> list[Any]:
    """Rows of `question` with the names of its place, in the order of asking. One statement."""
    statement = (
        select(
            ReportQuestion,
            Outlet.name.label("outlet_name"),
            Outlet.name_en.label("outlet_name_en"),
            ProductModel.code.label("model_code"),
        )
        .outerjoin(Outlet, Outlet.id == ReportQuestion.outlet_id)
        .outerjoin(ProductModel, ProductModel.id == ReportQuestion.model_id)
        .where(ReportQuestion.report_id == report.id)
        .order_by(ReportQuestion.id)
    )
    return list(session.execute(statement))


def list_files(session: Session, report: MonthlyReport) -> list[ReportFile]:
    """The evidence, in the order in which it came."""
    return list(session.scalars(select(ReportFile).where(ReportFile.report_id == report.id).order_by(ReportFile.id)))


def get_file(session: Session, report: MonthlyReport, file_id: int) -> ReportFile:
    """A file of this report; raises NotFound for any other's."""
    row = session.scalar(select(ReportFile).where(ReportFile.id == file_id, ReportFile.report_id == report.id))
    if row is None:
        raise NotFound()
    return row


def amendments_of(session: Session, report: MonthlyReport) -> list[Amendment]:
    """The report's amendments, the newest first."""
    statement = select(Amendment).where(Amendment.report_id == report.id)
    return list(session.scalars(statement.order_by(Amendment.number.desc())))
