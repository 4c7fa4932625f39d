"""Named errors of the rebates room. Their sentences stand in labels."""

from __future__ import annotations

from collections.abc import Sequence

from portal.errors import IllegalMove, InvalidInput, QudaoError
from portal.rebates.rules.life import Guard
from portal.rebates.rules.problems import Problem


class GuardFailed(IllegalMove):
    """A guard of the declared table does not hold: `guards` are their codes."""

    code = "guard_failed"

    def __init__(self, guards: Sequence[Guard]) -> None:
        super().__init__(guards=[guard.value for guard in guards])
        self.guards = tuple(guards)


class PolicyUnsound(InvalidInput):
    """The document breaks rules of the language, or stands against other policies: `problems` say where."""

    code = "policy_unsound"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems=len(problems))
        self.problems = list(problems)


class IdempotencyConflict(QudaoError):
    """The same key was sent before with another content (`key`)."""

    code = "idempotency_conflict"
    status = 409


class AlreadyOpen(IllegalMove):
    """There is one already that is not over: a run of the period (`period`), a dispute of the line."""

    code = "already_open"


class PeriodNotLocked(IllegalMove):
    """A month of the period (`month`) is not locked yet, or the period is not over."""

    code = "period_not_locked"
