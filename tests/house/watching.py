"""Watches the statements that a request sends to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\s+(?:INTO\s+|FROM\s+)?\"?(\w+)", re.IGNORECASE)
# Notes of the house about itself: a session was used, something was handed out, a sign-in was tried.
NOTES = frozenset({"user_sessions", "audit_entries", "login_attempts", "jobs"})


class Statements(list[str]):
    """The statements, and what they wrote."""

    @property
    def reads(self) -> int:
        return sum(1 for text in self if text.lstrip().upper().startswith(("SELECT", "WITH")))

    @property
    def written(self) -> set[str]:
        """Tables that were written to, notes apart."""
        return {found.group(2) for text in self if (found := WRITES.match(text))} - NOTES


@contextmanager
def watched() -> Iterator[Statements]:
    """Everything sent to any database inside the block."""
    seen = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
