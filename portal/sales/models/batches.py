"""One file that a distributor handed in for a month: staged, checked, made live by one short transaction."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.sales.models.reports import OfDistributor


class SalesBatchStatus(StrEnum):
    """uploaded → checking → checked → importing → imported; refused where nothing could be read."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    IMPORTED = "imported"
    REFUSED = "refused"


class SalesBatch(WithId, OfDistributor, Base):
    """A file for one distributor and one month. The same file (by its hash) is imported once for them."""

    __tablename__ = "sales_batches"
    __table_args__ = (Index(None, "distributor_id", "month"), Index(None, "sha256"))

    month: Mapped[date] = mapped_column(Date)
    status: Mapped[SalesBatchStatus] = mapped_column(enum_type(SalesBatchStatus), default=SalesBatchStatus.UPLOADED)
    column_mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    storage_id: Mapped[str] = mapped_column(String(64))
    original_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    row_count: Mapped[int] = mapped_column(Integer, default=0)
    error_count: Mapped[int] = mapped_column(Integer, default=0)
    warning_count: Mapped[int] = mapped_column(Integer, default=0)
    imported_count: Mapped[int] = mapped_column(Integer, default=0)
    # Set when the rows went live: "distributor:month:sha256". Two batches of one file cannot both have it.
    imported_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    owner_id: Mapped[int | None] = mapped_column(BigInt)
    owner_name: Mapped[str] = mapped_column(String(120), default="")
    job_id: Mapped[int | None] = mapped_column(BigInt)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SalesFinding(WithId, Base):
    """One thing wrong or doubtful in a file, in no language yet."""

    __tablename__ = "sales_findings"
    __audited__ = False
    __table_args__ = (Index(None, "batch_id", "position"), Index(None, "batch_id", "rule", "position"))

    batch_id: Mapped[int] = mapped_column(ForeignKey("sales_batches.id", ondelete="CASCADE"))
    is_warning: Mapped[bool] = mapped_column(Boolean)
    position: Mapped[int] = mapped_column(Integer)
    rule: Mapped[str] = mapped_column(String(60))
    sheet: Mapped[str] = mapped_column(String(80), default="")
    row_number: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[dict[str, Any]] = mapped_column(JSON)


class Staged:
    """A row that was read and found right, waiting to go live with all the others of its batch.

    Keyed by its batch and its row in the file: a run that was killed and begun anew puts nothing there twice. The
    columns are those of the table that it will go to, so that going live is one statement of the database.
    """

    __audited__ = False

    @declared_attr
    def batch_id(cls) -> Mapped[int]:
        batch = ForeignKey("sales_batches.id", ondelete="CASCADE")
        return mapped_column(batch, primary_key=True, autoincrement=False, sort_order=-2)

    row_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, sort_order=-1)
    outlet_id: Mapped[int | None] = mapped_column(BigInt)
    model_id: Mapped[int] = mapped_column(BigInt)
    amount_fen: Mapped[int] = mapped_column(BigInt)


class StagedLine(Staged, Base):
    """A line of a report that waits."""

    __tablename__ = "sales_staged_lines"
    __table_args__ = ({"sqlite_with_rowid": False},)

    opening_stock: Mapped[int] = mapped_column(Integer)
    sell_in: Mapped[int] = mapped_column(Integer)
    transfers_in: Mapped[int] = mapped_column(Integer)
    transfers_out: Mapped[int] = mapped_column(Integer)
    in_transit: Mapped[int] = mapped_column(Integer)
    sell_through: Mapped[int] = mapped_column(Integer)
    retail: Mapped[int] = mapped_column(Integer)
    returns_in: Mapped[int] = mapped_column(Integer)
    returns_out: Mapped[int] = mapped_column(Integer)
    closing_stock: Mapped[int] = mapped_column(Integer)
    counted_stock: Mapped[int | None] = mapped_column(Integer)
    aged_stock: Mapped[int] = mapped_column(Integer)
    channel_price_fen: Mapped[int | None] = mapped_column(BigInt)
    reason: Mapped[str] = mapped_column(String(500))


class StagedDetail(Staged, Base):
    """A sale that waits."""

    __tablename__ = "sales_staged_details"
    __table_args__ = ({"sqlite_with_rowid": False},)

    variant_id: Mapped[int | None] = mapped_column(BigInt)
    sold_on: Mapped[date] = mapped_column(Date)
    units: Mapped[int] = mapped_column(Integer)
    serial: Mapped[str] = mapped_column(String(40))
    customer_kind: Mapped[str | None] = mapped_column(String(40))
    county_code: Mapped[str | None] = mapped_column(String(12))
    sale_type: Mapped[str] = mapped_column(String(40))
    campaign: Mapped[str] = mapped_column(String(80))
    original_month: Mapped[date | None] = mapped_column(Date)
