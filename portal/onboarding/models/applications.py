"""Applications, their files, review steps, site visits and score sheets."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import Distributor, Outlet
from portal.network.models.parties import Placed
from portal.network.rules import OperatingMode, StoreClass
from portal.onboarding.rules.answers import PERSONAL
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.scope import Scope, Scoped, ScopeKind


class Application(WithId, Placed, Scoped, Base):
    """A distributor's request for one outlet at one site. All of the form that only people read lies in `answers`."""

    __tablename__ = "applications"
    __table_args__ = (
        Index(None, "status", "id"),
        Index(None, "county_code", "status"),
        Index(None, "submitted_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "due_on", "id"),
    )

    # Area code + date + serial, given at submission; a draft has none.
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    # Given by the browser with the first save: the same key makes the same draft, not a second one.
    client_key: Mapped[str] = mapped_column(String(64), unique=True)
    distributor_id: Mapped[int] = mapped_column(ForeignKey("distributors.id"), index=True)
    applicant_id: Mapped[int] = mapped_column(BigInt, index=True)
    # Ids of everybody who was an account of the applicant's house at one of its steps: they never judge it, not even
    # in another role.
    circle: Mapped[list[int]] = mapped_column(JSON, default=list)
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlets.id"), index=True)
    candidate_id: Mapped[int | None] = mapped_column(BigInt, index=True)
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("outlets.id"), index=True)
    status: Mapped[ApplicationStatus] = mapped_column(enum_type(ApplicationStatus), default=ApplicationStatus.DRAFT)
    # The desk that asked for more information, to which the answer returns.
    asked_by_stage: Mapped[ApplicationStatus | None] = mapped_column(enum_type(ApplicationStatus))
    # The desks of this application, fixed at submission.
    chain: Mapped[list[str]] = mapped_column(JSON, default=list)
    outlet_name: Mapped[str] = mapped_column(String(160), default="")
    store_class: Mapped[StoreClass | None] = mapped_column(enum_type(StoreClass))
    operating_mode: Mapped[OperatingMode | None] = mapped_column(enum_type(OperatingMode))
    # Capital to be invested, in 万元 (10,000 yuan), as the form asks for it.
    capital_wan: Mapped[int | None] = mapped_column(Integer)
    # Units promised for the first three years.
    volume_year_1: Mapped[int | None] = mapped_column(Integer)
    volume_year_2: Mapped[int | None] = mapped_column(Integer)
    volume_year_3: Mapped[int | None] = mapped_column(Integer)
    planned_open_on: Mapped[date | None] = mapped_column(Date)
    answers: Mapped[dict[str, Any]] = mapped_column(
        JSON,
        default=dict,
        # The audit keeps which answers changed; names and numbers of people are not for it. `typed` holds what does
        # not fit its field, `page` which page saved last.
        info={"keyed": True, "secret_keys": PERSONAL | {"shareholders", "typed"}, "noise_keys": {"page"}},
    )
    conditions: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # By when the desk that holds it should have answered.
    due_on: Mapped[date | None] = mapped_column(Date)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    distributor: Mapped[Distributor] = relationship()
    outlet: Mapped[Outlet | None] = relationship(foreign_keys=[outlet_id])
    steps: Mapped[list[ReviewStep]] = relationship(back_populates="application", order_by="ReviewStep.id")

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        """A distributor its own; a manager those of their areas once submitted; an outlet none."""
        if scope.kind is ScopeKind.DISTRIBUTOR:
            return cls.distributor_id.in_(scope.ids)
        if scope.kind is ScopeKind.AREAS:
            return cls.sales_area_id.in_(scope.ids) & cls.number.is_not(None)
        return cls.id.is_(None)


class _OfApplication(Scoped):
    """A row that belongs to an application and is seen by whoever sees that."""

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        applications = Application.__table__.c
        if scope.kind is ScopeKind.DISTRIBUTOR:
            seen: ColumnElement[bool] = applications.distributor_id.in_(scope.ids)
        elif scope.kind is ScopeKind.AREAS:
            seen = applications.sales_area_id.in_(scope.ids) & applications.number.is_not(None)
        else:
            return cls.application_id.is_(None)
        from sqlalchemy import select

        return cls.application_id.in_(select(applications.id).where(seen))

    def is_writable_in(self, scope: Scope) -> bool:
        """The service has loaded the application within the scope."""
        return scope.kind in (ScopeKind.AREAS, ScopeKind.DISTRIBUTOR)


class _Internal(_OfApplication):
    """What the house notes about an application: the applicant does not see it."""

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        if scope.kind is not ScopeKind.AREAS:
            return cls.application_id.is_(None)
        return super().rows_in(scope)

    def is_writable_in(self, scope: Scope) -> bool:
        return scope.kind is ScopeKind.AREAS


class ApplicationFileKind(StrEnum):
    """What a file shows."""

    STOREFRONT = "storefront"
    FLOOR_PLAN = "floor_plan"
    LEASE = "lease"
    LICENCE = "licence"
    OTHER = "other"


class ApplicationFile(WithId, _OfApplication, Base):
    """A photo (re-encoded, metadata stripped) or a paper of the application."""

    __tablename__ = "application_files"

    kind: Mapped[ApplicationFileKind] = mapped_column(enum_type(ApplicationFileKind))
    storage_id: Mapped[str] = mapped_column(String(64), unique=True)
    original_name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(80))
    size_bytes: Mapped[int] = mapped_column(BigInt)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewStep(WithId, _OfApplication, Base):
    """One action on an application: who, when, from → to, why; a decision carries the frozen site sheet."""

    __tablename__ = "review_steps"
    # A state is left once per version: two decisions on the same version collide here.
    __table_args__ = (UniqueConstraint("application_id", "application_version"),)

    action: Mapped[Action] = mapped_column(enum_type(Action))
    from_status: Mapped[ApplicationStatus] = mapped_column(enum_type(ApplicationStatus))
    to_status: Mapped[ApplicationStatus] = mapped_column(enum_type(ApplicationStatus))
    application_version: Mapped[int] = mapped_column(Integer)
    actor_id: Mapped[int] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120))
    # Set when the actor decided for somebody who had delegated.
    on_behalf_of_id: Mapped[int | None] = mapped_column(BigInt)
    reason: Mapped[str] = mapped_column(Text, default="")
    # Not shown to the applicant.
    internal_note: Mapped[str] = mapped_column(Text, default="")
    # The site sheet as it was at this moment (portal.coverage site sheet as JSON), with its SHA-256.
    frozen_sheet: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    frozen_sha256: Mapped[str] = mapped_column(String(64), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    application: Mapped[Application] = relationship(back_populates="steps")


class SiteVisit(WithId, _Internal, Base):
    """A visit to the proposed site, with a check-in of the position (one point, no track)."""

    __tablename__ = "site_visits"

    visitor_id: Mapped[int] = mapped_column(BigInt)
    visitor_name: Mapped[str] = mapped_column(String(120))
    visited_on: Mapped[date] = mapped_column(Date)
    lng: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    # Metres between the check-in and the site.
    distance_m: Mapped[int | None] = mapped_column(Integer)
    findings: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    photos: Mapped[list[VisitPhoto]] = relationship(back_populates="visit")


class VisitPhoto(WithId, _Internal, Base):
    """A photo of a visit."""

    __tablename__ = "visit_photos"

    visit_id: Mapped[int] = mapped_column(ForeignKey("site_visits.id"), index=True)
    storage_id: Mapped[str] = mapped_column(String(64), unique=True)
    original_name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    visit: Mapped[SiteVisit] = relationship(back_populates="photos")


class ScoreSheet(WithId, _Internal, Base):
    """The selection score sheet that a manager filled in; the last one counts."""

    __tablename__ = "score_sheets"

    marks: Mapped[dict[str, int]] = mapped_column(JSON)
    disturbs_market: Mapped[bool] = mapped_column(Boolean, default=False)
    points: Mapped[int] = mapped_column(Integer)
    passed: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(Text, default="")
    scorer_id: Mapped[int] = mapped_column(BigInt)
    scorer_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
