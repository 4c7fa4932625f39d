"""Policy + facts → result: the entry points of the rules. Pure; the same input gives the same result, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext

from portal.rebates.rules.after import Left
from portal.rebates.rules.conditions import Asking
from portal.rebates.rules.exact import EXACT
from portal.rebates.rules.facts import Facts
from portal.rebates.rules.payout import Change, pay_out
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.terms import Outcome, assess
from portal.rebates.rules.volumes import gather
from portal.rebates.rules.words import Pays


@dataclass(slots=True)
class Result:
    """What one party earns; `explain` tells why from the same values."""

    policy: Policy
    facts: Facts
    outcomes: list[Outcome]
    changes: list[Change]
    total_fen: int = 0
    points: int = 0
    goods: int = 0
    refusal: str = ""
    """Why the policy does not address the party at all; empty when it does."""

    def __post_init__(self) -> None:
        """Add up: money with the payout's changes, points and goods beside it."""
        for outcome in self.outcomes:
            if outcome.term.is_money:
                self.total_fen += outcome.earned
            elif outcome.term.pays is Pays.POINTS:
                self.points += outcome.earned
            else:
                self.goods += outcome.earned
        self.total_fen += sum(change.amount_fen for change in self.changes)
        if self.policy.is_cumulative and not self.refusal:
            self.points -= self.facts.settled_points
            self.goods -= self.facts.settled_goods


def evaluate(policy: Policy, facts: Facts) -> Result:
    """What the party earns. Lines may be single ones or sums by (model, tags, sale type)."""
    with localcontext(EXACT):
        return _evaluate(policy, facts)


def evaluate_many(policy: Policy, parties: Iterable[Facts]) -> Iterator[Result]:
    """A result per party, in their order; one party is held in memory at a time."""
    for facts in parties:
        with localcontext(EXACT):
            result = _evaluate(policy, facts)
        yield result


def _evaluate(policy: Policy, facts: Facts) -> Result:
    refusal = _refusal(policy, facts)
    if refusal:
        return Result(policy, facts, [], [], refusal=refusal)
    volumes = gather(policy, facts)
    left = Left(policy, facts) if policy.has_after else None
    outcomes = []
    for number in range(len(policy.terms)):
        reduced: Decimal | None = left.reduced_base(number) if left else None
        outcome = assess(Asking(policy, facts, volumes[number], number), reduced)
        if left:
            left.record(outcome)
        outcomes.append(outcome)
    earned = sum(outcome.earned for outcome in outcomes if outcome.term.is_money)
    return Result(policy, facts, outcomes, pay_out(Asking(policy, facts, volumes[-1]), earned))


def _refusal(policy: Policy, facts: Facts) -> str:
    """Parties named in the scope are held against the facts; regions and classes are the caller's to choose."""
    if not facts.party:
        return ""
    if facts.party in policy.scope.exclude_parties:
        return "party_excluded"
    if policy.scope.parties is not None and facts.party not in policy.scope.parties:
        return "party_not_named"
    return ""
