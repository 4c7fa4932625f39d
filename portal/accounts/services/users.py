"""Other people's accounts: made, invited, edited, granted, disabled."""

from __future__ import annotations

from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.links import make_link, retire_links
from portal.accounts.models import GRANT_OF_ROLE, LinkPurpose, ScopeGrant, User, UserSession, UserStatus
from portal.accounts.passwords import fault_of, hash_password
from portal.accounts.queries import get_user_by_email
from portal.accounts.rules import normal_email
from portal.accounts.sessions import end_sessions
from portal.audit.recorder import record
from portal.errors import InvalidInput, NotFound, StaleVersion
from portal.permissions import Role


def check_version(user: User, version: int | None) -> None:
    """Raise StaleVersion where somebody saved the user since `version` was read."""
    if user.version != version:
        raise StaleVersion(expected=version, actual=user.version)


def check_email(session: Session, email: str, *, own: User | None = None) -> str:
    """The address as it is stored. Raises InvalidInput where it is malformed or somebody else's."""
    address = normal_email(email)
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise InvalidInput("email_malformed", field="email", value=address) from error
    holder = get_user_by_email(session, address)
    if holder is not None and holder is not own:
        raise InvalidInput("email_taken", field="email", value=address)
    return address


def create_user(
    session: Session, *, email: str, name: str, role: Role, locale: str = "en", password: str | None = None
) -> User:
    """A new user; without a password nobody can sign in as them yet. Raises InvalidInput."""
    user = User(
        email=check_email(session, email),
        name=name.strip(),
        role=role,
        locale=locale,
        created_at=clock.now(),
        recovery_hashes=[],
    )
    if password is not None:
        if fault := fault_of(password, user):
            raise InvalidInput(fault.value, field="password")
        user.password_hash = hash_password(password)
    session.add(user)
    session.flush()
    return user


def invite_user(session: Session, *, email: str, name: str, role: Role, locale: str = "en") -> tuple[User, str]:
    """A new user and the token of the link by which they set their password."""
    user = create_user(session, email=email, name=name, role=role, locale=locale)
    return user, make_link(session, user, LinkPurpose.INVITATION)


def renew_link(session: Session, user: User) -> str:
    """A new invitation for who has no password yet, else a reset. Raises InvalidInput for a disabled user."""
    if user.status is UserStatus.DISABLED:
        raise InvalidInput("user_disabled", field="status")
    is_new = user.status is UserStatus.INVITED
    return make_link(session, user, LinkPurpose.INVITATION if is_new else LinkPurpose.RESET)


def edit_user(
    session: Session, user: User, *, by: User | None, version: int | None, values: Mapping[str, object]
) -> None:
    """Save `email`, `name`, `role` and `locale`. Raises StaleVersion, InvalidInput.

    Another role ends the user's sessions and drops the grants that the new role has no use for.
    """
    check_version(user, version)
    email, role = str(values["email"]), Role(str(values["role"]))
    if role != user.role and by is user:
        raise InvalidInput("own_account", field="role", value=role)
    address = check_email(session, email, own=user)
    if address != user.email:
        retire_links(session, user.id)
    if role != user.role:
        _drop_useless_grants(session, user, role)
        end_sessions(session, user.id)
    user.email, user.role = address, role
    user.name, user.locale = str(values["name"]).strip(), str(values["locale"])
    session.flush()


def _drop_useless_grants(session: Session, user: User, role: Role) -> None:
    kept = GRANT_OF_ROLE.get(role)
    for grant in [grant for grant in user.grants if grant.kind != kept]:
        revoke_grant(session, user, object_id=grant.object_id)


def disable_user(session: Session, user: User, *, by: User | None, reason: str) -> None:
    """Shut the user out at once: sessions and links end. Raises InvalidInput for one's own account."""
    if by is user:
        raise InvalidInput("own_account", field="status")
    user.is_active = False
    end_sessions(session, user.id)
    retire_links(session, user.id)
    session.flush()
    record(
        session,
        "disable",
        object_type="users",
        object_id=user.id,
        label=user.email,
        changes={"reason": [None, reason]},
    )


def enable_user(session: Session, user: User) -> None:
    """Let a disabled user sign in again, with the password they had."""
    user.is_active = True
    session.flush()
    record(session, "enable", object_type="users", object_id=user.id, label=user.email)


def add_grant(session: Session, user: User, *, object_id: int, label: str = "") -> None:
    """Let the user see an object of the kind that their role is tied to; nothing happens where they do already.

    The object's existence is the caller's to check: the network is a room above. Raises InvalidInput for a role
    that sees everything.
    """
    kind = GRANT_OF_ROLE.get(user.role)
    if kind is None:
        raise InvalidInput("role_sees_everything", field="role", value=user.role)
    if any(grant.kind == kind and grant.object_id == object_id for grant in user.grants):
        return
    user.grants.append(ScopeGrant(kind=kind, object_id=object_id))
    session.flush()
    _record_grant(session, user, "grant", [None, label or str(object_id)])


def revoke_grant(session: Session, user: User, *, object_id: int, label: str = "") -> None:
    """The user sees the object no more, from the next request on."""
    found = [grant for grant in user.grants if grant.object_id == object_id]
    for grant in found:
        user.grants.remove(grant)
    session.flush()
    if found:
        _record_grant(session, user, "revoke", [label or str(object_id), None])


def _record_grant(session: Session, user: User, action: str, change: list[str | None]) -> None:
    record(session, action, object_type="users", object_id=user.id, label=user.email, changes={"grants": list(change)})


def end_session_of(session: Session, user: User, session_id: int) -> None:
    """End one browser session of the user. Raises NotFound for anybody else's, and for one that has ended."""
    row = session.get(UserSession, session_id)
    if row is None or row.user_id != user.id or row.revoked_at is not None:
        raise NotFound()
    row.revoked_at = clock.now()
    record(session, "end_session", object_type="users", object_id=user.id, label=user.email)


def end_all_sessions(session: Session, user: User, *, except_token: str = "") -> int:
    """End the user's sessions, but the one kept; returns how many."""
    ended = end_sessions(session, user.id, except_token=except_token)
    if ended:
        record(session, "end_sessions", object_type="users", object_id=user.id, label=user.email)
    return ended


def remove_second_factor(session: Session, user: User) -> None:
    """Sign in by password alone again: one's own wish, or help for who lost phone and recovery codes.

    Every session of the user ends, the present one too.
    """
    user.totp_secret, user.totp_last_step, user.recovery_hashes = None, None, []
    end_sessions(session, user.id)
    session.flush()
    record(session, "disable_second_factor", object_type="users", object_id=user.id, label=user.email)
