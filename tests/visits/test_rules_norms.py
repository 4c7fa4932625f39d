"""Truth table of the norms: due → held, accepted, missing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.visits.rules.norms import Held, Norm, norms_of, standings
from portal.visits.rules.words import HELD, ActivityKind, ActivityStatus

K, S = ActivityKind, ActivityStatus
MONTH, SINCE = date(2026, 10, 1), date(2026, 1, 1)


@pytest.mark.parametrize(
    ("minimum", "statuses", "done", "accepted", "missing"),
    [
        (1, [], 0, 0, 1),
        (1, [S.PLANNED], 0, 0, 1),
        (1, [S.CANCELLED], 0, 0, 1),
        (1, [S.DONE], 1, 0, 1),
        (1, [S.SUBMITTED], 1, 0, 1),
        (1, [S.RETURNED], 1, 0, 1),
        (1, [S.ACCEPTED], 1, 1, 0),
        (2, [S.ACCEPTED], 1, 1, 1),
        (2, [S.ACCEPTED, S.ACCEPTED], 2, 2, 0),
        (2, [S.ACCEPTED, S.ACCEPTED, S.ACCEPTED], 3, 3, 0),
        (2, [S.ACCEPTED, S.SUBMITTED, S.PLANNED], 2, 1, 1),
    ],
)
def test_truth_table(minimum, statuses, done, accepted, missing):
    norm = Norm(K.TRAINING, minimum, SINCE)
    (found,) = standings([norm], [Held(K.TRAINING, status) for status in statuses])
    assert (found.done, found.accepted, found.missing, found.is_met) == (done, accepted, missing, missing == 0)


def test_another_kind_never_counts():
    (found,) = standings([Norm(K.MOT, 1, SINCE)], [Held(K.VISIT, S.ACCEPTED)])
    assert found.missing == 1


def test_a_norm_with_a_model_counts_only_activities_with_that_theme():
    norm = Norm(K.IN_STORE_EVENT, 1, SINCE, model="F6")
    assert standings([norm], [Held(K.IN_STORE_EVENT, S.ACCEPTED, "F3")])[0].missing == 1
    assert standings([norm], [Held(K.IN_STORE_EVENT, S.ACCEPTED, "F6")])[0].missing == 0


@pytest.mark.parametrize(
    ("norms", "store_class", "expected"),
    [
        ([], "A", []),
        ([Norm(K.MOT, 1, SINCE)], "A", [1]),
        ([Norm(K.MOT, 1, SINCE)], None, [1]),
        ([Norm(K.MOT, 1, SINCE), Norm(K.MOT, 3, SINCE, store_class="A")], "A", [3]),
        ([Norm(K.MOT, 3, SINCE, store_class="A"), Norm(K.MOT, 1, SINCE)], "A", [3]),
        ([Norm(K.MOT, 3, SINCE, store_class="A"), Norm(K.MOT, 1, SINCE)], "B", [1]),
        ([Norm(K.MOT, 3, SINCE, store_class="A")], None, []),
        ([Norm(K.MOT, 1, date(2026, 10, 2))], "A", []),
        ([Norm(K.MOT, 1, SINCE, date(2026, 9, 30))], "A", []),
        ([Norm(K.MOT, 1, SINCE, date(2026, 9, 30)), Norm(K.MOT, 2, MONTH)], "A", [2]),
        # A class that owes nothing: a row with 0.
        ([Norm(K.MOT, 1, SINCE), Norm(K.MOT, 0, SINCE, store_class="C")], "C", []),
    ],
)
def test_which_norms_hold(norms, store_class, expected):
    assert [norm.minimum for norm in norms_of(norms, store_class, MONTH)] == expected


activities = st.lists(st.builds(Held, st.sampled_from(K), st.sampled_from(S), st.sampled_from([None, "F3", "F6"])))


@given(activities, st.randoms(use_true_random=False), st.integers(0, 9))
def test_order_never_matters_and_figures_stay_in_range(held, random, minimum):
    norms = [Norm(kind, minimum, SINCE) for kind in K]
    mixed = random.sample(held, len(held))
    found = standings(norms, held)
    assert found == standings(norms, mixed)
    assert sum(each.done for each in found) == sum(each.status in HELD for each in held)
    assert all(0 <= each.accepted <= each.done and 0 <= each.missing <= minimum for each in found)
