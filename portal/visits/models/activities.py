"""Activities in the field with their findings, photos and events, and the norms they are measured by."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import Distributor, Outlet
from portal.network.rules import StoreClass
from portal.products.models import ProductModel
from portal.sales.models.owned import OfParty
from portal.scope import Scope, ScopeKind
from portal.visits.rules.words import ActivityKind, ActivityStatus, TaskOwner, TaskStatus


class OfField(OfParty):
    """Mixin: a row about an outlet, or (empty) about the distributor as a whole; its manager writes it too."""

    def is_writable_in(self, scope: Scope) -> bool:
        # Which outlet it is was settled when the row, or the outlet, was read within the scope.
        return scope.kind is ScopeKind.AREAS or super().is_writable_in(scope)


class FieldActivity(WithId, OfField, Base):
    """One visit, check, training, event, publicity action, road show or meeting.

    The point is one check-in (WGS-84), taken when a button was pressed; nobody is tracked.
    """

    __tablename__ = "field_activities"
    __table_args__ = (
        Index(None, "outlet_id", "done_on"),
        Index(None, "distributor_id", "done_on"),
        Index(None, "planned_on", "owner_id"),
        Index(None, "status", "planned_on"),
        CheckConstraint("participants IS NULL OR participants >= 0", name="participants"),
    )

    kind: Mapped[ActivityKind] = mapped_column(enum_type(ActivityKind))
    status: Mapped[ActivityStatus] = mapped_column(enum_type(ActivityStatus), default=ActivityStatus.PLANNED)
    planned_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    theme: Mapped[str] = mapped_column(String(160), default="")
    model_id: Mapped[int | None] = mapped_column(ForeignKey("product_models.id"))
    place: Mapped[str] = mapped_column(String(200), default="")
    lng: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # From the check-in to the outlet, geodesic.
    distance_m: Mapped[int | None] = mapped_column(Integer)
    report: Mapped[str] = mapped_column(Text, default="")
    participants: Mapped[int | None] = mapped_column(Integer)
    # Of a training.
    course: Mapped[str] = mapped_column(String(160), default="")
    lecturer: Mapped[str] = mapped_column(String(80), default="")
    # Who planned it and answers for it.
    owner_id: Mapped[int] = mapped_column(BigInt)
    owner_name: Mapped[str] = mapped_column(String(120))
    submitted_by_id: Mapped[int | None] = mapped_column(BigInt)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_reason: Mapped[str] = mapped_column(String(1000), default="")
    # What the form that planned it sent along: sent twice, it is planned once.
    client_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    outlet: Mapped[Outlet | None] = relationship()
    distributor: Mapped[Distributor] = relationship()
    model: Mapped[ProductModel | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class FieldFinding(WithId, OfField, Base):
    """What was found, and its next step where it has one: whose it is, until when, how it was answered."""

    __tablename__ = "field_findings"
    __table_args__ = (Index(None, "activity_id"), Index(None, "status", "due_on"))

    activity_id: Mapped[int] = mapped_column(ForeignKey("field_activities.id"))
    finding: Mapped[str] = mapped_column(String(1000))
    next_step: Mapped[str] = mapped_column(String(1000), default="")
    owner: Mapped[TaskOwner | None] = mapped_column(enum_type(TaskOwner))
    due_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[TaskStatus] = mapped_column(enum_type(TaskStatus), default=TaskStatus.NOTE)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by_name: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class FieldPhoto(WithId, OfField, Base):
    """A picture, written anew without its metadata; the same picture counts once in an activity."""

    __tablename__ = "field_photos"
    __table_args__ = (UniqueConstraint("activity_id", "sha256"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("field_activities.id"))
    storage_id: Mapped[str] = mapped_column(String(32))
    original_name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FieldEvent(WithId, OfField, Base):
    """What happened to an activity, or to a task of it."""

    __tablename__ = "field_events"
    __table_args__ = (Index(None, "activity_id"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("field_activities.id"))
    action: Mapped[str] = mapped_column(String(40))
    from_status: Mapped[ActivityStatus | None] = mapped_column(enum_type(ActivityStatus))
    to_status: Mapped[ActivityStatus] = mapped_column(enum_type(ActivityStatus))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ActivityNorm(WithId, Base):
    """How many activities of a kind are due in a month, from a day to a day; rows are ended, never edited."""

    __tablename__ = "activity_norms"
    __table_args__ = (
        CheckConstraint("per_month >= 0", name="per_month"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days"),
    )

    kind: Mapped[ActivityKind] = mapped_column(enum_type(ActivityKind))
    # Empty: outlets of every class that has no row of its own.
    store_class: Mapped[StoreClass | None] = mapped_column(enum_type(StoreClass))
    per_month: Mapped[int] = mapped_column(Integer)
    theme: Mapped[str] = mapped_column(String(160), default="")
    model_id: Mapped[int | None] = mapped_column(ForeignKey("product_models.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    model: Mapped[ProductModel | None] = relationship()
