"""Parties that did alike earn alike: computed once, and looked up for the others. For sums over many parties.

Two parties are alike when everything that the rules may look at is equal: the volume of each term, quotas, baseline,
conduct. A policy whose conditions look at more than that (single models, shares, the party's file, what earlier terms
left) is computed for every party by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from portal.rebates.rules.evaluation import Result, evaluate
from portal.rebates.rules.facts import Facts
from portal.rebates.rules.needs import conditions_of
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.volumes import gather, quota_of
from portal.rebates.rules.words import Fact

Told = TypeVar("Told")
# These are in the key; what else a condition may ask is not.
_PLAIN = frozenset({Fact.ACTIVITY, Fact.CONFIRMED_VIOLATIONS, Fact.REPORT_ON_TIME, Fact.COLLECTION_DAYS})
_MOST_REMEMBERED = 200_000


class Alike(Generic[Told]):
    """One policy over many parties. `tell` makes of a result what is remembered."""

    def __init__(self, policy: Policy, tell: Callable[[Result], Told]) -> None:
        self._policy, self._tell = policy, tell
        self._known: dict[Hashable, Told] = {}
        asked = {condition.fact for condition in conditions_of(policy)}
        named = policy.scope.parties is not None or bool(policy.scope.exclude_parties)
        self._is_plain = asked <= _PLAIN and not policy.has_after and not named
        self._with_fen = any(term.pays_on_fen or term.tiers_in_fen for term in policy.terms)

    def of(self, facts: Facts) -> Told:
        """What is told of a party with these facts."""
        if not self._is_plain:
            return self._tell(evaluate(self._policy, facts))
        key = self._key(facts)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._tell(evaluate(self._policy, facts))
        return found

    def _key(self, facts: Facts) -> Hashable:
        volumes = gather(self._policy, facts)
        if self._with_fen:
            sold: Hashable = tuple((v.units, v.fen, v.units_before, v.fen_before) for v in volumes)
        else:
            sold = tuple((v.units, v.units_before) for v in volumes)
        quotas = tuple(quota_of(term, facts) for term in self._policy.terms) if facts.quota else ()
        return (
            sold,
            quotas,
            facts.target_units,
            facts.target_fen,
            facts.baseline_units,
            facts.baseline_fen,
            tuple(sorted(facts.activities.items())) if facts.activities else (),
            facts.confirmed_violations,
            facts.report_on_time,
            facts.collection_days,
            facts.settled_fen,
            facts.settled_points,
            facts.settled_goods,
        )
