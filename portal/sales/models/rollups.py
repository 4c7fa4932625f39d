"""Sums that pages, targets, scorecards and rebates read. Rebuildable at any time from what they sum."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigInt, WithId
from portal.sales.models.owned import OfOutlet


class SalesRollup(WithId, OfOutlet, Base):
    """Month × distributor × outlet × model: lines of submitted and accepted reports with their approved amendments.

    A partition is (month, distributor): it is thrown away and summed anew in the transaction that changes what it sums.
    `detail_*` sums the sales details beside the line; `retail` and `amount_fen` stay those of the line.
    """

    __tablename__ = "sales_rollups"
    __audited__ = False
    __table_args__ = (
        # No place is summed twice; the first also finds a partition.
        Index("uq_sales_rollups_outlet", "month", "distributor_id", "outlet_id", "model_id", unique=True),
        Index(
            "uq_sales_rollups_own",
            "month",
            "distributor_id",
            "model_id",
            unique=True,
            sqlite_where=text("outlet_id IS NULL"),
            postgresql_where=text("outlet_id IS NULL"),
        ),
        Index(None, "outlet_id", "month"),
        Index(None, "distributor_id", "month"),
        Index(None, "model_id", "month"),
    )

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
    aged_stock: Mapped[int] = mapped_column(Integer, default=0)
    amount_fen: Mapped[int] = mapped_column(BigInt, default=0)
    detail_lines: Mapped[int] = mapped_column(Integer, default=0)
    detail_units: Mapped[int] = mapped_column(Integer, default=0)
    detail_amount_fen: Mapped[int] = mapped_column(BigInt, default=0)
