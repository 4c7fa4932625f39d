"""Subsidies of the manufacturer that a distributor hands down to its outlets as they stand (D4.4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import Distributor, Outlet
from portal.rebates.rules.life import GrantStatus
from portal.sales.models.owned import OfOutlet
from portal.scope import Scope, ScopeKind


class SubsidyNotice(WithId, Base):
    """The manufacturer's notice of a month: so much for each unit of a model."""

    __tablename__ = "subsidy_notices"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name_en: Mapped[str] = mapped_column(String(200), default="")
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    month: Mapped[date] = mapped_column(Date, index=True)
    # Code of a model → fen for each unit sold to a customer.
    per_model_fen: Mapped[dict[str, int]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(1000), default="")
    issued_on: Mapped[date] = mapped_column(Date)
    # When grants were made of it, once the month's figures stood.
    granted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    author_id: Mapped[int | None] = mapped_column(BigInt)
    author_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class PassThroughGrant(WithId, OfOutlet, Base):
    """What a notice grants for an outlet, what its distributor passed on, and what the outlet confirms."""

    __tablename__ = "pass_through_grants"
    __table_args__ = (
        UniqueConstraint("notice_id", "outlet_id"),
        Index(None, "distributor_id", "month"),
        Index(None, "outlet_id", "month"),
    )

    notice_id: Mapped[int] = mapped_column(ForeignKey("subsidy_notices.id"))
    status: Mapped[GrantStatus] = mapped_column(enum_type(GrantStatus), default=GrantStatus.GRANTED)
    # Code of a model → units that were counted.
    units: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    granted_fen: Mapped[int] = mapped_column(BigInt)
    passed_on_fen: Mapped[int] = mapped_column(BigInt, default=0)
    passed_on_on: Mapped[date | None] = mapped_column(Date)
    passed_on_by_id: Mapped[int | None] = mapped_column(BigInt)
    passed_on_by_name: Mapped[str] = mapped_column(String(120), default="")
    confirmed_fen: Mapped[int] = mapped_column(BigInt, default=0)
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    confirmed_by_id: Mapped[int | None] = mapped_column(BigInt)
    confirmed_by_name: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    notice: Mapped[SubsidyNotice] = relationship()
    distributor: Mapped[Distributor] = relationship()
    outlet: Mapped[Outlet] = relationship()

    __mapper_args__ = {"version_id_col": version}

    def is_writable_in(self, scope: Scope) -> bool:
        if scope.kind is ScopeKind.OUTLET:
            return self.outlet_id in scope.ids
        return super().is_writable_in(scope)
