"""What one term earns: measure → tier → base → rate → deductions → limits → one rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portal.rebates.rules.conditions import Answer, Asking
from portal.rebates.rules.exact import ZERO, half_up, snapped, whole
from portal.rebates.rules.facts import Facts
from portal.rebates.rules.policy import Condition, Deduction, Term
from portal.rebates.rules.tiers import Stretch, reached, stretches, thresholds
from portal.rebates.rules.volumes import Volume, baseline_of, target_of
from portal.rebates.rules.words import AppliesTo, NoBaseline, Pays, TierOn, Window

HUNDREDTH = Decimal("0.01")


@dataclass(slots=True)
class Part:
    """What one tier pays: `exact` = its rate on `base` (fen or units; 1 for a lump sum), before rounding."""

    stretch: Stretch
    base: Decimal
    exact: Decimal


@dataclass(slots=True)
class Taken:
    """A deduction made: the condition did not hold; `exact` is what was taken off."""

    deduction: Deduction
    answer: Answer
    exact: Decimal


@dataclass(slots=True)
class Outcome:
    """One term for one party. Amounts are in what the term pays: fen, points or units.

    `status`: paid, below_first_tier, condition_failed, no_baseline, no_target, no_level (nothing to exceed).
    """

    term: Term
    number: int
    volume: Volume
    status: str = "paid"
    failed: tuple[Condition, Answer] | None = None
    against: Decimal = ZERO
    """The target or baseline that ratios and growth refer to."""
    level: Decimal | None = None
    """What the volume has to exceed, where `applies_to` is excess."""
    level_kind: str = ""
    """baseline or target."""
    measure: Decimal = ZERO
    """The volume that selects the tier, in units or fen."""
    limits: tuple[Decimal, ...] = ()
    top: int = -1
    parts: list[Part] = field(default_factory=list)
    full_base: Decimal = ZERO
    """All volume that is paid on, before what lies under the level and before earlier terms are taken off."""
    reduced: Decimal | None = None
    """The full base less what earlier terms earned on its lines."""
    taken: list[Taken] = field(default_factory=list)
    lifted: Decimal = ZERO
    """What the floor added."""
    cut: Decimal = ZERO
    """What the cap took."""
    earned: int = 0


def covers_year(term: Term, cumulative: bool) -> bool:
    """Whether the year so far selects the tier."""
    return cumulative or term.window is Window.YEAR_TO_DATE


def assess(asking: Asking, reduced: Decimal | None = None) -> Outcome:
    """What the term earns; `reduced` is its base less what earlier terms earned on the same lines."""
    term, number = asking.term, asking.number
    assert term is not None and number is not None  # noqa: S101, PT018 - only the payout asks without a term
    outcome = Outcome(term, number, asking.volume, reduced=reduced)
    for condition in term.when:
        answer = asking.answer(condition)
        if not answer.holds:
            outcome.status, outcome.failed = "condition_failed", (condition, answer)
            return outcome
    _measure(outcome, asking)
    if outcome.status == "paid":
        _earn(outcome, asking.policy.is_cumulative)
        _deduct(outcome, asking)
        _limit(outcome)
    return outcome


def _measure(outcome: Outcome, asking: Asking) -> None:
    """Find the volume, what it is held against, and the tier it reaches."""
    term, volume, facts = outcome.term, outcome.volume, asking.facts
    year = covers_year(term, asking.policy.is_cumulative)
    in_fen = term.tiers_in_fen
    outcome.measure = Decimal(volume.now(in_fen) + (volume.before(in_fen) if year else 0))
    _hold_against(outcome, facts)
    if outcome.status == "paid" and term.applies_to is AppliesTo.EXCESS:
        _find_level(outcome, facts)
    if outcome.status != "paid":
        return
    outcome.limits = thresholds(term.tier_on, term.starts, outcome.against)
    is_nothing_from_zero = term.tier_on is TierOn.GROWTH and not outcome.against and outcome.measure <= 0
    outcome.top = -1 if is_nothing_from_zero else reached(outcome.limits, outcome.measure)
    if outcome.top < 0:
        outcome.status = "below_first_tier"


def _hold_against(outcome: Outcome, facts: Facts) -> None:
    """The target of attainment, the baseline of growth."""
    term = outcome.term
    if term.tier_on is TierOn.ATTAINMENT:
        outcome.against = Decimal(target_of(term, facts, term.tiers_in_fen))
        if outcome.against <= 0:
            outcome.status = "no_target"
    elif term.is_growth:
        baseline = baseline_of(facts, term.tiers_in_fen)
        outcome.against = Decimal(max(baseline, 0))
        if baseline <= 0 and term.no_baseline is not NoBaseline.ZERO:
            outcome.status = "no_baseline"


def _find_level(outcome: Outcome, facts: Facts) -> None:
    """What the base has to exceed: the target with attainment, else the baseline, else the target.

    A term that says what happens without a baseline is about the baseline, and never falls back on the target.
    """
    term, in_fen = outcome.term, outcome.term.pays_on_fen
    baseline = 0 if term.tier_on is TierOn.ATTAINMENT else baseline_of(facts, in_fen)
    if baseline > 0:
        outcome.level, outcome.level_kind = Decimal(baseline), "baseline"
    elif term.no_baseline is NoBaseline.ZERO and term.tier_on is not TierOn.ATTAINMENT:
        outcome.level, outcome.level_kind = ZERO, "baseline"
    elif term.no_baseline is NoBaseline.SKIP and term.tier_on is not TierOn.ATTAINMENT:
        outcome.status = "no_baseline"
    elif (target := target_of(term, facts, in_fen)) > 0:
        outcome.level, outcome.level_kind = Decimal(target), "target"
    else:
        outcome.status = "no_level"


def _earn(outcome: Outcome, cumulative: bool) -> None:
    """Rates on bases. A year-to-date window selects the tier; what is paid on is this period's volume."""
    term = outcome.term
    low, high = paid_on(outcome, term.pays_on_fen, cumulative)
    outcome.full_base = high - low
    if term.pays is Pays.LUMP_SUM:
        for stretch in stretches(term.method, term.tiers, outcome.limits, outcome.top, (low, high)):
            outcome.parts.append(Part(stretch, Decimal(1), term.factors[stretch.tier]))
    elif term.is_cut and term.tiers_in_fen != term.pays_on_fen:
        # Slices in one unit, paid on another: at the average of what is paid on.
        low, high = paid_on(outcome, term.tiers_in_fen, cumulative)
        base = outcome.full_base if outcome.reduced is None else outcome.reduced
        _pay(outcome, (low, high), (max(base, ZERO), high - low))
    else:
        if outcome.level is not None:
            low, high = max(low, outcome.level), max(high, outcome.level)
        _pay(outcome, (low, high), _kept(outcome))


def paid_on(outcome: Outcome, in_fen: bool, cumulative: bool) -> tuple[Decimal, Decimal]:
    """The volume that is paid on, as a stretch (from, to] of the volume measured."""
    now, before = outcome.volume.now(in_fen), outcome.volume.before(in_fen)
    if cumulative:
        return ZERO, Decimal(now + before)
    if outcome.term.window is Window.YEAR_TO_DATE:
        return Decimal(before), Decimal(before + now)
    return ZERO, Decimal(now)


def _kept(outcome: Outcome) -> tuple[Decimal, Decimal] | None:
    """What earlier terms leave of the base, as a ratio (part, whole); None leaves all."""
    if outcome.reduced is None or outcome.reduced == outcome.full_base:
        return None
    return max(outcome.reduced, ZERO), outcome.full_base


def _pay(outcome: Outcome, paid: tuple[Decimal, Decimal], ratio: tuple[Decimal, Decimal] | None) -> None:
    """One part per stretch with a base above 0; `ratio` (part, whole) scales volume to base."""
    term = outcome.term
    for stretch in stretches(term.method, term.tiers, outcome.limits, outcome.top, paid):
        base = stretch.high - stretch.low
        if ratio is not None:
            base = base * ratio[0] / ratio[1] if ratio[1] > 0 else ZERO
        if base > 0:
            packs = whole(base / term.per) if term.is_packed else base
            outcome.parts.append(Part(stretch, base, packs * term.factors[stretch.tier]))


def _deduct(outcome: Outcome, asking: Asking) -> None:
    """Take off what was not done: percentages are of the full earning, the rest never falls below 0."""
    if not outcome.term.deductions:
        return
    gross = rest = sum((part.exact for part in outcome.parts), ZERO)
    for deduction in outcome.term.deductions:
        answer = asking.answer(deduction.unless)
        if answer.holds:
            continue
        off = deduction.amount if deduction.percent is None else gross * deduction.percent * HUNDREDTH
        off = min(off or ZERO, rest)
        rest -= off
        outcome.taken.append(Taken(deduction, answer, off))


def _limit(outcome: Outcome) -> None:
    """The floor lifts what was earned at all, then the cap cuts, then the one rounding."""
    term = outcome.term
    rest = sum((part.exact for part in outcome.parts), ZERO) - sum((taken.exact for taken in outcome.taken), ZERO)
    if term.floor is not None and 0 < snapped(rest) < term.floor:
        outcome.lifted = term.floor - rest
    if term.cap is not None and rest > term.cap:
        outcome.cut = rest - term.cap
    outcome.earned = half_up(rest + outcome.lifted - outcome.cut)


def exact_amounts(outcome: Outcome) -> Sequence[Decimal]:
    """The exact amounts of the reasons in their order: parts, deductions, floor, cap; they round to `earned`."""
    amounts = [part.exact for part in outcome.parts] + [-taken.exact for taken in outcome.taken]
    if outcome.lifted:
        amounts.append(outcome.lifted)
    if outcome.cut:
        amounts.append(-outcome.cut)
    return amounts
