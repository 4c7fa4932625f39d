"""Users, their grants, sessions, single-use links and tries to sign in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, UtcDateTime, WithId, enum_type
from portal.permissions import HEAD_OFFICE_ROLES, Role
from portal.scope import EVERYTHING, NOTHING, Scope, ScopeKind


class UserStatus(StrEnum):
    """Whether somebody can sign in."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


class User(WithId, Base):
    """Somebody who can sign in. `password_hash` is empty until the invitation is taken up."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(enum_type(Role))
    locale: Mapped[str] = mapped_column(String(10), default="en")
    password_hash: Mapped[str] = mapped_column(String(200), default="", info={"secret": True})
    totp_secret: Mapped[str | None] = mapped_column(String(64), info={"secret": True})
    # The last time step accepted: a code works once.
    totp_last_step: Mapped[int | None] = mapped_column(Integer, info={"secret": True})
    recovery_hashes: Mapped[list[str]] = mapped_column(JSON, default=list, info={"secret": True})
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    grants: Mapped[list[ScopeGrant]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}

    # What flask-login asks of a user.
    is_authenticated = True
    is_anonymous = False
    # The token of the browser session through which the user was loaded; never stored in this row.
    session_token = ""

    def get_id(self) -> str:
        """flask-login keeps the session's token, not the user's id: signing out kills it at the server."""
        return self.session_token

    @property
    def is_head_office(self) -> bool:
        return self.role in HEAD_OFFICE_ROLES

    @property
    def status(self) -> UserStatus:
        """Disabled, invited (no password yet) or active."""
        if not self.is_active:
            return UserStatus.DISABLED
        return UserStatus.ACTIVE if self.password_hash else UserStatus.INVITED

    @property
    def scope(self) -> Scope:
        """The rows this user sees: head office everything, everybody else what their grants cover."""
        if self.is_head_office:
            return EVERYTHING
        granted = GRANT_OF_ROLE[self.role]
        ids = frozenset(grant.object_id for grant in self.grants if grant.kind == granted)
        return Scope(SCOPE_OF_GRANT[granted], ids) if ids else NOTHING


class GrantKind(StrEnum):
    """What a grant points to."""

    SALES_AREA = "sales_area"
    DISTRIBUTOR = "distributor"
    OUTLET = "outlet"


# What a role is tied to. Head office sees everything and is tied to nothing.
GRANT_OF_ROLE = {
    Role.REGIONAL_MANAGER: GrantKind.SALES_AREA,
    Role.DISTRIBUTOR: GrantKind.DISTRIBUTOR,
    Role.OUTLET: GrantKind.OUTLET,
}
SCOPE_OF_GRANT = {
    GrantKind.SALES_AREA: ScopeKind.AREAS,
    GrantKind.DISTRIBUTOR: ScopeKind.DISTRIBUTOR,
    GrantKind.OUTLET: ScopeKind.OUTLET,
}


class ScopeGrant(WithId, Base):
    """Ties a user to an object of the network. No foreign key: the network is a room above this one."""

    __tablename__ = "scope_grants"
    # Written by two services only, which put it down to the user, with the object's code.
    __audited__ = False
    __table_args__ = (UniqueConstraint("user_id", "kind", "object_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[GrantKind] = mapped_column(enum_type(GrantKind))
    object_id: Mapped[int] = mapped_column(BigInt)
    user: Mapped[User] = relationship(back_populates="grants")


class UserSession(WithId, Base):
    """One signed-in browser. Only the token's SHA-256 is stored."""

    __tablename__ = "user_sessions"
    __audited__ = False

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When the password (or code) was last given in this session: asked again before what is sensitive.
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    user: Mapped[User] = relationship()


class LinkPurpose(StrEnum):
    """What a single-use link is for."""

    INVITATION = "invitation"
    RESET = "reset"


class SingleUseLink(WithId, Base):
    """An invitation or a password reset: works once, for a day at most; only its hash is stored."""

    __tablename__ = "single_use_links"
    __table_args__ = (Index(None, "user_id", "purpose"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info={"secret": True})
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[LinkPurpose] = mapped_column(enum_type(LinkPurpose))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship()


class LoginAttempt(WithId, Base):
    """A try to prove who one is, counted before anything is hashed; every process counts in this one table.

    Neither the address typed nor the password is stored: people type the one into the field of the other.
    """

    __tablename__ = "login_attempts"
    __audited__ = False
    __table_args__ = (Index(None, "account_hash", "at"), Index(None, "address", "at"), Index(None, "at"))

    account_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    address: Mapped[str] = mapped_column(String(45), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
