"""The calendar of periods with how many reports stand where, in the reader's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.sales.models import Amendment, MonthlyReport, PeriodReopening, ReportingPeriod
from portal.sales.rules.words import AmendmentStatus, ReportStatus


def periods_between(session: Session, first: date, last: date) -> list[ReportingPeriod]:
    """The opened periods of these months, the newest first."""
    statement = select(ReportingPeriod).where(ReportingPeriod.month.between(first, last))
    return list(session.scalars(statement.order_by(ReportingPeriod.month.desc())))


def years_of_calendar(session: Session) -> list[int]:
    """Years that have an opened month, the newest first."""
    first, last = session.execute(select(func.min(ReportingPeriod.month), func.max(ReportingPeriod.month))).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def count_reports(session: Session, months: Collection[date]) -> dict[date, dict[ReportStatus, int]]:
    """Month → status → reports. One statement."""
    statement = (
        select(MonthlyReport.month, MonthlyReport.status, func.count())
        .where(MonthlyReport.month.in_(months))
        .group_by(MonthlyReport.month, MonthlyReport.status)
    )
    found: dict[date, dict[ReportStatus, int]] = defaultdict(dict)
    for month, status, number in session.execute(statement):
        found[month][status] = number
    return found


def count_proposed(session: Session, months: Collection[date]) -> dict[date, int]:
    """Month → amendments that wait for a decision."""
    statement = (
        select(Amendment.month, func.count())
        .where(Amendment.month.in_(months), Amendment.status == AmendmentStatus.PROPOSED)
        .group_by(Amendment.month)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def periods_asked(session: Session) -> frozenset[int]:
    """Ids of periods that somebody has asked to reopen."""
    statement = select(PeriodReopening.period_id).where(PeriodReopening.open_key.is_not(None))
    return frozenset(session.scalars(statement))
