"""Reads of one's own notices."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.notifications.models import Notice

MOST_COUNTED = 99
# Asked by every page: built once, and on the table itself, whose rows belong to users and not to scopes.
_NOTICES = Notice.__table__.c
_UNREAD = select(func.count()).select_from(
    select(_NOTICES.id)
    .where(_NOTICES.user_id == bindparam("user_id"), _NOTICES.read_at.is_(None))
    .limit(MOST_COUNTED)
    .subquery()
)


def select_notices(user_id: int, *, unread_only: bool = False) -> Select[Notice]:
    """The user's notices."""
    statement = select(Notice).where(Notice.user_id == user_id)
    return statement.where(Notice.read_at.is_(None)) if unread_only else statement


def count_unread(session: Session, user_id: int) -> int:
    """How many are unread, at most MOST_COUNTED."""
    return session.connection().scalar(_UNREAD, {"user_id": user_id}) or 0


def get_notice(session: Session, user_id: int, notice_id: int) -> Notice | None:
    """The user's own notice, or None."""
    return session.scalar(select(Notice).where(Notice.id == notice_id, Notice.user_id == user_id))


def list_unmailed(session: Session, *, attempts_below: int, limit: int) -> list[Notice]:
    """Notices whose mail has not left, oldest first."""
    statement = select(Notice).where(Notice.mailed_at.is_(None), Notice.attempts < attempts_below)
    return list(session.scalars(statement.order_by(Notice.id).limit(limit)))
