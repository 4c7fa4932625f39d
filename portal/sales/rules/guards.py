"""The guards of the declared table. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.sales.rules.states import Guard, Move


@dataclass(frozen=True)
class GuardFacts:
    """What the guards ask. The defaults let nothing through."""

    is_own_report: bool = False
    is_own_area: bool = False
    is_period_writable: bool = False
    is_period_closed: bool = False
    is_period_ended: bool = False
    is_complete: bool = False
    has_reason: bool = False
    is_reporter: bool = True
    is_proposer: bool = True
    is_asker: bool = True
    # Whether a request to reopen waits for its answer; None where nobody has looked.
    is_reopening_asked: bool | None = None


CHECKS: dict[Guard, Callable[[GuardFacts], bool]] = {
    Guard.OWN_REPORT: lambda facts: facts.is_own_report,
    Guard.OWN_AREA: lambda facts: facts.is_own_area,
    Guard.PERIOD_WRITABLE: lambda facts: facts.is_period_writable,
    Guard.PERIOD_CLOSED: lambda facts: facts.is_period_closed,
    Guard.PERIOD_ENDED: lambda facts: facts.is_period_ended,
    Guard.COMPLETE: lambda facts: facts.is_complete,
    Guard.REASON_GIVEN: lambda facts: facts.has_reason,
    Guard.NOT_THE_REPORTER: lambda facts: not facts.is_reporter,
    Guard.NOT_THE_PROPOSER: lambda facts: not facts.is_proposer,
    Guard.NOT_THE_ASKER: lambda facts: not facts.is_asker,
    Guard.NOTHING_ASKED: lambda facts: facts.is_reopening_asked is False,
    Guard.REOPENING_ASKED: lambda facts: facts.is_reopening_asked is True,
}


def failing_guards(move: Move, facts: GuardFacts) -> list[Guard]:
    """The guards of the move that do not hold, in the order of the table."""
    return [guard for guard in move.guards if not CHECKS[guard](facts)]
