"""What a roll-up ought to be, as one statement: lines + approved differences + details, grouped.

Used to store the sums and to check them. Every select here is over whole months: call it in the scope of the house.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Select, bindparam, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.sales.models import Amendment, AmendmentLine, MonthlyReport, ReportLine, SalesDetail, SalesRollup
from portal.sales.rules.words import AmendmentStatus, ReportStatus

# What counts: a draft or a returned report is not handed in.
HANDED_IN = (ReportStatus.SUBMITTED, ReportStatus.ACCEPTED)
KEYS = ("month", "distributor_id", "outlet_id", "model_id")
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
DETAIL_SUMS = ("detail_lines", "detail_units", "detail_amount_fen")
SUM_COLUMNS = (*KEYS, *LINE_SUMS, *DETAIL_SUMS)


def sums_of(month: date, distributor_id: int | None = None) -> Select[Any]:
    """The sums of a month, or of one distributor's month, in the order of SUM_COLUMNS."""
    values: dict[str, Any] = {"of_month": month}
    if distributor_id is not None:
        values["of_distributor"] = distributor_id
    return _sums(distributor_id is not None).params(values)


@lru_cache
def _sums(is_partition: bool) -> Select[Any]:
    """Built once: an import sums hundreds of partitions."""
    parts = union_all(*(_cut(part, is_partition) for part in (_lines(), _differences(), _details())))
    rows = parts.subquery()
    keys = [rows.c[name] for name in KEYS]
    sums = [func.coalesce(func.sum(rows.c[name]), 0).label(name) for name in (*LINE_SUMS, *DETAIL_SUMS)]
    return select(*keys, *sums).group_by(*keys)


def stored_sums(month: date) -> Select[Any]:
    """What is stored for a month, in the order of SUM_COLUMNS."""
    return select(*(getattr(SalesRollup, name) for name in SUM_COLUMNS)).where(SalesRollup.month == month)


def summed_months(session: Session) -> list[date]:
    """Months of which there is something to sum or something summed, the oldest first."""
    months = union_all(
        select(MonthlyReport.month).distinct(), select(SalesRollup.month).distinct(), select(Amendment.month).distinct()
    ).subquery()
    return list(session.scalars(select(months.c.month).distinct().order_by(months.c.month)))


def partitions_that_differ(session: Session, month: date) -> list[int]:
    """Distributors whose stored sums of the month are not the true ones."""
    true, stored = sums_of(month).subquery(), stored_sums(month).subquery()
    found: set[int] = set()
    for left, right in ((true, stored), (stored, true)):
        rows = select(*left.c).except_(select(*right.c)).subquery()
        found |= set(session.scalars(select(rows.c.distributor_id).distinct()))
    # A row stored twice would be lost on EXCEPT.
    count_true = select(true.c.distributor_id, func.count()).group_by(true.c.distributor_id)
    count_stored = select(stored.c.distributor_id, func.count()).group_by(stored.c.distributor_id)
    counts = [{tuple(row) for row in session.execute(each)} for each in (count_true, count_stored)]
    return sorted(found | {distributor for distributor, _count in counts[0] ^ counts[1]})


def _cut(part: tuple[Select[Any], Any], is_partition: bool) -> Select[Any]:
    statement, model = part
    statement = statement.where(model.month == bindparam("of_month", type_=Date))
    if is_partition:
        statement = statement.where(model.distributor_id == bindparam("of_distributor", type_=BigInteger))
    return statement


def _zeros(names: Sequence[str]) -> list[ColumnElement[int]]:
    return [literal(0).label(name) for name in names]


def _keys(model: Any) -> list[Any]:
    return [getattr(model, name).label(name) for name in KEYS]


def _lines() -> tuple[Select[Any], Any]:
    sums = [getattr(ReportLine, name).label(name) for name in LINE_SUMS]
    statement = (
        select(*_keys(ReportLine), *sums, *_zeros(DETAIL_SUMS))
        .join(MonthlyReport, MonthlyReport.id == ReportLine.report_id)
        .where(MonthlyReport.status.in_(HANDED_IN))
    )
    return statement, ReportLine


def _difference(name: str) -> ColumnElement[int]:
    """The JSON's number, which may be larger than an SQL integer; 0 where the column is not named."""
    return func.coalesce(cast(AmendmentLine.differences[name].as_string(), BigInteger), 0)


def _differences() -> tuple[Select[Any], Any]:
    sums = [_difference(name).label(name) for name in LINE_SUMS]
    statement = (
        select(*_keys(AmendmentLine), *sums, *_zeros(DETAIL_SUMS))
        .join(Amendment, Amendment.id == AmendmentLine.amendment_id)
        .where(Amendment.status == AmendmentStatus.APPROVED)
    )
    return statement, AmendmentLine


def _details() -> tuple[Select[Any], Any]:
    sums = [literal(1).label("detail_lines"), SalesDetail.units.label("detail_units")]
    statement = (
        select(*_keys(SalesDetail), *_zeros(LINE_SUMS), *sums, SalesDetail.amount_fen.label("detail_amount_fen"))
        .join(MonthlyReport, MonthlyReport.id == SalesDetail.report_id)
        .where(MonthlyReport.status.in_(HANDED_IN))
    )
    return statement, SalesDetail
