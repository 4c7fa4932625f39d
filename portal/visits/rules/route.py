"""A sensible order for a day's stops: nearest neighbour, then 2-opt, over a table of true distances. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Distances = Sequence[Sequence[float]]
"""Metres from each place to each; symmetric."""


def length(distances: Distances, order: Sequence[int]) -> float:
    """The way through the places in this order, one way."""
    return sum(distances[one][other] for one, other in pairwise(order))


def nearest_neighbour(distances: Distances, start: int) -> list[int]:
    """From `start` always on to the nearest place not seen yet; equal ones in their given order."""
    left = [place for place in range(len(distances)) if place != start]
    order = [start]
    while left:
        here = order[-1]
        left.sort(key=lambda place: (distances[here][place], place))
        order.append(left.pop(0))
    return order


def two_opt(distances: Distances, order: Sequence[int], *, keeps_start: bool = False) -> list[int]:
    """Turn stretches round while that shortens the way. Never longer than `order`."""
    best = list(order)
    better = True
    while better:
        better = False
        for first in range(1 if keeps_start else 0, len(best) - 1):
            for last in range(first + 1, len(best)):
                if _gain(distances, best, first, last) > 1e-6:
                    best[first : last + 1] = best[first : last + 1][::-1]
                    better = True
    return best


def _gain(distances: Distances, order: Sequence[int], first: int, last: int) -> float:
    """What turning order[first..last] round saves."""
    gain = 0.0
    if first > 0:
        gain += distances[order[first - 1]][order[first]] - distances[order[first - 1]][order[last]]
    if last + 1 < len(order):
        gain += distances[order[last]][order[last + 1]] - distances[order[first]][order[last + 1]]
    return gain


def best_order(distances: Distances) -> list[int]:
    """The shortest way that the two find from any place as the first; ties by the given order."""
    if not distances:
        return []
    ways = (two_opt(distances, nearest_neighbour(distances, start)) for start in range(len(distances)))
    return min(ways, key=lambda order: (round(length(distances, order), 3), order))
