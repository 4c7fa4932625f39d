"""Year targets, the shares judged in them, and the quotas that follow: dated rows, never edited in place."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import Distributor, Outlet
from portal.products.models import ProductModel
from portal.sales.models.owned import OfOutlet
from portal.scope import Scope, Scoped, ScopeKind
from portal.targets.rules.words import Basis, PlanStatus


class TargetPlan(WithId, Scoped, Base):
    """The target of a year (年度目标), from a month to December. A later revision replaces the months from its own on.

    Head office works on drafts; regional managers read what is published.
    """

    __tablename__ = "target_plans"
    __table_args__ = (UniqueConstraint("year", "revision"),)

    year: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    status: Mapped[PlanStatus] = mapped_column(enum_type(PlanStatus), default=PlanStatus.DRAFT)
    # The first month that it covers (a business month), and the units of all months from there to December.
    first_month: Mapped[date] = mapped_column(Date)
    total_qty: Mapped[int] = mapped_column(Integer)
    # The day from which its quotas are in force.
    valid_from: Mapped[date] = mapped_column(Date)
    basis: Mapped[Basis] = mapped_column(enum_type(Basis), default=Basis.LAST_YEAR)
    # Of a distributor's target what stays at its own store, in basis points; empty: by weight like any outlet.
    own_share_bp: Mapped[int | None] = mapped_column(Integer)
    minimum_qty: Mapped[int] = mapped_column(Integer, default=0)
    step_qty: Mapped[int] = mapped_column(Integer, default=1)
    # SeasonProfile.as_dict().
    season: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(String(500), default="")
    created_by_id: Mapped[int | None] = mapped_column(BigInt)
    created_by_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(BigInt)
    published_by_name: Mapped[str] = mapped_column(String(120), default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    shares: Mapped[list[TargetShare]] = relationship(
        back_populates="plan", order_by="TargetShare.path", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.status == PlanStatus.PUBLISHED if scope.kind is ScopeKind.AREAS else false()

    def is_writable_in(self, scope: Scope) -> bool:
        return False  # head office, which sees everything, is not asked


class TargetShare(WithId, Base):
    """A share that somebody judged: of an area, a distributor, an outlet or a model, in basis points of what is above.

    Its path is that of the cascade: "area:3/distributor:12", or "*/model:2" for a model of all parties.
    """

    __tablename__ = "target_shares"
    __table_args__ = (UniqueConstraint("plan_id", "path"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("target_plans.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(120))
    share_bp: Mapped[int] = mapped_column(Integer)
    plan: Mapped[TargetPlan] = relationship(back_populates="shares")


class QuotaAmendment(WithId, OfOutlet, Base):
    """Somebody changed the quota of an outlet and a model from a month to a month, as of a day, with a reason."""

    __tablename__ = "quota_amendments"
    __table_args__ = (Index(None, "outlet_id", "model_id"), Index(None, "distributor_id", "model_id"))

    model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"))
    # `month` (of the mixin) is the first month that it changes.
    last_month: Mapped[date] = mapped_column(Date)
    units: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    agreed_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def is_writable_in(self, scope: Scope) -> bool:
        return False


class Quota(WithId, OfOutlet, Base):
    """What an outlet (or, without one, a distributor's own store) is to sell of a model in a month (月度任务).

    In force from a day to a day, both inclusive; what replaces it is a row of its own. A row replaced on its own first
    day ends the day before it begins: it was never in force, and stays to be read.
    """

    __tablename__ = "target_quotas"
    # Written in bulk: one audit row for a publication or an amendment, not one for each quota.
    __audited__ = False
    __table_args__ = (
        Index(None, "month", "id"),
        Index(None, "month", "distributor_id"),
        Index(None, "outlet_id", "month"),
        Index(None, "distributor_id", "month"),
        Index(None, "plan_id", "month"),
        Index(
            "uq_target_quotas_outlet_in_force",
            "outlet_id",
            "month",
            "model_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND outlet_id IS NOT NULL"),
            postgresql_where=text("valid_to IS NULL AND outlet_id IS NOT NULL"),
        ),
        Index(
            "uq_target_quotas_own_in_force",
            "distributor_id",
            "month",
            "model_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND outlet_id IS NULL"),
            postgresql_where=text("valid_to IS NULL AND outlet_id IS NULL"),
        ),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("target_plans.id"))
    model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"))
    # The sales area when it was published: the plan's own sum of an area does not change when areas do.
    sales_area_id: Mapped[int | None] = mapped_column(ForeignKey("sales_areas.id"))
    units: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    # When both sides agreed to it in writing.
    agreed_on: Mapped[date | None] = mapped_column(Date)
    amendment_id: Mapped[int | None] = mapped_column(ForeignKey("quota_amendments.id"))
    model: Mapped[ProductModel] = relationship()
    distributor: Mapped[Distributor] = relationship()
    outlet: Mapped[Outlet | None] = relationship()
    amendment: Mapped[QuotaAmendment | None] = relationship()

    def is_writable_in(self, scope: Scope) -> bool:
        return False
