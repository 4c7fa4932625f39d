"""A day's stops in a sensible order, and how far it is between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portal.geo import distance_m
from portal.visits.models import FieldActivity
from portal.visits.rules.route import best_order

# Beyond so many stops a day is no day any more, and 2-opt no blink.
MOST_STOPS = 40


@dataclass(frozen=True, slots=True)
class Stop:
    """One activity of the day: its number on the way, and geodesic metres from the stop before."""

    number: int
    activity: FieldActivity
    from_last_m: int | None


@dataclass(frozen=True, slots=True)
class Route:
    """The day's way; `unplaced` stand on no map."""

    stops: list[Stop]
    unplaced: list[FieldActivity]
    length_m: int


def route_of(activities: Sequence[FieldActivity]) -> Route:
    """The order in which the places of the activities are best visited."""
    placed = [each for each in activities if each.outlet is not None and each.outlet.lng is not None][:MOST_STOPS]
    unplaced = [each for each in activities if each not in placed]
    if not placed:
        return Route([], unplaced, 0)
    lng = np.array([each.outlet.lng for each in placed if each.outlet])
    lat = np.array([each.outlet.lat for each in placed if each.outlet])
    count = len(placed)
    metres = distance_m(np.repeat(lng, count), np.repeat(lat, count), np.tile(lng, count), np.tile(lat, count))
    table = np.asarray(metres).reshape(count, count).tolist()
    order = best_order(table)
    stops = []
    for number, place in enumerate(order, start=1):
        before = order[number - 2] if number > 1 else None
        stops.append(Stop(number, placed[place], None if before is None else round(table[before][place])))
    return Route(stops, unplaced, sum(stop.from_last_m or 0 for stop in stops))
