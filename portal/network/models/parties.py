"""Distributors, outlets and territories. Coordinates are WGS-84, region codes are those of the county they lie in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    exists,
    false,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.rules import (
    CityTier,
    DistributorStatus,
    DistributorTier,
    Exclusivity,
    OperatingMode,
    OutletStatus,
    StoreClass,
)
from portal.scope import Scope, Scoped, ScopeKind


class Placed:
    """Where something stands: address, point, the regions around it and the sales area that follows from them."""

    address: Mapped[str] = mapped_column(String(300), default="")
    lng: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    province_code: Mapped[str | None] = mapped_column(String(12))
    prefecture_code: Mapped[str | None] = mapped_column(String(12))
    county_code: Mapped[str | None] = mapped_column(String(12))
    city_tier: Mapped[CityTier | None] = mapped_column(enum_type(CityTier))

    # Derived by network.services whenever the county or the areas change; empty = not assigned.
    @declared_attr
    def sales_area_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("sales_areas.id"), index=True)


class Distributor(WithId, Placed, Scoped, Base):
    """A tier-1 distributor (一级经销商)."""

    __tablename__ = "distributors"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    tier: Mapped[DistributorTier] = mapped_column(
        enum_type(DistributorTier), default=DistributorTier.PREFECTURE_GENERAL
    )
    status: Mapped[DistributorStatus] = mapped_column(enum_type(DistributorStatus), default=DistributorStatus.ACTIVE)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("distributors.id"), index=True)
    operating_mode: Mapped[OperatingMode] = mapped_column(enum_type(OperatingMode), default=OperatingMode.FRANCHISE)
    credit_code: Mapped[str] = mapped_column(String(18), default="")
    legal_representative: Mapped[str] = mapped_column(String(80), default="", info={"personal": True})
    opened_on: Mapped[date | None] = mapped_column(Date)
    exited_on: Mapped[date | None] = mapped_column(Date)
    # The import that brought it.
    import_batch_id: Mapped[int | None] = mapped_column(BigInt, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    parent: Mapped[Distributor | None] = relationship(remote_side="Distributor.id")

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        return distributor_is_seen(cls.id, scope, own_area=cls.sales_area_id)

    def is_writable_in(self, scope: Scope) -> bool:
        return scope.kind is ScopeKind.AREAS and self.sales_area_id in scope.ids


class Outlet(WithId, Placed, Scoped, Base):
    """A second-tier outlet (二级网点), from the day it is proposed."""

    __tablename__ = "outlets"
    __table_args__ = (
        Index(None, "province_code", "status"),
        Index(None, "prefecture_code", "status"),
        Index(None, "county_code", "status"),
        Index(None, "lng", "lat"),
        Index(None, "status", "id"),
        Index(None, "name", "id"),
        Index(None, "opened_on", "id"),
        # The list in its own order, cut to an area (or to none) or to a distributor.
        Index(None, "sales_area_id", "code"),
        Index(None, "sales_area_id", "status"),
        Index(None, "distributor_id", "code"),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    distributor_id: Mapped[int] = mapped_column(ForeignKey("distributors.id"), index=True)
    status: Mapped[OutletStatus] = mapped_column(enum_type(OutletStatus), default=OutletStatus.CANDIDATE)
    status_on: Mapped[date | None] = mapped_column(Date)
    operating_mode: Mapped[OperatingMode] = mapped_column(enum_type(OperatingMode), default=OperatingMode.CONSIGNMENT)
    store_class: Mapped[StoreClass | None] = mapped_column(enum_type(StoreClass))
    floor_area_sqm: Mapped[int | None] = mapped_column(Integer)
    staff: Mapped[int | None] = mapped_column(Integer)
    planned_open_on: Mapped[date | None] = mapped_column(Date)
    opened_on: Mapped[date | None] = mapped_column(Date)
    exited_on: Mapped[date | None] = mapped_column(Date)
    # The exited outlet in the same town that this one redevelops.
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("outlets.id"), index=True)
    # The import that brought it, for a list of what one file did.
    import_batch_id: Mapped[int | None] = mapped_column(BigInt, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    distributor: Mapped[Distributor] = relationship()
    predecessor: Mapped[Outlet | None] = relationship(remote_side="Outlet.id")

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        column = {
            ScopeKind.AREAS: cls.sales_area_id,
            ScopeKind.DISTRIBUTOR: cls.distributor_id,
            ScopeKind.OUTLET: cls.id,
        }[scope.kind]
        return column.in_(scope.ids)

    def is_writable_in(self, scope: Scope) -> bool:
        owner = {
            ScopeKind.AREAS: self.sales_area_id,
            ScopeKind.DISTRIBUTOR: self.distributor_id,
            ScopeKind.OUTLET: self.id,
        }.get(scope.kind)
        return owner in scope.ids


class Territory(WithId, Scoped, Base):
    """A county for which a distributor is responsible, from a day to a day (both inclusive)."""

    __tablename__ = "territories"
    __table_args__ = (Index(None, "county_code", "valid_from"),)

    distributor_id: Mapped[int] = mapped_column(ForeignKey("distributors.id"), index=True)
    county_code: Mapped[str] = mapped_column(String(12))
    exclusivity: Mapped[Exclusivity] = mapped_column(enum_type(Exclusivity), default=Exclusivity.EXCLUSIVE)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    distributor: Mapped[Distributor] = relationship()

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        return distributor_is_seen(cls.distributor_id, scope)


def distributor_is_seen(
    distributor_id: InstrumentedAttribute[int],
    scope: Scope,
    own_area: InstrumentedAttribute[int | None] | None = None,
) -> ColumnElement[bool]:
    """Whether the scope covers a distributor: its own; of an outlet; seated or with an outlet in the areas.

    Tables are read bare here: criteria inside criteria would loop; and under names of their own: in a query that joins
    outlets to distributors the subquery would otherwise lose its own rows to those of the query around it.
    """
    outlets, distributors = Outlet.__table__.alias(), Distributor.__table__.alias()
    if scope.kind is ScopeKind.DISTRIBUTOR:
        return distributor_id.in_(scope.ids)
    if scope.kind is ScopeKind.OUTLET:
        return distributor_id.in_(select(outlets.c.distributor_id).where(outlets.c.id.in_(scope.ids)))
    if scope.kind is not ScopeKind.AREAS:
        return false()
    seated = (
        own_area.in_(scope.ids)
        if own_area is not None
        else distributor_id.in_(select(distributors.c.id).where(distributors.c.sales_area_id.in_(scope.ids)))
    )
    with_outlet = exists(
        select(1).where(outlets.c.distributor_id == distributor_id, outlets.c.sales_area_id.in_(scope.ids))
    )
    return or_(seated, with_outlet)


def area_is_seen(area_id: InstrumentedAttribute[int], scope: Scope) -> ColumnElement[bool]:
    """Sales areas a scope may name: a manager's own; those in which a distributor or outlet stands."""
    outlets, distributors = Outlet.__table__.alias(), Distributor.__table__.alias()
    if scope.kind is ScopeKind.AREAS:
        return area_id.in_(scope.ids)
    if scope.kind is ScopeKind.DISTRIBUTOR:
        return or_(
            area_id.in_(select(distributors.c.sales_area_id).where(distributors.c.id.in_(scope.ids))),
            area_id.in_(select(outlets.c.sales_area_id).where(outlets.c.distributor_id.in_(scope.ids))),
        )
    if scope.kind is ScopeKind.OUTLET:
        return area_id.in_(select(outlets.c.sales_area_id).where(outlets.c.id.in_(scope.ids)))
    return false()
