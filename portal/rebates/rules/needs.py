"""What a policy asks of the books, so that nothing is read in vain. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portal.periods import last_day, month_of
from portal.rebates.rules.policy import Condition, Policy, Term
from portal.rebates.rules.settling import Span
from portal.rebates.rules.words import AppliesTo, Fact, TierOn, Window


@dataclass(frozen=True, slots=True)
class Needs:
    """Which facts matter for the policy."""

    tags: bool
    sale_types: bool
    quota: bool
    baseline: bool
    year_to_date: bool
    # Quotas and baselines are those of the year so far, not of the period alone.
    measures_year: bool
    report_on_time: bool
    violations: bool
    activities: frozenset[str]
    party_facts: frozenset[str]


def conditions_of(policy: Policy) -> Iterator[Condition]:
    """Every condition of the policy."""
    for term in policy.terms:
        yield from term.when
        yield from (deduction.unless for deduction in term.deductions)
    yield from (step.when for step in policy.payout.multiplier)


def needs_of(policy: Policy) -> Needs:
    """What the policy asks for."""
    conditions = list(conditions_of(policy))
    facts = {condition.fact for condition in conditions}
    terms = policy.terms
    has_excess = any(term.applies_to is AppliesTo.EXCESS for term in terms)
    windows = {term.window for term in terms if _is_measured(term)}
    return Needs(
        tags=any(term.lines.tags is not None or term.lines.exclude_tags for term in terms),
        sale_types=any(term.lines.sale_types is not None for term in terms),
        quota=has_excess or Fact.ATTAINMENT in facts or any(term.tier_on is TierOn.ATTAINMENT for term in terms),
        baseline=has_excess or Fact.GROWTH in facts or any(term.is_growth for term in terms),
        year_to_date=policy.is_cumulative or any(term.window is Window.YEAR_TO_DATE for term in terms),
        measures_year=policy.is_cumulative or windows == {Window.YEAR_TO_DATE},
        report_on_time=Fact.REPORT_ON_TIME in facts,
        violations=Fact.CONFIRMED_VIOLATIONS in facts,
        activities=_named(conditions, Fact.ACTIVITY),
        party_facts=_named(conditions, Fact.PARTY),
    )


def counts_in_baseline(policy: Policy, model: str, tags: tuple[str, ...], sale_type: str) -> bool:
    """Whether last year's sales of such a line are part of the baseline: a term that compares with it counts them."""
    compared = [term for term in policy.terms if term.is_growth or term.applies_to is AppliesTo.EXCESS]
    return any(not term.lines.refusal(model, tags, sale_type) for term in compared or policy.terms)


def common_days(policy: Policy, span: Span) -> tuple[date, date] | None:
    """The days of the period on which the policy is in force; None where there are none."""
    begin, end = max(policy.effective_from, span.first), min(policy.effective_to, span.ends_on)
    return (begin, end) if begin <= end else None


def cuts_a_month(begin: date, end: date) -> bool:
    """Whether the days begin or end in the middle of a month: sums of months cannot tell them apart."""
    return begin != month_of(begin) or end != last_day(month_of(end))


def _is_measured(term: Term) -> bool:
    """Whether the term compares with a quota, a target or a baseline."""
    return term.is_growth or term.tier_on is TierOn.ATTAINMENT or term.applies_to is AppliesTo.EXCESS


def _named(conditions: list[Condition], fact: Fact) -> frozenset[str]:
    return frozenset(condition.name for condition in conditions if condition.fact is fact)
