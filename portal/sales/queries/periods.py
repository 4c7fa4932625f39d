"""Reads of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.sales.models import PeriodEvent, PeriodReopening, ReportingPeriod


def find_period(session: Session, month: date) -> ReportingPeriod | None:
    """The month's period, where it has been opened."""
    return session.scalar(select(ReportingPeriod).where(ReportingPeriod.month == month))


def get_period(session: Session, month: date) -> ReportingPeriod:
    """The month's period; raises NotFound."""
    period = find_period(session, month)
    if period is None:
        raise NotFound()
    return period


def list_periods(session: Session) -> list[ReportingPeriod]:
    """Every period, the newest first."""
    return list(session.scalars(select(ReportingPeriod).order_by(ReportingPeriod.month.desc())))


def periods_of(session: Session, months: Sequence[date]) -> dict[date, ReportingPeriod]:
    """Month → period, for those of the months that have been opened."""
    rows = session.scalars(select(ReportingPeriod).where(ReportingPeriod.month.in_(months)))
    return {row.month: row for row in rows}


def events_of_period(session: Session, period: ReportingPeriod) -> list[PeriodEvent]:
    """What happened to the period, the newest first."""
    statement = select(PeriodEvent).where(PeriodEvent.period_id == period.id)
    return list(session.scalars(statement.order_by(PeriodEvent.id.desc())))


def open_reopening(session: Session, period: ReportingPeriod) -> PeriodReopening | None:
    """The request to reopen it that waits for its answer."""
    return session.scalar(select(PeriodReopening).where(PeriodReopening.open_key == period.id))


def list_reopenings(session: Session, period: ReportingPeriod) -> list[PeriodReopening]:
    """Every request to reopen it, the newest first."""
    statement = select(PeriodReopening).where(PeriodReopening.period_id == period.id)
    return list(session.scalars(statement.order_by(PeriodReopening.id.desc())))
