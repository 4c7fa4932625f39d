"""The report of a distributor for a month, its lines and details, and what becomes of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import Distributor
from portal.network.models.parties import distributor_is_seen
from portal.sales.models.owned import OfOutlet
from portal.sales.rules.words import (
    AmendmentStatus,
    CustomerKind,
    QuestionStatus,
    ReportStatus,
    SaleType,
)
from portal.scope import Scope, Scoped, ScopeKind


class OfDistributor(Scoped):
    """Mixin: a row of the paper as a whole, seen by whoever sees the distributor (outlets do not)."""

    @declared_attr
    def distributor_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("distributors.id"))

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        if scope.kind is ScopeKind.OUTLET:
            return cls.distributor_id.in_(())
        return distributor_is_seen(cls.distributor_id, scope)

    def is_writable_in(self, scope: Scope) -> bool:
        # A manager returns and accepts; which distributor it is was settled when the row was read.
        return scope.kind is ScopeKind.AREAS or (
            scope.kind is ScopeKind.DISTRIBUTOR and self.distributor_id in scope.ids
        )


class MonthlyReport(WithId, OfDistributor, Base):
    """One distributor's report of one business month (报表)."""

    __tablename__ = "monthly_reports"
    __table_args__ = (
        UniqueConstraint("distributor_id", "month"),
        Index(None, "month", "status"),
    )

    month: Mapped[date] = mapped_column(Date)
    status: Mapped[ReportStatus] = mapped_column(enum_type(ReportStatus), default=ReportStatus.DRAFT)
    # Counts submissions: 1 is the first.
    revision: Mapped[int] = mapped_column(Integer, default=0)
    as_of_on: Mapped[date | None] = mapped_column(Date)
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    reporter: Mapped[str] = mapped_column(String(80), default="", info={"personal": True})
    phone: Mapped[str] = mapped_column(String(40), default="", info={"personal": True})
    note: Mapped[str] = mapped_column(String(1000), default="")
    # The first submission decides whether the report came in time.
    first_submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(BigInt)
    # The client's key of the last submission and the digest of what it sent: a replay is answered alike.
    submission_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    submission_sha256: Mapped[str] = mapped_column(String(64), default="")
    returned_reason: Mapped[str] = mapped_column(String(1000), default="")
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    distributor: Mapped[Distributor] = relationship()
    lines: Mapped[list[ReportLine]] = relationship(back_populates="report", order_by="ReportLine.id")

    __mapper_args__ = {"version_id_col": version}


class ReportLine(WithId, OfOutlet, Base):
    """Stock and sales of one outlet × model in the month, in units; an empty outlet is the distributor's own line.

    `amount_fen` is what the manufacturer's price makes of it; a dealer's resale price has no place here.
    """

    __tablename__ = "report_lines"
    __table_args__ = (
        Index("uq_report_lines_outlet", "report_id", "outlet_id", "model_id", unique=True),
        Index(
            "uq_report_lines_own",
            "report_id",
            "model_id",
            unique=True,
            sqlite_where=text("outlet_id IS NULL"),
            postgresql_where=text("outlet_id IS NULL"),
        ),
        Index(None, "month", "distributor_id"),
        Index(None, "outlet_id", "month"),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("monthly_reports.id"))
    model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"))
    opening_stock: Mapped[int] = mapped_column(Integer, default=0)
    sell_in: Mapped[int] = mapped_column(Integer, default=0)
    transfers_in: Mapped[int] = mapped_column(Integer, default=0)
    transfers_out: Mapped[int] = mapped_column(Integer, default=0)
    in_transit: Mapped[int] = mapped_column(Integer, default=0)
    sell_through: Mapped[int] = mapped_column(Integer, default=0)
    retail: Mapped[int] = mapped_column(Integer, default=0)
    returns_in: Mapped[int] = mapped_column(Integer, default=0)
    returns_out: Mapped[int] = mapped_column(Integer, default=0)
    closing_stock: Mapped[int] = mapped_column(Integer, default=0)
    counted_stock: Mapped[int | None] = mapped_column(Integer)
    aged_stock: Mapped[int] = mapped_column(Integer, default=0)
    channel_price_fen: Mapped[int | None] = mapped_column(BigInt)
    amount_fen: Mapped[int] = mapped_column(BigInt, default=0)
    # Why the opening, the equation or the count differs.
    reason: Mapped[str] = mapped_column(String(500), default="")
    # The upload that brought the line, and its row there.
    batch_id: Mapped[int | None] = mapped_column(BigInt)
    row_number: Mapped[int | None] = mapped_column(Integer)
    report: Mapped[MonthlyReport] = relationship(back_populates="lines")


class SalesDetail(WithId, OfOutlet, Base):
    """One sale out of a line (销售明细): when, which serial, to what kind of customer, used where. No personal data.

    `units` is −1 (or less) where it is a return; `original_month` then says which month it takes back.
    """

    __tablename__ = "sales_details"
    # One audit row for the whole batch or the whole report, not one for each sale.
    __audited__ = False
    __table_args__ = (
        Index(None, "month", "distributor_id"),
        Index(None, "report_id", "outlet_id", "model_id"),
        Index(None, "serial"),
        Index(
            "uq_sales_details_batch",
            "batch_id",
            "row_number",
            unique=True,
            sqlite_where=text("batch_id IS NOT NULL"),
            postgresql_where=text("batch_id IS NOT NULL"),
        ),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("monthly_reports.id"))
    model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("product_variants.id"))
    sold_on: Mapped[date] = mapped_column(Date)
    units: Mapped[int] = mapped_column(Integer, default=1)
    amount_fen: Mapped[int] = mapped_column(BigInt, default=0)
    serial: Mapped[str] = mapped_column(String(40), default="")
    customer_kind: Mapped[CustomerKind | None] = mapped_column(enum_type(CustomerKind))
    # Where it is registered or used.
    county_code: Mapped[str | None] = mapped_column(String(12))
    sale_type: Mapped[SaleType] = mapped_column(enum_type(SaleType), default=SaleType.RETAIL)
    campaign: Mapped[str] = mapped_column(String(80), default="")
    original_month: Mapped[date | None] = mapped_column(Date)
    batch_id: Mapped[int | None] = mapped_column(BigInt)
    row_number: Mapped[int | None] = mapped_column(Integer)


class ReportEvent(WithId, OfDistributor, Base):
    """What happened to a report: who, when, from → to, reason."""

    __tablename__ = "report_events"
    __table_args__ = (Index(None, "report_id", "id"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("monthly_reports.id"))
    action: Mapped[str] = mapped_column(String(40))
    from_status: Mapped[ReportStatus | None] = mapped_column(enum_type(ReportStatus))
    to_status: Mapped[ReportStatus] = mapped_column(enum_type(ReportStatus))
    revision: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str] = mapped_column(String(1000), default="")
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportFile(WithId, OfDistributor, Base):
    """Evidence handed in with a report (附件)."""

    __tablename__ = "report_files"

    report_id: Mapped[int] = mapped_column(ForeignKey("monthly_reports.id"), index=True)
    storage_id: Mapped[str] = mapped_column(String(64))
    original_name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportQuestion(WithId, OfDistributor, Base):
    """A check found something odd: its code and figures, the distributor's answer, the manager's last word."""

    __tablename__ = "report_questions"
    __table_args__ = (
        Index(None, "report_id", "status"),
        Index("uq_report_questions_key", "report_id", "key", unique=True),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("monthly_reports.id"))
    # Check and place, so that a check run again finds its question: "stock_equation:12:3".
    key: Mapped[str] = mapped_column(String(120))
    check: Mapped[str] = mapped_column(String(40))
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlets.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("product_models.id"))
    # The figures behind it, for the sentence.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[QuestionStatus] = mapped_column(enum_type(QuestionStatus), default=QuestionStatus.OPEN)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(BigInt)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(BigInt)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Amendment(WithId, OfDistributor, Base):
    """A change to a report after its period was locked: a difference with a reason, decided by another person."""

    __tablename__ = "amendments"
    __table_args__ = (UniqueConstraint("report_id", "number"), Index(None, "month", "status"))

    report_id: Mapped[int] = mapped_column(ForeignKey("monthly_reports.id"))
    month: Mapped[date] = mapped_column(Date)
    number: Mapped[int] = mapped_column(Integer)
    status: Mapped[AmendmentStatus] = mapped_column(enum_type(AmendmentStatus), default=AmendmentStatus.PROPOSED)
    reason: Mapped[str] = mapped_column(String(1000))
    proposed_by_id: Mapped[int] = mapped_column(BigInt)
    proposed_by_name: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str] = mapped_column(String(1000), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    report: Mapped[MonthlyReport] = relationship()
    lines: Mapped[list[AmendmentLine]] = relationship(back_populates="amendment", order_by="AmendmentLine.id")

    __mapper_args__ = {"version_id_col": version}


class AmendmentLine(WithId, OfOutlet, Base):
    """The difference of one outlet × model: what is added to (or, negative, taken from) the line's figures."""

    __tablename__ = "amendment_lines"
    __table_args__ = (Index(None, "month", "distributor_id"),)

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), index=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"))
    # Column of QUANTITIES, or amount_fen → difference.
    differences: Mapped[dict[str, int]] = mapped_column(JSON)
    amendment: Mapped[Amendment] = relationship(back_populates="lines")
