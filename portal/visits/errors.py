"""Named errors of the field work. Their sentences stand in labels."""

from __future__ import annotations

from collections.abc import Sequence

from portal.errors import IllegalMove
from portal.visits.rules.states import Guard


class GuardFailed(IllegalMove):
    """A guard of the declared table does not hold: `guards` are their codes."""

    code = "guard_failed"

    def __init__(self, guards: Sequence[Guard]) -> None:
        super().__init__(guards=[guard.value for guard in guards])
        self.guards = tuple(guards)
