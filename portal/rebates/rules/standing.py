"""What accrues: only a published version that the party has acknowledged; and what is due beside what was posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.rebates.rules.evaluation import Result, evaluate
from portal.rebates.rules.facts import Facts
from portal.rebates.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Standing:
    """When this version was published, and acknowledged by the party; None is not yet."""

    published_on: date | None
    acknowledged_on: date | None

    @property
    def refusal(self) -> str:
        """Why nothing accrues, as a code; empty when it does."""
        if self.published_on is None:
            return "not_published"
        return "" if self.acknowledged_on is not None else "not_acknowledged"


def accrue(policy: Policy, facts: Facts, standing: Standing) -> Result:
    """What accrues to the party: the result, or nothing with the reason."""
    if standing.refusal:
        return Result(policy, facts, [], [], refusal=standing.refusal)
    return evaluate(policy, facts)


def due_fen(total_fen: int, posted_fen: int) -> int:
    """What a run still has to post for a period: the difference to what it posted before, which may be negative."""
    return total_fen - posted_fen
