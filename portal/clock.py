"""The one place that reads the clock, so that tests and replays can hold it still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held(at: datetime) -> Iterator[None]:
    """Inside, the clock stands at a moment (aware): for what tells a past, such as the demonstration."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _held.set(at)
    try:
        yield
    finally:
        _held.reset(token)


def today() -> date:
    """Today's business day in Asia/Shanghai."""
    return now().astimezone(BUSINESS_ZONE).date()
