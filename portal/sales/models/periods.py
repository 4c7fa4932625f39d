"""The calendar of business months. A month is its first day, in Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.sales.rules.words import PeriodStatus


class ReportingPeriod(WithId, Base):
    """One business month and how far it is closed. `due` is never stored: it follows from `due_on`."""

    __tablename__ = "reporting_periods"

    month: Mapped[date] = mapped_column(Date, unique=True)
    due_on: Mapped[date] = mapped_column(Date)
    status: Mapped[PeriodStatus] = mapped_column(enum_type(PeriodStatus), default=PeriodStatus.OPEN)
    # Whether an upload with wrong rows may store the right ones.
    allows_partial: Mapped[bool] = mapped_column(Boolean, default=False)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class PeriodEvent(WithId, Base):
    """A period was opened, locked, settled or reopened: who, when, why."""

    __tablename__ = "period_events"
    __table_args__ = (Index(None, "period_id", "id"),)

    period_id: Mapped[int] = mapped_column(ForeignKey("reporting_periods.id"))
    from_status: Mapped[PeriodStatus | None] = mapped_column(enum_type(PeriodStatus))
    to_status: Mapped[PeriodStatus] = mapped_column(enum_type(PeriodStatus))
    reason: Mapped[str] = mapped_column(String(500), default="")
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PeriodReopening(WithId, Base):
    """Somebody asked to reopen a locked period; a second person decides. At most one request is open at a time."""

    __tablename__ = "period_reopenings"
    __table_args__ = (Index(None, "period_id", "id"),)

    period_id: Mapped[int] = mapped_column(ForeignKey("reporting_periods.id"))
    reason: Mapped[str] = mapped_column(String(500))
    asked_by_id: Mapped[int] = mapped_column(BigInt)
    asked_by_name: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_granted: Mapped[bool | None] = mapped_column(Boolean)
    # Equal to the period while the request is open, empty afterwards: unique, so two cannot be open.
    open_key: Mapped[int | None] = mapped_column(BigInt, unique=True)
