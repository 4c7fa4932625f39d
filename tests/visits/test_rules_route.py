"""The order of a day's stops: every stop once, never longer than what it began with, exact on small days."""

from __future__ import annotations

from itertools import permutations
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.visits.rules.route import best_order, length, nearest_neighbour, two_opt

points = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=7)


def table(places):
    return [[dist(one, other) for other in places] for one in places]


@given(points)
def test_every_stop_once_and_never_longer_than_nearest_neighbour(places):
    distances = table(places)
    order = best_order(distances)
    assert sorted(order) == list(range(len(places)))
    if places:
        assert length(distances, order) <= length(distances, nearest_neighbour(distances, 0)) + 1e-3
        assert order == best_order(distances)


@settings(max_examples=40)
@given(points)
def test_within_half_again_of_the_shortest_way(places):
    distances = table(places)
    shortest = min((length(distances, each) for each in permutations(range(len(places)))), default=0)
    assert length(distances, best_order(distances)) <= shortest * 1.5 + 1e-3


@given(points.filter(lambda places: len(places) > 1), st.randoms(use_true_random=False))
def test_two_opt_never_lengthens_and_may_keep_the_start(places, random):
    distances = table(places)
    order = random.sample(range(len(places)), len(places))
    assert length(distances, two_opt(distances, order)) <= length(distances, order) + 1e-6
    kept = two_opt(distances, order, keeps_start=True)
    assert kept[0] == order[0]
    assert length(distances, kept) <= length(distances, order) + 1e-6


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([], []),
        ([(0, 0)], [0]),
        ([(0, 0), (5, 0), (1, 0)], [0, 2, 1]),
        ([(9, 0), (0, 0), (4, 0), (6, 0)], [0, 3, 2, 1]),
    ],
)
def test_on_a_line_from_end_to_end(places, expected):
    assert best_order(table(places)) == expected
