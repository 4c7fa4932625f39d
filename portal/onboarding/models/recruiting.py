"""Candidates along the recruiting stages, the rollout plan, and delegations of a reviewer's desk."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, ColumnElement, Date, ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import SalesArea
from portal.network.models.parties import Placed
from portal.network.rules import StoreClass
from portal.onboarding.rules.scores import Quality, Size, TargetClass
from portal.permissions import Role
from portal.scope import Scope, Scoped, ScopeKind


class RecruitingStage(StrEnum):
    """Steps of recruiting, in order; a candidate may be dropped from each."""

    SURVEY = "survey"
    FIRST_VISIT = "first_visit"
    CLASSIFIED = "classified"
    POLICY = "policy"
    STRATEGY = "strategy"
    APPOINTMENT = "appointment"
    NEGOTIATION = "negotiation"
    SIGNED = "signed"
    DROPPED = "dropped"


class _InArea(Scoped):
    """Seen by the managers of the sales area; not by distributors."""

    if TYPE_CHECKING:
        id: Mapped[int]
        sales_area_id: Mapped[int | None]

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        if scope.kind is ScopeKind.AREAS:
            return cls.sales_area_id.in_(scope.ids)
        return cls.id.is_(None)

    def is_writable_in(self, scope: Scope) -> bool:
        return scope.kind is ScopeKind.AREAS and self.sales_area_id in scope.ids


class Candidate(WithId, Placed, _InArea, Base):
    """Somebody who might run an outlet in a county."""

    __tablename__ = "candidates"
    __table_args__ = (Index(None, "stage", "next_on"), Index(None, "county_code", "stage"))

    name: Mapped[str] = mapped_column(String(160))
    stage: Mapped[RecruitingStage] = mapped_column(enum_type(RecruitingStage), default=RecruitingStage.SURVEY)
    stage_on: Mapped[date] = mapped_column(Date)
    quality: Mapped[Quality | None] = mapped_column(enum_type(Quality))
    size: Mapped[Size | None] = mapped_column(enum_type(Size))
    is_related: Mapped[bool] = mapped_column(Boolean, default=False)
    is_new_mainstream_store: Mapped[bool] = mapped_column(Boolean, default=False)
    target_class: Mapped[TargetClass | None] = mapped_column(enum_type(TargetClass))
    # How the contract was signed: with press, simple, on paper only.
    signing: Mapped[str] = mapped_column(String(20), default="")
    drop_reason: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(String(200), default="")
    next_on: Mapped[date | None] = mapped_column(Date)
    owner_id: Mapped[int | None] = mapped_column(BigInt)
    owner_name: Mapped[str] = mapped_column(String(120), default="")
    # The exited outlet of the town that is to be redeveloped.
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("outlets.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    events: Mapped[list[CandidateEvent]] = relationship(back_populates="candidate", order_by="CandidateEvent.id")

    __mapper_args__ = {"version_id_col": version}


class CandidateEvent(WithId, _InArea, Base):
    """One step of a candidate."""

    __tablename__ = "candidate_events"

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id"), index=True)
    sales_area_id: Mapped[int | None] = mapped_column(ForeignKey("sales_areas.id"), index=True)
    from_stage: Mapped[str] = mapped_column(String(40), default="")
    to_stage: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    happened_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    candidate: Mapped[Candidate] = relationship(back_populates="events")

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        """Seen by whoever sees the candidate, also where its county has come to another area since."""
        candidates = Candidate.__table__.c
        if scope.kind is ScopeKind.AREAS:
            return cls.candidate_id.in_(select(candidates.id).where(candidates.sales_area_id.in_(scope.ids)))
        return cls.id.is_(None)


class RolloutLine(WithId, Placed, _InArea, Base):
    """How many outlets should open in a county (or prefecture) in a month, easy ones first."""

    __tablename__ = "rollout_lines"
    __table_args__ = (Index(None, "open_month"),)

    open_month: Mapped[date] = mapped_column(Date)
    planned_qty: Mapped[int] = mapped_column(Integer, default=1)
    store_class: Mapped[StoreClass | None] = mapped_column(enum_type(StoreClass))
    # 1 easy, 2 middle, 3 hard.
    difficulty: Mapped[int] = mapped_column(Integer, default=2)
    note: Mapped[str] = mapped_column(String(200), default="")
    area: Mapped[SalesArea | None] = relationship()


class Delegation(WithId, Base):
    """A reviewer lets somebody of head office sit at their desk from a day to a day (both inclusive)."""

    __tablename__ = "delegations"

    from_user_id: Mapped[int] = mapped_column(BigInt, index=True)
    to_user_id: Mapped[int] = mapped_column(BigInt, index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
