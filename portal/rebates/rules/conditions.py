"""Does a condition hold? Ratios are compared by multiplying, so that a third is not rounded first."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from portal.rebates.rules.exact import ZERO, plain
from portal.rebates.rules.facts import Facts
from portal.rebates.rules.policy import Condition, Policy, Term
from portal.rebates.rules.volumes import Volume, baseline_of, counting_terms, lines_in_effect, target_of
from portal.rebates.rules.words import Fact, NoBaseline, Operator, Window

_COMPARE: dict[Operator, Callable[[Decimal, Decimal], bool]] = {
    Operator.AT_LEAST: operator.ge,
    Operator.ABOVE: operator.gt,
    Operator.AT_MOST: operator.le,
    Operator.BELOW: operator.lt,
    Operator.EQUAL: operator.eq,
}


class Measured(NamedTuple):
    """`number` ÷ `of`; `of` is 0 only for growth from a baseline of zero, which is above every ratio."""

    number: Decimal
    of: Decimal = Decimal(1)

    def __str__(self) -> str:
        """As people write it; infinite growth as ∞."""
        return plain(self.number / self.of) if self.of else "∞"


class Answer(NamedTuple):
    """Whether the condition holds, and what was found; empty where it is not known."""

    holds: bool
    found: str


@dataclass(slots=True)
class Asking:
    """What a condition can be asked about: one party, and one term of the policy or, without one, all its lines."""

    policy: Policy
    facts: Facts
    volume: Volume
    number: int | None = None

    @property
    def term(self) -> Term | None:
        """The term asked for; None for the payout."""
        return None if self.number is None else self.policy.terms[self.number]

    def answer(self, condition: Condition) -> Answer:
        """Whether it holds. What is not known does not hold."""
        if condition.fact is Fact.PARTY:
            return _answer_party(condition, self.facts)
        measured = self._measure(condition)
        if measured is None:
            return Answer(False, "")
        value = condition.value
        assert isinstance(value, Decimal)  # noqa: S101 - the document allows text for facts of the file only
        return Answer(_COMPARE[condition.op](measured.number, value * measured.of), str(measured))

    def _measure(self, condition: Condition) -> Measured | None:
        match condition.fact:
            case Fact.ACTIVITY:
                return Measured(Decimal(self.facts.activities.get(condition.name, 0)))
            case Fact.CONFIRMED_VIOLATIONS:
                return Measured(Decimal(self.facts.confirmed_violations))
            case Fact.REPORT_ON_TIME:
                return None if self.facts.report_on_time is None else Measured(Decimal(int(self.facts.report_on_time)))
            case Fact.COLLECTION_DAYS:
                return None if self.facts.collection_days is None else Measured(Decimal(self.facts.collection_days))
            case Fact.GROWTH:
                return self._growth()
            case Fact.ATTAINMENT:
                return self._attainment(condition.models)
            case Fact.SHARE:
                return self._share(condition.models or frozenset())
            case Fact.AMOUNT:
                return Measured(Decimal(self._volume(condition.models, in_fen=True)), Decimal(100))
            case _:
                return Measured(Decimal(self._volume(condition.models, in_fen=False)))

    @property
    def _whole_year(self) -> bool:
        """Whether the year so far is measured, not only the period."""
        term = self.term
        return self.policy.is_cumulative or (term is not None and term.window is Window.YEAR_TO_DATE)

    def _volume(self, models: frozenset[str] | None, in_fen: bool) -> int:
        """The volume measured; with models, of these among all lines of the policy."""
        if models is not None:
            return self._of_models(models, in_fen, only_term=False)
        return self.volume.now(in_fen) + (self.volume.before(in_fen) if self._whole_year else 0)

    def _of_models(self, models: frozenset[str], in_fen: bool, only_term: bool) -> int:
        lists = (self.facts.lines, self.facts.year_to_date) if self._whole_year else (self.facts.lines,)
        total = 0
        for lines in lists:
            for line in lines_in_effect(self.policy, lines):
                if line.model not in models:
                    continue
                if only_term and self.number is not None and self.number not in counting_terms(self.policy, line):
                    continue
                total += line.amount_fen if in_fen else line.units
        return total

    def _in_fen(self, units: int, fen: int) -> bool:
        """The unit of the measure: the term's; for the payout units, unless only an amount is on file."""
        return self.term.pays_on_fen if self.term else units <= 0 < fen

    def _growth(self) -> Measured | None:
        in_fen = self._in_fen(self.facts.baseline_units, self.facts.baseline_fen)
        volume, baseline = self._volume(None, in_fen), baseline_of(self.facts, in_fen)
        if baseline > 0:
            return Measured(Decimal(volume - baseline), Decimal(baseline))
        from_zero = self.term is not None and self.term.no_baseline is NoBaseline.ZERO
        return Measured(Decimal(volume), ZERO) if from_zero and volume > 0 else None

    def _attainment(self, models: frozenset[str] | None) -> Measured | None:
        if models is not None:
            volume, target = self._volume(models, False), sum(self.facts.quota.get(model, 0) for model in models)
        else:
            units = sum(self.facts.quota.values()) or self.facts.target_units
            in_fen = self._in_fen(units, self.facts.target_fen)
            volume = self._volume(None, in_fen)
            target = (
                target_of(self.term, self.facts, in_fen) if self.term else self.facts.target_fen if in_fen else units
            )
        return Measured(Decimal(volume), Decimal(target)) if target > 0 else None

    def _share(self, models: frozenset[str]) -> Measured | None:
        units = self._volume(None, False)
        if units <= 0:
            return None
        return Measured(Decimal(self._of_models(models, False, only_term=True)), Decimal(units))


def _answer_party(condition: Condition, facts: Facts) -> Answer:
    """A fact of the party's file: text equals text, numbers compare."""
    found = facts.party_facts.get(condition.name)
    if found is None:
        return Answer(False, "")
    if isinstance(condition.value, str) or (isinstance(found, str) and not _is_number(found)):
        return Answer(str(found) == str(condition.value), str(found))
    return Answer(_COMPARE[condition.op](Decimal(found), condition.value), plain(Decimal(found)))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal() and text.isascii()
