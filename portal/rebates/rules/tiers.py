"""Tiers: which is reached, and which volume each of them pays on.

Everything is laid out on one line of volume, in units or fen: a ratio becomes the volume at which it is reached, so no
quotient is ever compared or cut. A tier is reached when the volume is at or above its threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from portal.rebates.rules.policy import Tier
from portal.rebates.rules.words import Method, TierOn


class Stretch(NamedTuple):
    """The volume from `low` to `high` that a tier pays on."""

    tier: int
    low: Decimal
    high: Decimal


def thresholds(tier_on: TierOn, starts: Sequence[Decimal], against: Decimal) -> tuple[Decimal, ...]:
    """The volume at which each tier is reached; `against` is the target or the baseline."""
    match tier_on:
        case TierOn.ATTAINMENT:
            return tuple(start * against for start in starts)
        case TierOn.GROWTH:
            return tuple((1 + start) * against for start in starts)
        case TierOn.GROWTH_UNITS | TierOn.GROWTH_AMOUNT:
            return tuple(start + against for start in starts)
        case _:
            return tuple(starts)


def reached(limits: Sequence[Decimal], volume: Decimal) -> int:
    """The number of the highest tier reached; -1 below the first."""
    count = 0
    for limit in limits:
        if volume < limit:
            break
        count += 1
    return count - 1


def stretches(
    method: Method, tiers: Sequence[Tier], limits: Sequence[Decimal], top: int, paid: tuple[Decimal, Decimal]
) -> list[Stretch]:
    """What each reached tier pays on, of the volume in `paid` (from, to]. Parts without volume are left out."""
    low, high = paid
    if method is Method.RETROSPECTIVE:
        return [Stretch(top, low, high)]
    if method is Method.TOTAL:
        return [Stretch(tier, low, high) for tier in range(top + 1)]
    ends = [*limits[1 : top + 1], high]
    if method is Method.ROLLING:
        begins = [low] * (top + 1)
        first = 0
    else:
        begins = list(limits[: top + 1])
        first = max((tier for tier in range(top + 1) if tiers[tier].retrospective), default=0)
        if tiers[first].retrospective:
            begins[first] = low
    return [
        Stretch(tier, begin, end)
        for tier in range(first, top + 1)
        if (end := min(ends[tier], high)) > (begin := max(begins[tier], low))
    ]
