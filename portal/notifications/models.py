"""Notices; they are their own outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, UtcDateTime, WithId


class Notice(WithId, Base):
    """One line for one user. Seen by that user only: queries ask for the reader's own."""

    __tablename__ = "notices"
    __audited__ = False
    __table_args__ = (Index(None, "user_id", "read_at", "id"), Index(None, "mailed_at", "attempts"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    # What the sentence names; plain values only.
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # A path of the portal.
    path: Mapped[str] = mapped_column(String(300), default="/")
    # The same key is told the same user once: reminders run every day.
    dedupe_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    user: Mapped[User] = relationship()
