"""What people change of their own account."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.links import retire_links, use_link
from portal.accounts.models import SingleUseLink, User
from portal.accounts.passwords import fault_of, hash_password, is_password
from portal.accounts.second_factor import accepted_step, new_recovery_codes, recovery_hash
from portal.accounts.services.users import check_email, check_version
from portal.accounts.sessions import end_sessions
from portal.audit.recorder import record
from portal.errors import InvalidInput


def edit_profile(session: Session, user: User, *, version: int | None, name: str, locale: str) -> None:
    """Change one's own name and language. Raises StaleVersion."""
    check_version(user, version)
    user.name, user.locale = name, locale
    session.flush()


def choose_language(session: Session, user: User, locale: str) -> None:
    """Keep the language in the profile."""
    user.locale = locale
    session.flush()


def set_password(session: Session, user: User, password: str) -> None:
    """Set a password that the rules accept, and end every session of the user. Raises InvalidInput."""
    if fault := fault_of(password, user):
        raise InvalidInput(fault.value, field="password")
    user.password_hash = hash_password(password)
    end_sessions(session, user.id)
    retire_links(session, user.id)
    session.flush()
    record(session, "set_password", object_type="users", object_id=user.id, label=user.email)


def change_password(session: Session, user: User, *, current: str, password: str) -> None:
    """Set a new password by giving the current one. Every session ends, the present one too: begin another."""
    if not is_password(user.password_hash, current):
        raise InvalidInput("password_wrong", field="current")
    if is_password(user.password_hash, password):
        raise InvalidInput("password_same", field="password")
    set_password(session, user, password)


def take_up_link(session: Session, link: SingleUseLink, *, password: str) -> User:
    """Set the password by an invitation or a reset; the link works no more. Raises DeadLink, InvalidInput."""
    user = link.user
    if fault := fault_of(password, user):
        raise InvalidInput(fault.value, field="password")
    use_link(session, link)
    set_password(session, user, password)
    return user


def change_email(session: Session, user: User, email: str) -> str:
    """Change the address one signs in with; returns the former one. Links sent to that one work no more."""
    former, user.email = user.email, check_email(session, email, own=user)
    retire_links(session, user.id)
    session.flush()
    return former


def enable_second_factor(session: Session, user: User, *, secret: str, code: str) -> list[str]:
    """Switch the second factor on with a first code; returns the recovery codes, which are shown once.

    Every session ends, the present one too: what was opened by the password alone is closed.
    """
    step = accepted_step(secret, code, at=clock.now(), last_step=None)
    if step is None:
        raise InvalidInput("code_wrong", field="code")
    user.totp_secret, user.totp_last_step = secret, step
    codes = renew_recovery_codes(session, user)
    end_sessions(session, user.id)
    record(session, "enable_second_factor", object_type="users", object_id=user.id, label=user.email)
    return codes


def renew_recovery_codes(session: Session, user: User) -> list[str]:
    """New recovery codes; the former ones work no more."""
    codes = new_recovery_codes()
    user.recovery_hashes = [recovery_hash(code) for code in codes]
    session.flush()
    return codes
