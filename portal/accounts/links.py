"""Single-use links: an invitation lasts a day, a reset an hour. Only the token's hash is stored."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import LinkPurpose, SingleUseLink, User
from portal.accounts.sessions import token_hash
from portal.errors import QudaoError

LIFETIME = {LinkPurpose.INVITATION: timedelta(hours=24), LinkPurpose.RESET: timedelta(hours=1)}


class DeadLink(QudaoError):
    """The link was used, has expired, was replaced by a newer one, or never was."""

    code = "dead_link"
    status = 410


def make_link(session: Session, user: User, purpose: LinkPurpose) -> str:
    """A new link's token. Earlier links of the user no longer work."""
    retire_links(session, user.id)
    token, at = secrets.token_urlsafe(32), clock.now()
    session.add(
        SingleUseLink(
            token_hash=token_hash(token),
            user_id=user.id,
            purpose=purpose,
            created_at=at,
            expires_at=at + LIFETIME[purpose],
        )
    )
    session.flush()
    return token


def get_link(session: Session, token: str) -> SingleUseLink:
    """The link that still works; raises DeadLink."""
    row = session.scalar(
        select(SingleUseLink).where(
            SingleUseLink.token_hash == token_hash(token),
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > clock.now(),
        )
    )
    if row is None or not row.user.is_active:
        raise DeadLink()
    return row


def use_link(session: Session, link: SingleUseLink) -> None:
    """Mark the link used; of two who try at once, one gets DeadLink."""
    used: Any = session.execute(
        update(SingleUseLink)
        .where(SingleUseLink.id == link.id, SingleUseLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if used.rowcount != 1:
        raise DeadLink()


def retire_links(session: Session, user_id: int) -> None:
    """Links of the user that have not been used work no more."""
    session.execute(
        update(SingleUseLink)
        .where(SingleUseLink.user_id == user_id, SingleUseLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
