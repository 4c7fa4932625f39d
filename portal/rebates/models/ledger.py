"""The ledger: double entry, in fen, points and free units. Rows are only ever added; corrections are new rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.rebates.models.owned import OfHeadOffice
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.sales.models.owned import OfOutlet
from portal.scope import Scope


class LedgerPosting(WithId, OfHeadOffice, Base):
    """One event that moves amounts between accounts. Its business key is unique: nothing is posted twice."""

    __tablename__ = "rebate_postings"
    __audited__ = False
    __table_args__ = (Index(None, "run_id"), Index(None, "statement_id"), Index(None, "booked_on"))

    business_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[PostingKind] = mapped_column(enum_type(PostingKind))
    booked_on: Mapped[date] = mapped_column(Date)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_runs.id"))
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("rebate_statements.id"))
    memo: Mapped[str] = mapped_column(String(200), default="")
    actor_id: Mapped[int | None] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entries: Mapped[list[LedgerEntry]] = relationship(back_populates="posting", order_by="LedgerEntry.id")


class LedgerEntry(WithId, OfOutlet, Base):
    """One side of a posting, of one party: debits are positive, credits negative. `month` is the period's first."""

    __tablename__ = "rebate_entries"
    __audited__ = False
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index(None, "posting_id"),
        Index(None, "distributor_id", "account", "unit"),
        Index(None, "outlet_id", "account", "unit"),
    )

    posting_id: Mapped[int] = mapped_column(ForeignKey("rebate_postings.id"))
    account: Mapped[Account] = mapped_column(enum_type(Account))
    unit: Mapped[Unit] = mapped_column(enum_type(Unit), default=Unit.CASH)
    amount: Mapped[int] = mapped_column(BigInt)
    # Of points that were released.
    expires_on: Mapped[date | None] = mapped_column(Date)
    posting: Mapped[LedgerPosting] = relationship(back_populates="entries")

    def is_writable_in(self, scope: Scope) -> bool:
        del scope
        return False
