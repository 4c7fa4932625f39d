"""One file that was handed in: what it was, what was found in it, what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type


class ImportKind(StrEnum):
    """What the rows of the file are."""

    DISTRIBUTORS = "distributors"
    OUTLETS = "outlets"


class ImportStatus(StrEnum):
    """uploaded → checking → checked → importing → imported; refused where nothing could be read."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    IMPORTED = "imported"
    REFUSED = "refused"


class ImportBatch(WithId, Base):
    """A file for the network. The same file (by its hash and kind) is imported once."""

    __tablename__ = "import_batches"
    __table_args__ = (Index(None, "sha256", "kind"), Index(None, "owner_id", "id"))

    kind: Mapped[ImportKind] = mapped_column(enum_type(ImportKind))
    status: Mapped[ImportStatus] = mapped_column(enum_type(ImportStatus), default=ImportStatus.UPLOADED)
    datum: Mapped[str] = mapped_column(String(10))
    column_mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    storage_id: Mapped[str] = mapped_column(String(64))
    original_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    # What the page shows above the findings: `layout` of the table, `rules` → how many errors and warnings, `left_out`.
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    row_count: Mapped[int] = mapped_column(Integer, default=0)
    error_count: Mapped[int] = mapped_column(Integer, default=0)
    warning_count: Mapped[int] = mapped_column(Integer, default=0)
    imported_count: Mapped[int] = mapped_column(Integer, default=0)
    # Set when the rows went live; two batches of one file cannot both have it.
    imported_key: Mapped[str | None] = mapped_column(String(90), unique=True)
    # Who handed it in; empty where it was the command line.
    owner_id: Mapped[int | None] = mapped_column(BigInt)
    owner_name: Mapped[str] = mapped_column(String(120), default="")
    job_id: Mapped[int | None] = mapped_column(BigInt)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportFinding(WithId, Base):
    """One thing wrong or doubtful in a file, in no language yet. Written and forgotten with the check it came from."""

    __tablename__ = "import_findings"
    __audited__ = False
    __table_args__ = (
        Index(None, "batch_id", "position"),
        Index(None, "batch_id", "rule", "position"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    is_warning: Mapped[bool] = mapped_column(Boolean)
    # The order in which findings are shown: by row, errors first.
    position: Mapped[int] = mapped_column(Integer)
    rule: Mapped[str] = mapped_column(String(60))
    row_number: Mapped[int | None] = mapped_column(Integer)
    # The rest of the note: field, value, params, column, index.
    note: Mapped[dict[str, Any]] = mapped_column(JSON)
