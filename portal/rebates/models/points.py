"""Points accounts (积分返点): payments received, against which they are reconciled, and what was redeemed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId
from portal.network.models import Distributor, Outlet
from portal.sales.models.owned import OfParty
from portal.sales.models.reports import OfDistributor
from portal.scope import Scope


class PaymentReceived(WithId, OfDistributor, Base):
    """Money that a distributor paid to the manufacturer in a month (回款)."""

    __tablename__ = "payments_received"
    __table_args__ = (Index(None, "distributor_id", "month"),)

    month: Mapped[date] = mapped_column(Date)
    received_on: Mapped[date] = mapped_column(Date)
    amount_fen: Mapped[int] = mapped_column(BigInt)
    # Of the bank: noted once.
    reference: Mapped[str] = mapped_column(String(80), unique=True)
    note: Mapped[str] = mapped_column(String(500), default="")
    noted_by_id: Mapped[int | None] = mapped_column(BigInt)
    noted_by_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    distributor: Mapped[Distributor] = relationship()

    def is_writable_in(self, scope: Scope) -> bool:
        del scope
        return False


class PointsRedemption(WithId, OfParty, Base):
    """Points that a party took as goods, training or money; its posting stands in the ledger."""

    __tablename__ = "points_redemptions"
    __table_args__ = (Index(None, "distributor_id", "id"),)

    points: Mapped[int] = mapped_column(BigInt)
    redeemed_on: Mapped[date] = mapped_column(Date)
    what_for: Mapped[str] = mapped_column(String(300))
    value_fen: Mapped[int] = mapped_column(BigInt, default=0)
    # The client's key of the submission: a replay is answered alike.
    submission_key: Mapped[str] = mapped_column(String(64), unique=True)
    noted_by_id: Mapped[int | None] = mapped_column(BigInt)
    noted_by_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    distributor: Mapped[Distributor] = relationship()
    outlet: Mapped[Outlet | None] = relationship()

    def is_writable_in(self, scope: Scope) -> bool:
        del scope
        return False
