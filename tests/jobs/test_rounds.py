"""What the worker does by itself: on time, and one that fails does not keep the others."""

from __future__ import annotations

import pytest

from portal.jobs import rounds


@pytest.fixture
def none_registered(monkeypatch):
    monkeypatch.setattr(rounds, "ROUNDS", {})


@pytest.fixture
def clock(monkeypatch):
    """A hand that the test moves."""
    hand = [100.0]
    monkeypatch.setattr(rounds.time, "monotonic", lambda: hand[0])
    return hand


def test_a_round_runs_at_once_and_then_every_so_often(app, none_registered, clock):
    seen = []
    rounds.every(60, "count")(lambda app: seen.append(app))
    assert rounds.run_due_rounds(app) == ["count"]
    clock[0] += 59
    assert rounds.run_due_rounds(app) == []
    clock[0] += 1
    assert rounds.run_due_rounds(app) == ["count"]
    assert seen == [app, app]


def test_a_round_that_fails_is_passed_over(app, none_registered, clock):
    seen = []

    def fail(_app):
        raise RuntimeError("no")

    rounds.every(1, "first")(fail)
    rounds.every(1, "second")(lambda app: seen.append(1))
    assert rounds.run_due_rounds(app) == ["first", "second"]
    assert seen == [1]
