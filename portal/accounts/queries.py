"""Reads of users and their sessions. Users belong to no distributor: who may list them is the permission's matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import GrantKind, ScopeGrant, User, UserSession, UserStatus
from portal.accounts.rules import normal_email
from portal.accounts.sessions import ABSOLUTE, IDLE_HEAD_OFFICE, IDLE_OTHERS
from portal.errors import NotFound
from portal.tables import ListState

# Status is not a column: it follows from whether somebody is active and has a password.
IS_STATUS: dict[UserStatus, ColumnElement[bool]] = {
    UserStatus.ACTIVE: and_(User.is_active.is_(True), User.password_hash != ""),
    UserStatus.INVITED: and_(User.is_active.is_(True), User.password_hash == ""),
    UserStatus.DISABLED: User.is_active.is_(False),
}


def get_user(session: Session, user_id: int) -> User:
    """The user; raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    return user


def get_user_by_email(session: Session, email: str) -> User | None:
    """Whoever signs in with this address."""
    return session.scalar(select(User).where(User.email == normal_email(email)))


def list_users_by_ids(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """Names to show beside what people did: id → name. Ids of nobody are left out."""
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(set(ids))))}


def select_users(state: ListState) -> Select[User]:
    """The users that a list's filters leave."""
    statement = select(User)
    if state.text:
        statement = statement.where(
            or_(User.email.icontains(state.text, autoescape=True), User.name.icontains(state.text, autoescape=True))
        )
    if roles := state.chosen("role"):
        statement = statement.where(User.role.in_(roles))
    if statuses := state.chosen("status"):
        statement = statement.where(or_(*(IS_STATUS[UserStatus(status)] for status in statuses)))
    return statement


def list_last_seen(session: Session, user_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each user was last here: id → moment; who never was is left out."""
    found = session.execute(
        select(UserSession.user_id, func.max(UserSession.seen_at).label("seen_at"))
        .where(UserSession.user_id.in_(set(user_ids)))
        .group_by(UserSession.user_id)
    )
    return {row.user_id: row.seen_at for row in found}


def list_live_sessions(session: Session, user: User) -> list[UserSession]:
    """The user's signed-in browsers, the one used last first."""
    at = clock.now()
    idle = IDLE_HEAD_OFFICE if user.is_head_office else IDLE_OTHERS
    return list(
        session.scalars(
            select(UserSession)
            .where(
                UserSession.user_id == user.id,
                UserSession.revoked_at.is_(None),
                UserSession.seen_at >= at - idle,
                UserSession.created_at >= at - ABSOLUTE,
            )
            .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        )
    )


def list_users_of(session: Session, kind: GrantKind, object_id: int) -> list[User]:
    """Active users tied to an object of the network, by name."""
    return list(
        session.scalars(
            select(User)
            .join(ScopeGrant)
            .where(ScopeGrant.kind == kind, ScopeGrant.object_id == object_id, User.is_active.is_(True))
            .order_by(User.name, User.id)
        )
    )
