"""Proving who one is: password, then code."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.demo_accounts import is_demo_account
from portal.accounts.models import User, UserSession
from portal.accounts.passwords import hash_password, is_outdated, is_password
from portal.accounts.queries import get_user_by_email
from portal.accounts.second_factor import accepted_step, recovery_hash
from portal.audit.recorder import record


def authenticate(session: Session, *, email: str, password: str, allow_demo: bool) -> User | None:
    """The user whose password this is, or None. Nothing is written.

    One hash is checked in every case, so that unknown, disabled and wrong take equally long.
    """
    user = get_user_by_email(session, email)
    may_sign_in = user is not None and user.is_active and (allow_demo or not is_demo_account(user.email))
    is_right = is_password(user.password_hash if user is not None and may_sign_in else "", password)
    return user if is_right else None


def renew_hash(user: User, password: str) -> None:
    """Hash the password again where its hash was made with older parameters."""
    if is_outdated(user.password_hash):
        user.password_hash = hash_password(password)


def accept_code(session: Session, user: User, code: str) -> str | None:
    """Use up a code from the app, or a recovery code: `totp` or `recovery`; None where it is neither.

    The step moves on by a conditional UPDATE: of two who send the same code at once, one is refused.
    """
    if user.totp_secret is None:
        return None
    step = accepted_step(user.totp_secret, code, at=clock.now(), last_step=user.totp_last_step)
    if step is None:
        return "recovery" if _use_recovery_code(session, user, code) else None
    moved: Any = session.execute(
        update(User)
        .where(User.id == user.id, (User.totp_last_step.is_(None)) | (User.totp_last_step < step))
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    session.expire(user, ["totp_last_step"])
    return "totp" if moved.rowcount == 1 else None


def _use_recovery_code(session: Session, user: User, code: str) -> bool:
    used = recovery_hash(code)
    if used not in user.recovery_hashes:
        return False
    user.recovery_hashes = [kept for kept in user.recovery_hashes if kept != used]
    record(session, "use_recovery_code", object_type="users", object_id=user.id, label=user.email)
    session.flush()
    return True


def note_sign_in(session: Session, user: User, *, address: str) -> None:
    """Put the sign-in into the audit."""
    changes = {"ip_address": [None, address]} if address else {}
    record(session, "sign_in", object_type="users", object_id=user.id, label=user.email, changes=changes)


def sign_out(session: Session, row: UserSession) -> None:
    """End the session at the server: a copy of the cookie opens nothing any more."""
    row.revoked_at = clock.now()
    record(session, "sign_out", object_type="users", object_id=row.user_id, label=row.user.email)


def confirm_session(row: UserSession) -> None:
    """The password was given again in this session just now."""
    row.confirmed_at = clock.now()
