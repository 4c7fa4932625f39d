"""Settlement runs, what they say to each party, disputes about it, and payouts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Date, ForeignKey, Index, Integer, String, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.network.models import Distributor, Outlet
from portal.rebates.models.policies import PolicyVersion
from portal.rebates.rules.life import DisputeStatus, RunStatus
from portal.rebates.rules.words import Period
from portal.sales.models.owned import OfOutlet, OfParty
from portal.sales.models.reports import OfDistributor
from portal.scope import Scope


class SettlementRun(WithId, Base):
    """All policies of one period (a month, quarter or year) settled together. A later run of it pays the difference.

    It has no owner: of a run dealers see their own statements, which say when it must be paid.
    """

    __tablename__ = "settlement_runs"
    __table_args__ = (UniqueConstraint("period_kind", "period_month", "number"), Index(None, "status", "period_month"))

    period_kind: Mapped[Period] = mapped_column(enum_type(Period))
    # The first month of the period.
    period_month: Mapped[date] = mapped_column(Date)
    number: Mapped[int] = mapped_column(Integer)
    status: Mapped[RunStatus] = mapped_column(enum_type(RunStatus), default=RunStatus.DRAFT)
    # Kind and month while the run is open, empty afterwards: unique, so no two of a period are open.
    open_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    due_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(1000), default="")
    returned_reason: Mapped[str] = mapped_column(String(1000), default="")
    job_id: Mapped[int | None] = mapped_column(BigInt)
    # Counts calculations: a job writes only under the number that it began with.
    calculation: Mapped[int] = mapped_column(Integer, default=0)
    # Totals of its statements, once they are calculated.
    statements: Mapped[int] = mapped_column(Integer, default=0)
    total_fen: Mapped[int] = mapped_column(BigInt, default=0)
    posted_fen: Mapped[int] = mapped_column(BigInt, default=0)
    due_fen: Mapped[int] = mapped_column(BigInt, default=0)
    due_points: Mapped[int] = mapped_column(BigInt, default=0)
    due_goods: Mapped[int] = mapped_column(BigInt, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    calculated_by_id: Mapped[int | None] = mapped_column(BigInt)
    calculated_by_name: Mapped[str] = mapped_column(String(120), default="")
    calculated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(BigInt)
    checked_by_name: Mapped[str] = mapped_column(String(120), default="")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(BigInt)
    approved_by_name: Mapped[str] = mapped_column(String(120), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(BigInt)
    released_by_name: Mapped[str] = mapped_column(String(120), default="")
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_by_id: Mapped[int | None] = mapped_column(BigInt)
    paid_by_name: Mapped[str] = mapped_column(String(120), default="")
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class RunEvent(WithId, Base):
    """What happened to a run: who, when, from → to, reason."""

    __tablename__ = "settlement_events"
    __table_args__ = (Index(None, "run_id", "id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("settlement_runs.id"))
    action: Mapped[str] = mapped_column(String(40))
    from_status: Mapped[RunStatus | None] = mapped_column(enum_type(RunStatus))
    to_status: Mapped[RunStatus] = mapped_column(enum_type(RunStatus))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RebateStatement(WithId, OfOutlet, Base):
    """What a run says to one party of one version (对账单). `month` is the first of the period.

    `total_*` is what the party earned, `posted_*` what earlier runs of the period posted, `due_*` the difference.
    Dealers see it from the day on which the run was approved.
    """

    __tablename__ = "rebate_statements"
    # Written in bulk: one audit row for a calculation, not one for each statement.
    __audited__ = False
    __table_args__ = (
        Index(
            "uq_rebate_statements_outlet",
            "run_id",
            "version_id",
            "outlet_id",
            unique=True,
            sqlite_where=text("outlet_id IS NOT NULL"),
            postgresql_where=text("outlet_id IS NOT NULL"),
        ),
        Index(
            "uq_rebate_statements_own",
            "run_id",
            "version_id",
            "distributor_id",
            unique=True,
            sqlite_where=text("outlet_id IS NULL"),
            postgresql_where=text("outlet_id IS NULL"),
        ),
        Index(None, "version_id", "month"),
        Index(None, "distributor_id", "month"),
        Index(None, "outlet_id", "month"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("settlement_runs.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    period_kind: Mapped[Period] = mapped_column(enum_type(Period))
    total_fen: Mapped[int] = mapped_column(BigInt, default=0)
    posted_fen: Mapped[int] = mapped_column(BigInt, default=0)
    due_fen: Mapped[int] = mapped_column(BigInt, default=0)
    total_points: Mapped[int] = mapped_column(BigInt, default=0)
    posted_points: Mapped[int] = mapped_column(BigInt, default=0)
    due_points: Mapped[int] = mapped_column(BigInt, default=0)
    total_goods: Mapped[int] = mapped_column(BigInt, default=0)
    posted_goods: Mapped[int] = mapped_column(BigInt, default=0)
    due_goods: Mapped[int] = mapped_column(BigInt, default=0)
    # Why nothing accrues ("not_acknowledged"); empty when it does.
    refusal: Mapped[str] = mapped_column(String(40), default="")
    # What the rules were given, in the language of facts, and what they said: explain.as_dict(…, is_brief=True).
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Of document, facts and result: the statement as it was calculated.
    sha256: Mapped[str] = mapped_column(String(64))
    approved_on: Mapped[date | None] = mapped_column(Date)
    run: Mapped[SettlementRun] = relationship()
    policy_version: Mapped[PolicyVersion] = relationship()
    distributor: Mapped[Distributor] = relationship()
    outlet: Mapped[Outlet | None] = relationship()

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        return and_(cls.approved_on.is_not(None), cls.covers(cls.distributor_id, cls.outlet_id, scope))

    def is_writable_in(self, scope: Scope) -> bool:
        del scope
        return False


class RebateDispute(WithId, OfParty, Base):
    """A question about a statement, or one term or line of it (异议): asked, answered, decided."""

    __tablename__ = "rebate_disputes"
    __table_args__ = (Index(None, "statement_id"), Index(None, "status", "id"), Index(None, "distributor_id", "id"))

    statement_id: Mapped[int] = mapped_column(ForeignKey("rebate_statements.id"))
    # Of the policy's term, and the reference of the line in the facts; empty is the whole.
    term_id: Mapped[str] = mapped_column(String(80), default="")
    line_ref: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[DisputeStatus] = mapped_column(enum_type(DisputeStatus), default=DisputeStatus.OPEN)
    question: Mapped[str] = mapped_column(String(2000))
    asked_by_id: Mapped[int | None] = mapped_column(BigInt)
    asked_by_name: Mapped[str] = mapped_column(String(120), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(2000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(BigInt)
    answered_by_name: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(String(2000), default="")
    decided_by_id: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Statement, term and line while it is open: unique, so the same line is not disputed twice at once.
    open_key: Mapped[str | None] = mapped_column(String(240), unique=True)
    # The client's key of the submission: a replay is answered alike.
    submission_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    statement: Mapped[RebateStatement] = relationship()
    distributor: Mapped[Distributor] = relationship()
    outlet: Mapped[Outlet | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Payout(WithId, OfDistributor, Base):
    """What a distributor was paid of a run: its own and its outlets' sums, less what was clawed back before."""

    __tablename__ = "rebate_payouts"
    __audited__ = False
    __table_args__ = (UniqueConstraint("run_id", "distributor_id"), Index(None, "distributor_id", "paid_on"))

    run_id: Mapped[int] = mapped_column(ForeignKey("settlement_runs.id"))
    amount_fen: Mapped[int] = mapped_column(BigInt)
    reference: Mapped[str] = mapped_column(String(80), default="")
    paid_on: Mapped[date] = mapped_column(Date)
    paid_by_id: Mapped[int | None] = mapped_column(BigInt)
    paid_by_name: Mapped[str] = mapped_column(String(120), default="")
    run: Mapped[SettlementRun] = relationship()
    distributor: Mapped[Distributor] = relationship()

    def is_writable_in(self, scope: Scope) -> bool:
        del scope
        return False
