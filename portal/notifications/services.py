"""Tell people; take note of what they have read; send what has not been mailed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.db import rows_written
from portal.notifications.models import Notice
from portal.notifications.queries import list_unmailed

MOST_ATTEMPTS = 5
BATCH = 100


def notify(
    session: Session,
    user_ids: Iterable[int],
    *,
    kind: str,
    path: str,
    params: Mapping[str, Any] | None = None,
    key: str = "",
) -> int:
    """Tell each user once (and, with a `key`, once for ever). Returns how many were told."""
    wanted = sorted(set(user_ids))
    if key and wanted:
        keys = {f"{key}:{user_id}": user_id for user_id in wanted}
        known = set(session.scalars(select(Notice.dedupe_key).where(Notice.dedupe_key.in_(keys))))
        wanted = [user_id for dedupe, user_id in keys.items() if dedupe not in known]
    for user_id in wanted:
        session.add(
            Notice(
                user_id=user_id,
                kind=kind,
                params=dict(params or {}),
                path=path,
                dedupe_key=f"{key}:{user_id}" if key else None,
                created_at=clock.now(),
            )
        )
    session.flush()
    return len(wanted)


def mark_read(session: Session, notice: Notice) -> None:
    """The user has seen it."""
    if notice.read_at is None:
        notice.read_at = clock.now()
        session.flush()


def mark_all_read(session: Session, user_id: int) -> int:
    """All of the user's; returns how many were unread."""
    done = session.execute(
        update(Notice).where(Notice.user_id == user_id, Notice.read_at.is_(None)).values(read_at=clock.now())
    )
    return rows_written(done)


def send_unmailed(session: Session, send: Callable[[Notice], bool]) -> int:
    """Hand each unmailed notice to `send`; one process sends each, a failure is tried again, five times at most.

    Commits after each: a mail that has left is not sent again because a later one failed.
    """
    sent = 0
    for notice in list_unmailed(session, attempts_below=MOST_ATTEMPTS, limit=BATCH):
        claimed = session.execute(
            update(Notice)
            .where(Notice.id == notice.id, Notice.mailed_at.is_(None), Notice.attempts == notice.attempts)
            .values(attempts=Notice.attempts + 1)
        )
        session.commit()
        if rows_written(claimed) and send(notice):
            notice.mailed_at = clock.now()
            session.commit()
            sent += 1
    return sent
