"""Policies in versions, whom they address, and saved what-ifs."""

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
    and_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import Distributor, Outlet
from portal.rebates.models.owned import OfHeadOffice
from portal.rebates.rules.life import VersionStatus
from portal.rebates.rules.words import PartyKind, Period, Settle
from portal.sales.models.owned import OfParty
from portal.scope import Scope, Scoped


class RebatePolicy(WithId, Base):
    """A policy (商务政策): a code under which versions follow each other."""

    __tablename__ = "rebate_policies"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    versions: Mapped[list[PolicyVersion]] = relationship(back_populates="policy", order_by="PolicyVersion.number")


class PolicyVersion(WithId, Scoped, Base):
    """One version of a policy. Its document stays as it was handed in; only drafts are edited.

    Whoever is addressed reads it once it is published. Columns that repeat the document are empty while it is unsound.
    """

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        Index(None, "status", "effective_from"),
    )

    policy_id: Mapped[int] = mapped_column(ForeignKey("rebate_policies.id"))
    number: Mapped[int] = mapped_column(Integer)
    status: Mapped[VersionStatus] = mapped_column(enum_type(VersionStatus), default=VersionStatus.DRAFT)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Of the document as it was submitted: what was published can be shown to be what was written.
    sha256: Mapped[str] = mapped_column(String(64), default="")
    name_en: Mapped[str] = mapped_column(String(200), default="")
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    party: Mapped[PartyKind | None] = mapped_column(enum_type(PartyKind))
    period: Mapped[Period | None] = mapped_column(enum_type(Period))
    settle: Mapped[Settle | None] = mapped_column(enum_type(Settle))
    effective_from: Mapped[date | None] = mapped_column(Date)
    # The last day in force: earlier than the document's where a later version follows, or after a withdrawal.
    effective_to: Mapped[date | None] = mapped_column(Date)
    # The day on which those addressed are told.
    notice_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(1000), default="")
    author_id: Mapped[int | None] = mapped_column(BigInt)
    author_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(BigInt)
    submitted_by_name: Mapped[str] = mapped_column(String(120), default="")
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_reason: Mapped[str] = mapped_column(String(1000), default="")
    published_by_id: Mapped[int | None] = mapped_column(BigInt)
    published_by_name: Mapped[str] = mapped_column(String(120), default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    policy: Mapped[RebatePolicy] = relationship(back_populates="versions")

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        # The bare table: criteria inside criteria would loop.
        addressed = PolicyAddressee.__table__.alias()
        whose = OfParty.covers(addressed.c.distributor_id, addressed.c.outlet_id, scope)
        return and_(cls.published_at.is_not(None), cls.id.in_(select(addressed.c.version_id).where(whose)))

    def is_writable_in(self, scope: Scope) -> bool:
        del scope
        return False


class PolicyEvent(WithId, OfHeadOffice, Base):
    """What happened to a version: who, when, from → to, reason."""

    __tablename__ = "policy_events"
    __table_args__ = (Index(None, "version_id", "id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    action: Mapped[str] = mapped_column(String(40))
    from_status: Mapped[VersionStatus | None] = mapped_column(enum_type(VersionStatus))
    to_status: Mapped[VersionStatus] = mapped_column(enum_type(VersionStatus))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PolicyAddressee(WithId, OfParty, Base):
    """A party that a published version addresses, and when it acknowledged it. Without an outlet: the distributor."""

    __tablename__ = "policy_addressees"
    # Written set-wise at publication (one audit row) and acknowledged one by one (an audit row each, by the service).
    __audited__ = False
    __table_args__ = (
        Index(
            "uq_policy_addressees_outlet",
            "version_id",
            "outlet_id",
            unique=True,
            sqlite_where=text("outlet_id IS NOT NULL"),
            postgresql_where=text("outlet_id IS NOT NULL"),
        ),
        Index(
            "uq_policy_addressees_own",
            "version_id",
            "distributor_id",
            unique=True,
            sqlite_where=text("outlet_id IS NULL"),
            postgresql_where=text("outlet_id IS NULL"),
        ),
        Index(None, "distributor_id", "version_id"),
        Index(None, "outlet_id", "version_id"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    addressed_on: Mapped[date] = mapped_column(Date)
    acknowledged_on: Mapped[date | None] = mapped_column(Date)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by_id: Mapped[int | None] = mapped_column(BigInt)
    acknowledged_by_name: Mapped[str] = mapped_column(String(120), default="")
    policy_version: Mapped[PolicyVersion] = relationship()
    distributor: Mapped[Distributor] = relationship()
    outlet: Mapped[Outlet | None] = relationship()


class SavedWhatIf(WithId, OfHeadOffice, Base):
    """A document computed over past months for all parties, beside the version in force. The job writes `result`."""

    __tablename__ = "rebate_what_ifs"

    name: Mapped[str] = mapped_column(String(200))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    compared_version_id: Mapped[int | None] = mapped_column(ForeignKey("policy_versions.id"))
    first_month: Mapped[date] = mapped_column(Date)
    last_month: Mapped[date] = mapped_column(Date)
    job_id: Mapped[int | None] = mapped_column(BigInt)
    # services.what_if.Comparison as JSON; empty until it is computed.
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    computed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    author_id: Mapped[int | None] = mapped_column(BigInt)
    author_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    compared_version: Mapped[PolicyVersion | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
