"""How far the next tier is, and what reaching it would bring with everything else as it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal, localcontext

from portal.rebates.rules.conditions import Asking
from portal.rebates.rules.evaluation import Result
from portal.rebates.rules.exact import EXACT, ZERO, half_up, plain, yuan
from portal.rebates.rules.terms import Outcome, assess, paid_on
from portal.rebates.rules.volumes import Volume
from portal.rebates.rules.words import TierOn


@dataclass(frozen=True, slots=True)
class Next:
    """The next tier of a term: `missing` units or fen lead to it, and the term would then earn `would_earn`."""

    outcome: Outcome
    tier: int
    missing: int
    would_earn: int

    @property
    def needs(self) -> str:
        """The missing volume as data: whole units, or yuan."""
        return yuan(self.missing) if self.outcome.term.tiers_in_fen else plain(Decimal(self.missing))

    @property
    def distance(self) -> Decimal:
        """The missing part of the threshold: what the nearest tier of several terms is chosen by."""
        limit = self.outcome.limits[self.tier]
        return Decimal(self.missing) / max(limit, Decimal(1))


def next_tiers(result: Result) -> dict[int, Next | None]:
    """The next tier of each term by its number; None at the top, or where no volume leads to one."""
    return {outcome.number: _next_tier(result, outcome) for outcome in result.outcomes}


def nearest(candidates: Iterable[Next | None]) -> Next | None:
    """The tier of which the smallest part is missing; the earlier term where two are alike."""
    return min((found for found in candidates if found), key=lambda found: found.distance, default=None)


def tiers_ahead(result: Result, outcome: Outcome) -> list[Next]:
    """Every tier that the term has not reached yet, with what leads to it and what it would bring."""
    if outcome.status not in ("paid", "below_first_tier"):
        return []
    with localcontext(EXACT):
        return [_ahead(result, outcome, tier) for tier in range(outcome.top + 1, len(outcome.limits))]


def _next_tier(result: Result, outcome: Outcome) -> Next | None:
    tier = outcome.top + 1
    if outcome.status not in ("paid", "below_first_tier") or tier >= len(outcome.limits):
        return None
    return _ahead(result, outcome, tier)


def _ahead(result: Result, outcome: Outcome, tier: int) -> Next:
    gap = outcome.limits[tier] - outcome.measure
    if outcome.term.tier_on is TierOn.GROWTH and not outcome.against:
        gap = max(gap, 1 - outcome.measure)
    missing = int(gap.to_integral_value(ROUND_CEILING))
    volume = _with_more(outcome, missing)
    then = assess(
        Asking(result.policy, result.facts, volume, outcome.number),
        _reduced(outcome, volume, result.policy.is_cumulative),
    )
    return Next(outcome, tier, missing, then.earned)


def _with_more(outcome: Outcome, missing: int) -> Volume:
    """The volume with the missing units or fen; the other unit follows at the average of what was sold so far."""
    volume, in_fen = outcome.volume, outcome.term.tiers_in_fen
    units, fen = volume.units + volume.units_before, volume.fen + volume.fen_before
    has_average = units > 0 and fen > 0
    if in_fen:
        more_units = int(Decimal(missing) * units / fen) if has_average else 0
        return replace(volume, units=volume.units + more_units, fen=volume.fen + missing)
    more_fen = half_up(Decimal(missing) * fen / units) if has_average else 0
    return replace(volume, units=volume.units + missing, fen=volume.fen + more_fen)


def _reduced(outcome: Outcome, volume: Volume, cumulative: bool) -> Decimal | None:
    """What earlier terms take off grows with the base."""
    if outcome.reduced is None:
        return None
    more = Decimal(volume.fen - outcome.volume.fen)
    low, high = paid_on(outcome, True, cumulative)
    full = high - low
    return outcome.reduced + (more * outcome.reduced / full if full > 0 else ZERO)
