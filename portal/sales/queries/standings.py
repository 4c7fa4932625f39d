"""Who has reported: the distributors that a month's report is expected of, beside what they handed in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.clock import BUSINESS_ZONE
from portal.network.models import Distributor
from portal.network.rules import DistributorStatus
from portal.periods import last_day
from portal.sales.models import MonthlyReport, ReportingPeriod, ReportQuestion
from portal.sales.rules.calendar import Punctuality
from portal.sales.rules.words import QuestionStatus, ReportStatus


@dataclass(frozen=True)
class Standing:
    """One distributor and its report of the month, where there is one."""

    distributor_id: int
    code: str
    name: str
    name_en: str
    sales_area_id: int | None
    report_id: int | None
    status: ReportStatus | None
    first_submitted_at: datetime | None
    version: int | None
    punctuality: Punctuality


def is_expected(month: date) -> ColumnElement[bool]:
    """Distributors that were in the network on at least one day of the month."""
    return and_(
        or_(Distributor.opened_on.is_(None), Distributor.opened_on <= last_day(month)),
        or_(
            Distributor.exited_on >= month,
            and_(Distributor.exited_on.is_(None), Distributor.status != DistributorStatus.EXITED),
        ),
    )


def punctuality(due_on: date, today: date) -> ColumnElement[str]:
    """`Punctuality` of the joined report, as SQL: the same as rules.calendar.punctuality_of."""
    # The end of the due day, in Asia/Shanghai.
    limit = datetime.combine(due_on + timedelta(days=1), time(), BUSINESS_ZONE)
    not_there = Punctuality.AWAITED if today <= due_on else Punctuality.MISSING
    return case(
        (MonthlyReport.first_submitted_at.is_(None), literal(not_there.value)),
        (MonthlyReport.first_submitted_at < limit, literal(Punctuality.IN_TIME.value)),
        else_=literal(Punctuality.LATE.value),
    )


def standings_statement(period: ReportingPeriod, today: date) -> Select[Any]:
    """Every expected distributor with its report, in the columns of `Standing`; for lists to filter, sort and page."""
    columns: list[Any] = [
        Distributor.id.label("distributor_id"),
        Distributor.code,
        Distributor.name,
        Distributor.name_en,
        Distributor.sales_area_id,
        MonthlyReport.id.label("report_id"),
        MonthlyReport.status,
        MonthlyReport.first_submitted_at,
        MonthlyReport.version,
        punctuality(period.due_on, today).label("punctuality"),
    ]
    of_month = and_(MonthlyReport.distributor_id == Distributor.id, MonthlyReport.month == period.month)
    return select(*columns).outerjoin(MonthlyReport, of_month).where(is_expected(period.month))


def list_standings(session: Session, period: ReportingPeriod, today: date) -> list[Standing]:
    """All of them in the reader's scope, by the distributor's code. One statement."""
    rows = session.execute(standings_statement(period, today).order_by(Distributor.code)).mappings()
    return [Standing(**{**row, "punctuality": Punctuality(row["punctuality"])}) for row in rows]


def count_punctuality(session: Session, period: ReportingPeriod, today: date) -> Counter[Punctuality]:
    """How many came in time, late, are awaited, are missing. One statement."""
    rows = standings_statement(period, today).subquery()
    statement = select(rows.c.punctuality, func.count()).group_by(rows.c.punctuality)
    return Counter({Punctuality(kind): number for kind, number in session.execute(statement)})


def count_statuses(session: Session, period: ReportingPeriod) -> Counter[ReportStatus | None]:
    """How many reports stand where; None: not opened yet. One statement."""
    rows = standings_statement(period, period.due_on).subquery()
    statement = select(rows.c.status, func.count()).group_by(rows.c.status)
    return Counter({row[0]: row[1] for row in session.execute(statement)})


def open_questions(session: Session, month: date) -> dict[int, int]:
    """Report id → how many of its questions are not settled. One statement."""
    rows = session.execute(
        select(ReportQuestion.report_id, func.count())
        .join(MonthlyReport, MonthlyReport.id == ReportQuestion.report_id)
        .where(MonthlyReport.month == month, ReportQuestion.status != QuestionStatus.SETTLED)
        .group_by(ReportQuestion.report_id)
    )
    return {row[0]: row[1] for row in rows}


def unreported(session: Session, month: date) -> list[tuple[int, int | None]]:
    """Distributors (with their sales areas) whose report is not in hand: not opened, a draft, or returned."""
    statement = (
        select(Distributor.id, Distributor.sales_area_id)
        .outerjoin(MonthlyReport, and_(MonthlyReport.distributor_id == Distributor.id, MonthlyReport.month == month))
        .where(
            is_expected(month),
            Distributor.status == DistributorStatus.ACTIVE,
            or_(
                MonthlyReport.id.is_(None),
                MonthlyReport.status.in_((ReportStatus.DRAFT, ReportStatus.RETURNED)),
            ),
        )
        .order_by(Distributor.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]
