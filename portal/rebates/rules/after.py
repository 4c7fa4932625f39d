"""Terms that look at what earlier ones left: their base is reduced, line by line, by what those earned there.

What a term earned lies on its lines in proportion to what it was paid on (units for `per_unit`, else amounts,
themselves reduced by its own `after`). Lines that the same terms count always share alike, so groups of them give
exactly what single lines give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.rebates.rules.exact import ZERO
from portal.rebates.rules.facts import Facts
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.terms import Outcome
from portal.rebates.rules.volumes import counting_terms, lines_in_effect
from portal.rebates.rules.words import Pays


@dataclass(slots=True)
class _Group:
    """Lines that every term counts alike."""

    terms: tuple[int, ...]
    units: int = 0
    fen: int = 0


class Left:
    """What earlier terms leave of each group of lines."""

    def __init__(self, policy: Policy, facts: Facts) -> None:
        self._policy = policy
        groups: dict[tuple[int, ...], _Group] = {}
        lists = (facts.lines, facts.year_to_date) if policy.is_cumulative else (facts.lines,)
        for lines in lists:
            for line in lines_in_effect(policy, lines):
                terms = counting_terms(policy, line)
                group = groups.setdefault(terms, _Group(terms))
                group.units += line.units
                group.fen += line.amount_fen
        self._groups = list(groups.values())
        self._shares: list[list[Decimal]] = []
        """Per term evaluated: what it earned on each group."""

    def reduced_base(self, number: int) -> Decimal | None:
        """The term's amount less what the terms in its `after` earned on its lines; None where it has no `after`."""
        if not self._policy.terms[number].after:
            return None
        return sum(self._left(number), ZERO)

    def record(self, outcome: Outcome) -> None:
        """Lay what a term earned on its groups. Called once a term, in their order."""
        weights = self._weights(outcome.number)
        total = sum(weights, ZERO)
        earned = outcome.earned if outcome.term.is_money and total > 0 else 0
        self._shares.append([earned * weight / total if earned else ZERO for weight in weights])

    def _weights(self, number: int) -> Sequence[Decimal]:
        if self._policy.terms[number].pays is Pays.PER_UNIT:
            return [Decimal(group.units) if number in group.terms else ZERO for group in self._groups]
        return self._left(number)

    def _left(self, number: int) -> list[Decimal]:
        """What is left of the amount of each of the term's groups."""
        earlier = [self._shares[other] for other in self._policy.terms[number].after]
        return [
            group.fen - sum((shares[place] for shares in earlier), ZERO) if number in group.terms else ZERO
            for place, group in enumerate(self._groups)
        ]
