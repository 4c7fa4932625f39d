"""Which lines a term counted, and which it did not and why; references sorted, so the input's order is irrelevant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from portal.rebates.rules import figures
from portal.rebates.rules.facts import Facts, Line
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.terms import covers_year
from portal.rebates.rules.volumes import is_in_effect, refusals


class NotCounted(NamedTuple):
    """Lines left out for one reason: their units and references."""

    why: str
    units: int
    lines: list[str]


class LineNotes:
    """The lines of one party's facts, term by term, gathered in one pass. Brief notes go without sentences."""

    def __init__(self, policy: Policy, facts: Facts, is_brief: bool = False) -> None:
        self.is_brief = is_brief
        self._policy = policy
        self._refs: list[list[str]] = [[] for _ in policy.terms]
        self._left: list[dict[str, list[Line]]] = [{} for _ in policy.terms]
        measured = range(len(policy.terms))
        self._read(facts.lines, measured)
        if facts.year_to_date:
            year = [number for number in measured if covers_year(policy.terms[number], policy.is_cumulative)]
            self._read(facts.year_to_date, year)

    def _read(self, lines: Iterable[Line], numbers: Sequence[int]) -> None:
        policy = self._policy
        for line in lines:
            whys = refusals(policy, line) if is_in_effect(policy, line) else ("not_in_effect",) * len(policy.terms)
            for number in numbers:
                if whys[number]:
                    self._left[number].setdefault(whys[number], []).append(line)
                elif line.ref:
                    self._refs[number].append(line.ref)

    def counted(self, number: int) -> list[str]:
        """References of the lines that the term counts, in order."""
        return sorted(self._refs[number])

    def not_counted(self, number: int) -> list[NotCounted]:
        """What the term leaves out, by reason."""
        return [
            NotCounted(why, sum(line.units for line in lines), sorted(line.ref for line in lines if line.ref))
            for why, lines in sorted(self._left[number].items())
        ]

    def words(self, units: int, locale: str) -> dict[str, str]:
        """The values of the sentences."""
        return {
            "base": figures.units(Decimal(units), locale),
            "begin": self._policy.effective_from.isoformat(),
            "end": self._policy.effective_to.isoformat(),
        }
