"""Which lines count for which term, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.rebates.rules.facts import Facts, Line
from portal.rebates.rules.policy import Policy, Term

# Combinations of model, tags and sale type that a policy remembers.
_MOST_REMEMBERED = 50_000


@dataclass(slots=True)
class Volume:
    """Units and fen of this period, and of the year before it."""

    units: int = 0
    fen: int = 0
    units_before: int = 0
    fen_before: int = 0

    def now(self, in_fen: bool) -> int:
        """This period's."""
        return self.fen if in_fen else self.units

    def before(self, in_fen: bool) -> int:
        """The year's before this period."""
        return self.fen_before if in_fen else self.units_before


def counting_terms(policy: Policy, line: Line) -> tuple[int, ...]:
    """The numbers of the terms that count such a line."""
    key = (line.model, line.tags, line.sale_type)
    found = policy.counting.get(key)
    if found is None:
        found = tuple(number for number, term in enumerate(policy.terms) if not term.lines.refusal(*key))
        if len(policy.counting) >= _MOST_REMEMBERED:
            policy.counting.clear()
        policy.counting[key] = found
    return found


def refusals(policy: Policy, line: Line) -> tuple[str, ...]:
    """Why each term does not count such a line, as a code; empty where it does."""
    key = (line.model, line.tags, line.sale_type)
    found = policy.refusing.get(key)
    if found is None:
        found = tuple(term.lines.refusal(*key) for term in policy.terms)
        if len(policy.refusing) >= _MOST_REMEMBERED:
            policy.refusing.clear()
        policy.refusing[key] = found
    return found


def is_in_effect(policy: Policy, line: Line) -> bool:
    """Whether the line's day is one of the policy's; a line without a day was chosen by whoever summed it."""
    return line.on is None or policy.effective_from <= line.on <= policy.effective_to


def lines_in_effect(policy: Policy, lines: Iterable[Line]) -> Iterator[Line]:
    """The lines whose day is one of the policy's."""
    return (line for line in lines if is_in_effect(policy, line))


def gather(policy: Policy, facts: Facts) -> list[Volume]:
    """The volume of each term, and last that of all lines."""
    now, before = _sums(policy, facts.lines), _sums(policy, facts.year_to_date)
    return [Volume(*one, *other) for one, other in zip(now, before, strict=True)]


def _sums(policy: Policy, lines: Iterable[Line]) -> list[tuple[int, int]]:
    """Units and fen of each term, and last of all lines."""
    count = len(policy.terms)
    units, fen = [0] * (count + 1), [0] * (count + 1)
    for line in lines_in_effect(policy, lines):
        for number in counting_terms(policy, line):
            units[number] += line.units
            fen[number] += line.amount_fen
        units[count] += line.units
        fen[count] += line.amount_fen
    return list(zip(units, fen, strict=True))


def quota_of(term: Term, facts: Facts) -> int:
    """Units of the quota of the term's models; 0 where none has one."""
    models, excluded = term.lines.models, term.lines.exclude_models
    if models is not None:
        return sum(facts.quota.get(model, 0) for model in models)
    return sum(units for model, units in facts.quota.items() if model not in excluded)


def target_of(term: Term, facts: Facts, in_fen: bool) -> int:
    """The target in fen, or in units: the quota of the term's models, else the party's. 0 where there is none."""
    if in_fen:
        return facts.target_fen
    return quota_of(term, facts) or facts.target_units


def baseline_of(facts: Facts, in_fen: bool) -> int:
    """Last year's figures; 0 where there are none."""
    return facts.baseline_fen if in_fen else facts.baseline_units
