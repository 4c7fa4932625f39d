"""Tries are counted before anything is hashed, in the database, so that every process counts the same.

A window of five minutes slides over the tries of an account, of an address and of everybody. A refused try is not
counted, so nobody is locked out for longer than the window; a try that succeeds is taken back.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, text, true
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import LoginAttempt
from portal.errors import QudaoError

WINDOW = timedelta(minutes=5)
LOCK_KEY = 7_306_502  # any number of our own, for pg_advisory_xact_lock


class TooManyTries(QudaoError):
    """Another try is allowed after `seconds`."""

    code = "too_many_tries"
    status = 429


@dataclass(frozen=True)
class Limits:
    """How many tries fit in the window."""

    account: int
    address: int
    total: int

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> Limits:
        """The limits that the settings name."""
        return cls(
            *(int(str(config[f"LOGIN_TRIES_{name}"])) for name in ("PER_ACCOUNT", "PER_ADDRESS", "TOTAL")),
        )


def admit(session: Session, account: str, *, address: str, limits: Limits) -> LoginAttempt:
    """Count a try of `account` (any text that names it) from `address`, or raise TooManyTries.

    The caller commits at once, so that the count stands and no lock is held while a password is hashed.
    """
    at = clock.now()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    session.execute(delete(LoginAttempt).where(LoginAttempt.at <= at - WINDOW))
    row = LoginAttempt(account_hash=_hash(account), address=address_block(address), at=at)
    waits = (
        _wait(session, LoginAttempt.account_hash == row.account_hash, limits.account, at),
        _wait(session, LoginAttempt.address == row.address, limits.address, at),
        _wait(session, true(), limits.total, at),
    )
    if max(waits) > 0:
        raise TooManyTries(seconds=max(waits))
    session.add(row)
    session.flush()
    return row


def take_back(session: Session, attempt_id: int) -> None:
    """The try succeeded: it no longer counts."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt_id))


def address_block(address: str) -> str:
    """The address, or the /64 around an IPv6 one: a household gets that many at once."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _hash(account: str) -> bytes:
    return hashlib.sha256(account.strip().casefold().encode()).digest()


def _wait(session: Session, same: ColumnElement[bool], limit: int, at: datetime) -> int:
    """Seconds until fewer than `limit` tries are in the window; 0 where that is so already."""
    oldest_that_counts = session.scalar(
        select(LoginAttempt.at)
        .where(same, LoginAttempt.at > at - WINDOW)
        .order_by(LoginAttempt.at.desc(), LoginAttempt.id.desc())
        .offset(limit - 1)
        .limit(1)
    )
    if oldest_that_counts is None:
        return 0
    return int((oldest_that_counts + WINDOW - at).total_seconds()) + 1
