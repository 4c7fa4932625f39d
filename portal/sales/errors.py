"""Named errors of the sales room. Their sentences stand in labels."""

from __future__ import annotations

from collections.abc import Sequence

from portal.errors import IllegalMove, InvalidInput, QudaoError
from portal.sales.rules.states import Guard
from portal.sales.rules.stock import LineError


class GuardFailed(IllegalMove):
    """A guard of the declared table does not hold: `guards` are their codes, `errors` what is wrong with the lines."""

    code = "guard_failed"

    def __init__(self, guards: Sequence[Guard], errors: Sequence[LineError] = ()) -> None:
        super().__init__(guards=[guard.value for guard in guards], errors=list(errors))
        self.guards = tuple(guards)
        self.errors = list(errors)


class PeriodClosed(IllegalMove):
    """The month is locked or settled (`month`, `status`): only an amendment changes its figures."""

    code = "period_closed"


class IdempotencyConflict(QudaoError):
    """The same key was sent before with another content (`key`)."""

    code = "idempotency_conflict"
    status = 409


class LinesRefused(InvalidInput):
    """Lines or details that cannot be stored: `errors` has one LineError each. Nothing of them was stored."""

    code = "lines_refused"

    def __init__(self, errors: Sequence[LineError]) -> None:
        super().__init__(errors=len(errors))
        self.errors = list(errors)
