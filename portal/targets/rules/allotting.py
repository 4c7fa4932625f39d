"""Whole units out of shares: largest remainder, so that the parts add up to the unit whatever the weights are.

What a party is short of (or over) in a month because units are whole is carried into the next one. Without that, of a
hundred equal outlets that share fifty cars a month the same fifty would get one every month, and the others none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.targets.rules.words import WHOLE_BP

# Wanted quantities are integers in parts of a unit: exact enough to order remainders, and no float anywhere.
PARTS = 10**9


@dataclass(frozen=True, slots=True)
class Claim:
    """What one party claims of each month: its weight (0: nothing that month) and the least that it should get.

    `takes_rest`: it gets what nobody can claim, and what is left over where quantities come in steps.
    """

    weights: Sequence[int]
    minimums: Sequence[int] = ()
    takes_rest: bool = False

    def least(self, month: int) -> int:
        """The least in the month (by its place); nothing where it claims nothing."""
        return self.minimums[month] if self.minimums and self.weights[month] else 0


def allot(total: int, wanted: Sequence[int]) -> list[int]:
    """`total` units over parties that want so many PARTS each (in sum about `total`): floors, then greatest shortfall.

    Nobody gets less than nothing. Ties go to the one named first.
    """
    given = [max(0, each // PARTS) for each in wanted]
    rest = total - sum(given)
    hungry = sorted(range(len(wanted)), key=lambda place: (given[place] * PARTS - wanted[place], place))
    if rest > 0:
        each, more = divmod(rest, len(hungry))
        for order, place in enumerate(hungry):
            given[place] += each + (order < more)
    while rest < 0:
        for place in reversed(hungry):
            if rest < 0 and given[place]:
                given[place] -= 1
                rest += 1
    return given


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """`total` by weights; equally where no weight is above 0. The parts add up to `total`."""
    if not weights:
        return []
    effective = list(weights) if any(weights) else [1] * len(weights)
    return allot(total, _ideals(total, effective))


def spread(totals: Sequence[int], claims: Sequence[Claim], *, step: int = 1) -> list[list[int]]:
    """Each month's total over the claims: claim × month. Every column adds up to its total.

    `step`: quantities come in multiples of it, except for the party that takes the rest.
    """
    found = [[0] * len(totals) for _ in claims]
    carried = [0] * len(claims)
    for month, total in enumerate(totals):
        active, weights = _active(claims, month)
        wanted = _wanted(total, weights, [claims[place].least(month) for place in active])
        wanted = _with_carried(wanted, weights, [carried[place] for place in active])
        given = _in_steps(total, wanted, step, _rest_taker(claims, active))
        carried = [0] * len(claims)
        for place, want, units in zip(active, wanted, given, strict=True):
            found[place][month] = units
            carried[place] = want - units * PARTS
    return found


def _active(claims: Sequence[Claim], month: int) -> tuple[list[int], list[int]]:
    """Places of those who claim in the month, with their weights; where nobody does, the taker of the rest or all."""
    places = [place for place, claim in enumerate(claims) if claim.weights[month] > 0]
    if places:
        return places, [claims[place].weights[month] for place in places]
    places = [place for place, claim in enumerate(claims) if claim.takes_rest] or list(range(len(claims)))
    return places, [1] * len(places)


def _rest_taker(claims: Sequence[Claim], active: Sequence[int]) -> int | None:
    return next((order for order, place in enumerate(active) if claims[place].takes_rest), None)


def _ideals(total: int, weights: Sequence[int]) -> list[int]:
    whole = sum(weights)
    return [total * PARTS * weight // whole for weight in weights]


def _wanted(total: int, weights: Sequence[int], minimums: Sequence[int]) -> list[int]:
    """Shares by weight, none below its minimum as far as the total reaches: the others share what is left."""
    if not any(minimums):
        return _ideals(total, weights)
    if sum(minimums) > total:
        return _ideals(total, minimums)
    raised: set[int] = set()
    while True:
        left = total - sum(minimums[place] for place in raised)
        others = [place for place in range(len(weights)) if place not in raised]
        shares = dict(zip(others, _ideals(left, [weights[place] for place in others]), strict=True)) if others else {}
        low = {place for place in others if shares[place] < minimums[place] * PARTS}
        if not low:
            return [shares.get(place, minimums[place] * PARTS) for place in range(len(weights))]
        raised |= low


def _with_carried(wanted: Sequence[int], weights: Sequence[int], carried: Sequence[int]) -> list[int]:
    """What is wanted with what is carried; carried sums that others took with them are taken off by weight."""
    over, whole = sum(carried), sum(weights)
    return [want + own - over * weight // whole for want, own, weight in zip(wanted, carried, weights, strict=True)]


def _in_steps(total: int, wanted: Sequence[int], step: int, rest_taker: int | None) -> list[int]:
    if step == 1:
        return allot(total, wanted)
    steps, rest = divmod(total, step)
    given = [units * step for units in allot(steps, [want // step for want in wanted])]
    hungriest = max(range(len(given)), key=lambda place: (wanted[place] - given[place] * PARTS, -place))
    given[hungriest if rest_taker is None else rest_taker] += rest
    return given


def judged(weights: Sequence[Sequence[int]], shares_bp: Sequence[int | None]) -> list[list[int]]:
    """Weights (party × month) where some parties' shares are judged, in basis points of the whole.

    The others share the rest by their weights. A party that is away in a month (weight 0) stays away.
    """
    if all(share is None for share in shares_bp):
        return [list(row) for row in weights]
    found = [list(row) for row in weights]
    for month in range(len(weights[0]) if weights else 0):
        here = [row[month] > 0 for row in weights]
        fixed = sum(share for share, is_here in zip(shares_bp, here, strict=True) if share is not None and is_here)
        free = sum(row[month] for row, share in zip(weights, shares_bp, strict=True) if share is None)
        for place, share in enumerate(shares_bp):
            if share is None:
                found[place][month] = weights[place][month] * max(0, WHOLE_BP - fixed)
            elif here[place]:
                found[place][month] = share * (free or 1)
    return found
