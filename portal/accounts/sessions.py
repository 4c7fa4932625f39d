"""Browser sessions at the server: begun at sign-in, found by the token's hash, ended at once when revoked.

Limits (ASVS 7.3): head office is signed out after 30 idle minutes, everybody else after 8 hours; all after 20 hours.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from portal import clock
from portal.accounts.models import User, UserSession
from portal.db import may_write, writing

IDLE_HEAD_OFFICE = timedelta(minutes=30)
IDLE_OTHERS = timedelta(hours=8)
ABSOLUTE = timedelta(hours=20)
SEEN_EVERY = timedelta(minutes=1)
# Asked by every request: the session, its user and the user's grants in one statement that is built once.
_OF_TOKEN = (
    select(UserSession)
    .where(UserSession.token_hash == bindparam("hash"))
    .options(joinedload(UserSession.user).joinedload(User.grants))
)


def token_hash(token: str) -> bytes:
    """SHA-256 of a random token (it has 256 bits of its own, so no salt is needed)."""
    return hashlib.sha256(token.encode()).digest()


def start_session(session: Session, user: User, *, address: str = "", agent: str = "") -> str:
    """Begin a browser session and return its token; the caller commits."""
    token = secrets.token_urlsafe(32)
    at = clock.now()
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=user.id,
            created_at=at,
            seen_at=at,
            confirmed_at=at,
            address=address[:45],
            agent=agent[:200],
        )
    )
    session.flush()
    user.session_token = token
    return token


def is_live(row: UserSession, user: User, at: datetime) -> bool:
    """Whether the session may still be used at the moment `at`."""
    idle = IDLE_HEAD_OFFICE if user.is_head_office else IDLE_OTHERS
    return row.revoked_at is None and user.is_active and at - row.seen_at <= idle and at - row.created_at <= ABSOLUTE


def find_session(session: Session, token: str) -> UserSession | None:
    """The live session of a token, with its user, or None."""
    row = session.execute(_OF_TOKEN, {"hash": token_hash(token)}).unique().scalar_one_or_none()
    return row if row is not None and is_live(row, row.user, clock.now()) else None


def touch(session: Session, row: UserSession) -> None:
    """Note that the session is in use, at most once a minute.

    A request that writes does so in its own transaction; one that only reads uses a short one beside it.
    """
    at = clock.now()
    if at - row.seen_at < SEEN_EVERY:
        return
    statement = update(UserSession).where(UserSession.id == row.id).values(seen_at=at)
    if may_write():
        session.execute(statement)
        return
    with writing(), session.get_bind().engine.begin() as connection:
        connection.execute(statement)


def end_sessions(session: Session, user_id: int, *, except_token: str = "") -> int:
    """Revoke every live session of a user (but the one kept); returns how many."""
    ended: Any = session.execute(
        update(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.revoked_at.is_(None),
            UserSession.token_hash != (token_hash(except_token) if except_token else b""),
        )
        .values(revoked_at=clock.now())
    )
    return ended.rowcount
