"""What the checks ask of a report and of what lies around it. Read in the scope of the house; facts name nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.periods import previous_month, shift_month
from portal.sales.models import MonthlyReport, ReportLine, SalesDetail, SalesRollup
from portal.sales.queries.lines import facts_of_lines, last_closing_stock
from portal.sales.queries.sums import HANDED_IN
from portal.sales.rules.checks import SoldMonth
from portal.sales.rules.stock import DetailFacts, LineFacts, Place

# Months looked at for a pattern, the report's own included.
PATTERN_MONTHS = 6
Thresholds = Mapping[tuple[int | None, date], Sequence[int]]
DETAIL_FIELDS = tuple(field.name for field in fields(DetailFacts))


@dataclass(frozen=True)
class Surroundings:
    """Everything that the checks are given."""

    lines: list[LineFacts]
    details: list[DetailFacts]
    last_closing: dict[Place, int]
    moved_elsewhere: dict[int, int]
    serials_elsewhere: dict[str, int]
    known_prices_fen: dict[int, int]
    history: dict[int | None, list[SoldMonth]]
    reversed_units: dict[int | None, int]
    sold_before: dict[int | None, int]


def surroundings_of(session: Session, report: MonthlyReport, thresholds: Thresholds) -> Surroundings:
    """All of it, in as many statements as there are fields."""
    lines, details = list(facts_of_lines(session, report).values()), facts_of_details(session, report)
    return Surroundings(
        lines=lines,
        details=details,
        last_closing=last_closing_stock(session, report.distributor_id, report.month),
        moved_elsewhere=_moved_elsewhere(session, report),
        serials_elsewhere=_serials_elsewhere(session, report) if details else {},
        known_prices_fen=_known_prices(session, report),
        history=_history(session, report, thresholds) if thresholds else {},
        reversed_units=_reversed_units(report, lines, details),
        sold_before=_sold_by_outlet(session, report.distributor_id, previous_month(report.month)),
    )


def facts_of_details(session: Session, report: MonthlyReport) -> list[DetailFacts]:
    """The report's sales one by one, in the order in which they were stored."""
    columns = [getattr(SalesDetail, name) for name in DETAIL_FIELDS]
    rows = session.execute(select(*columns).where(SalesDetail.report_id == report.id).order_by(SalesDetail.id))
    return [DetailFacts(**dict(zip(DETAIL_FIELDS, row, strict=True))) for row in rows]


def pattern_months(month: date) -> list[date]:
    """The months in which a pattern is looked for, the oldest first."""
    return [shift_month(month, -back) for back in reversed(range(PATTERN_MONTHS))]


def _moved_elsewhere(session: Session, report: MonthlyReport) -> dict[int, int]:
    rows = session.execute(
        select(SalesRollup.model_id, func.sum(SalesRollup.transfers_in - SalesRollup.transfers_out))
        .where(SalesRollup.month == report.month, SalesRollup.distributor_id != report.distributor_id)
        .group_by(SalesRollup.model_id)
    )
    return {model: int(units) for model, units in rows}


def _serials_elsewhere(session: Session, report: MonthlyReport) -> dict[str, int]:
    """Serial → sold less returned in all other reports that were handed in, for the serials of this one."""
    mine = select(SalesDetail.serial).where(SalesDetail.report_id == report.id, SalesDetail.serial != "").distinct()
    rows = session.execute(
        select(SalesDetail.serial, func.sum(SalesDetail.units))
        .join(MonthlyReport, MonthlyReport.id == SalesDetail.report_id)
        .where(SalesDetail.serial.in_(mine), SalesDetail.report_id != report.id, MonthlyReport.status.in_(HANDED_IN))
        .group_by(SalesDetail.serial)
    )
    return {serial: int(units) for serial, units in rows}


def _known_prices(session: Session, report: MonthlyReport) -> dict[int, int]:
    """Model → the channel price (fen) that most lines of the distributor's own last report had."""
    rows = session.execute(
        select(ReportLine.model_id, ReportLine.channel_price_fen, func.count())
        .join(MonthlyReport, MonthlyReport.id == ReportLine.report_id)
        .where(
            ReportLine.month == previous_month(report.month),
            ReportLine.distributor_id == report.distributor_id,
            ReportLine.channel_price_fen > 0,
            MonthlyReport.status.in_(HANDED_IN),
        )
        .group_by(ReportLine.model_id, ReportLine.channel_price_fen)
    )
    seen: dict[int, Counter[int]] = defaultdict(Counter)
    for model, price, lines in rows:
        seen[model][price or 0] += lines
    return {model: max(sorted(prices), key=lambda price: prices[price]) for model, prices in seen.items()}


def _history(session: Session, report: MonthlyReport, thresholds: Thresholds) -> dict[int | None, list[SoldMonth]]:
    """Outlet (None: all of the distributor together) → what it sold in the months of the pattern."""
    rows = session.execute(
        select(SalesRollup.outlet_id, SalesRollup.month, func.sum(SalesRollup.retail))
        .where(
            SalesRollup.distributor_id == report.distributor_id,
            SalesRollup.month.in_(pattern_months(report.month)),
        )
        .group_by(SalesRollup.outlet_id, SalesRollup.month)
        .order_by(SalesRollup.month)
    )
    by_outlet: dict[tuple[int | None, date], int] = {}
    totals: dict[tuple[int | None, date], int] = defaultdict(int)
    for outlet, month, units in rows:
        totals[None, month] += int(units)
        if outlet is not None:
            by_outlet[outlet, month] = int(units)
    found: dict[int | None, list[SoldMonth]] = defaultdict(list)
    for (outlet, month), units in {**by_outlet, **totals}.items():
        if limits := thresholds.get((outlet, month)):
            found[outlet].append(SoldMonth(month, units, tuple(limits)))
    return dict(found)


def _reversed_units(
    report: MonthlyReport, lines: Sequence[LineFacts], details: Sequence[DetailFacts]
) -> dict[int | None, int]:
    """Outlet → units of last month that came back in this one: as listed, else all that the lines state as returned."""
    before, listing = previous_month(report.month), {detail.outlet_id for detail in details}
    found: dict[int | None, int] = defaultdict(int)
    for detail in details:
        if detail.units < 0 and detail.original_month == before:
            found[detail.outlet_id] -= detail.units
    for line in lines:
        if line.outlet_id not in listing and line.returns_in:
            found[line.outlet_id] += line.returns_in
    return dict(found)


def _sold_by_outlet(session: Session, distributor_id: int, month: date) -> dict[int | None, int]:
    rows = session.execute(
        select(SalesRollup.outlet_id, func.sum(SalesRollup.retail))
        .where(SalesRollup.distributor_id == distributor_id, SalesRollup.month == month)
        .group_by(SalesRollup.outlet_id)
    )
    return {outlet: int(units) for outlet, units in rows}
