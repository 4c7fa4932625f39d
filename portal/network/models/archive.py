"""The file of a distributor or outlet (经销商档案): contacts, documents, and every change of status."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models.parties import Outlet, distributor_is_seen
from portal.scope import Scope, Scoped, ScopeKind


class Filed(Scoped):
    """Belongs to a distributor, and to one of its outlets where `outlet_id` is set."""

    @declared_attr
    def distributor_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("distributors.id"), index=True)

    @declared_attr
    def outlet_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("outlets.id"), index=True)

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        """A distributor sees all of its file, an outlet its own part; a manager the seen distributors' own part and
        that of the outlets in their areas."""
        if scope.kind is ScopeKind.DISTRIBUTOR:
            return cls.distributor_id.in_(scope.ids)
        if scope.kind is ScopeKind.OUTLET:
            return cls.outlet_id.in_(scope.ids)
        outlets = Outlet.__table__.alias()
        in_areas = select(outlets.c.id).where(outlets.c.sales_area_id.in_(scope.ids))
        return or_(
            cls.outlet_id.in_(in_areas),
            and_(cls.outlet_id.is_(None), distributor_is_seen(cls.distributor_id, scope)),
        )

    def is_writable_in(self, scope: Scope) -> bool:
        """Managers write about what they see: the services have loaded the owner within the scope."""
        if scope.kind is ScopeKind.AREAS:
            return True
        return super().is_writable_in(scope)


class DocumentKind(StrEnum):
    """What a document is."""

    LICENCE = "licence"
    CONTRACT = "contract"
    PHOTO = "photo"
    OTHER = "other"


class Contact(WithId, Filed, Base):
    """Somebody to call. Personal data: as little as the work needs."""

    __tablename__ = "contacts"

    name: Mapped[str] = mapped_column(String(80), info={"secret": True})
    duty: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="", info={"secret": True})
    email: Mapped[str] = mapped_column(String(254), default="", info={"secret": True})
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class Document(WithId, Filed, Base):
    """A licence, a contract, a photo: kept in the store under a random name."""

    __tablename__ = "documents"

    kind: Mapped[DocumentKind] = mapped_column(enum_type(DocumentKind))
    title: Mapped[str] = mapped_column(String(160))
    number: Mapped[str] = mapped_column(String(80), default="")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    storage_id: Mapped[str] = mapped_column(String(64), unique=True)
    original_name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(80))
    size_bytes: Mapped[int] = mapped_column(BigInt)
    sha256: Mapped[str] = mapped_column(String(64))
    created_by_id: Mapped[int | None] = mapped_column(BigInt)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LifeEvent(WithId, Filed, Base):
    """One change of status: who, when, from → to, why. Never edited."""

    __tablename__ = "life_events"
    __table_args__ = (
        CheckConstraint("from_status <> to_status", name="moves"),
        Index(None, "outlet_id", "happened_on"),
    )

    from_status: Mapped[str] = mapped_column(String(40), default="")
    to_status: Mapped[str] = mapped_column(String(40))
    happened_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
