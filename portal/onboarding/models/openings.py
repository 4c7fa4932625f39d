"""From approval to opening, the promise held against the result, and the way out."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import Outlet
from portal.onboarding.models.applications import _OfApplication
from portal.scope import Scope, Scoped, ScopeKind


class ChecklistItem(WithId, _OfApplication, Base):
    """One thing to be done before the opening. `kind` is a ChecklistKind of the rules."""

    __tablename__ = "checklist_items"
    __table_args__ = (UniqueConstraint("application_id", "kind"),)

    kind: Mapped[str] = mapped_column(String(40))
    owner_name: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    done_by_id: Mapped[int | None] = mapped_column(BigInt)
    done_by_name: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class _OfOutlet(Scoped):
    """A row about an outlet, seen by whoever sees the outlet."""

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        outlets = Outlet.__table__.c
        column = {
            ScopeKind.AREAS: outlets.sales_area_id,
            ScopeKind.DISTRIBUTOR: outlets.distributor_id,
            ScopeKind.OUTLET: outlets.id,
        }[scope.kind]
        return cls.outlet_id.in_(select(outlets.id).where(column.in_(scope.ids)))

    def is_writable_in(self, scope: Scope) -> bool:
        """The service has loaded the outlet within the scope."""
        return scope.kind in (ScopeKind.AREAS, ScopeKind.DISTRIBUTOR)


class OpeningReview(WithId, _OfOutlet, Base):
    """Promised volume against actual, 6 and 12 months after the opening."""

    __tablename__ = "opening_reviews"
    __table_args__ = (UniqueConstraint("outlet_id", "months"), CheckConstraint("months IN (6, 12)", name="months"))

    months: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(Date)
    promised_qty: Mapped[int] = mapped_column(Integer)
    actual_qty: Mapped[int | None] = mapped_column(Integer)
    # Where the actual figure comes from; monthly reports once they exist.
    source: Mapped[str] = mapped_column(String(160), default="")
    held_on: Mapped[date | None] = mapped_column(Date)
    put_on_watch: Mapped[bool] = mapped_column(Boolean, default=False)
    reviewer_name: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    outlet: Mapped[Outlet] = relationship()

    __mapper_args__ = {"version_id_col": version}


class ExitStage(StrEnum):
    """notice → hand-over of customers (30 days) → final settlement → closed; or withdrawn."""

    NOTICE = "notice"
    HANDOVER = "handover"
    SETTLEMENT = "settlement"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ExitCase(WithId, _OfOutlet, Base):
    """An outlet leaves the network (退网)."""

    __tablename__ = "exit_cases"

    stage: Mapped[ExitStage] = mapped_column(enum_type(ExitStage), default=ExitStage.NOTICE)
    # 1 while open, empty once ended: an outlet has one open case at most.
    open_key: Mapped[int | None] = mapped_column(BigInt, unique=True)
    reason: Mapped[str] = mapped_column(Text)
    notice_on: Mapped[date] = mapped_column(Date)
    handover_due_on: Mapped[date] = mapped_column(Date)
    handed_over_on: Mapped[date | None] = mapped_column(Date)
    handed_over_to: Mapped[str] = mapped_column(String(160), default="")
    settled_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    redevelop: Mapped[bool] = mapped_column(Boolean, default=False)
    requested_by_id: Mapped[int] = mapped_column(BigInt)
    requested_by_name: Mapped[str] = mapped_column(String(120))
    confirmed_by_id: Mapped[int | None] = mapped_column(BigInt)
    confirmed_by_name: Mapped[str] = mapped_column(String(120), default="")
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    closed_by_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    outlet: Mapped[Outlet] = relationship()

    __mapper_args__ = {"version_id_col": version}
